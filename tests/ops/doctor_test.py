#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""birge doctor on a folder and a machine that were broken on purpose, one thing at a time.

    doctor_test.py BIRGE

What cannot be broken here (another file system, a fast sync, a public address) is tried in src/app/tests/doctor_test.c.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash"))
import birge_client as bc  # noqa: E402

passed, failures = 0, []


def check(name, ok, what=""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append(f"{name}: {what}")


def doctor(*args, env=None):
    done = subprocess.run([BIRGE, "doctor", *args, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, **(env or {})))
    report = json.loads(done.stdout)
    return done.returncode, {f["name"]: f for f in report["findings"]}, report["worst"]


def is_graded(what, finding, grade, *args, env=None):
    code, found, worst = doctor(*args, env=env)
    f = found.get(finding, {})
    check(f"{what}: {finding} is {grade}", f.get("grade") == grade and (grade == "ok" or f.get("todo")), found)
    check(f"{what}: exit code", code == (1 if worst == "failure" else 0), (code, worst))
    check(f"{what}: failure fails", grade != "failure" or code == 1, code)


def fresh():
    """A folder with one backup and one appeal's worth of nothing: as init left it."""
    data = tempfile.mkdtemp(prefix="state-", dir=FOLDER) + "/data"
    subprocess.run([BIRGE, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
    return data


def machine():
    code, found, _ = doctor()
    check("without a folder only the machine is examined", code == 0 and "tzdata" in found and "key" not in found, found)
    empty = FOLDER + "/zones"
    os.makedirs(empty + "/Asia")
    is_graded("no tzdata", "tzdata", "failure", env={"TZDIR": empty})
    shutil.copy("/usr/share/zoneinfo/Asia/Bishkek", empty + "/Asia/Almaty")
    is_graded("tzdata of before 2024", "tzdata", "failure", env={"TZDIR": empty})
    is_graded("tzdata of the system", "tzdata", "ok")
    is_graded("texts", "texts", "ok")
    is_graded("fonts", "fonts", "ok")
    for name in ("ntp", "memory", "landlock", "seccomp"):
        check(f"{name} is told", name in found, found)


def folder():
    data = fresh()
    code, found, _ = doctor("--data", data, "--deep")
    check("a fresh folder has no failure", code == 0, found)
    check("no server is a note", found["server"]["grade"] == "note", found)
    for name in ("settings", "file_system", "sync", "rights_keys", "key", "journal_mode", "clock", "mail", "integrity"):
        check(f"fresh: {name} is examined", name in found, found)
    check("the scratch file is gone", not [f for f in os.listdir(data) if f.startswith(".doctor")], os.listdir(data))
    is_graded("no folder", "settings", "failure", "--data", FOLDER + "/none")
    is_graded("no backup", "backup", "warning", "--data", data)
    subprocess.run([BIRGE, "backup", "--data", data, FOLDER + "/b.tar", "--quiet"], check=True)
    is_graded("a backup", "backup", "ok", "--data", data)
    with open(data + "/log/backup", "w", encoding="ascii") as f:
        f.write("2025-01-01T00:00:00Z")
    is_graded("an old backup", "backup", "warning", "--data", data)
    ini = data + "/birge.ini"
    with open(ini, encoding="utf-8") as f:
        text = f.read()
    with open(ini, "w", encoding="utf-8") as f:
        f.write(text + "\n[limits]\ndisk_free_percent = 90\n")
    is_graded("a disk below its reserve", "disk", "failure", "--data", data)
    with open(ini, "w", encoding="utf-8") as f:
        f.write(text + "\n[limits]\nquue = 1\n")
    is_graded("a misspelt setting", "settings", "failure", "--data", data)
    with open(ini, "w", encoding="utf-8") as f:
        f.write(text.replace("origin = ", "origin = other-"))
    is_graded("another origin", "key", "failure", "--data", data)
    with open(ini, "w", encoding="utf-8") as f:
        f.write(text)
    is_graded("mended", "key", "ok", "--data", data)
    os.chmod(ini, 0o666)
    is_graded("settings that others change", "rights_settings", "failure", "--data", data)
    os.chmod(ini, 0o600)
    os.chmod(data + "/keys", 0o755)
    is_graded("keys that others see", "rights_keys", "failure", "--data", data)
    os.chmod(data + "/keys", 0o700)


def keys():
    data, other = fresh(), fresh()
    shutil.copy(other + "/log/vkey", data + "/log/vkey")
    is_graded("the public key of another log", "key", "failure", "--data", data)
    data = fresh()
    shutil.copy(other + "/keys/log", data + "/keys/log")
    is_graded("the secret key of another log", "key", "failure", "--data", data)
    os.unlink(data + "/keys/log")
    is_graded("no secret key", "key", "failure", "--data", data)


def database():
    def break_it(what, finding, grade, *statements):
        data = fresh()
        with sqlite3.connect(data + "/birge.db") as db:
            for s in statements:
                db.execute(s)
        db.close()
        is_graded(what, finding, grade, "--data", data)
    break_it("a head from the future", "clock", "failure", "UPDATE journal_head SET at = 4000000000000")
    break_it("no holidays", "calendar", "failure", "DELETE FROM core_calendar_day")
    break_it("holidays that were compared", "calendar", "ok", "UPDATE core_calendar_day SET is_verified = 1")
    break_it("a rollback journal", "journal_mode", "failure", "PRAGMA journal_mode=DELETE")
    break_it("a realm of no profile", "database", "failure", "UPDATE core_realm SET profile = 'atlantis'")
    data = fresh()
    with open(data + "/birge.db", "r+b") as f:
        f.write(b"rubbish" * 100)
    for extra in ("-wal", "-shm"):
        if os.path.exists(data + "/birge.db" + extra):
            os.unlink(data + "/birge.db" + extra)
    is_graded("a database that is none", "database", "failure", "--data", data)
    os.unlink(data + "/birge.db")
    is_graded("no database", "rights_database", "failure", "--data", data)


def serving():
    data = fresh()
    server = bc.Server(BIRGE, data, wrap=("bash", "-c", 'ulimit -n 300; exec "$@"', "limited"))
    server.pid = lambda: server.process.pid
    server.start()
    code, found, _ = doctor("--data", data)
    check("serving: no failure", code == 0, found)
    check("serving: the server takes appeals", found["server"]["grade"] == "ok", found)
    check("serving: the writer's settings are read back", found["synchronous"]["grade"] == "ok" and "2" in found["synchronous"]["found"],
          found)
    check("serving: few files may be open", found["open_files"]["grade"] == "warning", found)
    check("serving: local without an address for people", found["listening"]["grade"] == "note", found)
    server.stop()


def main():
    machine()
    folder()
    keys()
    database()
    serving()
    for f in failures:
        print("FAILED " + f)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    BIRGE = os.path.abspath(sys.argv[1])
    FOLDER = tempfile.mkdtemp(prefix="birge-doctor-")
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
