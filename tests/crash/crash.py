#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crash harness: kills, power cuts and failing disks under load; every promise is checked after each of them.

    crash.py --birge BIRGE --judge JUDGE [--short | --full] [--scale 1.0] [--only kill,power-xfs,...] [--seed N]

What each loop does, and what is checked when: tests/crash/README.md. Prints a table; exits 1 when a promise was broken or
a saboteur was not caught, 77 when nothing could run here.
"""
import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import plan  # noqa: E402
from world import Wrong  # noqa: E402


class Tools:
    """What every loop needs: the programs, the dice, and a folder that no disaster reaches."""

    def __init__(self, args, folder):
        self.birge, self.judge = os.path.abspath(args.birge), os.path.abspath(args.judge)
        self.outside = os.path.join(folder, "outside")
        self.rng = random.Random(args.seed)
        self.scale = args.scale
        self.saboteurs = {"sync_normal": args.sync_normal, "early_reply": args.early_reply}

    def with_birge(self, birge):
        other = object.__new__(Tools)
        other.__dict__.update(self.__dict__)
        other.birge = os.path.abspath(birge)
        return other


class Row:
    """One line of the table."""

    def __init__(self, name):
        self.name, self.state, self.what, self.detail = name, "", "", ""
        self.interruptions = self.receipts = self.seconds = 0
        self.starts = []


def run_loop(tools, folder, name, loop, verbose):
    row = Row(name)
    at = os.path.join(folder, name.replace(" ", "-"))
    os.makedirs(at)

    def say(text):
        if verbose:
            print(f"  {name}: {text}", flush=True)

    began = time.monotonic()
    try:
        loop(tools, at, row, say)
        row.state = row.state or "held"
    except plan.Skipped as why:
        row.state, row.detail = "skipped", str(why)
    except Wrong as wrong:
        row.state, row.detail = "BROKEN", str(wrong)
    except Exception as e:  # the harness itself: never to be taken for a pass
        row.state, row.detail = "ERROR", f"{type(e).__name__}: {e}"
        traceback.print_exc()
    row.seconds = time.monotonic() - began
    shutil.rmtree(at, ignore_errors=True)
    return row


def median(values):
    return sorted(values)[len(values) // 2] if values else 0.0


def print_table(rows, seconds):
    print(f"\n{'loop':24} {'interruptions':>13} {'receipts':>9} {'ready ms':>9} {'max':>6} {'s':>6}  outcome")
    for r in rows:
        ready = f"{median(r.starts) * 1000:.0f}" if r.starts else ""
        worst = f"{max(r.starts) * 1000:.0f}" if r.starts else ""
        print(f"{r.name:24} {r.interruptions or '':>13} {r.receipts or '':>9} {ready:>9} {worst:>6} {r.seconds:6.0f}  "
              f"{r.state}{': ' if r.what or r.detail else ''}{r.what or r.detail}")
    starts = [s for r in rows for s in r.starts if r.name.startswith(("kill", "power"))]
    print(f"{'in all':24} {sum(r.interruptions for r in rows):>13} {sum(r.receipts for r in rows):>9} "
          f"{median(starts) * 1000:>9.0f} {max(starts, default=0) * 1000:>6.0f} {seconds:6.0f}")
    counts = {state: sum(r.state == state for r in rows) for state in ("held", "caught", "skipped", "BROKEN", "MISSED", "ERROR")}
    for r in rows:
        if r.state == "skipped":
            print(f"skipped: {r.name}: {r.detail}")
    bad = counts["BROKEN"] + counts["MISSED"] + counts["ERROR"]
    print("lost 0, altered 0, numbered twice 0, bad signatures 0, forked heads 0" if not bad else "A PROMISE WAS BROKEN")
    print(f"{counts['held'] + counts['caught']} passed, {bad} failed, {counts['skipped']} skipped")
    return bad, counts["held"] + counts["caught"]


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--birge", required=True)
    p.add_argument("--judge", required=True)
    p.add_argument("--sync-normal", help="a build with -Dsaboteur=sync_normal")
    p.add_argument("--early-reply", help="a build with -Dsaboteur=early_reply")
    p.add_argument("--short", action="store_true")
    p.add_argument("--full", action="store_true")
    p.add_argument("--scale", type=float, default=1.0, help="of the counts of the full run")
    p.add_argument("--only", default="", help="names of loops, by comma")
    p.add_argument("--list", action="store_true")
    p.add_argument("--seed", type=int, default=int(time.time()))
    return p.parse_args()


def main():
    args = arguments()
    loops = plan.short() if not args.full else plan.full()
    if args.list:
        print("\n".join(name for name, _ in loops))
        return 0
    wanted = [w for w in args.only.split(",") if w]
    folder = tempfile.mkdtemp(prefix="birge-crash-", dir="/var/tmp" if not os.environ.get("TMPDIR") else None)
    os.chmod(folder, 0o755)  # PostgreSQL is another user
    os.environ.pop("BIRGE_TEST_DB", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that mounts and processes are tidied up
    print(f"seed {args.seed}", flush=True)
    began = time.monotonic()
    rows = []
    try:
        tools = Tools(args, folder)
        for name, loop in loops:
            if wanted and not any(name.startswith(w) for w in wanted):
                continue
            rows.append(run_loop(tools, folder, name, loop, args.full))
            r = rows[-1]
            print(f"{r.name}: {r.state} {r.what or r.detail} ({r.seconds:.0f} s)", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    bad, good = print_table(rows, time.monotonic() - began)
    return 1 if bad else 0 if good else 77


if __name__ == "__main__":
    sys.exit(main())
