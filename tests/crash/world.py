# SPDX-License-Identifier: AGPL-3.0-or-later
"""One state under trial: its servers, the clients that load them, the judge that remembers every promise.

Clients and judge are one C program (crash_judge); its ledger and its file of replies lie in a folder of their own,
never on the disk that is cut, filled or broken.
"""
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "postgres"))
import cluster as postgres  # noqa: E402

ROWS = "SELECT number, subject, text, due_on FROM reception_appeal WHERE realm = 1 ORDER BY id"
START_SECONDS = 30
PATIENCE = 120  # for one command of the judge; the full pass over all receipts has its own


class Wrong(AssertionError):
    """A promise was broken."""


class Died(Exception):
    """The server ended before it listened; the text is the end of its log."""


class Judge:
    """crash_judge, asked line by line."""

    def __init__(self, program, run, vkey, path):
        self.process = subprocess.Popen([program, run, vkey, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.rest = b""

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    def answer(self, patience=PATIENCE):
        end = time.monotonic() + patience
        while b"\n" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Wrong(f"no answer within {patience} s: a request or a page hangs")
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                raise RuntimeError("the judge ended")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        line = line.decode(errors="replace")
        if line.startswith("wrong "):
            raise Wrong(line[6:])
        if not line.startswith("ok"):
            raise RuntimeError("the judge says: " + line)
        return {k: int(v) for k, v in (word.split("=") for word in line[2:].split())}

    def ask(self, line, patience=PATIENCE):
        self.send(line)
        return self.answer(patience)

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


class Server:
    """One data folder and the processes that serve it, in a process group of their own."""

    def __init__(self, birge, data, log):
        self.birge, self.data, self.log_path = birge, data, log
        self.process, self.port, self.started_in = None, 0, 0.0

    def init(self, *options):
        done = subprocess.run([self.birge, "init", "--data", self.data, "--origin", "crash.test", *options],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError("birge init: " + done.stdout)
        return self.vkey()

    def vkey(self):
        with open(self.data + "/log/vkey", encoding="ascii") as f:
            return f.read().strip()

    def start(self, wrap=(), env=None, before=None, command=None):
        """Up and listening; `wrap` is a command before ours, `before` runs in the child. Raises Died."""
        began = time.monotonic()
        log = open(self.log_path, "ab")
        at = log.tell()
        self.process = subprocess.Popen(
            command or [*wrap, self.birge, "serve", "--data", self.data, "--listen", "127.0.0.1:0"], stderr=log,
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, **(env or {})}, preexec_fn=before)
        log.close()
        while time.monotonic() < began + START_SECONDS:
            ended = self.process.poll() is not None
            with open(self.log_path, "rb") as f:
                f.seek(at)
                m = re.search(rb"listening on http://127\.0\.0\.1:(\d+)", f.read())
            if m:
                self.port = int(m.group(1))
                self.started_in = time.monotonic() - began
                return
            if ended:
                self.sweep()
                raise Died(self.tail())
            time.sleep(0.002)
        self.kill()
        raise Wrong(f"the server was not ready within {START_SECONDS} s: " + self.tail())

    def is_up(self):
        return self.process is not None and self.process.poll() is None

    def tail(self):
        with open(self.log_path, "rb") as f:
            return f.read()[-1500:].decode(errors="replace")

    def pid(self):
        """The server itself, also when another program runs it."""
        for p in [self.process.pid, *children(self.process.pid)]:
            try:
                if os.path.basename(os.readlink(f"/proc/{p}/exe")).startswith("birge"):
                    return p
            except OSError:
                pass
        return self.process.pid

    def sweep(self):
        """Nobody of the group stays behind."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def kill(self):
        """kill -9, at once, of everybody."""
        if self.process is None:
            return
        self.sweep()
        self.process.wait()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            try:
                os.killpg(self.process.pid, 0)
            except (ProcessLookupError, PermissionError):
                break
            time.sleep(0.002)

    def stop(self):
        """SIGTERM; the exit code. The group is swept if somebody stays."""
        os.kill(self.pid(), signal.SIGTERM)
        try:
            code = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired as e:
            self.kill()
            raise Wrong("SIGTERM: the server does not end") from e
        self.sweep()
        return code

    def wait_end(self, seconds):
        """The exit code, or None when it still runs after so long."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def audit(self):
        done = subprocess.run([self.birge, "audit", "--data", self.data], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Wrong("birge audit: " + done.stdout + done.stderr)


def children(pid):
    out = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [int(x) for x in out]


class World:
    """A state, the servers on it, and all that was ever promised about it."""

    n = 0

    def __init__(self, tools, data, outside, url=None, init=True):
        World.n += 1
        self.tools, self.url = tools, url
        self.name = f"w{os.getpid()}x{World.n}"
        os.makedirs(outside, exist_ok=True)
        self.outside = outside
        self.server = Server(tools.birge, data, os.path.join(outside, self.name + ".stderr"))
        self.servers = [self.server]
        self.vkey = self.server.init(*(["--db", url] if url else [])) if init else self.server.vkey()
        self.judge = Judge(tools.judge, self.name, self.vkey, os.path.join(outside, self.name + ".replies"))
        self.starts, self.interruptions, self.rounds = [], 0, 0
        self.rate = 500.0  # receipts a second, learnt

    def close(self):
        for s in self.servers:
            s.kill()
        self.judge.close()
        for ending in (".replies", ".stderr"):
            try:
                os.unlink(os.path.join(self.outside, self.name + ending))
            except OSError:
                pass

    def rows_command(self):
        if self.url:
            psql = os.path.join(postgres.find_programs(), "psql")
            return shlex.join([psql, "-X", "-q", "-A", "-t", "-F", "\x1f", "-R", "\x1e", "-d", self.url, "-c", ROWS])
        return shlex.join(["sqlite3", "-readonly", "-separator", "\x1f", "-newline", "\x1e", self.server.data + "/birge.db", ROWS])

    def ports(self):
        return ",".join(str(s.port) for s in self.servers)

    def start(self):
        for s in self.servers:
            if not s.is_up():
                try:
                    s.start()
                except Died as e:
                    raise Wrong(f"the server does not start any more: {e}") from e
                self.starts.append(s.started_in)

    def check(self, old=8):
        """What must hold after each interruption, for all that was promised since the beginning. `old`: of the promises
        that many are asked for again by their keys, and must be answered with the same bytes."""
        self.rounds += 1
        self.judge.ask(f"retry {self.ports()} 16 {old}")
        self.judge.ask("receipts")
        for s in self.servers:
            self.judge.ask(f"log {s.port}")
        self.judge.ask("rows " + self.rows_command())

    def load(self, clients, seconds, interrupt, hang_up=True):
        """Clients for `seconds`, then `interrupt()` while they send; what they saw."""
        self.judge.send(f"load {self.ports()} {clients} {int(hang_up)} 0")
        began = time.monotonic()
        time.sleep(seconds)
        interrupt()
        self.interruptions += 1
        self.judge.send("stop")
        seen = self.judge.answer()
        if seen["promised"] > 50:
            self.rate = seen["promised"] / max(seconds, time.monotonic() - began - 0.05, 0.02)
        return seen

    def load_quietly(self, clients, seconds):
        """Load without an interruption."""
        self.interruptions -= 1
        return self.load(clients, seconds, lambda: None, hang_up=False)

    def kill(self):
        for s in self.servers:
            s.kill()

    def finish(self, flips=10000, old=8):
        """Everything anew: each receipt with signature and path, the log from its first entry on, bit flips, audit."""
        self.start()
        self.check(old)
        receipts = self.judge.ask("everything", 900)["receipts"]
        for s in self.servers:
            self.judge.ask(f"log-whole {s.port}", 900)
        if receipts and flips and (n := self.judge.ask(f"flip {flips}", 900)["accepted"]) != 0:
            raise Wrong(f"of {flips} receipts with one flipped bit {n} were accepted")
        for s in self.servers:
            if (code := s.stop()) != 0:
                raise Wrong(f"SIGTERM: exit {code}: {s.tail()}")
        self.server.audit()
        return self.numbers()

    def numbers(self):
        return self.judge.ask("numbers")
