#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""By strace: no 201 leaves before the fdatasync of its batch.

    sync_test.py BIRGE [--expect-caught]

One client sends a request, waits for its answer, rests. Between the system call that reads the request and the
one that writes its 201 there must be a sync of the database's log that succeeded. Several clients at once are then
checked by a weaker rule that still catches a reply before its commit: a 201 is written only after a sync that ended
after the last request before it was read.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import birge_client as bc

CALLS = "fdatasync,fsync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg"


def send(server, n):
    c = server.connect()
    body = json.dumps({"subject": f"Sync {n}", "text": f"MARK{n:04d} " + "y" * 100}).encode()
    c.request("POST", "/api/v1/appeals", body, {"Content-Type": "application/json", "Idempotency-Key": f"sync-{n}"})
    r = c.getresponse()
    r.read()
    c.close()
    return r.status


def events(trace):
    """('request', n) | ('sync',) | ('reply',) in the order in which the calls ended."""
    pending = {}
    with open(trace, encoding="utf-8", errors="replace") as f:
        for line in f:
            m = re.match(r"^(\d+)\s+(.*)$", line)
            if not m:
                continue
            pid, call = m.groups()
            if call.endswith("<unfinished ...>"):
                pending[pid] = call[:-len("<unfinished ...>")]
                if re.match(r"(write|writev|sendto|sendmsg)\(", call) and "HTTP/1.1 201" in call:
                    yield ("reply",)  # its bytes may leave from here on
                continue
            resumed = re.match(r"<\.\.\. (\w+) resumed>(.*)$", call)
            began = ""
            if resumed:
                began = pending.pop(pid, "")
                call = began + resumed.group(2)
            if re.match(r"(fdatasync|fsync)\(.*= 0$", call):
                yield ("sync",)
            elif re.match(r"(read|readv|recvfrom|recvmsg)\(", call) and (mark := re.search(r"MARK(\d{4})", call)):
                yield ("request", int(mark.group(1)))
            elif re.match(r"(write|writev|sendto|sendmsg)\(", call) and "HTTP/1.1 201" in call and "HTTP/1.1 201" not in began:
                yield ("reply",)


def judge(trace, n_requests):
    replies, synced, last = 0, False, None
    for event in events(trace):
        if event[0] == "request":
            synced, last = False, event[1]
        elif event[0] == "sync":
            synced = True
        elif event[0] == "reply":
            replies += 1
            if not synced:
                raise bc.Wrong(f"the 201 of request {last} left before a sync of its batch")
    if replies != n_requests:
        raise bc.Wrong(f"{replies} answers 201 seen in the trace, {n_requests} received")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("birge")
    p.add_argument("--requests", type=int, default=25)
    p.add_argument("--expect-caught", action="store_true")
    args = p.parse_args()
    if not shutil.which("strace"):
        print("skipped: strace is not installed")
        return 77
    folder = tempfile.mkdtemp(prefix="birge-sync-")
    trace = folder + "/trace"
    data = folder + "/data"
    try:
        plain = bc.Server(args.birge, data)
        plain.init("--origin", "sync.test")
        server = bc.Server(args.birge, data, ["strace", "-f", "-s", "4096", "-o", trace, "-e", "trace=" + CALLS])
        try:
            server.start()
        except AssertionError as e:
            with open(trace, errors="replace") as f:
                if "PTRACE" in f.read() or "ptrace" in str(e):
                    print("skipped: ptrace is not allowed here")
                    return 77
            raise
        for n in range(args.requests):
            status = send(server, n)
            if status != 201:
                raise AssertionError(f"request {n}: {status}")
            time.sleep(0.06)
        server.stop()
        judge(trace, args.requests)
    except bc.Wrong as wrong:
        print(("the saboteur was caught: " if args.expect_caught else "BROKEN PROMISE: ") + str(wrong))
        return 0 if args.expect_caught else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.expect_caught:
        print("the saboteur was not caught")
        return 1
    print(f"{args.requests} answers, each after the sync of its batch")
    return 0


if __name__ == "__main__":
    sys.exit(main())
