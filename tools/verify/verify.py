#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# verify.py VKEY RECEIPT [--log URL] - does this receipt prove that the log holds what it says? Exit 0: yes; 1: no.
#
# A second verifier, so that nobody has to believe the first: another language, no line of Birge, the standard
# library alone. With --log it also asks the log itself (the address of /log): the newest checkpoint is signed by
# the same key, the tiles hash to it, and the receipt's tree is the beginning of that tree.
#
# Source: C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-tiles; RFC 8032; RFC 9162; the receipt's own format.
import argparse
import base64
import datetime
import hashlib
import re
import sys
import urllib.request

class Wrong(Exception):
    """What does not hold, in one sentence."""

def require(condition, sentence):
    if not condition:
        raise Wrong(sentence)

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

# ---- Ed25519: RFC 8032, section 5.1; points are (X, Y, Z, T) ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = (f - e) % P, (h - g) % P, (h + g) % P, (f + e) % P
    return e * f % P, g * h % P, f * g % P, e * h % P

def multiply(n, a):
    r = (0, 1, 1, 0)
    while n:
        if n & 1:
            r = add(r, a)
        a, n = add(a, a), n >> 1
    return r

def encode(a):
    z = pow(a[2], -1, P)
    return (a[1] * z % P | (a[0] * z % P & 1) << 255).to_bytes(32, "little")

def decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & 2**255 - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def signature_holds(key, message, signature):
    if len(signature) != 64:
        return False
    a, r, s = decode(key), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or any(encode(multiply(8, x)) == encode((0, 1, 1, 0)) for x in (a, r)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return encode(add(multiply(s, BASE), multiply(k, (P - a[0], a[1], 1, P - a[3])))) == signature[:32]

# ---- keys and checkpoints ----

def unbase64(text, what, size=None):
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Wrong(f"{what} is not base64") from None
    require(base64.b64encode(data).decode() == text, f"{what} is not canonical base64")
    require(size in (None, len(data)), f"{what} has not {size} bytes")
    return data

def number_of(text, what):
    require(re.fullmatch("0|[1-9][0-9]{0,18}", text) and int(text) < 2**63, f"{what} is not a number")
    return int(text)

def is_name(name):
    return 0 < len(name.encode()) <= 255 and not any(c < " " or c in "+\x7f" or c.isspace() for c in name)

def read_vkey(text):
    parts = text.split("+", 2)
    require(len(parts) == 3 and is_name(parts[0]), "a verification key reads name+id+key")
    material = unbase64(parts[2], "the key", 33)
    key_id = sha256(parts[0].encode(), b"\n", material)[:4]
    require(material[0] == 1 and key_id.hex() == parts[1], "the key is not an Ed25519 key, or its id does not fit")
    return parts[0], key_id, material[1:]

def read_checkpoint(vkey, note):
    """Size and root of a signed head."""
    name, key_id, key = vkey
    require(len(note.encode()) <= 128 * 1024 and not re.search("[\x00-\x09\x0b-\x1f]", note), "it is no note")
    text, gap, lines = note.rpartition("\n\n")
    require(gap and lines.endswith("\n"), "the checkpoint has no signatures")
    lines, own = lines[:-1].split("\n"), []
    for line in lines:
        parts = line.split(" ")
        require(len(parts) == 3 and parts[0] == "\u2014" and is_name(parts[1]), "a signature line is malformed")
        data = unbase64(parts[2], "a signature")
        require(len(data) > 4, "a signature is too short")
        if parts[1] == name and data[:4] == key_id:
            own.append(data[4:])
    require(len(lines) <= 64 and len(own) == 1, "the log's signature is not there exactly once, or too many are")
    parts = text.split("\n")
    require(len(parts) == 3 and parts[0] == name, "the checkpoint is not of this log, or has other lines")
    size, root = number_of(parts[1], "the size"), unbase64(parts[2], "the root", 32)
    require(signature_holds(key, (text + "\n").encode(), own[0]), "the signature is wrong")
    return size, root

# ---- the tree: RFC 6962 ----

def included(index, size, leaf, proof):
    """The root that the proof leads to (RFC 9162, section 2.1.3.2)."""
    require(index < size, "the index lies outside the tree")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        require(sn > 0, "the proof is too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\1", p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0, "the proof is too short")
    return r

def root_of(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", root_of(leaves[:k]), root_of(leaves[k:]))

# ---- receipts ----

SHAPE = re.compile(
    r"Birge receipt v1\n(number: ([^\x00-\x1f\x7f]+)\nregistered: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n"
    r"body: ([^\x00-\x1f\x7f]+)\ncontent: (.+)\n)salt: (.+)\n\n"
    r"c2sp\.org/tlog-proof@v1\nindex (.+)\n((?:.+\n)*)\n((?s:.*))", re.ASCII)

def verify(vkey, data):
    """Number, index, leaf hash, size and root of a receipt that holds; raises Wrong."""
    require(len(data) <= 160 * 1024, "a receipt is shorter")
    try:
        match = SHAPE.fullmatch(data.decode("utf-8"))
        require(match, "the receipt does not have the lines of a receipt")
        lines, number, time, body, content, salt, index, proof, note = match.groups()
        datetime.datetime.fromisoformat(time[:-1])
    except ValueError:
        raise Wrong("the receipt is not UTF-8, or its time does not exist") from None
    require(max(len(number.encode()), len(body.encode())) <= 1000, "a line is too long")
    unbase64(content, "the content", 32)
    index, proof = number_of(index, "the index"), [unbase64(p, "a hash", 32) for p in proof.split("\n")[:-1]]
    commitment = sha256(b"birge event v1\n", unbase64(salt, "the salt", 32), b"appeal.registered\n", lines.encode())
    leaf = sha256(b"\0birge v1\n", base64.b64encode(commitment), b"\n")
    size, root = read_checkpoint(vkey, note)
    require(included(index, size, leaf, proof) == root, "the log does not hold what the receipt says")
    return number, index, leaf, size, root

def fetch(url):
    return urllib.request.urlopen(url, timeout=30).read()

def ask_log(vkey, url, index, leaf, size, root):
    """Is the receipt's tree the beginning of what the log shows now?"""
    now, now_root = read_checkpoint(vkey, fetch(url + "/checkpoint").decode())
    require(now >= size, f"the log shows {now} entries, fewer than the {size} it signed before: keep both as proof")
    leaves = b""
    for n in range((now + 255) // 256):
        path = "".join(f"x{n // 1000**i % 1000:03d}/" for i in range(6, 0, -1) if n >= 1000**i) + f"{n % 1000:03d}"
        leaves += fetch(f"{url}/tile/0/{path}" + (f".p/{now % 256}" if n == now // 256 else ""))
    leaves = [leaves[i:i + 32] for i in range(0, len(leaves), 32)]
    require(len(leaves) == now and root_of(leaves) == now_root, "the tiles do not hash to the checkpoint")
    require(root_of(leaves[:size]) == root, "the receipt's tree is another history: keep both as proof")
    require(leaves[index] == leaf, "the log shows another entry at the receipt's place")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Check a receipt without any line of Birge.")
    parser.add_argument("vkey"), parser.add_argument("receipt"), parser.add_argument("--log", metavar="URL")
    given = parser.parse_args()
    try:
        with open(given.receipt, "rb") as file:
            found = verify(read_vkey(given.vkey.strip()), file.read())
        if given.log:
            ask_log(read_vkey(given.vkey.strip()), given.log.rstrip("/"), *found[1:])
    except (Wrong, OSError) as wrong:
        sys.exit(f"this receipt does not hold: {wrong}")
    print(f"valid: appeal {found[0]}, entry {found[1]}" + (", and the log agrees" if given.log else ""))
