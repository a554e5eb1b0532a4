#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""kill -9 under load, again and again: what was acknowledged is there, unchanged, numbered once, and provable.

    kill_test.py BIRGE [--kills 30] [--clients 16] [--expect-loss]

With --expect-loss the binary is a saboteur: the test passes only when a broken promise was seen.
"""
import argparse
import json
import random
import shutil
import sys
import tempfile
import time

import birge_client as bc


def check_all(server, vkey, receipts, opens, heads):
    """Every receipt since the beginning. `receipts`: key -> (request, reply)."""
    numbers = {}
    for key, (request, reply) in receipts.items():
        answer, sent = json.loads(reply), json.loads(request)
        number, index, size, root = bc.check_receipt(answer["receipt"], vkey, sent["subject"], sent["text"])
        if number != answer["number"]:
            raise bc.Wrong(f"{key}: the receipt is of {number}")
        if numbers.setdefault(number, key) != key:
            raise bc.Wrong(f"number {number} was given twice")
        heads[size] = root
    return numbers


def check_stored(server, receipts, only):
    connection = server.connect()
    for key in only:
        request, reply = receipts[key]
        answer, sent = json.loads(reply), json.loads(request)
        connection.request("GET", f"/api/v1/appeals/{answer['number']}", headers={"Authorization": f"Bearer {answer['code']}"})
        r = connection.getresponse()
        body = r.read()
        if r.status != 200:
            raise bc.Wrong(f"{answer['number']} was acknowledged and is gone: {r.status}")
        case = json.loads(body)
        if case["text"] != sent["text"] or case["subject"] != sent["subject"]:
            raise bc.Wrong(f"{answer['number']}: another text is stored")
    connection.close()


def check_retry(server, receipts, opens):
    """A request whose answer never came: its key gives one appeal, the same each time."""
    connection = server.connect()
    for key, request in opens:
        replies = []
        for _ in range(2):
            connection.request("POST", "/api/v1/appeals", request, {"Content-Type": "application/json", "Idempotency-Key": key})
            r = connection.getresponse()
            replies.append((r.status, r.read()))
        if replies[0][0] != 201 or replies[0] != replies[1]:
            raise bc.Wrong(f"{key}: a repeated request was answered {replies[0][0]}, then {replies[1][0]}"
                           f"{' with another body' if replies[0][0] == replies[1][0] else ''}: {replies[0][1][:300]}")
        receipts[key] = (request, replies[0][1])
    connection.close()


def check_log(server, vkey, heads):
    status, note = server.get("/log/checkpoint")
    if status != 200:
        raise bc.Wrong(f"/log/checkpoint: {status}")
    size, root = bc.check_note(note.decode(), vkey)
    heads[size] = root
    computed = bc.roots_at(bc.read_entries(server, size), heads)
    for n, root in heads.items():
        if n > size:
            raise bc.Wrong(f"a head of size {n} was signed, the log has only {size}")
        if computed[n] != root:
            raise bc.Wrong(f"the head of size {n} is not a prefix of the log")
    return size


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
            check_retry(server, receipts, opens)
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
        check_all(server, vkey, {k: receipts[k] for k in fresh}, opens, heads)
        check_stored(server, receipts, fresh)
        server.kill()
    server.start()
    check_retry(server, receipts, opens)
    numbers = check_all(server, vkey, receipts, opens, heads)
    check_stored(server, receipts, receipts)
    size = check_log(server, vkey, heads)
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
