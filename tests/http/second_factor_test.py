#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Staff with phones over HTTP, with an app of our own: the rule of the house, the operator, a stolen database.

    second_factor_test.py BIRGE

Outside a demonstration nobody gets past the page of enrolling; in one, the printed accounts open with a password, and
whoever sets a device up is asked for its code from then on. A rule that is lowered is an event and told by `birge
doctor`. `birge user reset` gives a password and takes the device away. Neither secrets nor recovery codes stand in the
database.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time

from visitor import DEVICES, Checks, Device, Visitor, accounts, bc, fast_folder, recovery_codes_of, secret_of

C = Checks()
PASSWORD = "green kettles whistle here"


def make(birge, folder, *options):
    server = bc.Server(birge, folder)
    done = subprocess.run([birge, "init", "--data", folder, "--origin", "factor.test", *bc.database_options(), *options],
                          check=True, capture_output=True, text=True)
    return server, accounts(done.stdout)


def command(server, *words):
    done = subprocess.run([server.birge, *words, "--data", server.data], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def events(server, noun):
    return [v for v, in bc.open_database(server.data).execute(
        "SELECT verb FROM journal_event WHERE realm = 1 AND noun = ? ORDER BY seq", (noun,))]


def set_rule(server, line):
    path = server.data + "/birge.ini"
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    at = next(i for i, text in enumerate(lines) if text.strip() == "[sign_in]")
    lines = [x for i, x in enumerate(lines) if not (i > at and x.startswith("second_factor"))]
    lines.insert(at + 1, line)
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


def first_step(visitor, login, password):
    page = visitor.get("/en/staff/sign-in")
    return visitor.follow(visitor.send(page.form("/staff/sign-in"), {"login": login, "password": password}))


# ---- a state of its own ----

def compulsory(server, passwords):
    admin = Visitor(server)
    page = first_step(admin, "admin", passwords["admin"])
    page = admin.follow(admin.send(page.form("/staff/sign-in/password"), {"password": PASSWORD}))
    secret = secret_of(page)
    C.check("the picture is there besides the letters", "<svg" in page.text and "viewBox" in page.text)
    C.check("before a device there is nothing else", admin.get("/en/admin").status == 401)
    device = DEVICES[server.data, "admin"] = Device(secret)
    reply = admin.send(page.form("/staff/sign-in/enrol"), {"code": device.code()})
    codes = recovery_codes_of(reply)
    C.check("a right code gives ten recovery codes", reply.status == 200 and len(set(codes)) == 10, reply.status)
    C.check("and opens", admin.get("/en/admin").status == 200)
    other = Visitor(server)
    page = first_step(other, "admin", PASSWORD)
    spent = device.code()
    C.check("another browser is asked for a code", other.send(page.form("/staff/sign-in/code"), {"code": spent}).status == 303)
    third = Visitor(server)
    page = first_step(third, "admin", PASSWORD)
    reply = third.send(page.form("/staff/sign-in/code"), {"code": spent})
    C.check("which is good once", reply.status == 422 and third.get("/en/admin").status == 401, reply.status)
    reply = third.send(reply.form("/staff/sign-in/code"), {"code": codes[4].lower().replace("-", " ")})
    C.check("paper opens in its place", reply.status == 303 and third.get("/en/admin").status == 200, reply.status)
    return secret, codes


def stolen(server, secret, codes):
    """What lies on the disk, bytes for bytes, without the keys."""
    raw = base64.b32decode(secret.replace(" ", ""))
    needles = [raw, raw.hex().encode(), secret.encode(), secret.replace(" ", "").encode(), base64.b64encode(raw)]
    for code in codes:
        needles += [code.encode(), code.replace("-", "").encode()]
    names = [n for n in os.listdir(server.data) if n.startswith("birge.db")]
    data = b"".join(open(os.path.join(server.data, n), "rb").read() for n in names)
    if os.environ.get("BIRGE_TEST_DB"):  # on a server the rows are what there is
        db = bc.open_database(server.data)
        data = repr([db.execute(f"SELECT * FROM {t}") for t in ("core_second_factor", "core_recovery_code", "journal_event")]).encode()
    C.check("there is something to steal", len(data) > 1000, len(data))
    C.check("the database holds neither secret nor codes", not any(n in data for n in needles))
    with open(server.data + ".stderr", "rb") as f:
        log = f.read()
    C.check("nor does the server's log", not any(n in log for n in needles))


def alone(server):
    """One administrator, no head: nobody could confirm."""
    admin = Visitor(server)
    admin.sign_in("admin", PASSWORD)
    person = admin.get("/en/admin/people?login=registrar").header("Location")
    form = admin.get(f"{person}/recover").form("/recover")
    reply = admin.send(form, {"reason": "The phone was lost.", "checked": "Came in person."})
    C.check("a lone administrator is told of the operator", reply.status == 422 and "birge user reset" in reply.text, reply.status)


def operator(server):
    code, said = command(server, "user", "reset", "--login", "admin", "--json")
    fresh = json.loads(said)["password"] if code == 0 else ""
    C.check("the operator resets", code == 0 and re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", fresh), said)
    who = Visitor(server)
    page = first_step(who, "admin", fresh)
    C.check("after which no code is asked", any(f.action.endswith("/password") for f in page.forms), page.path)
    page = who.follow(who.send(page.form("/staff/sign-in/password"), {"password": PASSWORD + " again"}))
    C.check("and a device must be enrolled anew", any(f.action.endswith("/enrol") for f in page.forms), page.path)
    C.check("with an event", "second_factor_removed" in events(server, "person"))


def lowered(server, passwords):
    C.check("exit 0", server.stop() == 0)
    set_rule(server, "second_factor = sometimes")
    code, said = command(server, "serve", "--listen", "127.0.0.1:0")
    C.check("a rule that is none is refused, with its line", code != 0 and "expected required or offered" in said, said)
    set_rule(server, "second_factor = offered")
    server.start()
    C.check("lowering is an event", events(server, "realm")[-1] == "second_factor_offered", events(server, "realm"))
    who = Visitor(server)
    page = first_step(who, "executor", passwords["executor"])
    reply = who.send(page.form("/staff/sign-in/password"), {"password": PASSWORD + " too"})
    C.check("a password opens then", who.follow(reply).status == 200 and who.get("/en/staff").status == 200, reply.status)
    _, said = command(server, "doctor")
    C.check("which `birge doctor` tells", re.search(r"second factor.*offered to staff", said), said[-1500:])
    C.check("exit 0 again", server.stop() == 0)
    set_rule(server, "second_factor = required")
    server.start()
    C.check("raising it is one too", events(server, "realm")[-1] == "second_factor_required")
    C.check("and holds for a session that is open", who.get("/en/staff").status == 401)
    page = who.get("/en/staff/sign-in")
    C.check("which leads to enrolling", any(f.action.endswith("/enrol") for f in page.forms), page.path)
    C.check("exit 0 at the end", server.stop() == 0)
    code, said = server.audit()
    C.check("the audit is sound", code == 0, said)


# ---- a demonstration ----

def demonstration(server, passwords):
    server.start()
    who = Visitor(server)
    login = "roads.registrar"
    first_step(who, login, passwords[login])
    C.check("demo: login and password are enough", who.get("/en/desk").status == 200)
    page = who.get("/en/staff/second-factor")
    device = Device(secret_of(page))
    form = page.form("/staff/second-factor")
    reply = who.send(form, {"current": "not the password", "code": device.at(int(time.time()) // 30)})
    C.check("demo: a device needs the password", reply.status == 422, reply.status)
    reply = who.send(reply.form("/staff/second-factor"), {"current": passwords[login], "code": device.code()})
    C.check("demo: a device can be set up", reply.status == 200 and len(recovery_codes_of(reply)) == 10, reply.status)
    again = Visitor(server)
    page = first_step(again, login, passwords[login])
    C.check("demo: and is asked for from then on", again.get("/en/desk").status == 401)
    reply = again.send(page.form("/staff/sign-in/code"), {"code": device.code()})
    C.check("demo: its code opens", reply.status == 303 and again.get("/en/desk").status == 200, reply.status)
    C.check("demo: no rule was lowered", "second_factor_offered" not in events(server, "realm"))
    C.check("demo: exit 0", server.stop() == 0)


def main():
    birge = os.path.abspath(sys.argv[1])
    folder = fast_folder("birge-factor-")
    servers = []
    try:
        server, passwords = make(birge, folder + "/own")
        servers.append(server)
        server.start()
        secret, codes = compulsory(server, passwords)
        stolen(server, secret, codes)
        alone(server)
        operator(server)
        lowered(server, passwords)
        demo, passwords = make(birge, folder + "/demo", "--demo")
        servers.append(demo)
        demonstration(demo, passwords)
    finally:
        for s in servers:
            if s.process and s.process.poll() is None:
                s.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return C.finish()


if __name__ == "__main__":
    sys.exit(main())
