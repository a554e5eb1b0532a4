#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""kill -9 under load, again and again: what was acknowledged is there, unchanged, numbered once, and provable.

    kill_test.py BIRGE [--kills 30] [--clients 16] [--expect-loss]

With --expect-loss the binary is a saboteur: the test passes only when a broken promise was seen.
"""
import argparse
import random
import shutil
import sys
import tempfile
import time

import birge_client as bc
import kill_test_checks as checks


def run(args, data):
    rng = random.Random(args.seed)
    server = bc.Server(args.birge, data)
    vkey = server.init("--origin", "crash.test")
    with open(data + "/birge.ini", encoding="utf-8") as f:
        ini = f.read()
    receipts, heads, opens = {}, {}, []
    began = time.monotonic()
    for kill in range(args.kills):
        server.start()
        fresh = set()
        if opens:
            checks.check_retry(server, receipts, opens)
            fresh.update(k for k, _ in opens)
            opens = []
        clients = [bc.Client(server, f"k{kill}c{i}", hang_up=1.0 if i % 4 == 0 else 0) for i in range(args.clients)]
        for c in clients:
            c.start()
        time.sleep(rng.uniform(0.02, 0.25))
        server.kill()
        for c in clients:
            c.stopping.set()
        for c in clients:
            c.join()
            receipts.update({k: (q, r) for k, q, r in c.acknowledged})
            fresh.update(k for k, _, _ in c.acknowledged)
            opens += c.open
        server.start()
        checks.check_all(vkey, {k: receipts[k] for k in fresh}, heads)
        checks.check_stored(server, receipts, fresh)
        server.kill()
    server.start()
    checks.check_retry(server, receipts, opens)
    numbers = checks.check_all(vkey, receipts, heads)
    checks.check_stored(server, receipts, receipts)
    size = checks.check_log(server, vkey, heads)
    code = server.stop()
    if code != 0:
        raise bc.Wrong(f"SIGTERM: exit {code}")
    code, said = server.audit()
    if code != 0:
        raise bc.Wrong("birge audit: " + said)
    print(f"{args.kills} kills, {len(numbers)} receipts, {len(heads)} heads, log of {size}: "
          f"none lost, altered or numbered twice ({time.monotonic() - began:.0f} s)")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("birge")
    p.add_argument("--kills", type=int, default=30)
    p.add_argument("--clients", type=int, default=16)
    p.add_argument("--seed", type=int, default=int(time.time()))
    p.add_argument("--expect-loss", action="store_true")
    args = p.parse_args()
    folder = tempfile.mkdtemp(prefix="birge-kill-")
    print(f"seed {args.seed}")
    try:
        run(args, folder + "/data")
    except bc.Wrong as wrong:
        if args.expect_loss:
            print(f"the saboteur was caught: {wrong}")
            return 0
        print(f"BROKEN PROMISE: {wrong}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.expect_loss:
        print("the saboteur was not caught")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
