# SPDX-License-Identifier: AGPL-3.0-or-later
"""Loop D: calls that fail, disks that are full, limits, clocks that jump, a machine that stalls.

Of each the same is asked: a request is refused (503) or the process ends with a code that is not 0; nothing that was
promised is lost; the engine finds its file sound; with the cause gone the same state takes appeals again.
"""
import os
import re
import resource
import shutil
import signal
import subprocess
import time

from loops import inject
from world import Died, World, Wrong

REPLIES = "fdatasync,fsync,write,writev,sendto,sendmsg"


class Case:
    """A world for one kind of fault."""

    def __init__(self, tools, folder, limits=(), at=None):
        self.folder = at or os.path.join(folder, "data")
        self.trace = os.path.join(folder, "trace")
        self.world = World(tools, self.folder, tools.outside)
        self.server = self.world.server
        if limits:
            set_limits(self.folder, limits)
        self.ended = self.refused = self.hits = 0
        self.old = 8

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.world.close()
        if os.path.isdir(self.folder) and not os.path.ismount(os.path.dirname(self.folder)):
            shutil.rmtree(self.folder, ignore_errors=True)

    def recover(self):
        """The cause is gone: a fresh start, and everything that was promised."""
        self.server.kill()
        self.world.start()
        self.world.check()
        if self.world.load_quietly(4, 0.05)["promised"] == 0:
            raise Wrong("after the fault nothing is accepted any more")
        self.world.kill()

    def finish(self, row, what):
        numbers = self.world.finish(flips=0, old=self.old)
        sound = subprocess.run(["sqlite3", "-readonly", self.folder + "/birge.db", "PRAGMA integrity_check"],
                               capture_output=True, text=True, check=False).stdout.strip()
        if sound != "ok":
            raise Wrong("integrity_check: " + sound[:200])
        row.interruptions += self.world.interruptions
        row.receipts += numbers["promised"]
        row.starts += self.world.starts
        row.what = what


def set_limits(data, limits):
    with open(data + "/birge.ini", "r+", encoding="utf-8") as f:
        text = f.read()
        for name, value in limits:
            text = re.sub(rf"^;?{name} = .*$", f"{name} = {value}", text, flags=re.M)
        f.seek(0)
        f.truncate()
        f.write(text)


# ---- P13: a failed sync ----

def replies_after_fault(trace):
    """201s whose write began after the call that failed; None when no call failed.

    The sync of the folder that SQLite makes for a new log, and whose outcome it does not look at, is not counted: Birge
    synced the same folder itself before it listened, and did look (db.c)."""
    failed, after = False, 0
    with open(trace, encoding="utf-8", errors="replace") as f:
        for line in f:
            if "(INJECTED)" in line:
                failed = failed or not re.search(r"fdatasync\(\d+<[^>]*/data>", line)
            elif failed and "HTTP/1.1 201" in line and " resumed>" not in line:
                after += 1
    return after if failed else None


def failed_sync(tools, folder, row, numbers):
    """The n-th sync fails, for each n: the process ends, not with 0, and no 2xx leaves after it."""
    with Case(tools, folder) as c:
        for call, n in numbers:
            try:
                c.server.start(inject(call, f"error=EIO:when={n}", trace=REPLIES, log=c.trace, more=["-y"]))
                c.world.judge.send(f"load {c.server.port} 1 0 {3 * n + 20}")
                code = c.server.wait_end(20 if call == "fdatasync" else 1.5)
                c.world.judge.send("stop")
                c.world.judge.answer()
            except Died:
                code = c.server.process.returncode
            after = replies_after_fault(c.trace)
            c.world.interruptions += 1
            if after is not None:
                c.hits += 1
                if code is None:
                    raise Wrong(f"{call} {n} failed and the server goes on")
                if code == 0:
                    raise Wrong(f"{call} {n} failed and the server ended with 0")
                if after > 0:
                    raise Wrong(f"{call} {n} failed and {after} answers 201 left after it")
            c.recover()
        c.finish(row, f"{c.hits} failed syncs ended the process, no 201 after any")


# ---- P12: fail the n-th ----

def failing_calls(tools, folder, row, plan):
    """The n-th call fails once: refusal or end; the same process, or a fresh one, then takes appeals."""
    with Case(tools, folder) as c:
        for call, error, numbers in plan:
            for n in numbers:
                try:
                    c.server.start(inject(call, f"error={error}:when={n}", log=c.trace))
                    c.refused += c.world.load(8, 0.12, lambda: None, hang_up=False)["refused"]
                    if c.server.wait_end(0.02) is None:
                        c.world.judge.ask(f"retry {c.server.port} 4 0")
                except Died:
                    c.world.interruptions += 1
                with open(c.trace, encoding="utf-8", errors="replace") as f:
                    c.hits += "(INJECTED)" in f.read()
                if (code := c.server.wait_end(0.02)) is not None:
                    c.ended += 1
                    if code == 0:
                        raise Wrong(f"{call} {n} failed with {error} and the server ended with 0")
                c.recover()
        c.finish(row, f"{c.hits} calls failed: {c.refused} requests refused, {c.ended} times the process ended")


def libfiu(tools, folder, row, plan):
    """Calls that fail at random, from inside the process, while it serves."""
    with Case(tools, folder) as c:
        control = os.path.join(folder, "fiu")
        for name, probability, times in plan:
            for _ in range(times):
                c.server.start(["fiu-run", "-x", "-f", control])
                pid = str(c.server.pid())
                fiu = ["fiu-ctrl", "-f", control, "-c"]
                on = subprocess.run([*fiu, f"enable_random name={name},probability={probability}", pid],
                                    capture_output=True, text=True, check=False)
                if on.returncode != 0:
                    raise RuntimeError("fiu-ctrl: " + on.stdout + on.stderr)
                c.refused += c.world.load(8, 0.25, lambda: None, hang_up=False)["refused"]
                if c.server.wait_end(0) is None:
                    try:
                        subprocess.run([*fiu, f"disable name={name}", pid], capture_output=True, check=False, timeout=5)
                    except subprocess.TimeoutExpired:
                        pass
                if (code := c.server.wait_end(0)) is not None:
                    c.ended += 1
                    if code == 0:
                        raise Wrong(f"{name} failed and the server ended with 0")
                else:
                    c.world.judge.ask(f"retry {c.server.port} 4 0")
                c.recover()
        c.finish(row, f"{c.refused} requests refused, {c.ended} times the process ended")


# ---- full disks and limits ----

def health(server):
    import http.client
    c = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        c.request("GET", "/healthz")
        return c.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        c.close()


def wait_health(server, status, seconds=5):
    end = time.monotonic() + seconds
    while health(server) != status:
        if time.monotonic() > end:
            raise Wrong(f"/healthz is not {status} {seconds} s after the disk changed: {health(server)}")
        time.sleep(0.05)


def fill_but(mount, path, left):
    """Write until only `left` bytes are free."""
    with open(path, "wb", buffering=0) as f:
        while True:
            room = os.statvfs(mount)
            n = min(room.f_bavail * room.f_frsize - left, 1 << 20)
            try:
                if n <= 0 or f.write(bytes(n)) < n:
                    return
            except OSError:
                return


def full_disk(tools, folder, row, rounds):
    """A disk that somebody else fills: first below the reserve, then to the last byte; then there is room again."""
    mount = os.path.join(folder, "small")
    os.makedirs(mount)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", mount], check=True)
    try:
        with Case(tools, folder, (("disk_free_percent", 0), ("disk_free_mib", 8), ("disk_reserve_mib", 4)),
                  at=mount + "/data") as c:
            for i in range(rounds):
                filler = mount + "/filler"
                c.server.start()
                c.world.starts.append(c.server.started_in)
                c.world.load_quietly(8, 0.1)
                left = 5 << 20 if i % 2 == 0 else 0  # below the reserve, or nothing at all

                def fill():
                    fill_but(mount, filler, left)
                    time.sleep(0.25)

                seen = c.world.load(8, 0.05, fill, hang_up=False)
                c.refused += seen["refused"]
                if c.server.wait_end(0) is None:
                    if seen["refused"] == 0:
                        raise Wrong("the disk was full and nobody was refused")
                    wait_health(c.server, 503)
                    c.world.judge.ask(f"log {c.server.port}")  # reading goes on
                    os.unlink(filler)
                    wait_health(c.server, 200)
                    c.world.check()
                else:
                    c.ended += 1
                    os.unlink(filler)
                c.recover()
            c.finish(row, f"{c.refused} requests refused, {c.ended} times the process ended; it went on when there was room")
    finally:
        subprocess.run(["umount", "-l", mount], check=False)


def limited(tools, folder, row, what, values):
    """RLIMIT_FSIZE or RLIMIT_NOFILE of the server."""
    with Case(tools, folder) as c:
        for value in values:
            size = value + os.path.getsize(c.folder + "/birge.db") if what == resource.RLIMIT_FSIZE else value
            try:
                c.server.start(before=lambda: resource.setrlimit(what, (size, size)))
                c.refused += c.world.load(64, 0.4, lambda: None, hang_up=False)["refused"]
            except Died:
                c.world.interruptions += 1
            if (code := c.server.wait_end(0)) is not None:
                c.ended += 1
                if code == 0:
                    raise Wrong("a limit was met and the server ended with 0")
            c.recover()
        c.finish(row, f"{c.refused} requests refused, {c.ended} times the process ended")


MEMORY = "/sys/fs/cgroup/memory"


def out_of_memory(tools, folder, row, mebibytes):
    """The kernel's killer, by a memory cgroup."""
    group = f"{MEMORY}/birge-crash-{os.getpid()}"
    os.makedirs(group)

    def put(name, value):
        with open(f"{group}/{name}", "w", encoding="ascii") as f:
            f.write(str(value))

    try:
        with Case(tools, folder) as c:
            for m in mebibytes:
                put("memory.limit_in_bytes", m << 20)
                try:
                    c.server.start(before=lambda: put("cgroup.procs", os.getpid()))
                    c.world.load(64, 0.5, lambda: None, hang_up=False)
                except Died:
                    c.world.interruptions += 1
                if c.server.wait_end(0) is not None:
                    c.ended += 1
                c.server.kill()
                c.recover()
            if c.ended == 0:
                raise Wrong("no limit was small enough: this showed nothing")
            c.finish(row, f"killed {c.ended} times for want of memory")
    finally:
        os.rmdir(group)


# ---- time ----

def events(world, verb):
    out = subprocess.run(["sqlite3", "-readonly", world.server.data + "/birge.db",
                          f"SELECT count(*) FROM journal_event WHERE verb = '{verb}'"], capture_output=True, text=True, check=True)
    return int(out.stdout)


def clock_jumps(tools, folder, row, days, library, verb):
    """The clock stands days off, then right again. Days that were promised stay (check compares each), time never goes back
    in the journal, and a step back is an event."""
    with Case(tools, folder) as c:
        c.world.start()
        c.world.load_quietly(8, 0.1)
        c.world.check()
        c.world.kill()
        for offset in days:
            before = events(c.world, verb)
            c.server.start(env={"LD_PRELOAD": library, "FAKETIME": f"{offset:+d}d", "DONT_FAKE_MONOTONIC": "1",
                                "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
            c.world.load_quietly(8, 0.2)
            c.world.check(old=0)  # a key is kept for thirty days, and now they are over
            c.world.kill()
            c.world.start()
            c.world.load_quietly(8, 0.2)
            c.world.check(old=0)
            c.world.kill()
            if events(c.world, verb) == before:
                raise Wrong(f"the clock jumped by {offset} days and came back, and no event tells of the step back")
        # With the clock a month ahead and back, the journal's times stand still; they may not fall.
        order = subprocess.run(["sqlite3", "-readonly", c.folder + "/birge.db",
                                "SELECT count(*) FROM journal_event a JOIN journal_event b ON b.realm = a.realm AND b.seq = a.seq + 1 "
                                "WHERE b.at < a.at"], capture_output=True, text=True, check=True).stdout.strip()
        if order != "0":
            raise Wrong(f"{order} events are older than the event before them")
        c.old = 0
        c.finish(row, "no due date moved, no time fell, each step back is an event")


def stalls(tools, folder, row, rounds):
    """SIGSTOP in the middle of the load, and a disk whose syncs take 20 ms."""
    with Case(tools, folder) as c:
        for _ in range(rounds):
            c.server.start()

            def stop():
                os.kill(c.server.pid(), signal.SIGSTOP)
                time.sleep(1.0)
                os.kill(c.server.pid(), signal.SIGCONT)
                time.sleep(0.1)

            c.world.load(32, 0.1, stop, hang_up=True)
            c.world.check()
            c.recover()
            c.server.start(inject("fdatasync", "delay_exit=20000"))
            c.world.load(32, 0.6, lambda: None)
            c.world.check()
            c.recover()
        c.finish(row, "stopped for a second, slowed to 20 ms a sync")
