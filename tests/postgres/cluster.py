# SPDX-License-Identifier: AGPL-3.0-or-later
"""A throw-away PostgreSQL for tests: made in a folder, reached by a socket in it, killed as tests like.

As a program (see the file `cluster` beside this one) and as a library:

    with Cluster.temporary() as c:       # a folder under /tmp, gone at the end
        url = c.new_database()           # postgresql://..., owned by the role that Birge connects as
        c.kill(); c.start()              # kill -9 of every process of it; up again with what was durable

Settings are those that Birge asks for (docs/operate/postgres.md): data checksums, fsync, full_page_writes; nothing
listens on the network. initdb refuses root, so as root everything runs as the user `postgres` of Debian's package.
Python and PostgreSQL's own programs are all it needs.
"""
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse

ROLE = "birge"          # what Birge connects as: may make databases, is no superuser
SECRET_ROLE = "keyed"   # the same, and the server asks for its password
SECRET = "s3cr3t-%41-word"
SOCKET_PATH_MAX = 107   # sockaddr_un
PATIENCE = 60           # seconds for a start; recovery after a kill included

SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = {connections}
shared_buffers = 32MB
max_wal_size = 256MB
jit = off
log_min_messages = warning
timezone = 'UTC'
"""
RULES = f"""# type database user method
local all {SECRET_ROLE} scram-sha-256
local all all trust
"""


class ClusterError(Exception):
    """PostgreSQL is not here, or did not do what it was asked; the text says what to do."""


def find_programs():
    """The folder of initdb and postgres, version 15 or later; None when there is none."""
    found = []
    for path in glob.glob("/usr/lib/postgresql/*/bin/initdb") + glob.glob("/usr/local/pgsql/bin/initdb"):
        version = re.search(r"/(\d+)/bin/", path)
        found.append((int(version.group(1)) if version else 15, os.path.dirname(path)))
    on_path = shutil.which("initdb")
    if not found and on_path:
        found.append((15, os.path.dirname(os.path.realpath(on_path))))
    found = [f for f in found if f[0] >= 15]
    return min(found)[1] if found else None


def why_not():
    """Why no cluster can run here; None when one can."""
    if not find_programs():
        return "PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15)"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            return "there is no user postgres to run PostgreSQL as, and it refuses root"
    if not shutil.which("setpriv"):
        return "setpriv is not installed (Debian: util-linux)"
    return None


class Cluster:
    """One data folder DIR/data and the postmaster that serves it on DIR/.s.PGSQL.5432."""

    def __init__(self, folder, is_temporary=False, connections=200):
        self.folder = os.path.abspath(folder)
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(self.folder, "log")
        self.is_temporary = is_temporary
        self.connections = connections
        self.process = None
        self.lock = threading.Lock()
        self.n_databases = 0
        reason = why_not()
        if reason:
            raise ClusterError(reason)
        self.bin = find_programs()
        if len(os.path.join(self.folder, ".s.PGSQL.5432")) > SOCKET_PATH_MAX:
            raise ClusterError(f"{self.folder}: too long for the address of a socket; choose a shorter folder")

    @classmethod
    def temporary(cls, **options):
        return cls(tempfile.mkdtemp(prefix="birge-pg-", dir="/tmp"), is_temporary=True, **options)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.pid():
            self.stop("immediate")
        if self.is_temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- processes ----

    @staticmethod
    def _as_owner(*command, tied=False):
        """`tied`: a test that is killed takes it along; SIGQUIT is PostgreSQL's immediate shutdown."""
        wrap = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        wrap += ["--pdeathsig", "QUIT"] if tied else []
        return ["setpriv", *wrap, *command] if wrap else list(command)

    def _run(self, *command, quiet=False):
        done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        if done.returncode != 0 and not quiet:
            raise ClusterError(f"{os.path.basename(command[-1] if len(command) == 1 else command[0])}: {done.stdout.strip()}")
        return done

    def _own(self, path):
        if os.geteuid() == 0:
            who = pwd.getpwnam("postgres")
            os.chown(path, who.pw_uid, who.pw_gid)

    def init(self):
        """initdb, once: C.UTF-8 and checksums, as docs/operate/postgres.md asks for."""
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o755)
        self._own(self.folder)
        self._run(*self._as_owner(
            os.path.join(self.bin, "initdb"), "-D", self.data, "-U", "postgres", "--data-checksums", "--no-sync",
            "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust"))
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as f:
            f.write(SETTINGS.format(connections=self.connections))
            f.write(f"unix_socket_directories = '{self.folder}'\n")
        with open(os.path.join(self.data, "pg_hba.conf"), "w", encoding="utf-8") as f:
            f.write(RULES)

    def pid(self):
        """Of the postmaster that runs on this folder; None when none does."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as f:
                pid = int(f.readline())
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                return pid if self.data.encode() in f.read() else None
        except (OSError, ValueError):
            return None

    def start(self, detached=False):
        """Up and answering; the first time it is made. `detached`: it outlives this process."""
        is_new = not os.path.exists(os.path.join(self.data, "PG_VERSION"))
        if is_new:
            self.init()
        if self.pid():
            return
        with open(self.log, "ab") as log:
            os.chmod(self.log, 0o644)
            self.process = subprocess.Popen(
                self._as_owner(os.path.join(self.bin, "postgres"), "-D", self.data, tied=not detached), cwd="/",
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=detached)
        self._wait_ready()
        if is_new:
            self._make_roles()

    def _wait_ready(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise ClusterError("PostgreSQL did not start: " + self.tail())
            if self._run(os.path.join(self.bin, "pg_isready"), "-q", "-h", self.folder, quiet=True).returncode == 0:
                return
            time.sleep(0.02)
        raise ClusterError("PostgreSQL did not become ready: " + self.tail())

    def _make_roles(self):
        self.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB;"
                 f"CREATE ROLE {SECRET_ROLE} LOGIN CREATEDB PASSWORD '{SECRET}';")

    def stop(self, mode="fast"):
        """An orderly end: `fast` checkpoints, `immediate` leaves recovery to the next start."""
        pid = self.pid()
        if not pid:
            return
        os.kill(pid, {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        self._wait_gone([pid])

    def _children(self, pid):
        out = self._run("ps", "-o", "pid=", "--ppid", str(pid), quiet=True).stdout.split()
        return [int(x) for x in out if x.isdigit()]

    def kill(self):
        """kill -9 of the postmaster and all its children, at once; returns when all are gone."""
        pid = self.pid()
        if not pid:
            return
        os.kill(pid, signal.SIGSTOP)  # so that it starts nobody new meanwhile
        everybody = [pid, *self._children(pid)]
        for p in everybody:
            try:
                os.kill(p, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._wait_gone(everybody)

    def _wait_gone(self, pids):
        if self.process and self.process.pid in pids:
            self.process.wait(timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        for pid in pids:
            while _is_alive(pid):
                if time.monotonic() > end:
                    raise ClusterError(f"process {pid} of PostgreSQL does not end: " + self.tail())
                time.sleep(0.005)

    def restart(self, mode="fast", detached=False):
        self.stop(mode)
        self.start(detached)

    def tail(self):
        try:
            with open(self.log, "rb") as f:
                return f.read()[-2000:].decode(errors="replace")
        except OSError:
            return ""

    # ---- databases ----

    def url(self, database="postgres", role=ROLE, password=None):
        who = urllib.parse.quote(role, safe="")
        if password is not None:
            who += ":" + urllib.parse.quote(password, safe="")
        return f"postgresql://{who}@/{database}?host={urllib.parse.quote(self.folder, safe='')}"

    def sql(self, text, database="postgres", role="postgres"):
        """Run statements as the superuser; rows come back as lists of texts."""
        done = self._run(os.path.join(self.bin, "psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1",
                         "-h", self.folder, "-U", role, "-d", database, "-c", text)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def new_database(self, role=ROLE, password=None):
        """A fresh, empty database of the role; its URL."""
        with self.lock:
            self.n_databases += 1
            name = f"t{os.getpid()}_{self.n_databases}"
        self.sql(f"CREATE DATABASE {name} OWNER {role}")
        return self.url(name, role, password)


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False


def new_database(url):
    """A fresh database on the server that `url` (of BIRGE_TEST_DB) names; its URL. Needs psql."""
    parts = urllib.parse.urlsplit(url)
    name = f"t{os.getpid()}_{time.monotonic_ns()}"
    psql = os.path.join(find_programs() or "", "psql")
    subprocess.run([psql, "-X", "-q", "-d", url, "-c", f"CREATE DATABASE {name}"], check=True, stdin=subprocess.DEVNULL)
    return urllib.parse.urlunsplit(parts._replace(path="/" + name))


def drop_database(url, name_url):
    """Drop the database of `name_url` again, whoever still reads it."""
    name = urllib.parse.urlsplit(name_url).path[1:]
    psql = os.path.join(find_programs() or "", "psql")
    subprocess.run([psql, "-X", "-q", "-d", url, "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"], check=False,
                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Reader:
    """One connection for reading, by a psql that stays: execute(sql, values) -> rows, ? for each value."""

    def __init__(self, url):
        self.psql = subprocess.Popen(
            [os.path.join(find_programs(), "psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-P", "null=\x1e", "-d", url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    @staticmethod
    def _literal(value):
        if value is None:
            return "NULL"
        return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"

    @staticmethod
    def _value(text):
        if text == "\x1e":
            return None
        return int(text) if re.fullmatch(r"-?(0|[1-9]\d*)", text) else text

    def execute(self, sql, values=()):
        parts = sql.split("?")
        assert len(parts) == len(values) + 1, sql
        text = parts[0] + "".join(self._literal(v) + part for v, part in zip(values, parts[1:]))
        self.psql.stdin.write(text.replace("\n", " ") + ";\n\\echo \x1d\n")
        self.psql.stdin.flush()
        rows = []
        for line in self.psql.stdout:
            if line == "\x1d\n":
                return rows
            rows.append(tuple(self._value(v) for v in line.rstrip("\n").split("\x1f")))
        raise ClusterError("psql ended: " + text)
