#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an operator does with Birge on PostgreSQL: init, serve, move there and back, backup, restore, distribute; and what
Birge refuses to do.

    operate_test.py BIRGE
"""
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "crash"))
import birge_client as bc  # noqa: E402
import cluster as pg  # noqa: E402

BIRGE, FOLDER, CLUSTER = None, None, None
passed, failed, skipped = 0, 0, 0


def check(what, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"FAILED {what}: {str(detail)[-1500:]}")
    return ok


def run(*args):
    done = subprocess.run([BIRGE, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def folder(name):
    return os.path.join(FOLDER, name)


def init(name, url, *more):
    return run("init", "--data", folder(name), "--db", url, "--origin", "operate.test", *more)


def audit_is_sound(what, data):
    code, out, err = run("audit", "--data", data, "--json")
    check(f"{what}: the audit is sound", code == 0 and json.loads(out)["sound"], out + err)
    return json.loads(out) if code == 0 else {}


def send(server, key):
    c = server.connect()
    body = {"subject": f"Lamp {key}", "text": f"The lamp does not burn. Қараңғы. {key}\n"}
    c.request("POST", "/api/v1/appeals", json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": key})
    r = c.getresponse()
    answer = json.loads(r.read())
    check(f"appeal {key} is taken in", r.status == 201, answer)
    return answer, body


def verify(what, data, receipt):
    path = folder("receipt.txt")
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(receipt)
    code, out, err = run("verify", "--key", data + "/log/vkey", path)
    check(f"{what}: the receipt holds", code == 0, out + err)


def read_ini(data):
    with open(data + "/birge.ini", encoding="utf-8") as f:
        return f.read()


# ---- init, serve, accounts ----

def init_and_serve():
    url = CLUSTER.new_database()
    code, out, err = init("plain", url)
    data = folder("plain")
    if not check("init on a server", code == 0, out + err):
        return
    check("no file beside it", not os.path.exists(data + "/birge.db"))
    check("birge.ini names it", f"\nurl = {url}\n" in read_ini(data), read_ini(data)[:300])
    check("birge.ini is the owner's alone", stat.S_IMODE(os.stat(data + "/birge.ini").st_mode) == 0o600)
    server = bc.Server(BIRGE, data)
    server.start()
    answer, _ = send(server, "plain-1")
    code, out, err = run("user", "add", "--data", data, "--login", "a.office", "--name", "Duty officer", "--json")
    check("user add beside the server", code == 0 and json.loads(out)["password"], out + err)
    code, out, err = run("rebuild", "--data", data)
    check("rebuild beside the server", code == 0, out + err)
    check("SIGTERM ends it in order", server.stop() == 0)
    code, out, err = run("user", "list", "--data", data, "--json")
    check("user list without a server", code == 0 and "a.office" in out, out + err)
    verify("on a server", data, answer["receipt"])
    audit_is_sound("on a server", data)
    code, out, err = init("second", url)
    check("another init on the same database is refused", code != 0 and "holds a state already" in err, out + err)
    check("and leaves no folder", not os.path.exists(folder("second")) and not os.path.exists(folder("second.new")))
    code, out, err = run("audit", "--data", data)
    check("and what was there is as it was", code == 0, out + err)


def refusals():
    url = CLUSTER.new_database()
    name = url.split("/")[3].split("?")[0]
    CLUSTER.sql("CREATE TABLE payroll (n bigint)", name, "birge")
    code, out, err = init("foreign", url)
    check("a database with other people's tables is refused", code != 0 and "payroll" in err, out + err)
    tables = CLUSTER.sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", name)
    check("and gets none of ours", tables == [["payroll"]], tables)
    code, out, err = init("gone", "postgresql://birge@/x?host=/nonexistent")
    check("a server that is not there: said, and no folder", code != 0 and "birge:" in err and not os.path.exists(folder("gone")), err)
    code, out, err = init("wrong", "mysql://db/x")
    check("another kind of address", code == 2 and "postgresql://" in err, err)
    CLUSTER.sql("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' OWNER birge")
    code, out, err = init("latin", CLUSTER.url("latin"))
    check("a database that is not UTF-8 is refused", code != 0 and "utf" in err.lower(), out + err)


def a_changed_row_is_found():
    data = folder("plain")
    url = read_ini(data).split("\nurl = ")[1].split("\n")[0]
    name = url.split("/")[3].split("?")[0]
    CLUSTER.sql("UPDATE reception_appeal SET subject = subject || '.'", name, "birge")
    code, out, err = run("audit", "--data", data)
    check("the audit finds a row that somebody changed", code == 1 and "appeal" in err, out + err)
    CLUSTER.sql("UPDATE reception_appeal SET subject = substr(subject, 1, length(subject) - 1)", name, "birge")
    audit_is_sound("changed back", data)


# ---- passwords ----

def words_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode(errors="replace")
    except OSError:
        return ""


def passwords():
    url = CLUSTER.new_database(pg.SECRET_ROLE, pg.SECRET)
    secrets = {pg.SECRET, url.split(":")[2].split("@")[0]}

    def hidden(what, text):
        check(f"{what}: no password", not any(s in text for s in secrets), "it is there")

    process = subprocess.Popen([BIRGE, "init", "--data", folder("keyed"), "--db", url], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    time.sleep(0.15)  # the first milliseconds belong to the shell that typed it
    seen = ""
    while process.poll() is None:
        seen += words_of(process.pid)
        time.sleep(0.02)
    out, err = process.communicate()
    check("init with a password", process.returncode == 0, out + err)
    check("its words were seen", "init" in seen, seen)
    hidden("the words of the process", seen)
    hidden("what init says", out + err)
    check("birge.ini holds it", url in read_ini(folder("keyed")))
    server = bc.Server(BIRGE, folder("keyed"))
    server.start()
    send(server, "keyed-1")
    CLUSTER.kill()
    time.sleep(0.2)
    CLUSTER.start()
    server.process.kill()
    server.process.wait()
    with open(server.data + ".stderr", encoding="utf-8") as f:
        hidden("the log of a server whose database was killed", f.read())
    bad = url.replace(url.split(":")[2].split("@")[0], "wr0ng-word")
    secrets.add("wr0ng-word")
    with open(folder("url"), "w", encoding="utf-8") as f:
        f.write(bad + "\n")
    code, out, err = init("bad", folder("url"))
    check("a wrong password is told", code != 0 and "password" in err, out + err)
    hidden("and not shown", out + err)
    code, out, err = run("doctor", "--data", folder("keyed"))
    hidden("doctor", out + err)


# ---- there and back ----

def moving():
    data = folder("moving")
    code, out, err = run("init", "--data", data, "--origin", "moving.test", "--demo")
    check("a demo in a file", code == 0, err)
    server = bc.Server(BIRGE, data)
    server.start()
    sent = [send(server, f"moving-{i}") for i in range(5)]
    url = CLUSTER.new_database()
    code, out, err = run("db", "copy", "--data", data, "--db", url)
    check("no copy while a server runs", code != 0 and "stop it first" in err, out + err)
    server.stop()
    before = audit_is_sound("before the move", data)
    code, out, err = run("db", "copy", "--data", data, "--db", url, "--json")
    if not check("copy to the server", code == 0, out + err):
        return
    there = json.loads(out)
    check("it counts", there["rows"] > 1000 and there["leaves"] == before["leaves"] and there["sound"], there)
    check("the file steps aside", not os.path.exists(data + "/birge.db") and os.path.exists(data + "/birge.db.copied"))
    check("birge.ini names the server", f"\nurl = {url}\n" in read_ini(data))
    after = audit_is_sound("after the move", data)
    check("the same log, the same facts", all(after.get(k) == before.get(k) for k in
          ("leaves", "events", "readings", "heads", "nouns", "rows", "objects")), (before, after))
    server.start()
    for answer, body in sent:
        verify("given before the move", data, answer["receipt"])
        status, text = server.get(f"/api/v1/appeals/{answer['number']}", {"Authorization": f"Bearer {answer['code']}"})
        check("an old case is found, its text equal", status == 200 and json.loads(text)["text"] == body["text"], text)
        status, proof = server.get(f"/api/v1/appeals/{answer['number']}/proof", {"Authorization": f"Bearer {answer['code']}"})
        check("an old receipt is renewed", status == 200, proof)
        verify("renewed after the move", data, proof.decode())
    sent.append(send(server, "moving-there"))
    backup = folder("backup.tar")
    code, out, err = run("backup", "--data", data, backup)
    check("backup of a server while it serves", code == 0, out + err)
    sent.append(send(server, "moving-later"))
    server.stop()
    audit_is_sound("with what came later", data)
    restoring(backup, sent)
    back(data, url, sent)


def restoring(backup, sent):
    code, out, err = run("restore", backup, "--data", folder("restored"))
    check("restore into a file", code == 0 and os.path.exists(folder("restored") + "/birge.db"), out + err)
    check("and its birge.ini names no server", "\nurl = " not in read_ini(folder("restored")))
    one = audit_is_sound("restored into a file", folder("restored"))
    url = CLUSTER.new_database()
    code, out, err = run("restore", backup, "--data", folder("restored2"), "--db", url)
    check("restore into a server", code == 0 and not os.path.exists(folder("restored2") + "/birge.db"), out + err)
    two = audit_is_sound("restored into a server", folder("restored2"))
    check("both are the same", one == two, (one, two))
    verify("against the restored key", folder("restored2"), sent[0][0]["receipt"])
    code, out, err = run("restore", backup, "--data", folder("restored3"), "--db", url)
    check("a database that holds rows is refused", code != 0 and "holds rows already" in err, out + err)
    check("and no folder is left", not os.path.exists(folder("restored3")))


def back(data, url, sent):
    other = read_ini(folder("restored2")).split("\nurl = ")[1].split("\n")[0]
    code, out, err = run("db", "copy", "--data", data, "--db", other)
    check("no copy into a database that holds rows", code != 0 and "holds rows already" in err, out + err)
    check("and the folder stays where it was", f"\nurl = {url}\n" in read_ini(data))
    code, out, err = run("db", "copy", "--data", data, "--db", "sqlite", "--json")
    check("copy back into a file", code == 0 and json.loads(out)["sound"], out + err)
    check("birge.ini names no server", "\nurl = " not in read_ini(data))
    audit_is_sound("after the way back", data)
    server = bc.Server(BIRGE, data)
    server.start()
    for answer, body in sent:
        status, text = server.get(f"/api/v1/appeals/{answer['number']}", {"Authorization": f"Bearer {answer['code']}"})
        check("every case is found again", status == 200 and json.loads(text)["text"] == body["text"], text)
    server.stop()
    code, out, err = run("db", "copy", "--data", data, "--db", "sqlite")
    check("a file is in a file already", code == 2 and "already" in err, out + err)


# ---- Citus ----

def distribute():
    global skipped
    data = folder("plain")
    name = read_ini(data).split("\nurl = ")[1].split("/")[3].split("?")[0]
    rows = CLUSTER.sql("""
        SELECT i.indexrelid::regclass, i.indisunique, a.attname
          FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE c.relnamespace = 'public'::regnamespace""", name)
    check("there are keys to look at", len(rows) > 40, len(rows))
    wrong = [r for r in rows if r[2] != "realm"]
    check("every key and index begins with realm", not wrong, wrong)
    bare = CLUSTER.sql("""
        SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)""", name)
    check("every table has a primary key", not bare, bare)
    code, out, err = run("db", "distribute", "--data", data)
    if not CLUSTER.sql("SELECT 1 FROM pg_available_extensions WHERE name = 'citus'"):
        check("without Citus it says what is missing", code != 0 and "citus" in err and "CREATE EXTENSION" in err, out + err)
        audit_is_sound("and nothing was changed", data)
        print("skipped: distribution itself: the extension citus is not installed (Debian has no package of it)")
        skipped += 1
        return
    CLUSTER.sql("CREATE EXTENSION IF NOT EXISTS citus", name)
    code, out, err = run("db", "distribute", "--data", data, "--json")
    check("distribute", code == 0 and json.loads(out)["tables"] > 30, out + err)
    code, out, err = run("db", "distribute", "--data", data)
    check("and once more, which changes nothing", code == 0, out + err)
    audit_is_sound("distributed", data)
    server = bc.Server(BIRGE, data)
    server.start()
    answer, _ = send(server, "distributed-1")
    server.stop()
    verify("distributed", data, answer["receipt"])
    audit_is_sound("distributed and served", data)


def main():
    global BIRGE, FOLDER, CLUSTER
    BIRGE = os.path.abspath(sys.argv[1])
    reason = pg.why_not()
    if reason:
        print(f"skipped: {reason}")
        return 77
    os.environ.pop("BIRGE_TEST_DB", None)
    FOLDER = tempfile.mkdtemp(prefix="birge-operate-")
    try:
        with pg.Cluster.temporary() as CLUSTER:
            for part in (init_and_serve, refusals, a_changed_row_is_found, distribute, moving, passwords):
                try:
                    part()
                except Exception as e:  # one part that stumbles must not hide the others
                    check(part.__name__, False, f"{type(e).__name__}: {e}")
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
