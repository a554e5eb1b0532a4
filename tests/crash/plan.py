# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which loops a run is made of, in its short and its full form. Each is (name, function(tools, folder, row, say))."""
import os
import shutil

import disk
import loops


class Skipped(Exception):
    """This machine lacks what the loop needs; the text says what."""


def need(*programs):
    for program, package in programs:
        if not shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin"):
            raise Skipped(f"{program} is not installed (Debian: {package})")


def take(row, world, numbers, what=""):
    row.interruptions += world.interruptions
    row.receipts += numbers["promised"]
    row.starts += world.starts
    row.what = what


# ---- A, B, C ----

def kills(n, target):
    def run(tools, folder, row, say):
        need(("sqlite3", "sqlite3"))
        world, numbers = loops.kill_loop(tools, folder, int(n * tools.scale), int(target * tools.scale), say)
        take(row, world, numbers, f"{numbers['heads']} heads, log of {numbers['entries']}")
    return run


def precise(every):
    def run(tools, folder, row, say):
        need(("sqlite3", "sqlite3"), ("strace", "strace"))
        chosen = [(call, list(numbers)[::every]) for call, numbers in loops.PRECISE]
        world, numbers = loops.precise_loop(tools, folder, chosen, say)
        take(row, world, numbers, "inside " + ", ".join(f"{call} {n}" for call, n in numbers["hits"].items()))
    return run


def cuts(kind, n, target):
    def run(tools, folder, row, say):
        need(("sqlite3", "sqlite3"))
        why = disk.why_not(kind)
        if why:
            raise Skipped(why)
        world, numbers = loops.power_loop(tools, folder, kind, int(n * tools.scale), int(target * tools.scale), say)
        take(row, world, numbers, f"{numbers['heads']} heads, log of {numbers['entries']}")
    return run


# ---- saboteurs ----

EATMYDATA = "libeatmydata.so"


def eatmydata():
    for path in ("/usr/lib/x86_64-linux-gnu/", "/usr/lib/aarch64-linux-gnu/", "/usr/lib/"):
        for name in (EATMYDATA, EATMYDATA + ".1"):
            if os.path.exists(path + name):
                return path + name
    raise Skipped("libeatmydata is not installed (Debian: eatmydata)")


def saboteur(what, kind, n):
    """Passes only when the loop catches a server that breaks its promise."""
    def run(tools, folder, row, say):
        why = disk.why_not(kind)
        if why:
            raise Skipped(why)
        env = {"LD_PRELOAD": eatmydata()} if what == "eatmydata" else None
        birge = tools.saboteurs.get(what)
        if not env and not birge:
            raise Skipped(f"no build with -Dsaboteur={what} was given")
        found = loops.catch_saboteur(tools, folder, kind, n, say, birge=birge, env=env)
        row.state = "caught" if found else "MISSED"
        row.what = found or f"{n} power cuts found nothing: this harness proves nothing"
    return run


def short():
    return [
        ("kill", kills(30, 3000)),
        ("power ext4", cuts("ext4", 5, 500)),
        ("power xfs", cuts("xfs", 5, 500)),
        ("saboteur eatmydata", saboteur("eatmydata", "ext4", 8)),
    ]


def full():
    return [
        ("saboteur eatmydata", saboteur("eatmydata", "xfs", 20)),
        ("saboteur sync_normal", saboteur("sync_normal", "xfs", 40)),
        ("saboteur early_reply", saboteur("early_reply", "ext4", 40)),
        ("kill", kills(1000, 400000)),
        ("kill precise", precise(1)),
        ("power xfs", cuts("xfs", 200, 55000)),
        ("power ext4", cuts("ext4", 200, 55000)),
    ]
