# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must hold after any kill, on any engine: receipts, stored texts, repeated requests, the log."""
import json
import time

import birge_client as bc


def take_head(heads, size, root):
    """Every head that was ever signed stays: two of one size are two logs."""
    if heads.setdefault(size, root) != root:
        raise bc.Wrong(f"two roots of size {size} were signed")


def check_all(vkey, receipts, heads):
    """Every receipt since the beginning. `receipts`: key -> (request, reply)."""
    numbers = {}
    for key, (request, reply) in receipts.items():
        answer, sent = json.loads(reply), json.loads(request)
        number, index, size, root = bc.check_receipt(answer["receipt"], vkey, sent["subject"], sent["text"])
        if number != answer["number"]:
            raise bc.Wrong(f"{key}: the receipt is of {number}")
        if numbers.setdefault(number, key) != key:
            raise bc.Wrong(f"number {number} was given twice")
        take_head(heads, size, root)
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


def send_again(connection, key, request, patience):
    """One request under its key. 503 says "not stored, come again"; a person does so for a while."""
    end = time.monotonic() + patience
    while True:
        connection.request("POST", "/api/v1/appeals", request, {"Content-Type": "application/json", "Idempotency-Key": key})
        r = connection.getresponse()
        reply = (r.status, r.read())
        if reply[0] != 503 or time.monotonic() > end:
            return reply
        if not r.getheader("Retry-After"):
            raise bc.Wrong(f"{key}: 503 without Retry-After")
        time.sleep(0.1)


def check_retry(server, receipts, opens, patience=0):
    """A request whose answer never came: its key gives one appeal, the same each time. `patience`: seconds for which 503
    is taken as an answer that another attempt may follow."""
    connection = server.connect()
    for key, request in opens:
        replies = [send_again(connection, key, request, patience) for _ in range(2)]
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
    take_head(heads, size, root)
    computed = bc.roots_at(bc.read_entries(server, size), heads)
    for n, root in heads.items():
        if n > size:
            raise bc.Wrong(f"a head of size {n} was signed, the log has only {size}")
        if computed[n] != root:
            raise bc.Wrong(f"the head of size {n} is not a prefix of the log")
    return size
