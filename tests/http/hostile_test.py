#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hostile inputs against a real server: each gets a clear refusal, and nothing is lost or half done.

    hostile_test.py BIRGE

A case is a name, the bytes that are sent, and what must come back: a status, and for the API a problem+json that
names the field. After all of them the server still takes an appeal, the number of appeals grew only by those that were
acknowledged, and the audit is sound.
"""
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash"))
import birge_client as bc  # noqa: E402

GOOD = {"subject": "A lamp", "text": "It does not burn."}
passed, failures = 0, []


def raw(server, data, timeout=8.0):
    """Send bytes, read to the end or to the end of one answer; '' when the server just closed."""
    s = socket.create_connection(("127.0.0.1", server.port), timeout=timeout)
    try:
        s.sendall(data)
        s.settimeout(timeout)
        got = b""
        while True:
            try:
                part = s.recv(65536)
            except (TimeoutError, ConnectionResetError):
                break
            if not part:
                break
            got += part
            head, sep, body = got.partition(b"\r\n\r\n")
            m = re.search(rb"(?i)content-length: (\d+)", head)
            if sep and m and len(body) >= int(m.group(1)):
                break
        return got
    finally:
        s.close()


def status_of(answer):
    m = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(m.group(1)) if m else 0


def request(method, path, body=b"", **headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def post(body, key="hostile-{n}", ctype="application/json", **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    extra = {"Content-Type": ctype, **headers}
    if key is not None:
        post.n += 1
        extra["Idempotency-Key"] = key.format(n=post.n)
    return request("POST", "/api/v1/appeals", data, **extra)


post.n = 0


def expect(server, name, data, statuses, field=None):
    global passed
    answer = raw(server, data)
    status = status_of(answer)
    allowed = statuses if isinstance(statuses, tuple) else (statuses,)
    problem = None
    if status not in allowed:
        problem = f"expected {allowed}, got {status or 'a closed connection'}: {answer[:160]!r}"
    elif status >= 400 and b"/api/" in data.split(b"\r\n", 1)[0] and b"problem+json" in answer:
        body = json.loads(answer.partition(b"\r\n\r\n")[2])
        if body.get("status") != status or not body.get("title"):
            problem = f"problem+json without status or title: {body}"
        if field is not None and field not in [e["field"] for e in body.get("errors", [])]:
            problem = f"no error names {field!r}: {body}"
        if field is not None and not all(e["message"] for e in body["errors"]):
            problem = f"an error without a message: {body}"
    elif field is not None:
        problem = f"no problem+json: {answer[:300]!r}"
    if problem:
        failures.append(f"{name}: {problem}")
    else:
        passed += 1


def api_cases():
    big = "x" * 300_000
    yield "not JSON", post(b"{"), 400
    yield "an empty body", post(b""), 400
    yield "JSON with a trailing comma", post(b'{"subject":"a","text":"b",}'), 400
    yield "two documents", post(b'{"subject":"a","text":"b"}{}'), 400
    yield "a duplicate key", post(b'{"subject":"a","subject":"c","text":"b"}'), 400
    yield "NaN", post(b'{"subject":NaN,"text":"b"}'), 400
    yield "nested too deep", post(b'{"subject":' + b"[" * 5000 + b"]" * 5000 + b',"text":"b"}'), (400, 422)
    yield "broken UTF-8", post(b'{"subject":"\xff\xfe","text":"b"}'), 400
    yield "an overlong form", post(b'{"subject":"\xc0\xaf","text":"b"}'), 400
    yield "a lone surrogate", post(b'{"subject":"\\ud800","text":"b"}'), 400
    yield "an array", post(b"[]"), (400, 422)
    yield "a text", post(b'"appeal"'), (400, 422)
    yield "null", post(b"null"), (400, 422)
    yield "no subject", post({"text": "b"}), 422, "subject"
    yield "no text", post({"subject": "a"}), 422, "text"
    yield "an empty subject", post({"subject": "", "text": "b"}), 422, "subject"
    yield "an empty text", post({"subject": "a", "text": ""}), 422, "text"
    yield "a subject of spaces", post({"subject": "   ", "text": "b"}), 422, "subject"
    yield "a number for a subject", post({"subject": 5, "text": "b"}), 422, "subject"
    yield "null for a text", post({"subject": "a", "text": None}), 422, "text"
    yield "a list for a text", post({"subject": "a", "text": ["b"]}), 422, "text"
    yield "a subject of 10,000 characters", post({"subject": "y" * 10_000, "text": "b"}), 422, "subject"
    yield "a text of 300,000 characters", post({"subject": "a", "text": big}), (413, 422)
    yield "U+0000 in the text", post({"subject": "a", "text": "b\0c"}), (400, 422)
    yield "U+0000 in the subject", post({"subject": "a\0", "text": "b"}), (400, 422)
    yield "a line end in the subject", post({"subject": "a\nb", "text": "b"}), 422, "subject"
    yield "an escape in the subject", post({"subject": "a\x1b[31m", "text": "b"}), 422, "subject"
    yield "a tab in the subject", post({"subject": "a\tb", "text": "b"}), 422, "subject"
    yield "an unknown field", post({**GOOD, "urgent": True}), 422, "urgent"
    yield "a misspelt field", post({"subjet": "a", "text": "b"}), 422, "subjet"
    yield "an unknown language", post({**GOOD, "language": "fr"}), 422, "language"
    yield "a language of the wrong type", post({**GOOD, "language": 1}), 422, "language"
    yield "an unknown kind", post({**GOOD, "kind": "decree"}), 422, "kind"
    yield "an unknown body", post({**GOOD, "body": "no-such-body"}), 422, "body"
    yield "an applicant that is a text", post({**GOOD, "applicant": "me"}), 422, "applicant"
    yield "an applicant without a name", post({**GOOD, "applicant": {"email": "a@b.example"}}), 422, "applicant.name"
    yield "an unknown field of the applicant", post({**GOOD, "applicant": {"name": "N", "iin": "1"}}), 422, "applicant.iin"
    yield "an e-mail without @", post({**GOOD, "applicant": {"name": "N", "email": "nobody"}}), 422, "applicant.email"
    yield "an e-mail with a line end", post({**GOOD, "applicant": {"name": "N", "email": "a@b.example\nBcc: c@d.example"}}), 422, "applicant.email"
    yield "a phone of letters", post({**GOOD, "applicant": {"name": "N", "phone": "call me"}}), 422, "applicant.phone"
    yield "a name of 10,000 characters", post({**GOOD, "applicant": {"name": "N" * 10_000}}), 422, "applicant.name"
    yield "no idempotency key", post(GOOD, key=None), (400, 422)
    yield "an empty idempotency key", post(GOOD, key=""), (400, 422)
    yield "an idempotency key of 65 characters", post(GOOD, key="k" * 65), (400, 422)
    yield "an idempotency key with a space", post(GOOD, key="a b"), (400, 422)
    yield "an idempotency key that is not ASCII", post(GOOD, key="k\xe9"), (400, 422)
    yield "text/plain", post(GOOD, ctype="text/plain"), 415
    yield "a form", post(b"subject=a&text=b", ctype="application/x-www-form-urlencoded"), 415
    yield "no content type", request("POST", "/api/v1/appeals", b"{}", Idempotency_Key="hct"), 415
    yield "JSON in another charset", post(GOOD, ctype="application/json; charset=utf-16"), (400, 415)
    yield "a foreign origin", post(GOOD, Origin="https://elsewhere.example"), 403
    yield "a cross-site fetch", post(GOOD, Sec_Fetch_Site="cross-site"), 403
    yield "GET of the collection", request("GET", "/api/v1/appeals"), 405
    yield "PUT", request("PUT", "/api/v1/appeals", b"{}"), (405, 501)
    yield "TRACE", request("TRACE", "/api/v1/appeals"), (405, 501)
    yield "an unknown address", request("GET", "/api/v1/nothing"), 404
    yield "a case without a code", request("GET", "/api/v1/appeals/2026-0000001-1"), (401, 404)
    yield "a case with a wrong code", request("GET", "/api/v1/appeals/2026-0000001-1", Authorization="Bearer " + "0" * 20), 404
    yield "a code that is too long", request("GET", "/api/v1/appeals/2026-0000001-1", Authorization="Bearer " + "0" * 2000), (401, 404)
    yield "Basic instead of Bearer", request("GET", "/api/v1/appeals/2026-0000001-1", Authorization="Basic YTpi"), (401, 404)
    yield "a number that is none", request("GET", "/api/v1/appeals/%27%20OR%201=1", Authorization="Bearer " + "0" * 20), 404
    yield "a proof without a code", request("GET", "/api/v1/appeals/2026-0000001-1/proof"), (401, 404)


def framing_cases():
    body = json.dumps(GOOD).encode()
    head = "POST /api/v1/appeals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: f{}\r\n"
    n = 0

    def framed(more, tail=body):
        nonlocal n
        n += 1
        return head.format(n).encode() + more + b"\r\n" + tail

    length = b"Content-Length: %d\r\n" % len(body)
    yield "two Content-Length", framed(length + length), 400
    yield "two different Content-Length", framed(length + b"Content-Length: 5\r\n"), 400
    yield "Content-Length with a list", framed(b"Content-Length: 5, 5\r\n"), 400
    yield "Content-Length with a sign", framed(b"Content-Length: +%d\r\n" % len(body)), 400
    yield "a negative Content-Length", framed(b"Content-Length: -1\r\n"), 400
    yield "a hexadecimal Content-Length", framed(b"Content-Length: 0x20\r\n"), 400
    yield "a Content-Length beyond 64 bits", framed(b"Content-Length: 99999999999999999999\r\n"), (400, 413)
    yield "a space before the colon", framed(b"Content-Length : %d\r\n" % len(body)), 400
    yield "Transfer-Encoding with Content-Length", framed(length + b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"), (400, 501)
    yield "Transfer-Encoding alone", framed(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"), (400, 411, 501)
    yield "an obscure Transfer-Encoding", framed(length + b"Transfer-Encoding: xchunked\r\n"), (400, 501)
    yield "a folded header", framed(length + b"X-A: b\r\n c\r\n"), 400
    yield "a NUL in a header", framed(length + b"X-A: b\0c\r\n"), 400
    yield "a bare LF", head.format("lf").encode().replace(b"\r\n", b"\n") + length + b"\r\n" + body, 400
    yield "a bare CR in a header", framed(length + b"X-A: b\rc\r\n"), 400
    yield "no Content-Length", framed(b"", b""), 411
    yield "a header name with a space", framed(length + b"X A: b\r\n"), 400
    yield "a header without a colon", framed(length + b"XA\r\n"), 400
    yield "an empty header name", framed(length + b": b\r\n"), 400
    yield "a header of 10 KB", framed(length + b"X-A: " + b"b" * 10_000 + b"\r\n"), 431
    yield "100 headers", framed(length + b"".join(b"X-%d: b\r\n" % i for i in range(100))), 431
    yield "two hosts", framed(length + b"Host: elsewhere.example\r\n"), 400
    yield "no host", b"GET / HTTP/1.1\r\n\r\n", 400
    yield "an absolute address of another host", b"GET http://elsewhere.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400
    yield "an address of 5,000 bytes", b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414
    yield "HTTP/2.0 in clear", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 501, 505)
    yield "HTTP/9.9", b"GET / HTTP/9.9\r\nHost: h\r\n\r\n", (400, 505)
    yield "no version", b"GET /\r\n\r\n", (400, 505)
    yield "rubbish", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40 + b"\r\n\r\n", 400
    yield "a body larger than allowed", framed(b"Content-Length: 90000000\r\n", b""), 413
    yield "a NUL in the address", b"GET /kk/%00 HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "broken UTF-8 in the address", b"GET /kk/%ff%fe HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "dot segments", b"GET /kk/../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "encoded dot segments", b"GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "a tile that is none", b"GET /log/tile/9/x999/999 HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "a tile with a negative index", b"GET /log/tile/0/-01 HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "a tile of width 300", b"GET /log/tile/0/000.p/300 HTTP/1.1\r\nHost: h\r\n\r\n", (400, 404)
    yield "an unknown language", b"GET /xx/ HTTP/1.1\r\nHost: h\r\n\r\n", 404


def form_cases():
    """Pages: without the token, from elsewhere, with wrong values; /kk/appeals/new/write is the intake form."""
    form = b"subject=a&text=b"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/kk/appeals/new/write", "/ru/track", "/en/staff/sign-in", "/en/staff/sign-out", "/kk/admin/bodies/new"):
        yield f"{path} without a token", request("POST", path, form, **kind), (403, 404, 405)
        yield f"{path} from elsewhere", request("POST", path, form, **kind, Origin="https://elsewhere.example"), (403, 404, 405)
    yield "a desk for nobody", request("GET", "/kk/desk"), (303, 401, 403, 404)
    yield "the administration for nobody", request("GET", "/kk/admin"), (303, 401, 403, 404)
    yield "a cookie that is no session", request("GET", "/kk/desk", Cookie="__Host-birge=" + "A" * 43), (303, 401, 403, 404)
    yield "a cookie of 4 KB", request("GET", "/kk", Cookie="__Host-birge=" + "A" * 4000), (200, 400)
    yield "a multipart form without its end", request("POST", "/kk/appeals/new/write", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
                                                       Content_Type="multipart/form-data; boundary=x"), (400, 403)
    yield "a multipart form without a boundary", request("POST", "/kk/appeals/new/write", b"x", Content_Type="multipart/form-data"), (400, 403, 415)


def same_key(server):
    """The same key: the same bytes for the same content, nothing of the first for other content."""
    first = raw(server, post(GOOD, key="same"))
    again = raw(server, post(GOOD, key="same"))
    other = raw(server, post({"subject": "Other", "text": "words"}, key="same"))
    body = [a.partition(b"\r\n\r\n")[2] for a in (first, again, other)]
    check("a repeated request gets the identical 201", status_of(first) == 201 and body[0] == body[1], body[1][:200])
    number = json.loads(body[0])["number"].encode() if status_of(first) == 201 else b"?"
    check("the same key with other content is 422 and shows nothing", status_of(other) == 422 and number not in body[2]
          and b"It does not burn" not in body[2], body[2][:300])


def check(name, ok, what=b""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append(f"{name}: {what!r}")


def full_disk(birge, folder):
    """On a small tmpfs: refusals when it is short, and everything acknowledged is there afterwards."""
    if os.environ.get("BIRGE_TEST_DB"):
        print("skipped: a full disk: that of a database server is not seen from here")
        return
    mount = os.path.join(folder, "small")
    os.makedirs(mount)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount], capture_output=True).returncode:
        print("skipped: a tmpfs cannot be mounted here")
        return
    try:
        server = bc.Server(birge, os.path.join(mount, "data"))
        server.init("--origin", "full.test")
        with open(server.data + "/birge.ini", "a", encoding="utf-8") as f:
            f.write("\n[limits]\ndisk_free_percent = 5\ndisk_free_mib = 1\n")
        server.start()
        kept, refused = [], 0
        connection = server.connect()
        for i in range(1500):
            body = json.dumps({"subject": f"Full {i}", "text": "z" * 8000})
            connection.request("POST", "/api/v1/appeals", body, {"Content-Type": "application/json", "Idempotency-Key": f"full-{i}"})
            r = connection.getresponse()
            data = r.read()
            if r.status == 201:
                kept.append((json.loads(data), f"Full {i}"))
            elif r.status == 503:
                refused += 1
                check("503 carries Retry-After", r.getheader("Retry-After") is not None) if refused == 1 else None
                if refused >= 5:
                    break
            else:
                check("a full disk is 503", False, data[:200])
                break
        health, _ = server.get("/healthz")
        check("a full disk refuses before the database fails", refused > 0 and health == 503, f"{len(kept)} kept, {refused} refused")
        subprocess.run(["mount", "-o", "remount,size=60m", mount], check=True)
        server.get("/healthz")
        lost = 0
        for case, subject in kept:
            status, data = server.get(f"/api/v1/appeals/{case['number']}", {"Authorization": f"Bearer {case['code']}"})
            lost += status != 200 or json.loads(data)["subject"] != subject
        check("nothing acknowledged was lost on a full disk", lost == 0 and kept, f"{lost} of {len(kept)}")
        health, _ = server.get("/healthz")
        check("with room again it takes writes", health == 200 and status_of(raw(server, post(GOOD, key="after"))) == 201)
        server.stop()
        code, said = server.audit()
        check("the audit is sound after a full disk", code == 0, said)
    finally:
        subprocess.run(["umount", "-l", mount], capture_output=True)


def main():
    birge = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="birge-hostile-")
    try:
        server = bc.Server(birge, folder + "/data")
        server.init("--origin", "hostile.test")
        server.start()
        total = 0
        for cases in (api_cases, framing_cases, form_cases):
            for name, data, statuses, *field in cases():
                total += 1
                expect(server, name, data, statuses, field[0] if field else None)
        same_key(server)
        status, _ = server.get("/healthz")
        check("the server is well afterwards", status == 200)
        check("and takes an appeal", status_of(raw(server, post(GOOD, key="good"))) == 201)
        check("SIGTERM exits 0", server.stop() == 0)
        code, said = server.audit()
        check("the audit is sound", code == 0, said)
        with open(server.data + ".stderr", encoding="utf-8", errors="replace") as f:
            log = f.read()
        check("no words of people in the log", "It does not burn" not in log and "A lamp" not in log)
        full_disk(birge, folder)
        print(f"{total} hostile inputs")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for f in failures:
        print("FAILED " + f)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
