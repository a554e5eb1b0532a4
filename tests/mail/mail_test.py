#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters through the real server, its courier, and a relay that misbehaves as told: sink.py.

    mail_test.py BIRGE [name ...]

Keeps: every letter arrives, once when nothing breaks; after a crash at most once more, with the same Message-ID; none
tells anything of a case; no log names an address; a relay that cannot be trusted gets nothing.
"""
import collections
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../http"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from visitor import Checks, Visitor, accounts, bc  # noqa: E402

try:
    import sink as mail
except ImportError:
    print("skipped: python3-aiosmtpd is not installed")
    sys.exit(77)

BIRGE = ""
CANARY = "Zhasyryn-Canary"  # stands in subject, text and name of every appeal


class Office:
    """A data folder whose letters go to a sink."""

    def __init__(self, folder, sink, **mail_settings):
        self.server = bc.Server(BIRGE, folder + "/data")
        printed = subprocess.run([BIRGE, "init", "--data", self.server.data, *bc.database_options(), "--origin",
                                  "mail.test"], check=True, capture_output=True, text=True).stdout
        self.passwords = accounts(printed)
        self.settings = {"transport": "smtp", "url": f"smtp://127.0.0.1:{sink.port}", "tls": "none",
                         "from": "office@mail.test", "retry_seconds": "1", "seconds": "10", **mail_settings}
        self.configure()
        self.db = bc.open_database(self.server.data)
        self.n = 0

    def configure(self, **changes):
        self.settings.update(changes)
        path = self.server.data + "/birge.ini"
        with open(path, encoding="utf-8") as f:
            text = re.sub(r"(?ms)^\[mail\]\n.*?(?=^\[|\Z)", "", f.read())
        text = text.replace("[limits]\n", "[limits]\nappeals_per_hour = 1000\n") if "\nappeals_per_hour" not in text else text
        with open(path, "w", encoding="utf-8") as f:
            f.write(text + "\n[mail]\n" + "".join(f"{k} = {v}\n" for k, v in self.settings.items() if v))

    def appeal(self, email, lang="en"):
        v = Visitor(self.server)
        self.n += 1
        got = v.send_appeal({"subject": f"{CANARY} subject", "text": f"{CANARY} text {self.n}", "name": f"{CANARY} name",
                             "email": email, "consent": "1"}, lang=lang)
        v.close()
        return got

    def appeals(self, addresses, lang="en"):
        threads = [threading.Thread(target=self.appeal, args=(a, lang)) for a in addresses]
        for t in threads:
            t.start()
        for t in threads:
            t.join()

    def rows(self, sql):
        return self.db.execute(sql)

    def states(self):
        return collections.Counter(r[0] for r in self.rows("SELECT state FROM core_delivery"))

    def wait_states(self, want, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end and dict(self.states()) != want:
            time.sleep(0.03)
        return dict(self.states())

    def relay(self):
        got = self.rows("SELECT failures, answer FROM core_mail_domain WHERE domain = '+relay'")
        return got[0] if got else (0, "")

    def wait_relay_failure(self, word="", seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end and (self.relay()[0] == 0 or word not in self.relay()[1]):
            time.sleep(0.03)
        return self.relay()

    def courier(self, seconds=5):
        """Process id of the courier."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            out = subprocess.run(["pgrep", "-P", str(self.server.process.pid)], capture_output=True, text=True).stdout.split()
            if out:
                return int(out[0])
            time.sleep(0.02)
        raise AssertionError("no courier runs")

    def log(self):
        with open(self.server.data + ".stderr", encoding="utf-8", errors="replace") as f:
            return f.read()


def look_at(checks, office, letters, name):
    """What holds of all letters that ever arrived, and of the log."""
    for k in letters:
        whole = k.raw.decode("ascii", "replace") + k.text + str(k.message["Subject"])
        checks.check(f"{name}: no content", CANARY not in whole, whole[:400])
        checks.check(f"{name}: one recipient", len(k.to) == 1 and k.message["To"].addresses[0].addr_spec == k.to[0], k.to)
        checks.check(f"{name}: automatic", k.message["Auto-Submitted"] == "auto-generated" and k.message["Date"] is not None)
        checks.check(f"{name}: short lines", max(len(x) for x in k.raw.split(b"\r\n")) <= 78)
        checks.check(f"{name}: complete", k.text.rstrip().endswith("."), k.text[-80:])
        checks.check(f"{name}: all filled in", "{" not in whole and "notice." not in whole, whole[-400:])
    log = office.log()
    checks.check(f"{name}: log without addresses", "@" not in log, [x for x in log.splitlines() if "@" in x][:3])
    checks.check(f"{name}: log without content", CANARY not in log)


def at_most_twice(checks, letters, kills, name):
    """By recipient: one Message-ID, and no more repetitions in sum than letters were on their way at a crash."""
    by_id, ids_of = collections.Counter(k.id for k in letters), collections.defaultdict(set)
    for k in letters:
        ids_of[k.to[0]].add(k.id)
    checks.check(f"{name}: one Message-ID each", all(len(x) == 1 for x in ids_of.values()))
    checks.check(f"{name}: few repetitions", sum(n - 1 for n in by_id.values()) <= 4 * kills, by_id.most_common(3))
    return len(by_id)


# ---- the tests ----

def normal(checks, folder):
    """Everything goes well: each letter once, over few connections, in the language of its appeal."""
    with mail.Sink() as sink:
        office = Office(folder, sink)
        office.server.start()
        for lang in ("kk", "ru", "en"):
            office.appeals([f"{lang}{i}@d{i % 4}.example.org" for i in range(8)], lang)
        letters = sink.wait(24)
        checks.check("sent", office.wait_states({"sent": 24}) == {"sent": 24}, office.states())
        time.sleep(1.2)  # one more turn of the courier: nothing comes again
        letters = sink.wait(24)
        checks.check("each once", len(letters) == 24 and len({k.id for k in letters}) == 24, len(letters))
        checks.check("few connections", len(sink.connections) <= 8, sink.connections)
        for k in letters:
            lang = k.to[0][:2]
            checks.check("language", k.message["Content-Language"] in ("kk", "ru", "en") and lang in ("kk", "ru", "en"))
        checks.check("threads", all(k.message["References"] == k.message["In-Reply-To"] for k in letters))
        look_at(checks, office, letters, "normal")
        checks.check("drained", office.server.stop() == 0)


def refusals(checks, folder):
    """Greylisting, an unknown mailbox, a relay that hangs up after DATA, a slow domain: none delays another."""
    hung = collections.Counter()

    def at_rcpt(address, n):
        if address.endswith("@grey.org") and n == 1:
            return "451 4.7.1 greylisted, come back later"
        if address.startswith("nobody@"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        return None

    def at_data(kept):
        if kept.to[0].endswith("@hangup.org"):
            hung[kept.id] += 1
            if hung[kept.id] == 1:
                return "hang up"
        return None

    with mail.Sink(at_rcpt=at_rcpt, at_data=at_data) as sink:
        office = Office(folder, sink)
        office.server.start()
        addresses = [f"g{i}@grey.org" for i in range(4)] + ["nobody@plain.org", "somebody@plain.org", "a@hangup.org"]
        office.appeals(addresses)
        letters = sink.wait(6)
        states = office.wait_states({"sent": 6, "failed": 1})
        checks.check("all but one", states == {"sent": 6, "failed": 1}, states)
        letters = sink.wait(6)
        checks.check("each once", len({k.id for k in letters}) == 6 == len(letters), len(letters))
        checks.check("nobody was tried once", sink.tries["nobody@plain.org"] == 1, sink.tries)
        first = min(k.at for k in letters if k.to[0] == "somebody@plain.org")
        late = [k.at for k in letters if k.to[0].endswith("@grey.org")]
        checks.check("the plain one did not wait", first < min(late))
        checks.check("greylisting was respected", min(late) - first > 0.4, min(late) - first)
        problem = office.rows("SELECT problem FROM core_delivery WHERE state = 'failed'")[0][0]
        checks.check("the reason is kept without the address", "no such mailbox" in problem and "nobody@" not in problem, problem)
        look_at(checks, office, letters, "refusals")
        checks.check("drained", office.server.stop() == 0)


def slow(checks, folder):
    """A domain that takes seconds for each letter does not hold up another."""
    with mail.Sink(slow=lambda address: 2 if address.endswith("@slow.org") else 0) as sink:
        office = Office(folder, sink)
        office.server.start()
        office.appeals([f"s{i}@slow.org" for i in range(4)])
        office.appeals([f"f{i}@fast.org" for i in range(10)])
        letters = sink.wait(14)
        fast = [i for i, k in enumerate(letters) if k.to[0].endswith("@fast.org")]
        checks.check("fast ones are not held up", sum(1 for i in fast if i < 12) == 10, [k.to[0] for k in letters])
        checks.check("drained", office.server.stop() == 0)


def killed_courier(checks, folder):
    """The courier dies between the relay's acceptance and its word to the server, again and again."""
    box, kills = {}, []

    def after_data(kept):
        if len(kills) < 4 and (len(sink.letters) % 4) == 3:
            try:
                os.kill(box["office"].courier(), signal.SIGKILL)
                kills.append(kept.id)
            except (ProcessLookupError, AssertionError):
                pass

    with mail.Sink(after_data=after_data) as sink:
        office = box["office"] = Office(folder, sink)
        office.server.start()
        office.appeals([f"k{i}@d{i % 5}.example.org" for i in range(24)])
        states = office.wait_states({"sent": 24}, 30)
        checks.check("all are sent", states == {"sent": 24}, states)
        letters = list(sink.letters)
        checks.check("killed", len(kills) >= 3, kills)
        checks.check("none is lost", len({k.to[0] for k in letters}) == 24, len({k.to[0] for k in letters}))
        at_most_twice(checks, letters, len(kills), "killed courier")
        ids = [k.id for k in letters]
        checks.check("what was killed came again", all(ids.count(i) >= 2 for i in kills), [ids.count(i) for i in kills])
        look_at(checks, office, letters, "killed courier")
        checks.check("drained", office.server.stop() == 0)


def killed_server(checks, folder):
    """The server dies; its courier goes with it; the next one loses nothing."""
    with mail.Sink() as sink:
        office = Office(folder, sink)
        sent = 0
        for life in range(3):
            office.server.start()
            courier = office.courier()
            before = len(sink.letters)
            office.appeals([f"l{life}-{i}@d{i % 3}.example.org" for i in range(8)])
            sent += 8
            sink.wait(before + 2)
            office.server.kill()
            end = time.monotonic() + 3
            while os.path.exists(f"/proc/{courier}") and time.monotonic() < end:
                time.sleep(0.01)
            checks.check("the courier went with it", not os.path.exists(f"/proc/{courier}"))
        office.server.start()
        states = office.wait_states({"sent": sent}, 20)
        checks.check("all are sent", states == {"sent": sent}, states)
        letters = list(sink.letters)
        checks.check("none is lost", len({k.to[0] for k in letters}) == sent, len({k.to[0] for k in letters}))
        at_most_twice(checks, letters, 3, "killed server")
        look_at(checks, office, letters, "killed server")
        checks.check("drained", office.server.stop() == 0)
        code, said = office.server.audit()
        checks.check("audit", code == 0, said)


def trust(checks, folder):
    """STARTTLS and sign-in: the right certificate only, the right password only; a doubtful relay gets nothing."""
    ca, context = mail.make_ca(folder + "/ca", "localhost")
    _, other = mail.make_ca(folder + "/other", "other.example")
    secret = folder + "/data/relay-password"
    with mail.Sink(context=other, user="birge", password="a b#c") as sink:
        office = Office(folder, sink, url=f"smtp://localhost:{sink.port}", tls="required", ca_file="", user="birge",
                        password_file="relay-password")
        with open(secret, "w", encoding="utf-8") as f:
            f.write("a b#c\n")
        os.chmod(secret, 0o644)
        refused = subprocess.run([BIRGE, "serve", "--data", office.server.data, "--listen", "127.0.0.1:0"], timeout=20,
                                 capture_output=True, text=True)
        checks.check("an open password file is refused", refused.returncode == 2 and "chmod 600" in refused.stderr, refused.stderr)
        os.chmod(secret, 0o600)
        office.server.start()
        office.appeal("t@example.org")
        failures, said = office.wait_relay_failure()
        checks.check("an unknown authority is refused", failures > 0 and "certificate" in said, said)
        office.server.stop()
        office.configure(ca_file=folder + "/other/ca.pem")
        before = office.relay()[0]
        office.server.start()
        end = time.monotonic() + 10
        while office.relay()[0] == before and time.monotonic() < end:
            time.sleep(0.03)
        checks.check("a certificate of another name is refused", office.relay()[0] > before and not sink.letters, office.relay())
        office.server.stop()
    with mail.Sink(port=sink.port) as plain:  # offers no STARTTLS
        office.server.start()
        failures, said = office.wait_relay_failure("SSL level")
        checks.check("an open line gets nothing", "SSL level" in said and not plain.letters and not plain.tries, said)
        office.server.stop()
    with mail.Sink(context=context, user="birge", password="another", port=sink.port) as wrong:
        office.configure(ca_file=ca)
        office.server.start()
        failures, said = office.wait_relay_failure("535")
        checks.check("a wrong password loses nothing", office.states() == {"waiting": 1} and not wrong.letters, office.states())
        checks.check("and says so", failures > 0 and "535" in said, said)
        office.server.stop()
    with mail.Sink(context=context, user="birge", password="a b#c", port=sink.port) as right:
        office.server.start()
        letters = right.wait(1, 30)
        checks.check("STARTTLS and the right password", len(letters) == 1)
        checks.check("sent", office.wait_states({"sent": 1}) == {"sent": 1})
        checks.check("no password in the log", "a b#c" not in office.log() and "another" not in office.log())
        look_at(checks, office, letters, "trust")
        tested = subprocess.run([BIRGE, "mail", "test", "--data", office.server.data, "me@example.org"], capture_output=True,
                                text=True, timeout=30)
        checks.check("mail test", tested.returncode == 0 and "accepted: 250" in tested.stdout, tested.stdout + tested.stderr)
        checks.check("mail test tells no secret", "a b#c" not in tested.stdout and "AUTH (not shown)" in tested.stdout)
        checks.check("a lone dot arrives", "\r\n.\r\n" in right.wait(2)[1].text, right.letters[-1].text)
        office.server.stop()
    with mail.Sink(context=context, implicit=True, user="birge", password="a b#c", port=sink.port) as implicit:
        office.configure(url=f"smtps://localhost:{sink.port}")
        tested = subprocess.run([BIRGE, "mail", "test", "--data", office.server.data, "me@example.org"], capture_output=True,
                                text=True, timeout=30)
        checks.check("smtps", tested.returncode == 0 and len(implicit.letters) == 1, tested.stdout + tested.stderr)


def digits(letter):
    return re.search(r"(?<![\d-])(\d{6})(?!\d)", letter.text).group(1)


def address(checks, folder):
    """Through the pages: a letter that bounced is told of, a new address is confirmed by the code that came there."""
    def at_rcpt(address, n):
        return f"550 5.1.1 <{address}>: no such mailbox" if address == "gone@old.example" else None

    with mail.Sink(at_rcpt=at_rcpt) as sink:
        office = Office(folder, sink)
        office.server.start()
        number, code = office.appeal("gone@old.example")
        checks.check("the letter failed", office.wait_states({"failed": 1}) == {"failed": 1}, office.states())
        author = Visitor(office.server)
        page = author.track(number, code)
        checks.check("the author is told", "could not be delivered" in page.text and "no such mailbox" in page.text)
        desk = Visitor(office.server)
        desk.sign_in("registrar", office.passwords["registrar"])
        seen = desk.get(f"/en/desk/appeals/{number}")
        checks.check("the desk is told", "A letter to the applicant could not be delivered" in seen.text and
                     "not confirmed" in seen.text, seen.status)
        reply = author.send(page.form("/contact/change"), {"new_email": "no address"})
        checks.check("no address", reply.status == 422 and "no address" in reply.text, reply.status)
        reply = author.send(page.form("/contact/change"), {"new_email": "fresh@new.example"})
        checks.check("the change is begun", reply.status == 303, reply.status)
        letter = sink.wait(1)[0]
        checks.check("the code goes to the new address", letter.to == ["fresh@new.example"], letter.to)
        page = author.follow(reply)
        checks.check("the page asks for it", "f…@new.example" in page.text)
        reply = author.send(page.form("/contact/code"), {"contact_code": "000000" if digits(letter) != "000000" else "1"})
        checks.check("a wrong code", reply.status == 422 and "does not fit" in reply.text, reply.status)
        page = author.follow(author.send(reply.form("/contact/code"), {"contact_code": digits(letter)}))
        checks.check("changed", "Letters go to the new address" in page.text and "could not be delivered" not in page.text)
        checks.check("the timeline says so", "The mail address was changed and confirmed" in page.text)
        seen = desk.get(f"/en/desk/appeals/{number}")
        checks.check("the desk sees it confirmed", "Contact: confirmed" in seen.text)
        checks.check("the old address is told", office.wait_states({"failed": 2, "sent": 1}) == {"failed": 2, "sent": 1} and
                     sink.tries["gone@old.example"] == 2, office.states())
        admin = Visitor(office.server)
        admin.sign_in("admin", office.passwords["admin"])
        seen = admin.get("/en/admin/letters")
        checks.check("administrators see the trouble and no address", "no such mailbox" in seen.text and
                     "gone@" not in seen.text and "fresh@" not in seen.text and number not in seen.text, seen.status)
        sink.at_rcpt = None  # the mailbox exists again
        one = admin.get("/en/admin/letters/1")
        reply = admin.send(one.form("/again"))
        checks.check("try again now", reply.status == 303 and office.wait_states({"failed": 1, "sent": 2}) ==
                     {"failed": 1, "sent": 2}, office.states())
        reply = admin.send(one.form("/again"))
        checks.check("not what was sent", reply.status == 422 and "was sent already" in reply.text, reply.status)
        look_at(checks, office, list(sink.letters), "address")
        checks.check("drained", office.server.stop() == 0)
        code, said = office.server.audit()
        checks.check("audit", code == 0, said)


def down(checks, folder):
    """No relay listens: letters wait, the server works, and when it comes all of them go."""
    sink = mail.Sink()
    office = Office(folder, sink)
    office.server.start()
    office.appeals([f"w{i}@d{i}.example.org" for i in range(6)])
    failures, _ = office.wait_relay_failure()
    checks.check("the relay's trouble is known", failures > 0)
    checks.check("nothing is held against letters", office.states().get("failed", 0) == 0)
    tested = subprocess.run([BIRGE, "mail", "test", "--data", office.server.data, "me@example.org"], capture_output=True,
                            text=True, timeout=30)
    checks.check("mail test says no", tested.returncode == 1 and "not accepted" in tested.stdout, tested.stdout)
    with sink:
        letters = sink.wait(6, 30)
        checks.check("all go", office.wait_states({"sent": 6}) == {"sent": 6} and len(letters) == 6)
        look_at(checks, office, letters, "down")
        checks.check("drained", office.server.stop() == 0)


TESTS = [normal, refusals, slow, killed_courier, killed_server, trust, address, down]


def main():
    global BIRGE
    BIRGE = os.path.abspath(sys.argv[1])
    checks = Checks()
    for test in TESTS:
        if sys.argv[2:] and test.__name__ not in sys.argv[2:]:
            continue
        folder = tempfile.mkdtemp(prefix="birge-mail-")
        began = time.monotonic()
        try:
            test(checks, folder)
        except AssertionError as e:
            checks.check(test.__name__, False, e)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
