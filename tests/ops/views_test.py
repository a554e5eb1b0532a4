#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What designers and editors use: tools/check-views names each fault at its place, tools/preview draws every template.

    views_test.py BUILD
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
passed, failures = 0, []


def check(name, ok, what=""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append(f"{name}: {what}")


def run(*args, **env):
    done = subprocess.run(args, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=dict(os.environ, **env))
    return done.returncode, done.stdout + done.stderr


def faults():
    source = FOLDER + "/tree"
    shutil.copytree(ROOT + "/src", source + "/src")
    path = source + "/src/core/views/empty.html"
    with open(path, encoding="utf-8") as f:
        whole = f.read()
    table = [
        ("", None),
        ("<p>x</b>\n", r"empty\.html:1:5: error: </b>"),
        ("<p>қазақ {{m.title|colour}}</p>\n", r"empty\.html:1:10: error: "),
        ("\n  <img src=\"/x.png\">\n", r"empty\.html:2:\d+: error: .*alt"),
        ("  <p>{{m.titel}}</p>\n", r"empty\.html:1:10: error: .*titel"),
    ]
    for line, says in table:
        with open(path, "w", encoding="utf-8") as f:
            f.write(line + whole)
        code, out = run(ROOT + "/tools/check-views", VIEWGEN, path, BIRGE_SOURCE=source)
        if says:
            check(f"check-views says where {line!r} is wrong", code == 1 and re.search(says, out), out)
        else:
            check("a sound template passes", code == 0 and not out, out)
    code, out = run(ROOT + "/tools/check-views", VIEWGEN, FOLDER + "/none.html")
    check("a file of no slice is told", code == 1 and "none.html:1:1: error" in out, out)


def preview():
    out = FOLDER + "/all"
    code, said = run(ROOT + "/tools/preview", BUILD, out)
    check("preview draws every template", code == 0, said)
    for lang in ("kk", "ru", "en"):
        pages = glob.glob(f"{out}/{lang}/*.*.html")
        check(f"{lang}: there are pages of all slices", len(pages) > 60, len(pages))
        for page in pages:
            with open(page, encoding="utf-8") as f:
                text = f.read()
            check(f"{page}: is a page", text.startswith("<!doctype html>") and text.rstrip().endswith("</html>"), text[:80])
            for asset in re.findall(r'"(/assets/[^"]+)"', text):
                check(f"{page}: {asset} is there", os.path.exists(out + asset), asset)
    with open(FOLDER + "/data.json", "w", encoding="utf-8") as f:
        json.dump({"layout": {"title": "A title of ours"}}, f)
    code, said = run(ROOT + "/tools/preview", BUILD, FOLDER + "/one", "--data", FOLDER + "/data.json", "reception.help")
    with open(FOLDER + "/one/en/reception.help.html", encoding="utf-8") as f:
        check("preview takes words from a file", code == 0 and "A title of ours</h1>" in f.read(), said)
    with open(FOLDER + "/data.json", "w", encoding="utf-8") as f:
        json.dump({"colour": 1}, f)
    code, said = run(ROOT + "/tools/preview", BUILD, FOLDER + "/one", "--data", FOLDER + "/data.json", "reception.help")
    check("a field that is not there is told", code != 0 and "colour" in said, said)
    code, said = run(ROOT + "/tools/preview", BUILD, FOLDER + "/one", "reception.nothing")
    check("a template that is not there is told", code != 0 and "reception.nothing" in said, said)


def main():
    faults()
    preview()
    for f in failures[:20]:
        print("FAILED " + f)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv[1])
    VIEWGEN = os.path.join(BUILD, "tools/viewgen/viewgen")
    FOLDER = tempfile.mkdtemp(prefix="birge-views-")
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
