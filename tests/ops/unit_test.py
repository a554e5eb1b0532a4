#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The systemd unit, and what the server tells a service manager.

    unit_test.py BIRGE UNIT

systemd-analyze reads the unit as systemd would and weighs how exposed it leaves the server; where it is not installed,
that part skips. The protocol of notifications is tried against a socket of our own.
"""
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash"))
import birge_client as bc  # noqa: E402

EXPOSURE = 1.5  # at most; systemd-analyze's scale goes to 10
passed, skipped, failures = 0, 0, []


def check(name, ok, what=""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append(f"{name}: {what}")


def unit():
    global skipped
    if not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze is not installed")
        skipped += 1
        return
    with open(UNIT, encoding="utf-8") as f:
        text = f.read().replace("/usr/bin/birge", BIRGE).replace("Documentation=man:birge(1)\n", "")
    path = FOLDER + "/birge.service"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    about_us = [line for line in (done.stdout + done.stderr).splitlines() if "birge" in line]
    check("systemd-analyze verify has nothing to say", not about_us, about_us)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text + "ProtectSytem=strict\n")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    check("it would have seen a misspelt line", "birge.service" in done.stdout + done.stderr, done.stderr)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", path], capture_output=True, text=True)
    m = re.search(r"Overall exposure level for birge.service: ([\d.]+)", done.stdout)
    check("systemd-analyze security weighs the unit", m, done.stdout + done.stderr)
    if m:
        print(f"exposure {m.group(1)} of 10")
        check(f"exposure at most {EXPOSURE}", float(m.group(1)) <= EXPOSURE, done.stdout)


class Manager:
    """A service manager's end of the socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + path[1:] if path.startswith("@") else path)

    def told(self, seconds):
        """Everything that arrives within so many seconds."""
        end, all_ = time.monotonic() + seconds, []
        while time.monotonic() < end:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                all_.append(self.socket.recv(4096).decode())
            except socket.timeout:
                break
        return all_


def serve(path, **env):
    data = FOLDER + "/data"
    if not os.path.exists(data):
        subprocess.run([BIRGE, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
    manager = Manager(path)
    old = dict(os.environ)
    os.environ.update(NOTIFY_SOCKET=path, **env)
    server = bc.Server(BIRGE, data)
    server.start()
    os.environ.clear()
    os.environ.update(old)
    return manager, server


def heads():
    with sqlite3.connect(FOLDER + "/data/birge.db") as db:
        return db.execute("SELECT count(*) FROM journal_head").fetchone()[0]


def notifications():
    manager, server = serve(FOLDER + "/notify", WATCHDOG_USEC="200000")
    time.sleep(0.3)
    before = heads()
    told = manager.told(1.0)
    check("ready is told first", told[:1] == ["READY=1"], told)
    check("it is alive every half of the time", 5 <= told.count("WATCHDOG=1") <= 20, told)
    check("being alive writes nothing", heads() == before, (before, heads()))
    lock = sqlite3.connect(FOLDER + "/data/birge.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    manager.told(0.3)
    told = manager.told(1.0)
    check("a writer that cannot write is not told alive", told == [], told)
    lock.execute("ROLLBACK")
    lock.close()
    check("it lives again", "WATCHDOG=1" in manager.told(6.0), "silent")
    check("SIGTERM ends it with 0", server.stop() == 0, server.tail())
    told = manager.told(0.2)
    check("stopping is told last", told[-1:] == ["STOPPING=1"], told)


def abstract():
    manager, server = serve(f"@birge-test-{os.getpid()}", WATCHDOG_USEC="200000", WATCHDOG_PID="1")
    told = manager.told(0.7)
    check("an abstract socket; a watchdog of another process is not ours", told == ["READY=1"], told)
    server.stop()


def main():
    unit()
    notifications()
    abstract()
    for f in failures:
        print("FAILED " + f)
    print(f"{passed} passed, {len(failures)} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    BIRGE = os.path.abspath(sys.argv[1])
    UNIT = os.path.abspath(sys.argv[2])
    FOLDER = tempfile.mkdtemp(prefix="birge-unit-")
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
