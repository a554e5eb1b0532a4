#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""An upgrade loses nothing and may be interrupted: data folders of earlier releases are taken over by this program.

    upgrade_test.py BIRGE [--kills 12] [--old OLD_BIRGE --rows N]

For each folder tests/upgrade/*.tar.xz: this program starts on it; every receipt of then verifies, with `birge verify` and
with code that shares nothing with it; every text is what was sent; the audit is sound. Then once more, killed at a chosen
call of the system during the upgrade, again and again, further on each time: what lies there is the old schema or the new
one or a whole step between, and the next start ends well. Last, a folder of a later program is refused and left alone.

With --old and --rows the folder is made by another program and filled by import, so that a step takes long.
Source: trust.md P16.
"""
import argparse
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../crash"))
import birge_client as bc  # noqa: E402

CALLS = ["pwrite64", "fdatasync", "rename"]
faults, checks = [], 0


def check(name, ok, what=""):
    global checks
    checks += 1
    if not ok:
        faults.append(name)
        print(f"FAILED {name}: {what}")


def unpack(archive, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    subprocess.run(["tar", "-C", folder, "-xJf", archive], check=True)
    with open(folder + "/kept.json", encoding="utf-8") as f:
        return folder + "/data", json.load(f)


def schema(data):
    """What was applied, and which tables are there."""
    db = sqlite3.connect(f"file:{data}/birge.db?mode=ro", uri=True)
    applied = db.execute("SELECT slice, number FROM db_migration ORDER BY slice, number").fetchall()
    tables = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    sound = db.execute("PRAGMA quick_check").fetchone()[0]
    db.close()
    return applied, tables, sound


def look(server, birge, kept, name):
    """Everything that was acknowledged then is there now."""
    with open(server.data + "/log/vkey", encoding="utf-8") as f:
        vkey = f.read().strip()
    for one in kept:
        number, receipt = one["answer"]["number"], one["answer"]["receipt"]
        status, body = server.get(f"/api/v1/appeals/{number}", {"Authorization": f"Bearer {one['answer']['code']}"})
        got = json.loads(body) if status == 200 else {}
        check(f"{name}: {number} has its words",
              (got.get("subject"), got.get("text")) == (one["sent"]["subject"], one["sent"]["text"]), f"{status} {body[:200]}")
        path = server.data + ".receipt"
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(receipt)
        said = subprocess.run([birge, "verify", "--key", vkey, path], capture_output=True, text=True, check=False)
        check(f"{name}: the receipt of {number} verifies", said.returncode == 0, said.stdout + said.stderr)
        try:
            bc.check_receipt(receipt, vkey, one["sent"]["subject"], one["sent"]["text"])
            ok, why = True, ""
        except Exception as e:  # whatever it is, the receipt does not hold
            ok, why = False, repr(e)
        check(f"{name}: and by code of its own", ok, why)
    code, said = server.audit()
    check(f"{name}: the audit is sound", code == 0, said[-400:])


def take_over(birge, archive, folder, name):
    """A plain upgrade. Returns what is applied afterwards."""
    data, kept = unpack(archive, folder)
    before, _, _ = schema(data)
    server = bc.Server(birge, data)
    server.start()
    look(server, birge, kept, name)
    check(f"{name}: it ends well", server.stop() == 0)
    after, tables, sound = schema(data)
    check(f"{name}: the old steps are among the new", set(before) <= set(after), f"{before} {after}")
    check(f"{name}: sound", sound == "ok", sound)
    server.start()
    check(f"{name}: and starts again", server.get("/healthz")[0] == 200)
    server.stop()
    return before, after, tables


def starts_to(server, seconds):
    """Wait until the server is ready or gone."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.process.poll() is None:
        with open(server.data + ".stderr", "rb") as f:
            if b"listening on" in f.read():
                return True
        time.sleep(0.01)
    return False


def killed_once(birge, archive, folder, name, call, n, known):
    """Kill at the n-th such call. False when the program came up before there were so many."""
    data, kept = unpack(archive, folder)
    server = bc.Server(birge, data)
    server.log = open(data + ".stderr", "wb")
    server.process = subprocess.Popen(
        ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}",
         birge, "serve", "--data", data, "--listen", "127.0.0.1:0"], stderr=server.log, stdin=subprocess.DEVNULL,
        start_new_session=True)
    came_up = starts_to(server, 30)
    try:
        os.killpg(server.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    server.process.wait()
    before, after = known
    applied, _, sound = schema(data)
    check(f"{name}: between the steps", set(before) <= set(applied) <= set(after), str(applied))
    check(f"{name}: sound", sound == "ok", sound)
    os.unlink(data + ".stderr")
    again = bc.Server(birge, data)
    again.start()
    look(again, birge, kept[:2], name)
    check(f"{name}: whole in the end", schema(data)[0] == after)
    again.stop()
    return not came_up


def kills(birge, archive, folder, label, known, n_kills, rng):
    """Spread over all calls that the upgrade makes; how many struck while it ran."""
    struck = 0
    for i in range(n_kills):
        call = CALLS[i % len(CALLS)]
        n = 1 + i // len(CALLS) if call != "pwrite64" else rng.randint(1, 120)
        struck += killed_once(birge, archive, folder, f"{label}: killed at {call} {n}", call, n, known)
    return struck


def a_later_one_is_refused(birge, archive, folder):
    data, _ = unpack(archive, folder)
    db = sqlite3.connect(data + "/birge.db")
    names = [r[1] for r in db.execute("PRAGMA table_info(db_migration)")]
    told = ", ".join("9999" if n == "number" else n for n in names)
    db.execute(f"INSERT INTO db_migration SELECT {told} FROM db_migration LIMIT 1")
    db.commit()
    db.close()
    with open(data + "/birge.db", "rb") as f:
        was = hashlib.sha256(f.read()).hexdigest()
    done = subprocess.run([birge, "serve", "--data", data, "--listen", "127.0.0.1:0"], capture_output=True, text=True,
                          timeout=30, check=False)
    check("a folder of a later program is refused", done.returncode not in (0, -9) and "newer" in done.stderr.lower(),
          f"{done.returncode} {done.stderr[-300:]}")
    with open(data + "/birge.db", "rb") as f:
        check("and left as it was", hashlib.sha256(f.read()).hexdigest() == was)


def make_large(old, rows, folder):
    """A folder of the old program with `rows` imported cases, as an archive like the others."""
    small = folder + "/small.tar.xz"
    subprocess.run([sys.executable, os.path.join(HERE, "make_golden.py"), old, small], check=True)
    data, _ = unpack(small, folder + "/large")
    with open(folder + "/rows.csv", "w", encoding="utf-8") as f:
        f.write("number,subject,text,received\n")
        for i in range(rows):
            f.write(f"L-{i},Light {i},The lamp in front of house {i} does not burn.,2026-05-{1 + i % 28:02d}\n")
    subprocess.run([old, "import", "appeals", "--data", data, "--quiet", "--set", "body=roads", "--rejects",
                    folder + "/rejects.csv", folder + "/rows.csv"], check=True, stdout=subprocess.DEVNULL)
    out = folder + "/large.tar.xz"
    subprocess.run(["tar", "-C", folder + "/large", "-I", "xz -0 -T0", "-cf", out, "data", "kept.json"], check=True)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("birge")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--old")
    parser.add_argument("--rows", type=int, default=1000000)
    args = parser.parse_args()
    birge = os.path.abspath(args.birge)
    archives = sorted(glob.glob(HERE + "/*.tar.xz"))
    struck = 0
    with tempfile.TemporaryDirectory(prefix="birge-upgrade-") as folder:
        if args.old:
            archives = [make_large(os.path.abspath(args.old), args.rows, folder)]
        for archive in archives:
            label = os.path.basename(archive)[:-len(".tar.xz")]
            before, after, _ = take_over(birge, archive, folder + "/one", label)
            if shutil.which("strace") and before != after:
                struck += kills(birge, archive, folder + "/one", label, (before, after), args.kills, random.Random(7))
                check(f"{label}: the kills struck the upgrade", struck > 0, str(struck))
            elif before != after:
                print("skipped: kills during the upgrade: no strace here")
        a_later_one_is_refused(birge, archives[0], folder + "/one")
    print(f"figure: P16 kills {struck}")
    print(f"{checks - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
