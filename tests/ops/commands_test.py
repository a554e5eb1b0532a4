#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the table of commands promises: every example runs, the man page is clean, completion completes, and what
is installed lies where people and shells look.

    commands_test.py BIRGE BUILD

Examples run as they stand, in bash, with /var/lib/birge and /backup moved to a scratch folder; files that they name
come from tests/ops/examples.
"""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../crash"))
import birge_client as bc  # noqa: E402

passed, skipped, failures = 0, 0, []
# Commands that do not end by themselves, or need a server of another kind; each is tested elsewhere.
NOT_RUN = {"serve": "runs until SIGTERM; tests/http starts it everywhere",
           "db copy": "needs a server; tests/postgres copies there and back",
           "db distribute": "needs Citus; tests/postgres tries it"}


def check(name, ok, what=""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append(f"{name}: {what}")


def run(*args, **more):
    return subprocess.run([BIRGE, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)


def table():
    return json.loads(run("help", "--json").stdout)


def name_of(c):
    return c["noun"] + (" " + c["verb"] if c["verb"] else "")


# ---- examples ----

def prepare():
    """The files that examples name: a receipt with its key, a backup, a profile, and those of the folder examples."""
    shutil.copytree(os.path.join(HERE, "examples"), WORK, dirs_exist_ok=True)
    os.makedirs(WORK + "/backup")
    shutil.copy(os.path.join(HERE, "../../profiles/kz-2026.json"), WORK + "/my-town.json")
    server = bc.Server(BIRGE, WORK + "/first")
    server.init()
    server.start()
    c = server.connect()
    c.request("POST", "/api/v1/appeals", json.dumps({"subject": "Lamp", "text": "The lamp of our street is dark."}),
              {"Content-Type": "application/json", "Idempotency-Key": "one"})
    receipt = json.loads(c.getresponse().read())["receipt"]
    server.stop()
    with open(WORK + "/receipt.txt", "w", encoding="utf-8", newline="") as f:
        f.write(receipt)
    shutil.copy(WORK + "/first/log/vkey", WORK + "/vkey")
    assert run("backup", "--data", WORK + "/first", WORK + "/birge-2026-11-24.tar").returncode == 0


def examples(commands):
    global skipped
    prepare()
    env = dict(os.environ, PATH=os.path.dirname(BIRGE) + ":" + os.environ["PATH"])
    check("the first example makes a data folder", name_of(commands[0]) == "init", name_of(commands[0]))
    for c in commands:
        name = name_of(c)
        check(f"{name}: the example is of this command", f"birge {name}" in c["example"], c["example"])
        if name in NOT_RUN:
            continue
        line = c["example"].replace("/var/lib/birge", WORK + "/state").replace("/backup/", WORK + "/backup/")
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=WORK, env=env, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        check(f"example of {name}", done.returncode == 0, f"{line}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
        shown = run(*name.split(), "--help")
        check(f"{name} --help begins with the example", shown.returncode == 0 and shown.stdout.strip().startswith(c["example"]),
              shown.stdout)


# ---- man page ----

def man_page(commands):
    page = os.path.join(BUILD, "packaging", "birge.1")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True)
    check("mandoc has nothing to say", done.returncode == 0 and not done.stdout, done.stdout)
    done = subprocess.run(["groff", "-ww", "-mdoc", "-Tutf8", page], capture_output=True, text=True)
    check("groff -ww has nothing to say", done.returncode == 0 and not done.stderr, done.stderr)
    done = subprocess.run(["man", "-l", page], capture_output=True, text=True,
                          env=dict(os.environ, MANWIDTH="200", LC_ALL="C.UTF-8", MANROFFOPT="-c", GROFF_NO_SGR="1"))
    text = re.sub(".\b", "", done.stdout)
    for c in commands:
        check(f"man page: example of {name_of(c)}", c["example"] in text, "missing")
        for o in c["options"]:
            check(f"man page: --{o['name']}", f"--{o['name']}" in text, "missing")


# ---- completion ----

def bash_words(words):
    """What bash would offer for the last of `words`."""
    script = f"""source '{BUILD}/packaging/birge.bash'; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _birge
                 printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-uc", script, "bash", *words], capture_output=True, text=True, cwd=WORK)
    return set(done.stdout.split("\n")) - {""}, done.stderr


def completion(commands):
    os.makedirs(WORK + "/with space")
    open(WORK + "/with space.txt", "w").close()
    files = set(os.listdir(WORK))
    folders = {f for f in files if os.path.isdir(os.path.join(WORK, f))}
    nouns = {c["noun"] for c in commands}
    def offers(words, expected, exactly=True):
        got, err = bash_words(["birge", *words])
        check(f"bash: birge {' '.join(words)}<tab>", not err and (got == expected if exactly else expected <= got), (got, err))
    offers([""], nouns | {"--help"})
    offers(["ser"], {"serve"})
    for noun in nouns:
        verbs = {c["verb"] for c in commands if c["noun"] == noun and c["verb"]}
        alone = any(c["noun"] == noun and not c["verb"] for c in commands)  # `birge seal FILE` beside `birge seal open`
        if verbs:
            offers([noun, ""], verbs | {"--help"} | (files if alone else set()))
    for c in commands:
        words = name_of(c).split()
        own = {"--" + o["name"] for o in c["options"]}
        offers([*words, "-"], own | {"--json", "--quiet", "--help"})
        for o in c["options"]:
            value = o["value"]
            if not value:
                continue
            if "|" in value:
                offers([*words, "--" + o["name"], ""], set(value.split("|")))
                offers([*words, "--" + o["name"], "=", ""], set(value.split("|")))
            elif value == "DIR":
                offers([*words, "--" + o["name"], ""], folders)
            elif value == "FILE":
                offers([*words, "--" + o["name"], ""], files)
        if c["operands"] and "FILE" in c["operands"]:
            offers([*words, ""], files, exactly=c["noun"] != "seal" or c["verb"] is not None)
            offers([*words, "with"], {"with space", "with space.txt"})
    offers(["init", "--demo", "--data", "x", "--d"], {"--db"})
    offers(["verify", "--key", "vk"], {"vkey"})
    offers(["verify", "rece"], {"receipt.txt"})
    offers(["help", "pol"], {"policy"})


def press(shell, lines, until):
    """Type into an interactive shell on a terminal, with TAB; what the terminal showed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(WORK)
        os.environ.update(TERM="dumb", PS1="$ ", HOME=WORK, PATH=os.path.dirname(BIRGE) + ":" + os.environ["PATH"])
        os.execvp(shell[0], shell)
    shown = b""
    def read_for(seconds, needle=None):
        nonlocal shown
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (needle and needle in shown):
            if select.select([fd], [], [], 0.05)[0]:
                try:
                    shown += os.read(fd, 65536)
                except OSError:
                    return
    read_for(10, b"$ ")
    for line in lines[:-1]:
        os.write(fd, line.encode() + b"\n")
        read_for(10, b"ready-mark")
    os.write(fd, lines[-1].encode())
    read_for(10, until.encode())
    os.write(fd, b"\x03")
    os.write(fd, b"exit\n")
    os.close(fd)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return shown.decode(errors="replace")


def terminals():
    global skipped
    load = f"source '{BUILD}/packaging/birge.bash'; echo ready-''mark"
    shown = press(["bash", "--norc", "--noprofile", "-i"], [load, "birge user add --language k\t"], "--language kk")
    check("bash on a terminal completes with TAB", "--language kk" in shown, shown)
    if not shutil.which("zsh"):
        print("skipped: zsh is not installed")
        skipped += 1
        return
    load = f"PS1='$ '; fpath=('{BUILD}/packaging' $fpath); autoload -U compinit; compinit -u -D; echo ready-''mark"
    shown = press(["zsh", "-f", "-i"], [load, "birge user add --language k\t"], "--language kk")
    check("zsh on a terminal completes with TAB", "--language kk" in shown, shown)


# ---- what is installed ----

def installed():
    done = subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet"], capture_output=True, text=True,
                          env=dict(os.environ, DESTDIR=WORK + "/root"))
    check("meson install", done.returncode == 0, done.stdout + done.stderr)
    there = [os.path.relpath(os.path.join(d, f), WORK + "/root") for d, _, fs in os.walk(WORK + "/root") for f in fs]
    for path in ("bin/birge", "share/man/man1/birge.1", "share/bash-completion/completions/birge",
                 "share/zsh/site-functions/_birge", "lib/systemd/system/birge.service"):
        check(f"installed: {path}", any(t.endswith(path) for t in there), there)


def main():
    commands = table()
    check("the table lists itself", {"help", "init", "serve"} <= {c["noun"] for c in commands}, commands)
    examples(commands)
    man_page(commands)
    completion(commands)
    terminals()
    installed()
    for f in failures:
        print("FAILED " + f)
    print(f"{passed} passed, {len(failures)} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    BIRGE = os.path.abspath(sys.argv[1])
    BUILD = os.path.abspath(sys.argv[2])
    WORK = tempfile.mkdtemp(prefix="birge-commands-")
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
