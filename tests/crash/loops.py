# SPDX-License-Identifier: AGPL-3.0-or-later
"""Loops A, B and C on SQLite: random kills, kills at chosen calls, power cuts; and the saboteurs that must not pass."""
import os
import re
import shutil

import disk
from world import Died, World, Wrong

# Of each call, which one is met by a kill: the n-th of the thread that makes it.
PRECISE = (
    ("fdatasync", [*range(1, 41), *range(45, 200, 12)]),
    ("pwrite64", [*range(1, 31), *range(35, 300, 9)]),
    ("fsync", range(1, 5)),
    ("rename", range(1, 21)),
    ("unlink", range(1, 5)),
    ("ftruncate", range(1, 7)),
)
# What only a loss can bring about: promises without rows or entries, numbers or heads given twice, a state that is gone.
LOSS = ("hang in the air|are gone|does not start after|is no prefix|is not in the log|two roots|promised twice|is another than"
        "|was promised number|was answered with another 201|pinned first")


def window(rng):
    return rng.uniform(0.02, 0.25)


def catch_up(world, done, of, target):
    """Seconds of load that bring the promises to their share of `target`; a random short window when they are there."""
    have = world.numbers()["promised"]
    lacking = target * done / of - have
    return min(10.0, lacking / max(world.rate, 100.0)) if lacking > 0 else 0


def kill_loop(tools, folder, kills, target, say):
    """A: SIGKILL at a random moment under load."""
    world = World(tools, os.path.join(folder, "data"), tools.outside)
    try:
        for i in range(kills):
            world.start()
            world.check()
            seconds = window(tools.rng)
            if i % 20 == 19:
                seconds += catch_up(world, i + 1, kills, target)
            world.load(tools.rng.choice([8, 16, 16, 32, 64]), seconds, world.kill)
            if i % 100 == 99:
                world.server.audit()
                say(f"{i + 1} kills, {world.numbers()['promised']} receipts")
        numbers = world.finish()
        if numbers["s500"]:
            raise Wrong(f"{numbers['s500']} requests were answered 500, and no disk was broken")
        return world, numbers
    finally:
        world.close()
        shutil.rmtree(os.path.join(folder, "data"), ignore_errors=True)


def inject(call, what, trace=None, log="/dev/null", more=()):
    return ["strace", "-f", "--seccomp-bpf", "-qq", *more, "-o", log, "-e", f"trace={trace or call}", "-e", f"inject={call}:{what}"]


def precise_loop(tools, folder, plan, say):
    """B: the process is killed inside the n-th call of one kind, from its start on."""
    world = World(tools, os.path.join(folder, "data"), tools.outside)
    hits = {}
    try:
        for call, numbers in plan:
            for n in numbers:
                try:
                    world.server.start(inject(call, f"signal=KILL:when={n}"))
                    world.load(16, 0.25, lambda: None)
                except Died:
                    world.interruptions += 1
                if world.server.wait_end(0) is not None:
                    hits[call] = hits.get(call, 0) + 1
                world.server.kill()
                world.start()
                world.check()
                world.kill()
            say(f"{call}: {hits.get(call, 0)} of {len(list(numbers))} kills inside the call")
        numbers = world.finish()
        numbers["hits"] = hits
        return world, numbers
    finally:
        world.close()
        shutil.rmtree(os.path.join(folder, "data"), ignore_errors=True)


def power_loop(tools, folder, kind, cuts, target, say, env=None):
    """C: the power goes under load. `env` is the environment of the server, for a saboteur."""
    d = disk.Disk(kind, folder)
    world = None
    try:
        world = World(tools, d.at + "/data", tools.outside)

        def cut():
            d.cut()
            world.kill()

        for i in range(cuts):
            if env is None:
                world.start()
            else:
                try:
                    world.server.start(env=env)
                except Died as e:
                    raise Wrong(f"the server does not start after a power cut: {e}") from e
            world.check()
            seconds = window(tools.rng)
            if i % 10 == 9:
                seconds += catch_up(world, i + 1, cuts, target)
            world.load(tools.rng.choice([8, 16, 32]), seconds, cut)
            d.back()
            if i % 50 == 49:
                say(f"{kind}: {i + 1} cuts, {world.numbers()['promised']} receipts")
        return world, world.finish(flips=1000)
    finally:
        if world:
            world.close()
        d.close()


def catch_saboteur(tools, folder, kind, cuts, say, birge=None, env=None):
    """A server that breaks its promise on purpose: the loop must find it, and find what it looks for, not some other
    failure on the way. Returns what was found, None when nothing."""
    bad = tools.with_birge(birge) if birge else tools
    try:
        power_loop(bad, folder, kind, cuts, 0, lambda _: None, env=env or {})
    except Wrong as wrong:
        if not re.search(LOSS, str(wrong)):
            raise
        return str(wrong).split(": {")[0][:160]
    return None
