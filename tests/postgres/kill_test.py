#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two servers on one PostgreSQL, under load; kill -9 of each of them and of the database, at random.

    kill_test.py BIRGE [--kills 12] [--clients 12] [--seed N]

What was acknowledged by either server is there, unchanged, numbered once and provable on both; every head that anybody
ever saw is a prefix of one log; the audit is sound. What was sent without an answer is sent again under its key, to the
other server, and gives one appeal.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "crash"))
import birge_client as bc  # noqa: E402
import cluster as pg  # noqa: E402
import kill_test_checks as checks  # noqa: E402

RECOVERY = 30  # seconds in which a server that lives must take writes again


class Watcher(threading.Thread):
    """Sees heads as anybody can: each checkpoint that a server shows while it lives."""

    def __init__(self, servers, vkey):
        super().__init__(daemon=True)
        self.servers, self.vkey = servers, vkey
        self.stopping = threading.Event()
        self.seen, self.wrong = {}, []

    def run(self):
        while not self.stopping.wait(0.02):
            for server in self.servers:
                try:
                    status, note = server.get("/log/checkpoint")
                    if status == 200:
                        size, root = bc.check_note(note.decode(), self.vkey)
                        if self.seen.setdefault(size, root) != root:
                            self.wrong.append(f"two roots of size {size} were signed")
                except (OSError, bc.http.client.HTTPException):
                    pass
                except bc.Wrong as wrong:
                    self.wrong.append(str(wrong))


def second_folder(first, data):
    """What docs/operate/postgres.md tells of another server: the settings and keys of the first, its objects shared."""
    os.makedirs(data + "/log")
    shutil.copy(first + "/birge.ini", data)
    shutil.copytree(first + "/keys", data + "/keys")
    shutil.copy(first + "/log/vkey", data + "/log/vkey")
    if os.path.isdir(first + "/profiles"):
        shutil.copytree(first + "/profiles", data + "/profiles")
    os.symlink(first + "/objects", data + "/objects")


class World:
    def __init__(self, birge, folder, cluster, rng):
        self.cluster, self.rng = cluster, rng
        url = cluster.new_database()
        self.servers = [bc.Server(birge, folder + "/one"), bc.Server(birge, folder + "/two")]
        self.vkey = self.servers[0].init("--origin", "crash.test", "--db", url)
        second_folder(self.servers[0].data, self.servers[1].data)
        self.receipts, self.heads, self.open = {}, {}, []
        self.killed = {"one": 0, "two": 0, "database": 0}

    def up(self):
        """Everybody runs and takes writes. A server may have ended because its database did; it is started as a service
        manager would."""
        self.cluster.start()
        for s in self.servers:
            if s.process is None or s.process.poll() is not None:
                s.start()
        for s in self.servers:
            end = time.monotonic() + RECOVERY
            while self.health(s) != 200:
                if s.process.poll() is not None:
                    s.start()
                if time.monotonic() > end:
                    raise bc.Wrong(f"{s.data} does not take writes {RECOVERY} s after its database came back: {s.tail()}")
                time.sleep(0.02)

    @staticmethod
    def health(server):
        try:
            return server.get("/healthz")[0]
        except (OSError, bc.http.client.HTTPException):
            return 0

    def kill(self):
        victim = self.rng.choice(["one", "two", "database", "one", "two", "database", "all"])
        for name in self.killed if victim == "all" else [victim]:
            self.killed[name] += 1
            if name == "database":
                self.cluster.kill()
            else:
                self.servers[0 if name == "one" else 1].kill()

    def round(self, n, n_clients):
        self.up()
        watcher = Watcher(self.servers, self.vkey)
        clients = [bc.Client(self.servers[i % 2], f"k{n}c{i}", hang_up=1.0 if i % 5 == 0 else 0) for i in range(n_clients)]
        for thread in [watcher, *clients]:
            thread.start()
        time.sleep(self.rng.uniform(0.05, 0.4))
        self.kill()
        time.sleep(self.rng.uniform(0, 0.1))  # those that live go on for a while
        for c in clients:
            c.stopping.set()
        self.up()
        for c in clients:
            c.join()
        watcher.stopping.set()
        watcher.join()
        if watcher.wrong:
            raise bc.Wrong(watcher.wrong[0])
        self.take(watcher.seen)
        fresh = {key for c in clients for key, _, _ in c.acknowledged}
        for c in clients:
            self.receipts.update({k: (q, r) for k, q, r in c.acknowledged})
        opened = [o for c in clients for o in c.open]
        self.check(fresh, opened)
        return len(fresh)

    def take(self, seen):
        for size, root in seen.items():
            checks.take_head(self.heads, size, root)

    def check(self, fresh, opened):
        half = len(opened) // 2
        for server, part in zip(self.servers, (opened[half:], opened[:half])):
            checks.check_retry(server, self.receipts, part, RECOVERY)
        fresh = fresh | {k for k, _ in opened}
        checks.check_all(self.vkey, {k: self.receipts[k] for k in fresh}, self.heads)
        for server in self.servers:
            checks.check_stored(server, self.receipts, fresh)
            checks.check_log(server, self.vkey, self.heads)


def run(args, folder, cluster):
    began = time.monotonic()
    world = World(args.birge, folder, cluster, random.Random(args.seed))
    try:
        alive = 0
        for n in range(args.kills):
            alive += world.round(n, args.clients)
        world.up()
        numbers = checks.check_all(world.vkey, world.receipts, world.heads)
        for server in world.servers:
            checks.check_stored(server, world.receipts, world.receipts)
        size = checks.check_log(world.servers[0], world.vkey, world.heads)
        if checks.check_log(world.servers[1], world.vkey, world.heads) != size:
            raise bc.Wrong("the two servers show logs of different length")
        for server in world.servers:
            if (code := server.stop()) != 0:
                raise bc.Wrong(f"SIGTERM: exit {code}: {server.tail()}")
        for server in world.servers:
            code, said = server.audit()
            if code != 0:
                raise bc.Wrong("birge audit: " + said)
        if alive == 0:
            raise bc.Wrong("nothing was acknowledged: this test showed nothing")
        print(f"{args.kills} rounds, killed {world.killed}; {len(numbers)} receipts, {len(world.heads)} heads, log of {size}: "
              f"none lost, altered or numbered twice, one log ({time.monotonic() - began:.0f} s)")
    finally:
        for server in world.servers:
            if server.process and server.process.poll() is None:
                server.process.kill()
                server.process.wait()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("birge")
    p.add_argument("--kills", type=int, default=12)
    p.add_argument("--clients", type=int, default=12)
    p.add_argument("--seed", type=int, default=int(time.time()))
    args = p.parse_args()
    reason = pg.why_not()
    if reason:
        print(f"skipped: {reason}")
        return 77
    os.environ.pop("BIRGE_TEST_DB", None)  # this test has a server of its own, since it kills it
    folder = tempfile.mkdtemp(prefix="birge-pgkill-")
    print(f"seed {args.seed}")
    try:
        with pg.Cluster.temporary() as cluster:
            run(args, folder, cluster)
    except bc.Wrong as wrong:
        print(f"BROKEN PROMISE: {wrong}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
