#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""birge import from outside: beside a running server, killed and given again, with files that mean no good, and with
real data where it lies.

    import_test.py BIRGE SHARED_DATA
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash"))
import birge_client as bc  # noqa: E402

BIRGE, SHARED = os.path.abspath(sys.argv[1]), sys.argv[2]
WORK = tempfile.mkdtemp(prefix="birge-import-")
passed, skipped, failures = 0, 0, []


def check(name, ok, what=""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append(f"{name}: {what}")


def run(*args, **more):
    return subprocess.run([BIRGE, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=WORK, **more)


def write(name, text):
    path = os.path.join(WORK, name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    return path


def importing(state, noun, path, *options):
    """Run an import with --json; exit code and report."""
    done = run("import", noun, "--data", state, path, "--json", "--rejects", WORK + "/rejects.csv", *options)
    try:
        return done.returncode, json.loads(done.stdout), done.stderr
    except ValueError:
        return done.returncode, None, done.stdout + done.stderr


def fresh(name, profile="kz-2026"):
    server = bc.Server(BIRGE, os.path.join(WORK, name))
    server.init("--profile", profile, "--origin", name + ".test")
    code, report, err = importing(server.data, "bodies", write(name + "-bodies.csv",
                                  "code,name_kk,name_ru,name_en\nroads,Жолдар,Дороги,Roads\nwater,Су,Вода,Water\n"))
    check(name + ": bodies", code == 0 and report["taken"] == 2, err)
    return server


def rows(n, start=0):
    return "".join(f"N-{i},Row {i},\"words of row {i}, and some more of them\",{'roads' if i % 2 else 'water'},2026-09-{i % 28 + 1:02d}\n"
                   for i in range(start, start + n))


HEADER = "number,subject,text,body,received\n"


def is_sound(server, name):
    done = run("audit", "--data", server.data)
    check(name + ": the audit says sound", done.returncode == 0, done.stdout + done.stderr)


def count(server):
    """Cases, and different numbers of the other system among them."""
    return bc.open_database(server.data).execute(
        "SELECT count(*), count(DISTINCT number) FROM reception_origin")[0]


def killed():
    """kill -9 in the middle, the server and the command alike: every row once in the end."""
    server = fresh("killed")
    n = 12000
    path = write("many.csv", HEADER + rows(n))
    for turn in range(3):
        server.start()
        command = subprocess.Popen([BIRGE, "import", "appeals", "--data", server.data, path, "--rejects", WORK + "/r.csv"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=WORK)
        time.sleep(0.25 + 0.15 * turn)
        (server.process if turn != 1 else command).send_signal(signal.SIGKILL)
        if turn == 1:
            server.stop()
        command.communicate()
        server.process.wait()
        check(f"killed {turn}: no row twice", len(set(count(server))) == 1, count(server))
    code, report, err = importing(server.data, "appeals", path)
    check("killed: it went on to the end", code == 0 and report["rows"] == n and report["taken"] == n, err or report)
    check("killed: every row once", tuple(count(server)) == (n, n), count(server))
    is_sound(server, "killed")
    code, report, err = importing(server.data, "appeals", path)
    check("killed: given again nothing is done", code == 0 and report["known"], report)


def beside_a_server():
    """Citizens send while rows come in; both are there, and the page of a body counts both."""
    server = fresh("beside")
    server.start()
    client = bc.Client(server, "citizen")
    client.start()
    code, report, err = importing(server.data, "appeals", write("beside.csv", HEADER + rows(4000)), "--source", "Old portal")
    check("beside: taken", code == 0 and report["taken"] == 4000, err)
    client.stopping.set()
    server.stop()
    client.join(20)
    n = bc.open_database(server.data).execute("SELECT count(*) FROM reception_appeal")[0][0]
    check("beside: citizens were served meanwhile", n > 4000, n)
    is_sound(server, "beside")


def peak(*args):
    """Largest memory of a command, MiB."""
    done = subprocess.run(["/usr/bin/env", "python3", "-c", "import resource, subprocess, sys\n"
                           "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode\n"
                           "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)", *args],
                          capture_output=True, text=True, cwd=WORK)
    return [int(v) for v in done.stdout.split()]


def bounded_memory():
    """Identical rows, as many as one likes: the memory is that of a few."""
    server = fresh("large")
    few = write("few.csv", HEADER + "N-1,Same,the same words,roads,2026-09-01\n" * 5000)
    many = write("identical.csv", HEADER + "N-1,Same,the same words,roads,2026-09-01\n" * 100000)
    options = ["import", "appeals", "--data", server.data, "--dry-run", "--rejects", WORK + "/r.csv"]
    _, small = peak(BIRGE, *options, few)
    code, large = peak(BIRGE, *options, many)
    check("100,000 identical rows: told", code == 1, code)
    check("100,000 identical rows: bounded memory", large < small + 24, f"{small} and {large} MiB")
    open(WORK + "/long.csv", "w").write(HEADER + "1,a," + "x" * 30_000_000 + "\n" + rows(1))
    code, large = peak(BIRGE, *options, WORK + "/long.csv")
    check("a line of 30 MB: bounded memory", large < small + 24, f"{small} and {large} MiB")


def real_data():
    """Sets of real cases: all rows become cases or are told."""
    global skipped
    kursk = os.path.join(SHARED, "appeals-kursk-ru/appeals.csv")
    haven = os.path.join(SHARED, "newhaven-scf-en/scf_data.csv")
    inquiries = os.path.join(SHARED, "inquiries-kz-ru/sample_inquiries.csv")
    for path in (kursk, haven, inquiries):
        if not os.path.exists(path):
            skipped += 1
            print(f"skipped: {os.path.basename(os.path.dirname(path))} is not here")
    if os.path.exists(kursk):
        server = fresh("kursk")
        code, report, err = importing(server.data, "bodies", kursk, "--map", "responsible_body=name_ru,#4=name_kk")
        check("kursk: bodies", code == 0 and (report["taken"], report["same"]) == (73, 1384), err or report)
        code, report, err = importing(server.data, "appeals", kursk, "--html", "text", "--source", "Портал",
                                      "--map", "id=number,text_html=text,responsible_body=body")
        check("kursk: appeals", code == 0 and report["taken"] == 1457, err or report)
        html = bc.open_database(server.data).execute("SELECT count(*) FROM reception_appeal WHERE text LIKE '%</%'")[0][0]
        check("kursk: no tags are left", html == 0, html)
        is_sound(server, "kursk")
    if os.path.exists(haven):
        server = fresh("haven", "city-default")
        code, report, err = importing(server.data, "appeals", haven, "--empty", "None", "--set", "body=roads",
                                      "--map", "id=number,summary=subject,rating=text,status=state,created_at=received,closed_at=answered")
        check("newhaven: all rows are settled", report and report["taken"] + report["rejected"] == 500, err or report)
        check("newhaven: those without words are told", report["rejected"] == 46 and all(r["field"] == "text" for r in report["rejects"]), report)
        is_sound(server, "haven")
    if os.path.exists(inquiries):
        server = fresh("inquiries")
        code, report, err = importing(server.data, "appeals", inquiries, "--set", "body=roads", "--map", "category=subject")
        check("inquiries", code == 0 and report["taken"] == 98, err or report)


try:
    killed()
    beside_a_server()
    bounded_memory()
    real_data()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
for f in failures:
    print("FAILED " + f)
print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
sys.exit(1 if failures else 0)
