#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Honest people while somebody attacks: a thousand of them behind one address, forged letters by the thousand, thousands
of slow connections, one page asked for without end. All honest ones are served, and soon; memory stays bounded.

    attack_test.py BIRGE [--honest 300] [--seconds 12] [--slow 1500]

Addresses are told by a proxy on loopback, as the edge of a real installation does. Every load stops by itself.
Source: trust.md P14.
"""
import argparse
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash"))
import birge_client as bc  # noqa: E402

faults, checks = [], 0


def check(name, ok, what=""):
    global checks
    checks += 1
    if not ok:
        faults.append(name)
        print(f"FAILED {name} {what}")


class Line:
    """One connection to the server that says it carries somebody else's request."""

    def __init__(self, port, address):
        self.address = address
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.rest = b""

    def ask(self, head, body=b""):
        """Send one request; the status of its answer and the body."""
        self.socket.sendall(f"{head}\r\nHost: attack.test\r\nX-Forwarded-For: {self.address}\r\n".encode() +
                            f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
        while len(self.rest) < length:
            self.more()
        answer, self.rest = self.rest[:length], self.rest[length:]
        return int(head[9:12]), answer

    def more(self):
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("closed")
        self.rest += part

    def send_appeal(self, key, text, name=None):
        content = {"subject": "Street light", "text": text}
        if name:
            content["applicant"] = {"name": name}
        body = json.dumps(content).encode()
        return self.ask(f"POST /api/v1/appeals HTTP/1.1\r\nContent-Type: application/json\r\nIdempotency-Key: {key}", body)


class Attack:
    def __init__(self, port, seconds):
        self.port, self.end = port, time.monotonic() + seconds
        self.counts, self.lock = {}, threading.Lock()

    def count(self, what, n=1):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + n

    def goes_on(self):
        return time.monotonic() < self.end

    def forge(self, first):
        """The same letter under a thousand names, from addresses of one network after another."""
        n = first
        while self.goes_on():
            try:
                line = Line(self.port, f"192.0.{2 + n % 4}.9")
                for _ in range(50):
                    status, _ = line.send_appeal(f"forged-{n}", f"We the people demand it! {n % 7}", f"Name {n % 1000}")
                    self.count(f"forged {status}")
                    n += 2
                    if not self.goes_on():
                        break
            except OSError:
                self.count("forged cut")

    def flood_page(self):
        """One hot page, again and again, from one address."""
        while self.goes_on():
            try:
                line = Line(self.port, "198.18.0.1")
                while self.goes_on():
                    status, _ = line.ask("GET /kk HTTP/1.1")
                    self.count(f"page {status}")
            except OSError:
                self.count("page cut")

    def dribble(self, n):
        """Connections that send a byte of a head now and then, and never end it."""
        lines = []
        for _ in range(n):
            try:
                s = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                s.sendall(b"POST /api/v1/appeals HTTP/1.1\r\nHost: a")
                lines.append(s)
            except OSError:
                self.count("slow refused")
        self.count("slow opened", len(lines))
        while self.goes_on():
            for s in lines:
                try:
                    s.send(b"a", socket.MSG_DONTWAIT)
                except OSError:
                    pass
            time.sleep(1)
        for s in lines:
            s.close()


def honest(port, n, first, results):
    """One person after another behind the same address: each opens a connection, sends, leaves."""
    for i in range(first, first + n):
        began = time.monotonic()
        try:
            line = Line(port, "203.0.113.7")
            status, answer = line.send_appeal(f"honest-{i}", f"The lamp in front of house {i} does not burn.")
            line.socket.close()
        except OSError as e:
            status, answer = 0, str(e).encode()
        results.append((status, time.monotonic() - began, answer))
        time.sleep(0.03)


def memory(pid):
    """PSS of the process and its children, in MiB."""
    pids = [pid, *map(int, subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split())]
    total = 0
    for p in pids:
        try:
            with open(f"/proc/{p}/smaps_rollup", encoding="utf-8") as f:
                total += int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M).group(1))
        except OSError:
            pass
    return total / 1024


def run(birge, folder, args):
    server = bc.Server(birge, folder + "/data")
    server.init("--origin", "attack.test")
    with open(server.data + "/birge.ini", encoding="utf-8") as f:
        text = f.read()
    with open(server.data + "/birge.ini", "w", encoding="utf-8") as f:
        f.write(text.replace("[web]\n", "[web]\nproxies = 127.0.0.1\n", 1))
    server.start()
    attack = Attack(server.port, args.seconds)
    threads = [threading.Thread(target=attack.dribble, args=(args.slow,)), threading.Thread(target=attack.flood_page),
               threading.Thread(target=attack.forge, args=(0,)), threading.Thread(target=attack.forge, args=(1,))]
    results, per_person = [], args.honest // 4
    people = [threading.Thread(target=honest, args=(server.port, per_person, i * per_person, results)) for i in range(4)]
    for t in threads:
        t.start()
    time.sleep(1)
    for t in people:
        t.start()
    peak = 0
    while any(t.is_alive() for t in people):
        peak = max(peak, memory(server.pid()))
        time.sleep(0.5)
    healthy, _ = server.get("/healthz")
    for t in threads:
        t.join()
    served = [s for s, _, _ in results]
    times = sorted(t for _, t, _ in results)
    check("all honest ones are served", served.count(201) == len(results) == per_person * 4,
          f"{sorted(set(served))} {next((a for s, _, a in results if s != 201), b'')[:200]}")
    p99 = times[int(len(times) * 0.99)]
    check("soon", p99 <= 1.0, f"p99 {p99:.3f} s")
    check("numbers are unique", len({json.loads(a)["number"] for s, _, a in results if s == 201}) == served.count(201))
    check("memory is bounded", peak <= 256, f"{peak:.0f} MiB")
    check("it says that it is well", healthy == 200, str(healthy))
    check("the attack was one", attack.counts.get("forged 201", 0) > 100 and attack.counts.get("page 200", 0) > 100 and
          attack.counts.get("slow opened", 0) >= args.slow * 0.9, str(attack.counts))
    check("and was held off", attack.counts.get("page 429", 0) > 0, str(attack.counts))
    server.stop()
    code, said = server.audit()
    check("the audit is sound", code == 0, said[-300:])
    print(f"honest: {len(results)}, p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms; "
          f"peak {peak:.0f} MiB; {attack.counts}")
    print(f"figure: P14 honest_served {served.count(201)}\nfigure: P14 honest_refused {len(results) - served.count(201)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("birge")
    parser.add_argument("--honest", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--slow", type=int, default=1500)
    args = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the server inherits it
    if most < args.slow + 500:
        print(f"skipped: {most} files may be open, {args.slow} connections need more")
        return 77
    with tempfile.TemporaryDirectory(prefix="birge-attack-") as folder:
        run(os.path.abspath(args.birge), folder, args)
    print(f"{checks - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
