# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which loops a run is made of, in its short and its full form. Each is (name, function(tools, folder, row, say))."""
import os
import resource
import shutil

import disk
import faults
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


# ---- D ----

SYNCS = [("fdatasync", n) for n in (*range(1, 31), *range(34, 80, 5))] + [("fsync", n) for n in range(1, 5)]
CALLS = (
    ("pwrite64", "EIO", (*range(1, 13), *range(14, 100, 9))),
    ("pwrite64", "ENOSPC", (*range(1, 13), *range(14, 100, 9))),
    ("openat", "EIO", range(1, 60, 6)),
    ("openat", "EMFILE", range(4, 60, 9)),
    ("accept4", "EMFILE", range(1, 6)),
    ("mmap", "ENOMEM", range(20, 80, 12)),
    ("ftruncate", "EIO", range(1, 4)),
)
FIU = (("posix/io/rw/pwrite", 0.05, 6), ("posix/io/net/accept", 0.3, 3), ("posix/io/oc/open", 0.3, 3),
       ("posix/io/sync/fdatasync", 0.02, 6), ("libc/mm/malloc", 0.0005, 10))


def failed_syncs(run_all):
    def run(tools, folder, row, say):
        need(("strace", "strace"), ("sqlite3", "sqlite3"))
        faults.failed_sync(tools, folder, row, SYNCS if run_all else SYNCS[2:8:3])
    return run


def failing_calls(tools, folder, row, say):
    need(("strace", "strace"), ("sqlite3", "sqlite3"))
    faults.failing_calls(tools, folder, row, CALLS)


def failing_at_random(tools, folder, row, say):
    need(("fiu-run", "fiu-utils"), ("sqlite3", "sqlite3"))
    faults.libfiu(tools, folder, row, FIU)


def full_disk(n):
    def run(tools, folder, row, say):
        need(("sqlite3", "sqlite3"))
        if os.geteuid() != 0:
            raise Skipped("mounts need root")
        faults.full_disk(tools, folder, row, n)
    return run


def file_size(tools, folder, row, say):
    faults.limited(tools, folder, row, resource.RLIMIT_FSIZE, [k << 10 for k in (0, 64, 300, 1000, 3000)])


def open_files(tools, folder, row, say):
    faults.limited(tools, folder, row, resource.RLIMIT_NOFILE, (12, 24, 32, 40, 60))


def memory(tools, folder, row, say):
    if not os.path.exists(faults.MEMORY + "/memory.limit_in_bytes") or os.geteuid() != 0:
        raise Skipped("no memory cgroup (version 1) can be made here")
    faults.out_of_memory(tools, folder, row, (4, 8, 12, 16, 20, 24, 32))


FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def clock(tools, folder, row, say):
    path = FAKETIME if os.path.exists(FAKETIME) else FAKETIME.replace("x86_64", "aarch64")
    if not os.path.exists(path):
        raise Skipped("libfaketime is not installed (Debian: faketime)")
    faults.clock_jumps(tools, folder, row, (-30, 30), path, "clock_set_back")


def stalls(tools, folder, row, say):
    need(("strace", "strace"))
    faults.stalls(tools, folder, row, 3)


def short():
    return [
        ("kill", kills(30, 3000)),
        ("power ext4", cuts("ext4", 5, 500)),
        ("power xfs", cuts("xfs", 5, 500)),
        ("saboteur eatmydata", saboteur("eatmydata", "ext4", 8)),
        ("failed sync", failed_syncs(False)),
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
        ("failed sync", failed_syncs(True)),
        ("failing calls", failing_calls),
        ("failing at random", failing_at_random),
        ("full disk", full_disk(8)),
        ("limit of file size", file_size),
        ("limit of open files", open_files),
        ("out of memory", memory),
        ("clock", clock),
        ("stalls", stalls),
    ]
