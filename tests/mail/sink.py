# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail relay that does what a script says: python3-aiosmtpd, Debian's, on a port of 127.0.0.1.

What it accepts it keeps, whole, with the envelope. A script is a function (address, n) -> None or an answer such as
"451 4.7.1 greylisted"; n counts how often this address was tried. It may also kill whom it likes; slow(address) says
for how many seconds the answer waits.
"""
import asyncio
import collections
import email
import email.policy
import logging
import os
import ssl
import subprocess
import threading
import time
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

warnings.filterwarnings("ignore", module="aiosmtpd")
logging.getLogger("mail.log").disabled = True  # the tests provoke what it would tell


class Kept:
    """One accepted letter."""

    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.to = list(envelope.rcpt_tos)
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.id = self.message["Message-ID"]
        self.text = self.message.get_content()
        self.at = time.monotonic()


class Handler:
    def __init__(self, sink):
        self.sink = sink

    async def handle_RCPT(self, server, session, envelope, address, options):
        s = self.sink
        with s.lock:
            s.tries[address] += 1
            n = s.tries[address]
        said = s.at_rcpt(address, n) if s.at_rcpt else None
        if s.slow:
            await asyncio.sleep(s.slow(address))
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        s = self.sink
        kept = Kept(envelope)
        said = s.at_data(kept) if s.at_data else None
        if said == "hang up":
            server.transport.abort()
            return "421 gone"
        if said:
            return said
        with s.lock:
            s.letters.append(kept)
            s.connections[session.peer] += 1
        if s.after_data:
            s.after_data(kept)
        return "250 2.0.0 kept"


class _Controller(Controller):
    def __init__(self, sink, **kw):
        self.sink = sink
        super().__init__(Handler(sink), hostname="127.0.0.1", **kw)

    def factory(self):
        s = self.sink
        options = {}
        if s.user:
            options.update(auth_required=True, authenticator=s.check, auth_require_tls=bool(s.context and not s.implicit))
        return SMTP(self.handler, hostname="sink.test", enable_SMTPUTF8=False, timeout=30,
                    tls_context=None if s.implicit else s.context,
                    require_starttls=bool(s.context and not s.implicit), **options)


class Sink:
    def __init__(self, at_rcpt=None, at_data=None, after_data=None, slow=None, context=None, implicit=False, user=None,
                 password=None, port=0):
        self.at_rcpt, self.at_data, self.after_data, self.slow = at_rcpt, at_data, after_data, slow
        self.context, self.implicit, self.user, self.password = context, implicit, user, password
        self.letters, self.tries, self.connections = [], collections.Counter(), collections.Counter()
        self.lock = threading.Lock()
        self.port = port or free_port()
        self.controller = None

    def check(self, server, session, envelope, mechanism, data):
        ok = (isinstance(data, LoginPassword) and data.login == self.user.encode()
              and data.password == self.password.encode())
        return AuthResult(success=ok, handled=False)

    def start(self):
        self.controller = _Controller(self, port=self.port, ssl_context=self.context if self.implicit else None)
        self.controller.start()
        return self

    def stop(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def wait(self, n, seconds=20):
        """Until n letters were accepted."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.lock:
                if len(self.letters) >= n:
                    return list(self.letters)
            time.sleep(0.02)
        with self.lock:
            raise AssertionError(f"{len(self.letters)} letters after {seconds} s, expected {n}")


def free_port():
    import socket
    for port in range(8560, 8570):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_ca(folder, name="localhost"):
    """A certificate authority of our own, and a certificate of it for `name`: (ca file, server context)."""
    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.makedirs(folder, exist_ok=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.pem", "-days", "2", "-subj", "/CN=test authority")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out",
            "req.pem", "-subj", f"/CN={name}")
    with open(os.path.join(folder, "ext"), "w", encoding="ascii") as f:
        f.write(f"subjectAltName=DNS:{name}\n")
    openssl("x509", "-req", "-in", "req.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "ext", "-out", "cert.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
    return os.path.join(folder, "ca.pem"), context
