# SPDX-License-Identifier: AGPL-3.0-or-later
"""A browser without a window, for tests over HTTP: cookies, forms with all their hidden fields, files.

A Visitor knows only what a page says: it sends a form with the fields that stand there, so that a token, a key or a
version that a page forgets is found. It runs no script and loads no picture; tests/e2e does.
"""
import base64
import dataclasses
import hashlib
import hmac
import html.parser
import http.client
import os
import re
import sys
import struct
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash"))
import birge_client as bc  # noqa: E402, F401  (the tests take the server from here)


@dataclasses.dataclass
class Form:
    """One form of a page, as a browser would send it untouched."""
    action: str
    method: str = "get"
    enctype: str = "application/x-www-form-urlencoded"
    values: list = dataclasses.field(default_factory=list)   # (name, value)
    choices: dict = dataclasses.field(default_factory=dict)  # name -> values of radios, checkboxes, options
    types: dict = dataclasses.field(default_factory=dict)    # name -> "text", "file", "textarea" ...

    def value(self, name):
        return next((v for n, v in self.values if n == name), None)


class _Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.links = [], None, []
        self.select, self.option_seen, self.area = None, None, None

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag == "form":
            self.form = Form(a.get("action", ""), a.get("method", "get").lower(),
                             a.get("enctype", "application/x-www-form-urlencoded"))
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input" and a.get("name"):
            self.input(a)
        elif tag == "textarea" and a.get("name"):
            self.area = [a["name"], ""]
        elif tag == "select" and a.get("name"):
            self.select, self.option_seen = a["name"], None
            self.form.types[self.select] = "select"
            self.form.choices.setdefault(self.select, [])
        elif tag == "option" and self.select:
            value = a.get("value", "")
            self.form.choices[self.select].append(value)
            if "selected" in a or self.option_seen is None:
                self.option_seen = value

    def input(self, a):
        kind = a.get("type", "text")
        self.form.types[a["name"]] = kind
        if kind in ("radio", "checkbox"):
            self.form.choices.setdefault(a["name"], []).append(a.get("value", "on"))
            if "checked" in a:
                self.form.values.append((a["name"], a.get("value", "on")))
        elif kind not in ("file", "submit", "button"):
            self.form.values.append((a["name"], a.get("value", "")))

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            name, text = self.area
            self.form.types[name] = "textarea"
            self.form.values.append((name, text[1:] if text.startswith("\n") else text))
            self.area = None
        elif tag == "select" and self.select:
            if self.option_seen is not None:
                self.form.values.append((self.select, self.option_seen))
            self.select = None
        elif tag == "form":
            self.form = None


@dataclasses.dataclass
class Reply:
    path: str
    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def _read(self):
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def forms(self):
        return self._read().forms

    @property
    def links(self):
        return self._read().links

    def form(self, end):
        """The form whose action ends so; an error that shows the page when there is none."""
        for f in self.forms:
            if f.action.split("?")[0].endswith(end):
                return f
        raise AssertionError(f"{self.path} ({self.status}) has no form to {end}: "
                             f"{[f.action for f in self.forms]} {self.text[:300]!r}")


def multipart(fields, files):
    boundary = b"birge-test-boundary-7d1f"
    parts = []
    for name, value in fields:
        parts.append(b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value.encode()))
    for name, (file_name, kind, data) in files.items():
        quoted = file_name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode()  # as browsers do
        parts.append(b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s'
                     % (name.encode(), quoted, kind.encode(), data))
    body = b"".join(b"--" + boundary + b"\r\n" + p + b"\r\n" for p in parts) + b"--" + boundary + b"--\r\n"
    return "multipart/form-data; boundary=" + boundary.decode(), body


# ---- codes of a device ----

class Device:
    """An authenticator app: RFC 6238 in a few lines of our own. A code is good once, so each call takes the next step."""

    def __init__(self, secret):
        self.key = base64.b32decode(secret.replace(" ", ""))
        self.last = int(time.time()) // 30 - 2  # enrolling takes the oldest step that is good: two are left

    def at(self, step):
        mac = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        at = mac[-1] & 15
        return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"

    def code(self):
        step = max(self.last + 1, int(time.time()) // 30 - 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(1)
        self.last = step
        return self.at(step)


def secret_of(page):
    """The secret that a page of enrolment shows."""
    return re.search(r"b-enrol__secret[^>]*>((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})<", page.text).group(1)


def recovery_codes_of(page):
    return re.findall(r'<span class="b-code">([0-9A-Z]{5}-[0-9A-Z]{5})</span>', page.text)


DEVICES = {}  # (server, login) -> Device: people keep their phone, whatever browser they use


class Visitor:
    """One browser profile: its cookies, and a connection that is kept."""

    def __init__(self, server, name="visitor"):
        self.server, self.name, self.cookies, self.connection = server, name, {}, None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        h = dict(headers or {})
        if self.cookies:
            h["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        for attempt in (1, 2):
            self.connection = self.connection or self.server.connect()
            try:
                self.connection.request(method, path, body, h)
                r = self.connection.getresponse()
                data = r.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()  # an idle connection that the server gave up
                if attempt == 2:
                    raise
        if r.will_close:
            self.close()
        for k, v in r.getheaders():
            if k.lower() == "set-cookie":
                self._keep_cookie(v)
        return Reply(path, r.status, r.getheaders(), data)

    def _keep_cookie(self, header):
        pair, *attributes = [x.strip() for x in header.split(";")]
        name, value = pair.split("=", 1)
        gone = any(re.fullmatch(r"(?i)max-age=0", a) for a in attributes)
        if gone:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def follow(self, reply, most=5):
        """GET where a 303 points to, as browsers do."""
        while reply.status in (302, 303) and most:
            most -= 1
            reply = self.get(reply.header("Location").split("#")[0])
        return reply

    def send(self, form, values=None, files=None, action=None):
        """Send a form as it stands, with `values` put in and `files` {field: (name, type, bytes)} attached."""
        values = values or {}
        fields = [(n, v) for n, v in form.values if n not in values]
        for n, v in values.items():
            fields += [(n, x) for x in (v if isinstance(v, list) else [v]) if x is not None]
        if form.enctype == "multipart/form-data":
            fields = [(n, v.replace("\r\n", "\n").replace("\n", "\r\n")) for n, v in fields]
            kind, body = multipart(fields, files or {})
        else:
            kind, body = form.enctype, urllib.parse.urlencode(fields).encode()
        return self.request("POST", action or form.action, body,
                            {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"})

    # ---- what people do ----

    def sign_in(self, login, password, lang="en"):
        """As staff; an account made by somebody else gets a password of its own, and a device where one is asked for.
        Returns that password."""
        page = self.get(f"/{lang}/staff/sign-in")
        reply = self.send(page.form("/staff/sign-in"), {"login": login, "password": password})
        page = self.follow(reply)
        if any(f.action.endswith("/staff/sign-in/code") for f in page.forms):
            reply = self.send(page.form("/staff/sign-in/code"), {"code": DEVICES[self.server.data, login].code()})
            page = self.follow(reply)
        if any(f.action.endswith("/staff/sign-in/password") for f in page.forms):
            password = f"a long walk by the river {len(login)}{login[::-1]}"
            reply = self.send(page.form("/staff/sign-in/password"), {"password": password})
            page = self.follow(reply)
        if any(f.action.endswith("/staff/sign-in/enrol") for f in page.forms):
            page = self.enrol(login, page)
        if page.status != 200 or "/staff/sign-in" in page.path:
            raise AssertionError(f"{login} cannot sign in: {page.status} {page.path} {page.text[:400]}")
        return password

    def enrol(self, login, page):
        """Confirm the device that the page shows; the page that follows the recovery codes."""
        device = DEVICES[self.server.data, login] = Device(secret_of(page))
        reply = self.send(page.form("/staff/sign-in/enrol"), {"code": device.code()})
        codes = recovery_codes_of(reply)
        if reply.status != 200 or len(codes) != 10:
            raise AssertionError(f"{login} cannot enrol: {reply.status} {reply.text[:400]}")
        onward = re.search(r'href="([^"]+)" role="button"', reply.text[reply.text.rindex(codes[-1]):])
        return self.get(onward.group(1).replace("&amp;", "&"))

    def send_appeal(self, values, file=None, lang="en"):
        """Through the form of the page; returns (number, code)."""
        page = self.get(f"/{lang}/appeals/new/write?kind=&body=&about=")
        reply = self.send(page.form("/appeals/new/write"), values, {"file": file} if file else None)
        if reply.status != 201:
            raise AssertionError(f"an appeal was not taken: {reply.status} {reply.text[:2000]}")
        given = reply.form("/appeals/receipt")
        return given.value("number"), given.value("code")

    def track(self, number, code, lang="en"):
        """Open a case with number and code; the page of the case."""
        page = self.get(f"/{lang}/track")
        return self.follow(self.send(page.form("/track"), {"number": number, "code": code}))


# ---- counting ----

class Checks:
    """Counts what held and keeps what did not."""

    def __init__(self, most_shown=40):
        self.passed, self.failures, self.most_shown = 0, [], most_shown

    def check(self, name, ok, what=""):
        if ok:
            self.passed += 1
        else:
            self.failures.append(f"{name}: {what}" if what != "" else name)
        return ok

    def finish(self):
        for f in self.failures[:self.most_shown]:
            print("FAILED " + f)
        if len(self.failures) > self.most_shown:
            print(f"... and {len(self.failures) - self.most_shown} more")
        print(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures or not self.passed else 0


def fast_folder(prefix):
    """A temporary folder, in memory where that is possible: for tests that ask for logic, not for durability."""
    return tempfile.mkdtemp(prefix=prefix, dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)


def accounts(printed):
    """What `birge init` printed: {login: password}."""
    return dict(re.findall(r"^(\S+)\s+((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})\s", printed, re.M))
