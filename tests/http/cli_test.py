#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line as people and scripts use it: usage, accounts, backup while serving, restore, refusals.

    cli_test.py BIRGE
"""
import json
import os
import shutil
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


def run(*args):
    done = subprocess.run([BIRGE, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def usage():
    table = [
        ([], 2, "Commands:", ""),
        (["help"], 0, "birge init --demo", ""),
        (["--help"], 0, "Commands:", ""),
        (["srve"], 2, "", "did you mean serve?"),
        (["fly"], 2, "", "unknown command fly"),
        (["user"], 2, "", "add, list, reset"),
        (["user", "delete"], 2, "", "add, list, reset"),
        (["init"], 2, "", "--data DIR is missing"),
        (["user", "--help"], 0, "user reset", ""),
        (["help", "user", "add"], 0, "--login", ""),
        (["help", "user", "fly"], 2, "", "unknown command user fly"),
        (["help", "--completion", "fish"], 2, "", "bash|zsh"),
        (["user", "add", "--data", "x", "--login", "a", "--name", "b", "--language", "de"], 2, "", "kk|ru|en"),
        (["verify", "--key", "a+b", "--", "--help", "more"], 2, "", "too many words"),
        (["init", "--help"], 0, "--origin", ""),
        (["init", "--dta", "x"], 2, "", "did you mean --data?"),
        (["init", "--data"], 2, "", "--data needs DIR"),
        (["init", "--data", "a", "--data", "b"], 2, "", "given twice"),
        (["init", "--data", FOLDER + "/p", "--profile", "atlantis"], 2, "", "atlantis"),
        (["init", "--data", FOLDER + "/z", "--zone", "Mars/Olympus"], 2, "", "Mars/Olympus"),
        (["init", "--data", FOLDER + "/o", "--origin", "two words"], 2, "", "origin"),
        (["serve", "--data", FOLDER + "/none"], 2, "", "birge init"),
        (["serve", "--data", FOLDER + "/none", "--workers", "many"], 2, "", "--workers many"),
        (["audit", "--data", FOLDER + "/none"], 2, "", "not a data folder"),
        (["verify", "--key", "rubbish", "/dev/null"], 2, "", "--key"),
        (["verify", "--key", "a+b"], 2, "", "RECEIPT is missing"),
        (["backup", "--data", FOLDER], 2, "", "FILE is missing"),
        (["profile", "check"], 0, "kz-2026", ""),
        (["profile", "show", "--profile", "kz-2026"], 0, "appeal.term.ordinary", ""),
        (["profile", "show", "--profile", "none"], 2, "", "none"),
        (["policy", "show"], 0, "reception.answer", ""),
        (["policy", "routes"], 0, "/{lang}/desk", ""),
    ]
    for args, code, out, err in table:
        got = run(*args)
        check("birge " + " ".join(args), got[0] == code and out in got[1] and err in got[2], got)
    check("a failed init leaves nothing", not any(os.path.exists(f"{FOLDER}/{x}{y}") for x in "pzo" for y in ("", ".new")),
          os.listdir(FOLDER))


def accounts(server):
    """The same commands while the server runs and while it rests."""
    for state in ("resting", "serving"):
        login = f"officer.{state}"
        code, out, err = run("user", "add", "--data", server.data, "--login", login, "--name", "Duty officer", "--json")
        check(f"user add, {state}", code == 0 and json.loads(out)["login"] == login and len(json.loads(out)["password"]) == 19, err)
        code, out, err = run("user", "add", "--data", server.data, "--login", login, "--name", "Again")
        check(f"a login is taken once, {state}", code == 2 and "taken" in err.lower() or login in err, (code, err))
        code, out, err = run("user", "reset", "--data", server.data, "--login", login)
        check(f"user reset, {state}", code == 0 and "password, shown once: " in out, err)
        code, out, err = run("user", "reset", "--data", server.data, "--login", "nobody")
        check(f"reset of nobody, {state}", code in (1, 2) and "nobody" in err, err)
        code, out, err = run("user", "list", "--data", server.data)
        check(f"user list, {state}", code == 0 and login in out and "Duty officer" in out, out + err)
        code, out, err = run("rebuild", "--data", server.data)
        check(f"rebuild, {state}", code == 0, err)
        if state == "resting":
            server.start()
    code, out, err = run("init", "--data", server.data)
    check("init of a folder that exists", code == 1 and "exists already" in err, err)
    code, out, err = run("serve", "--data", server.data, "--listen", "127.0.0.1:0")
    check("a second server on the same folder", code == 1 and "in use by process" in err, err)


def backups(server, vkey):
    connection = server.connect()
    cases = []
    for i in range(40):
        connection.request("POST", "/api/v1/appeals", json.dumps({"subject": f"Backup {i}", "text": "words"}),
                           {"Content-Type": "application/json", "Idempotency-Key": f"backup-{i}"})
        cases.append(json.loads(connection.getresponse().read()))
    file = FOLDER + "/backup.tar"
    code, out, err = run("backup", "--data", server.data, file)
    check("backup while serving", code == 0 and os.path.getsize(file) > 10000, err)
    check("a backup is for its owner alone", os.stat(file).st_mode & 0o077 == 0, oct(os.stat(file).st_mode))
    names = subprocess.run(["tar", "tf", file], capture_output=True, text=True).stdout.split()
    check("tar reads it", "birge.db" in names and "birge.ini" in names and "log/vkey" in names, names)
    code, out, err = run("backup", "--data", server.data, file)
    check("a backup overwrites nothing", code != 0 and "exists already" in err, err)
    receipt = FOLDER + "/receipt.txt"
    with open(receipt, "w", encoding="utf-8", newline="") as f:
        f.write(cases[7]["receipt"])
    code, out, err = run("verify", "--key", vkey, receipt)
    check("birge verify", code == 0 and cases[7]["number"] in out, err)
    code, out, err = run("verify", "--key", server.data + "/log/vkey", receipt)
    check("birge verify with a key file", code == 0, err)
    code, out, err = run("verify", "--key", vkey, receipt, "--json")
    check("birge verify --json", json.loads(out)["valid"] is True, out)
    server.stop()
    restored = FOLDER + "/restored"
    code, out, err = run("restore", file, "--data", restored)
    check("restore", code == 0, err)
    code, out, err = run("audit", "--data", restored)
    check("the restored folder is sound", code == 0 and out.startswith("sound"), err)
    code, out, err = run("audit", "--data", restored, "--json")
    check("audit --json", json.loads(out)["sound"] is True, out)
    again = bc.Server(BIRGE, restored)
    again.start()
    status, body = again.get(f"/api/v1/appeals/{cases[39]['number']}", {"Authorization": f"Bearer {cases[39]['code']}"})
    check("the restored server knows its cases", status == 200 and json.loads(body)["subject"] == "Backup 39", body[:200])
    status, proof = again.get(f"/api/v1/appeals/{cases[0]['number']}/proof", {"Authorization": f"Bearer {cases[0]['code']}"})
    with open(receipt, "wb") as f:
        f.write(proof)
    check("a renewed receipt verifies under the first key", run("verify", "--key", vkey, receipt)[0] == 0)
    again.stop()
    code, out, err = run("restore", file, "--data", restored)
    check("restore overwrites nothing", code != 0 and "exists already" in err, err)
    with open(FOLDER + "/not.tar", "wb") as f:
        f.write(b"rubbish" * 1000)
    code, out, err = run("restore", FOLDER + "/not.tar", "--data", FOLDER + "/x")
    check("rubbish is no backup and leaves nothing", code != 0 and not os.path.exists(FOLDER + "/x"), err)


def settings(server):
    with open(server.data + "/birge.ini", encoding="utf-8") as f:
        ini = f.read()
    for line, what in (("[limits]\nquue = 5\n", "quue"), ("[limits]\nqueue = lots\n", "lots"), ("[limts]\nqueue = 5\n", "limts")):
        with open(server.data + "/birge.ini", "w", encoding="utf-8") as f:
            f.write(ini + line)
        code, out, err = run("serve", "--data", server.data, "--listen", "127.0.0.1:0")
        check(f"birge.ini with {what}", code == 2 and what in err and "birge.ini" in err, err)
    with open(server.data + "/birge.ini", "w", encoding="utf-8") as f:
        f.write(ini)
    os.chmod(server.data + "/keys", 0o755)
    for name in os.listdir(server.data + "/keys"):
        os.chmod(server.data + "/keys/" + name, 0o644)
    code, out, err = run("serve", "--data", server.data, "--listen", "127.0.0.1:0")
    check("keys that others can read", code == 2 and "keys" in err, err)


def main():
    server = bc.Server(BIRGE, FOLDER + "/data")
    vkey = server.init("--origin", "cli.test", "--name", "Test office")
    usage()
    accounts(server)
    backups(server, vkey)
    settings(server)
    for f in failures:
        print("FAILED " + f)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    BIRGE = os.path.abspath(sys.argv[1])
    FOLDER = tempfile.mkdtemp(prefix="birge-cli-")
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
