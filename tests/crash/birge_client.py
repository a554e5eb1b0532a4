# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the crash tests know of Birge: starting it, sending appeals, and checking receipts by themselves.

Nothing of Birge's own code is used to check: receipts, proofs and checkpoints are taken apart here, signatures
are checked by libsodium, roots are computed anew from the public log.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "postgres"))
import cluster as postgres  # noqa: E402

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
assert _sodium.sodium_init() >= 0


def sha256(data):
    return hashlib.sha256(data).digest()


# ---- the database ----

def database_options():
    """What `birge init` is told of the database: a fresh one on the server of BIRGE_TEST_DB, else nothing."""
    url = os.environ.get("BIRGE_TEST_DB")
    return ["--db", postgres.new_database(url)] if url else []


def open_database(data):
    """Read the database of a data folder, whatever it is: an object with execute(sql, values) -> rows."""
    with open(data + "/birge.ini", encoding="utf-8") as f:
        url = re.search(r"^url = (postgres\S+)$", f.read(), re.M)
    return postgres.Reader(url.group(1)) if url else FileReader(data + "/birge.db")


class FileReader:
    def __init__(self, path):
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    def execute(self, sql, values=()):
        return self.db.execute(sql, values).fetchall()


# ---- the server ----

class Server:
    """One data folder and the process that serves it."""

    def __init__(self, birge, data, wrap=()):
        self.birge, self.data, self.wrap = birge, data, list(wrap)
        self.process, self.port, self.log = None, None, None

    def init(self, *options):
        subprocess.run([self.birge, "init", "--data", self.data, *database_options(), *options], check=True, stdout=subprocess.PIPE)
        with open(os.path.join(self.data, "log", "vkey"), encoding="utf-8") as f:
            return f.read().strip()

    def start(self, port=0):
        self.log = open(self.data + ".stderr", "ab")
        at = self.log.tell()
        self.process = subprocess.Popen(
            [*self.wrap, self.birge, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}"],
            stderr=self.log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with open(self.data + ".stderr", "rb") as f:
                f.seek(at)
                m = re.search(rb"listening on http://127\.0\.0\.1:(\d+)", f.read())
            if m:
                self.port = int(m.group(1))
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        raise AssertionError("the server did not start: " + self.tail())

    def tail(self):
        with open(self.data + ".stderr", "rb") as f:
            return f.read()[-2000:].decode(errors="replace")

    def pid(self):
        """The server itself, also when it runs under strace."""
        if not self.wrap:
            return self.process.pid
        out = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return int(out[0])

    def kill(self):
        os.kill(self.pid(), 9)
        self.process.wait()

    def stop(self):
        os.kill(self.pid(), 15)
        return self.process.wait(timeout=40)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def get(self, path, headers=None):
        c = self.connect()
        c.request("GET", path, headers=headers or {})
        r = c.getresponse()
        body = r.read()
        c.close()
        return r.status, body

    def audit(self):
        done = subprocess.run([self.birge, "audit", "--data", self.data], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


# ---- clients ----

class Client(threading.Thread):
    """Sends appeals without a pause until told to stop; keeps what was acknowledged, and what was left open."""

    def __init__(self, server, name, hang_up=0.0):
        super().__init__(daemon=True)
        self.server, self.name_, self.hang_up = server, name, hang_up
        self.stopping = threading.Event()
        self.acknowledged, self.open, self.refused = [], [], 0
        self.n = 0

    def appeal(self):
        self.n += 1
        key = f"{self.name_}-{self.n}-{time.monotonic_ns()}"
        return key, json.dumps({
            "subject": f"Lamp {self.n} of {self.name_}",
            "text": f"The lamp does not burn. \u049a\u0430\u0440\u0430\u04a3\u0493\u044b.\n{key}\n" + "x" * (self.n % 700),
            "language": "en",
        }, ensure_ascii=False).encode()

    def run(self):
        connection = None
        while not self.stopping.is_set():
            key, body = self.appeal()
            try:
                connection = connection or self.server.connect()
                connection.request("POST", "/api/v1/appeals", body, {
                    "Content-Type": "application/json", "Idempotency-Key": key})
                if self.hang_up and self.n % 7 == 0:
                    self.open.append((key, body))  # gone in the middle of the commit
                    connection.close()
                    connection = None
                    continue
                reply = connection.getresponse()
                data = reply.read()
                if reply.status == 201:
                    self.acknowledged.append((key, body, data))
                else:
                    self.refused += 1
            except (OSError, http.client.HTTPException):
                self.open.append((key, body))
                connection = None
                if self.stopping.wait(0.01):
                    break


# ---- receipts, by our own reading ----

class Wrong(AssertionError):
    """What a receipt, a checkpoint or the log says does not hold."""


def parse_vkey(vkey):
    name, key_hash, data = vkey.split("+", 2)
    raw = base64.b64decode(data, validate=True)
    if raw[0] != 1 or len(raw) != 33:
        raise Wrong("the key is not Ed25519")
    expected = sha256(name.encode() + b"\n" + raw)[:4]
    if expected.hex() != key_hash:
        raise Wrong("the key's hash does not fit its name")
    return name, expected, raw[1:]


def check_note(note, vkey):
    """Signed note -> (size, root); the signature of this very key must hold."""
    name, key_hash, public = parse_vkey(vkey)
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    for line in signatures.rstrip("\n").split("\n"):
        dash, who, sig = line.split(" ")
        raw = base64.b64decode(sig, validate=True)
        if dash == "\u2014" and who == name and raw[:4] == key_hash:
            if _sodium.crypto_sign_verify_detached(raw[4:], text.encode(), ctypes.c_ulonglong(len(text.encode())), public):
                raise Wrong("the checkpoint's signature is wrong")
            origin, size, root = text.split("\n")[:3]
            if origin != name:
                raise Wrong("the checkpoint is of another log")
            return int(size), base64.b64decode(root, validate=True)
    raise Wrong("no signature by the log's key")


def root_from_proof(index, size, leaf, path):
    """RFC 6962, 2.1.1, read from the leaf up (the algorithm of RFC 9162, 2.1.3.2)."""
    fn, sn, h = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise Wrong("the proof is too long")
        if fn & 1 or fn == sn:
            h = sha256(b"\x01" + p + h)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            h = sha256(b"\x01" + h + p)
        fn >>= 1
        sn >>= 1
    if sn:
        raise Wrong("the proof is too short")
    return h


def check_receipt(receipt, vkey, subject=None, text=None):
    """Everything that a receipt claims; returns (number, index, size, root)."""
    head, proof, note = receipt.split("\n\n", 2)
    lines = head.split("\n")
    if lines[0] != "Birge receipt v1":
        raise Wrong("not a receipt")
    values = dict(line.split(": ", 1) for line in lines[1:])
    salt = base64.b64decode(values["salt"], validate=True)
    four = "".join(f"{k}: {values[k]}\n" for k in ("number", "registered", "body", "content"))
    commitment = sha256(b"birge event v1\n" + salt + b"appeal.registered\n" + four.encode())
    entry = b"birge v1\n" + base64.b64encode(commitment) + b"\n"
    plines = proof.split("\n")
    if plines[0] != "c2sp.org/tlog-proof@v1" or not plines[1].startswith("index "):
        raise Wrong("not a proof")
    index = int(plines[1][6:])
    size, root = check_note(note, vkey)
    if root_from_proof(index, size, sha256(b"\x00" + entry),
                       [base64.b64decode(x, validate=True) for x in plines[2:]]) != root:
        raise Wrong("the entry is not in the tree")
    if subject is not None:
        content = sha256(b"birge content v1\n" + salt + subject.encode() + b"\n" + text.encode())
        if base64.b64encode(content).decode() != values["content"]:
            raise Wrong("the receipt speaks of another text")
    return values["number"], index, size, root


# ---- the public log ----

def read_entries(server, size):
    """All entries of the log, by its entry bundles."""
    entries = []
    for bundle in range((size + 255) // 256):
        n = bundle
        path = f"{n % 1000:03d}"
        while n >= 1000:
            n //= 1000
            path = f"x{n % 1000:03d}/" + path
        width = min(256, size - bundle * 256)
        status, data = server.get(f"/log/tile/entries/{path}" + (f".p/{width}" if width < 256 else ""))
        if status != 200:
            raise Wrong(f"entry bundle {bundle}: {status}")
        at = 0
        while at < len(data):
            n = int.from_bytes(data[at:at + 2], "big")
            entries.append(data[at + 2:at + 2 + n])
            at += 2 + n
    if len(entries) != size:
        raise Wrong(f"{len(entries)} entries in a log of {size}")
    return entries


def roots_at(entries, sizes):
    """Root of the tree at each of `sizes`, computed anew."""
    wanted, roots, stack = set(sizes), {}, []
    for n, entry in enumerate(entries, 1):
        h, k = sha256(b"\x00" + entry), n
        while k % 2 == 0:
            h = sha256(b"\x01" + stack.pop() + h)
            k //= 2
        stack.append(h)
        if n in wanted:
            root = stack[-1]
            for left in reversed(stack[:-1]):
                root = sha256(b"\x01" + left + root)
            roots[n] = root
    return roots
