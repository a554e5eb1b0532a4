# SPDX-License-Identifier: AGPL-3.0-or-later
"""What policy_test.py knows: the policy table and how it is asked, who may come by, and whose words stand where.

Nothing of Birge's own code decides here what is allowed: the rows come from `birge policy show --json`, their meaning
is written down a second time.
"""
import json
import re
import subprocess

from small_state import OPEN_STATES, POSTS, STATES, SmallState, TREE
from visitor import Form, Visitor, bc

STATELESS = 1 << 31

# ---- the table, asked by ourselves ----


class Policy:
    def __init__(self, birge):
        self.rows = json.loads(subprocess.run([birge, "policy", "show", "--json"], check=True, capture_output=True).stdout)
        self.routes = json.loads(subprocess.run([birge, "policy", "routes", "--json"], check=True, capture_output=True).stdout)

    def allows(self, actor, action, case=None):
        bit = 1 << STATES.index(case.state) if case else STATELESS
        for row in self.rows:
            if row["role"] != actor.role or row["action"] != action or not row["states"] & bit:
                continue
            scope = row["scope"]
            if scope == "any":
                return True
            if scope == "own_case" and actor.role == "applicant" and actor.case is case:
                return True
            if actor.body is None or (case and actor.body == case.accused and not case.accused_decides):
                continue
            if case is None:
                return scope == "own_body"  # a list is asked for with one's own body
            if scope == "own_body" and actor.body == case.holder:
                return True
            if scope == "own_office" and (actor.body, actor.post) == case.office:
                return True
        return False


class Actor:
    def __init__(self, name, visitor, role, body=None, post=None, case=None):
        self.name, self.visitor, self.role, self.body, self.post, self.case = name, visitor, role, body, post, case
        self.token, self.token_of = None, None

    def csrf(self):
        """The token of this browser's forms; it changes with the cookie."""
        cookie = self.visitor.cookies.get("__Host-birge")
        if self.token is None or cookie != self.token_of:
            page = self.visitor.get("/en/staff" if self.body or self.role == "administrator" else "/en/track")
            self.token = next(f.value("csrf") for f in page.forms if f.value("csrf"))
            self.token_of = self.visitor.cookies.get("__Host-birge")
        return self.token

    def post_form(self, path, values, files=None):
        form = Form(path, "post", "multipart/form-data" if files is not None else "application/x-www-form-urlencoded",
                    [("csrf", self.csrf())])
        return self.visitor.send(form, values, files)


# ---- words that stand nowhere else ----

# kind -> pattern with the number of the case
WORDS = {"subject": r"zqsubject(\d+)q", "text": r"zqtext(\d+)q", "bytes": r"zqbytes(\d+)q", "file": r"zqfile(\d+)q",
         "answer": r"zqanswer(\d+)q", "comment": r"zqcomment(\d+)q", "reason": r"zqreason(\d+)q"}
PERSON = {"name": r"zqname(\d+)q", "mail": r"zqmail(\d+)q", "phone": r"70055(\d{5})", "address": r"zqaddress(\d+)q"}
FINDERS = [(kind, "reception.open", re.compile(p, re.I)) for kind, p in WORDS.items()] + [
    (kind, "reception.see_applicant", re.compile(p, re.I)) for kind, p in PERSON.items()]


class World:
    """The state, its cases, and what is known of every one of them."""

    SCENARIOS = {  # to whom, about whom, who gets it, and who has it after it was passed on
        "plain": ("roads", "", "roads", "water"),
        "accused": ("roads", "roads", "city", "water"),
        "decides": ("court", "court", "court", "water"),
    }

    def __init__(self, birge, folder, checks):
        self.checks = checks
        self.state = SmallState(birge, folder)
        self.policy = Policy(birge)
        self.cases = []
        self.db = bc.open_database(self.state.server.data)

    def case(self, scenario, state):
        """A fresh case of this scenario in this state."""
        to, about, holder, passed_to = self.SCENARIOS[scenario]
        n = len(self.cases)
        s = self.state
        case = s.appeal(to, about, {
            "subject": f"zqsubject{n}q", "text": f"It does not burn. zqtext{n}q", "name": f"zqname{n}q",
            "email": f"zqmail{n}q@example.org", "phone": f"+7 70055{n:05d}", "address": f"zqaddress{n}q",
            "consent": "1"}, (f"zqfile{n}q.txt", "text/plain", f"zqbytes{n}q\n".encode()))
        case.holder, case.accused_decides, case.scenario = holder, scenario == "decides", scenario
        case.accused = about or None
        case.index = n
        case.id = self.db.execute("SELECT id FROM reception_appeal WHERE number = ?", (case.number,))[0][0]
        self.cases.append(case)
        self.bring(case, state, passed_to, n)
        return case

    def bring(self, case, state, passed_to, n):
        s = self.state
        if state == "forwarded":
            s.texts["reason"] = f"zqreason{n}q"
            s.forward(case, passed_to)
            del s.texts["reason"]
        elif state != "registered":
            s.assign(case)
        if state not in OPEN_STATES:
            blocks = dict.fromkeys(("facts", "rule", "reasons", "outcome", "next_step"), f"zqanswer{n}q")
            s.answer(case, state == "refused", blocks, (f"zqfile{n}q-answer.txt", "text/plain", f"answer zqbytes{n}q\n".encode()))
        if state in ("solved", "not_solved"):
            s.opinion(case, state == "solved", f"zqcomment{n}q")
        if case.state != state:
            raise AssertionError(f"{case.scenario}: wanted {state}, got {case.state}")

    def actors(self, case, other):
        """Everybody who may come by, with their own browsers."""
        s = self.state
        yield Actor("a visitor", Visitor(s.server), "visitor")
        yield self.half_signed_in()
        yield Actor("the author", case.author, "applicant", case=case)
        yield Actor("another author", other.author, "applicant", case=other)
        yield from self.staff()

    def half_signed_in(self):
        """Somebody who showed a right password and no code: a visitor, whatever they try."""
        login = "water.colleague"
        half = Visitor(self.state.server)
        page = half.get("/en/staff/sign-in")
        reply = half.send(page.form("/staff/sign-in"), {"login": login, "password": self.state.passwords[login]})
        half.follow(reply).form("/staff/sign-in/code")
        return Actor("half signed in", half, "visitor")

    def staff(self):
        s = self.state
        if not hasattr(self, "_staff"):
            self._staff = [Actor(f"{p} of {b}", s.staff[b, p], "executor" if p == "colleague" else p, b, p)
                           for b, _ in TREE for p in POSTS]
            self._staff.append(Actor("registrar of reception", s.intake, "registrar", "reception", "registrar"))
            self._staff.append(Actor("administrator", s.admin, "administrator"))
            auditor = Actor("auditor", s.auditor, "auditor", "court", "auditor")
            self._staff.append(auditor)
        return self._staff

    # ---- what the database says ----

    def marks(self):
        """(events, readings) so far; numbered without gaps."""
        return tuple(self.db.execute(f"SELECT COALESCE(MAX(seq), -1) FROM {t} WHERE realm = 1")[0][0] + 1
                     for t in ("journal_event", "journal_reading"))

    def readings_since(self, mark):
        return self.db.execute("SELECT noun, noun_id, way, office_id FROM journal_reading WHERE realm = 1 AND seq >= ?"
                               " ORDER BY seq", (mark,))

    # ---- the oracle: who may see which words ----

    def found(self, reply):
        """{(kind, case)} of all words in a reply, headers included."""
        text = reply.text + "\n".join(f"{k}: {v}" for k, v in reply.headers)
        return {(kind, action, self.cases[int(m.group(1))]) for kind, action, finder in FINDERS
                for m in finder.finditer(text) if int(m.group(1)) < len(self.cases)}

    def inspect(self, where, actor, reply):
        """Nothing in `reply` may be there that the table hides from `actor`; returns the cases whose words are shown."""
        leaks = sorted({f"{kind} of {case.scenario}/{case.state}" for kind, action, case in self.found(reply)
                        if not self.policy.allows(actor, action, case)})
        self.checks.check(f"{where}: shows nothing that is hidden", not leaks, leaks)
        return {case for _, _, case in self.found(reply)}
