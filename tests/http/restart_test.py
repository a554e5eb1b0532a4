#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a restart must not take away: sessions, forms that are open, answers to repeated requests, accepted appeals.

    restart_test.py BIRGE

The server is ended by SIGTERM and, for the same promises, by SIGKILL. Under load, SIGTERM drains: it exits 0, a request
that was half sent is finished, nothing that was answered with 201 is missing afterwards, and what was not answered can
be sent again with its key.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from visitor import Checks, Visitor, accounts, bc

C = Checks()
CLIENTS = 16
WORDS = {"subject": "The lamp at the school", "text": "It does not burn.\nSince autumn.", "name": "A. Person",
         "email": "person@example.org"}


def make(birge, folder):
    server = bc.Server(birge, folder + "/data")
    done = subprocess.run([birge, "init", "--data", server.data, *bc.database_options(), "--origin", "restart.test"], check=True,
                          capture_output=True, text=True)
    with open(server.data + "/log/vkey", encoding="utf-8") as f:
        return server, accounts(done.stdout), f.read().strip()


def post(server, key, body):
    c = server.connect()
    c.request("POST", "/api/v1/appeals", json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": key})
    r = c.getresponse()
    data = r.read()
    c.close()
    return r.status, r.getheader("Location"), data


# ---- what survives ----

class People:
    """Everybody who is on a page when the server goes away."""

    def __init__(self, server, passwords):
        self.author, self.registrar, self.writer, self.newcomer = (
            Visitor(server, n) for n in ("author", "registrar", "writer", "newcomer"))
        self.number, self.code = self.author.send_appeal(WORDS)
        self.case = self.author.track(self.number, self.code)
        self.registrar.sign_in("registrar", passwords["registrar"])
        self.desk_case = self.registrar.get(f"/en/desk/appeals/{self.number}")
        self.form = self.writer.get("/en/appeals/new/write?kind=&body=&about=").form("/appeals/new/write")
        page = self.newcomer.get("/en/staff/sign-in")  # password right, a new one not chosen yet
        self.pending = self.newcomer.follow(self.newcomer.send(
            page.form("/staff/sign-in"), {"login": "executor", "password": passwords["executor"]}))

    def look(self, how):
        reply = self.author.get(f"/en/appeals/{self.number}")
        C.check(f"{how}: the author's session holds", reply.status == 200 and "Since autumn." in reply.text, reply.status)
        reply = self.registrar.get(f"/en/desk/appeals/{self.number}")
        C.check(f"{how}: the registrar's session holds", reply.status == 200, reply.status)
        reply = self.newcomer.get("/en/staff/sign-in")
        C.check(f"{how}: a sign-in half done goes on", any(f.action.endswith("/password") for f in reply.forms), reply.status)

    def act(self, how, subject, language):
        """Forms that were drawn before the restart are taken after it."""
        reply = self.writer.send(self.form, {**WORDS, "subject": subject})
        C.check(f"{how}: a form drawn before is taken", reply.status == 201, f"{reply.status} {reply.text[:300]}")
        again = self.writer.send(self.form, {**WORDS, "subject": subject})
        number = [r.form("/appeals/receipt").value("number") for r in (reply, again) if r.status == 201]
        C.check(f"{how}: pressed twice it is one appeal", len(number) == 2 and number[0] == number[1], number)
        form = self.desk_case.form("/language")
        reply = self.registrar.send(form, {"language": language})
        C.check(f"{how}: a clerk's form drawn before is taken", reply.status == 303, f"{reply.status} {reply.text[:300]}")
        return reply


def stop(server, how):
    if how == "SIGKILL":
        server.kill()
        return 0
    return server.stop()


def survives(server, passwords):
    bodies = {f"key-{i}": {"subject": f"Kept {i}", "text": "The same words.", "language": "en"} for i in range(5)}
    first = {k: post(server, k, b) for k, b in bodies.items()}
    C.check("the first answers are 201", all(r[0] == 201 for r in first.values()))
    people = People(server, passwords)
    C.check("the newcomer must choose a password",
            any(f.action.endswith("/password") for f in people.pending.forms), people.pending.path)
    for n, how in enumerate(("SIGTERM", "SIGKILL")):
        C.check(f"{how}: exit 0", stop(server, how) == 0)
        server.start()
        people.look(how)
        people.act(how, f"Written across a restart {n}", ("kk", "ru")[n])
        people.form = people.writer.get("/en/appeals/new/write?kind=&body=&about=").form("/appeals/new/write")
        for key, body in bodies.items():
            C.check(f"{how}: {key} again is byte-identical", post(server, key, body) == first[key])
            status, _, data = post(server, key, {**body, "text": "Other words."})
            C.check(f"{how}: {key} with other words is 422 and shows nothing", status == 422 and
                    json.loads(first[key][2])["number"].encode() not in data, data[:200])
    leave = people.author.get(f"/en/appeals/{people.number}").form("/leave")
    people.author.send(leave)
    cookie_gone = Visitor(server)
    cookie_gone.cookies = dict(people.author.cookies)
    server.stop()
    server.start()
    reply = cookie_gone.get(f"/en/appeals/{people.number}")
    C.check("who left stays out after a restart", reply.status == 303 and b"Since autumn" not in reply.body, reply.status)


# ---- draining ----

def slow_sender(server, key):
    """A request whose body is half there when SIGTERM comes; (socket, rest of the bytes)."""
    body = json.dumps({"subject": "Slow line", "text": "y" * 3000, "language": "en"}).encode()
    head = ("POST /api/v1/appeals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    s = socket.create_connection(("127.0.0.1", server.port), timeout=15)
    s.sendall(head + body[:1500])
    return s, body[1500:]


def read_status(s):
    data = b""
    while b"\r\n" not in data:
        part = s.recv(4096)
        if not part:
            return 0
        data += part
    return int(data.split(b" ", 2)[1])


def drains(server, vkey):
    clients = [bc.Client(server, f"drain{i}") for i in range(CLIENTS)]
    for c in clients:
        c.start()
    slow, rest = slow_sender(server, "slow-one")
    time.sleep(0.5)
    began = time.monotonic()
    os.kill(server.pid(), 15)
    time.sleep(0.15)
    slow.sendall(rest)
    status = read_status(slow)
    slow.close()
    C.check("a request that was half sent at SIGTERM is finished", status == 201, status)
    for c in clients:
        c.stopping.set()
    code = server.process.wait(timeout=40)
    took = time.monotonic() - began
    for c in clients:
        c.join()
    C.check("SIGTERM under load: exit 0", code == 0, code)
    C.check("and soon: nobody is waited for who is idle", took < 5, f"{took:.1f} s")
    kept = [a for c in clients for a in c.acknowledged]
    lost_open = [o for c in clients for o in c.open]
    C.check("there was load", len(kept) > 50, len(kept))
    server.start()
    bad = []
    for key, body, data in kept:
        said, sent = json.loads(data), json.loads(body)
        status, stored = server.get(f"/api/v1/appeals/{said['number']}", {"Authorization": f"Bearer {said['code']}"})
        if status != 200 or json.loads(stored)["text"] != sent["text"]:
            bad.append(f"{key}: {status}")
        bc.check_receipt(said["receipt"], vkey, sent["subject"], sent["text"])
    C.check("every 201 before the end is there, and its receipt holds", not bad, bad[:3])
    numbers = [json.loads(data)["number"] for _, _, data in kept]
    C.check("no number twice", len(set(numbers)) == len(numbers))
    for key, body in lost_open:
        replies = [post(server, key, json.loads(body)) for _ in range(2)]
        C.check("an open request can be sent again", replies[0][0] == 201 and replies[0] == replies[1], replies[0][0])
    print(f"{len(kept)} acknowledged before SIGTERM, {len(lost_open)} left open, stopped in {took:.2f} s")


def main():
    birge = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="birge-restart-")
    server, passwords, vkey = make(birge, folder)
    try:
        server.start()
        survives(server, passwords)
        drains(server, vkey)
        C.check("exit 0 at the end", server.stop() == 0)
        code, said = server.audit()
        C.check("the audit is sound", code == 0, said)
    finally:
        if server.process and server.process.poll() is None:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return C.finish()


if __name__ == "__main__":
    sys.exit(main())
