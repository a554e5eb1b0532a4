#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address, for everybody, in every state: pages, API and files give the verdict of the policy table.

    policy_test.py BIRGE

The table is read from `birge policy show --json` and asked here by a few lines of Python of their own. For cases in
every state, held by different bodies, with and without a body complained of, each person of a small state tries each
address. A reply that the table does not allow is a failure, and so is one that the table allows and the page refuses.

Each appeal carries words that stand nowhere else. Whatever comes back, to whomever, is searched for them: words of a
case only for those who may open it, its author only for those who may see who wrote. Staff who are shown words have
added exactly one reading, everybody else none; a refusal has written nothing at all. An address that is not known here
fails the test, so nobody can add one that is not held against the table.
"""
import os
import re
import shutil
import sys
import time

from policy_entries import PATTERNS as ENTRY_PATHS, entries
from policy_world import Actor, World
from small_state import OPEN_STATES, STATES
from visitor import Checks, Visitor, fast_folder


C = Checks()
REFUSED = (401, 403, 404, 409)

# ---- addresses of a case ----

class Path:
    """One address of a case: what the table is asked, and how it is called."""

    def __init__(self, method, pattern, actions, call, wants=(), way=None, states=STATES, event=True, law=(), ok=None):
        self.method, self.pattern, self.actions, self.call = method, pattern, actions, call
        self.wants, self.way, self.states, self.event, self.law, self.ok = wants, way, states, event, law, ok

    def __str__(self):
        return f"{self.method} {self.pattern}"


CLOSED = [s for s in STATES if s not in OPEN_STATES]
DESK, OWN = "/{lang}/desk/appeals/{number}", "/{lang}/appeals/{number}"


def href(pattern, case, tail=""):
    return pattern.replace("{lang}", "en").replace("{number}", case.number) + tail


def getter(pattern, tail="", end=""):
    return lambda world, actor, case: actor.visitor.get(href(pattern, case, end) + tail)


def poster(pattern, end, values, files=None):
    def call(world, actor, case):
        return actor.post_form(href(pattern, case, end), values(world, case), files and files(case))
    return call


def answer_values(world, case, refuse=False):
    n = case.index
    values = {k: f"zqanswer{n}q anew" for k in ("facts", "rule", "reasons", "outcome", "next_step", "remedy_how", "remedy_where")}
    values.update(language="en", remedy_until="2031-12-31", reason="A mistake was mended.")
    if refuse:
        values.update(refuse="1", ground=world.ground)
    return values


def other_office(world, case):
    post = "colleague" if case.office and case.office[1] == "executor" else "executor"
    return str(world.state.offices[case.holder, post])


def forward_target(world, case):
    return "water" if case.holder != "water" else "city"


def new_file(case):
    return {"file": (f"zqfile{case.index}q-new.txt", "text/plain", f"new zqbytes{case.index}q {time.monotonic_ns()}\n".encode())}


def plain(**values):
    return lambda world, case: values


def case_paths():
    see = ("subject", "text")
    yield Path("GET", DESK, ["reception.open"], getter(DESK), see, "open")
    yield Path("GET", DESK, ["reception.open"], getter(DESK, "?print=1"), see, "print")
    yield Path("GET", DESK + "/answer", ["reception.open", "reception.answer"], getter(DESK, end="/answer"), see, "open")
    yield Path("GET", DESK + "/answer", ["reception.open", "reception.refuse"], getter(DESK, "?refuse=1", "/answer"), see, "open")
    yield Path("GET", DESK + "/files/{no}", ["reception.open"], getter(DESK, end="/files/1"), ("bytes",), "download")
    yield Path("GET", DESK + "/files/{no}", ["reception.open"], getter(DESK, end="/files/2"), ("bytes",), "download", CLOSED)

    yield Path("POST", DESK + "/assign", ["reception.assign"], poster(DESK, "/assign", lambda w, c: {
        "office": other_office(w, c), "reason": "Its work."}))
    yield Path("POST", DESK + "/forward", ["reception.forward"], poster(DESK, "/forward", lambda w, c: {
        "body": forward_target(w, c), "reason": "Its competence."}), law=["forwarded"])
    yield Path("POST", DESK + "/kind", ["reception.correct_kind"], poster(DESK, "/kind", plain(kind="proposal")))
    yield Path("POST", DESK + "/language", ["reception.correct_language"], poster(DESK, "/language", plain(language="kk")))
    yield Path("POST", DESK + "/identity", ["reception.check_identity"], poster(DESK, "/identity", plain(
        level="paper", note="identity card")))
    elsewhere = lambda c: [] if c.scenario == "accused" else STATES  # no other body is complained of
    yield Path("POST", DESK + "/opening", ["reception.ask_identity"], poster(DESK, "/opening", plain(
        ground="facts", note="Where exactly?")), law=lambda c: [] if c.scenario == "decides" else STATES)
    yield Path("POST", DESK + "/redact", ["reception.redact"], poster(DESK, "/redact", lambda w, c: {
        "why": "name", "passages": f"zqtext{c.index}q"}), law=elsewhere)
    yield Path("POST", DESK + "/release", ["reception.redact"], poster(DESK, "/release", plain(released="1")), law=elsewhere)
    yield Path("POST", DESK + "/showing", ["reception.redact"], poster(DESK, "/showing", plain(note="Its side.")), law=elsewhere)
    # Nothing is shown to any body complained of in this world: its door is there and closed.
    yield Path("GET", "/{lang}/desk/shown/{number}", ["reception.open_shown"], getter("/{lang}/desk/shown/{number}"))
    yield Path("GET", "/{lang}/desk/shown/{number}/files/{no}", ["reception.open_shown"],
               getter("/{lang}/desk/shown/{number}", end="/files/1"))
    yield Path("POST", DESK + "/code", ["reception.renew_code"], poster(DESK, "/code", plain(note="identity card")), ok=200)
    yield Path("POST", DESK + "/answer", ["reception.answer"], poster(DESK, "/answer", answer_values))
    yield Path("POST", DESK + "/answer", ["reception.refuse"], poster(DESK, "/answer", lambda w, c: answer_values(w, c, True)))
    yield Path("POST", DESK + "/file", ["reception.add_answer_file"], poster(DESK, "/file", plain(), new_file))

    yield Path("GET", OWN, ["reception.open", "reception.see_applicant"], getter(OWN), see)
    yield Path("GET", OWN + "/due", ["reception.open"], getter(OWN, end="/due"))
    yield Path("GET", OWN + "/receipt", ["reception.open"], getter(OWN, end="/receipt"))
    yield Path("GET", OWN + "/files", ["reception.open"], getter(OWN, end="/files"), ("file",))
    yield Path("GET", OWN + "/files/{no}", ["reception.open"], getter(OWN, end="/files/1"), ("bytes",))
    yield Path("GET", OWN + "/files/{no}", ["reception.open"], getter(OWN, end="/files/2"), ("bytes",), states=CLOSED)
    yield Path("POST", OWN + "/opinion", ["reception.say_opinion"], poster(OWN, "/opinion", lambda w, c: {
        "answer": "1", "solved": "0" if c.state == "solved" else "1", "comment": f"zqcomment{c.index}q"}))
    yield Path("POST", OWN + "/language", ["reception.correct_language"], poster(OWN, "/language", plain(language="ru")))
    yield Path("POST", OWN + "/contact", ["reception.confirm_contact"], poster(OWN, "/contact", plain()))
    yield Path("POST", OWN + "/contact/code", ["reception.confirm_contact"], poster(OWN, "/contact/code", plain(
        contact_code="000000")), event=False, law=STATES)
    yield Path("POST", OWN + "/contact/change", ["reception.confirm_contact"], poster(OWN, "/contact/change", plain(
        new_email="other@example.org")))
    yield Path("POST", OWN + "/contact/keep", ["reception.confirm_contact"], poster(OWN, "/contact/keep", plain()), event=False)
    yield Path("POST", OWN + "/apart", ["reception.set_apart"], poster(OWN, "/apart", lambda w, c: {
        "apart": "0" if c.scenario == "decides" else "1"}))
    yield Path("POST", OWN + "/files", ["reception.add_file"], poster(OWN, "/files", plain(), new_file), ok=200)


AUTHOR_ONLY = (OWN,)  # shown to the applicant who opened it, whatever else staff may see


def allowed(world, path, actor, case):
    if path.pattern.startswith(AUTHOR_ONLY) and actor.role != "applicant":
        return False  # staff have the desk: this is the door of the author
    if path.pattern.startswith(DESK) and actor.role == "applicant":
        return False  # and this is the door of staff; an applicant's session opens no desk
    return all(world.policy.allows(actor, a, case) for a in path.actions)


def is_refused(reply):
    led_away = reply.status == 303 and re.search(r"/(track|staff/sign-in)(\?|$)", reply.header("Location") or "")
    return reply.status in REFUSED or bool(led_away)


# ---- one cell ----

def check_words(world, where, actor, case, reply, readings):
    """The oracle, and P5: who of the staff was shown words has added one reading, with way and office; else none."""
    shown = world.inspect(where, actor, reply)
    is_staff = actor.body is not None or actor.role == "administrator"
    if is_staff and shown:
        C.check(f"{where}: is recorded as one reading", len(readings) == 1 and shown == {case} and
                readings[0][:2] == ("appeal", case.id), readings)
        C.check(f"{where}: the reading names the office",
                readings and readings[0][3] == world.state.offices.get((actor.body, actor.post), readings[0][3]), readings)
    else:
        C.check(f"{where}: adds no reading", not readings, readings)


def cell(world, path, actor, case, expected):
    where = f"{case.scenario}/{case.state}: {actor.name}: {path}"
    events, readings = world.marks()
    reply = path.call(world, actor, case)
    events_now, _ = world.marks()
    read = world.readings_since(readings)
    check_words(world, where, actor, case, reply, read)
    if not expected:
        C.check(f"{where}: is refused", is_refused(reply), f"{reply.status} {reply.header('Location')}")
        C.check(f"{where}: changes nothing", events_now == events, f"{events_now - events} events")
        return reply
    if path.method == "GET":
        kinds = {k for k, _, c in world.found(reply) if c is case}
        C.check(f"{where}: is shown", reply.status == 200 and set(path.wants) <= kinds, f"{reply.status} {kinds}")
        if path.way:
            C.check(f"{where}: way of reading", [r[2] for r in read] == [path.way], read)
    elif case.state in (path.law(case) if callable(path.law) else path.law):
        C.check(f"{where}: the law says no, not the policy", reply.status == 422, reply.status)
    else:
        C.check(f"{where}: is done", reply.status == (path.ok or 303) and not is_refused(reply),
                f"{reply.status} {reply.header('Location')} {reply.text[-3000:] if reply.status == 422 else ''}")
        C.check(f"{where}: writes an event", events_now > events or not path.event, events_now - events)
    return reply


def after(world, path, case):
    """What a change that was done means for who may see the case now."""
    if path.pattern.endswith("/assign"):
        case.office, case.state = (case.holder, "colleague" if case.office == (case.holder, "executor") else "executor"), "assigned"
    elif path.pattern.endswith("/forward") and case.state not in path.law:
        case.holder, case.office, case.state = forward_target(world, case), None, "forwarded"
    elif path.pattern.endswith("/answer"):
        case.state = "refused" if path.actions == ["reception.refuse"] else "answered"


# ---- the matrix ----

def matrix(world, other):
    n = {"cells": 0, "allowed": 0}
    paths = list(case_paths())
    for case in list(world.cases):
        if case is other:
            continue
        for actor in list(world.actors(case, other)):
            for path in paths:
                if case.state not in path.states:
                    continue
                yes = allowed(world, path, actor, case)
                n["cells"] += 1
                n["allowed"] += yes
                if not yes or path.method == "GET":
                    cell(world, path, actor, case, yes)
                    continue
                fresh = world.case(case.scenario, case.state)  # the next cell finds its case as it was
                mine = Actor(actor.name, fresh.author, "applicant", case=fresh) if actor.role == "applicant" else actor
                cell(world, path, mine, fresh, True)
                after(world, path, fresh)
    print(f"{n['cells']} cells of pages and files, {n['allowed']} allowed")
    C.check("the matrix is no toy", n["cells"] > 5000 and 200 < n["allowed"] < n["cells"] / 4, n)


# ---- by number and code: API, receipt, files right after sending ----

def by_code(world, case, other):
    where = f"{case.scenario}/{case.state}"
    author = Actor("code of the author", Visitor(world.state.server), "applicant", case=case)
    stranger = Actor("code of another", Visitor(world.state.server), "applicant", case=other)
    nobody = Actor("no code", Visitor(world.state.server), "visitor")
    clerk = next(a for a in world.staff() if a.body == case.holder and a.role == "registrar")
    for actor, code in ((author, case.code), (stranger, other.code), (nobody, None), (clerk, None)):
        yes = world.policy.allows(actor, "reception.open", case) and actor is not clerk  # the API knows no cookies
        _, readings = world.marks()
        headers = {"Authorization": f"Bearer {code}"} if code else {}
        for path, wants in ((f"/api/v1/appeals/{case.number}", {"subject", "text"}), (f"/api/v1/appeals/{case.number}/proof", set())):
            reply = actor.visitor.get(path, **headers)
            world.inspect(f"{where}: {actor.name}: {path}", actor, reply)
            kinds = {k for k, _, c in world.found(reply) if c is case}
            C.check(f"{where}: {actor.name}: GET {path}", (reply.status == 200 and wants <= kinds) if yes
                    else reply.status in REFUSED, f"{reply.status} {kinds}")
        reply = actor.post_form("/en/appeals/receipt", {"number": case.number, "code": code or "0" * 20})
        C.check(f"{where}: {actor.name}: the receipt by code", reply.status == 200 and case.number in reply.text if yes
                else is_refused(reply), reply.status)
        C.check(f"{where}: {actor.name}: by code nobody reads as staff", not world.readings_since(readings))
    may_add = world.policy.allows(author, "reception.add_file", case)
    events, _ = world.marks()
    wrong = stranger.post_form("/en/appeals/files", {"number": case.number, "token": other.token}, new_file(case))
    C.check(f"{where}: the token of another appeal adds no file", is_refused(wrong) and world.marks()[0] == events, wrong.status)
    if not may_add:
        reply = author.post_form("/en/appeals/files", {"number": case.number, "token": case.token}, new_file(case))
        C.check(f"{where}: a token does not outlive the state", is_refused(reply) and world.marks()[0] == events, reply.status)
    else:
        fresh = world.case(case.scenario, case.state)
        reply = nobody.post_form("/en/appeals/files", {"number": fresh.number, "token": fresh.token}, new_file(fresh))
        C.check(f"{where}: the token of a fresh appeal adds a file", reply.status == 200 and world.marks()[0] > events, reply.status)


# ---- lists ----

def walk_list(actor, which):
    numbers, path, pages = [], f"/en/desk?list={which}", []
    while path and len(pages) < 50:
        reply = actor.visitor.get(path)
        pages.append(reply)
        numbers += re.findall(r'href="/en/desk/appeals/([0-9-]+)"', reply.text)
        further = [x for x in reply.links if x.startswith("/en/desk?") and "after=" in x and x != path]
        path = further[0] if further else None
    return numbers, pages


def lists(world):
    for actor in world.staff():
        if not world.policy.allows(actor, "reception.desk"):
            continue
        held = [c for c in world.cases if c.holder == actor.body]
        mine = (actor.body, actor.post)
        expected = {"open": [c for c in held if c.state in OPEN_STATES],
                    "mine": [c for c in held if c.state in OPEN_STATES and c.office == mine],
                    "closed": [c for c in held if c.state not in OPEN_STATES]}
        for which, cases in expected.items():
            _, readings = world.marks()
            numbers, pages = walk_list(actor, which)
            C.check(f"{actor.name}: list {which}", sorted(numbers) == sorted(c.number for c in cases),
                    f"{len(numbers)} shown, {len(cases)} expected")
            C.check(f"{actor.name}: list {which} shows no words of people", not any(world.found(p) for p in pages))
            C.check(f"{actor.name}: list {which} is no reading", not world.readings_since(readings))


# ---- addresses without a case ----

NO_CASE = {"{lang}": "en", "{year}": "2026", "{month}": "2026-08", "{code}": "roads", "{level}": "0", "{size}": "1", "{step}": "hold", "/second/{id}": "/second/999999"}
# What these do is tested where it is done; here they would sign the tester out.
ENDS_SESSION = {"POST /{lang}/staff/sign-out", "POST /{lang}/leave", "POST /{lang}/staff/sign-in",
                "POST /{lang}/staff/sign-in/password", "POST /{lang}/staff/sign-in/office", "POST /{lang}/staff/office",
                "POST /{lang}/staff/sign-in/code", "POST /{lang}/staff/sign-in/enrol"}
# A list that each may ask for whose office has the right to any case; what is in it is asked for one by one.
COARSE = {"reception.confirm_identity", "reception.open_shown"}
BY_CODE = {"GET /api/v1/appeals/{number}", "GET /api/v1/appeals/{number}/proof", "POST /{lang}/appeals/receipt",
           "POST /{lang}/appeals/files"}


def fill_pattern(pattern, ids):
    if pattern.startswith("/log/tile"):
        return "/log/tile/0/000"
    for name, value in NO_CASE.items():
        pattern = pattern.replace(name, value)
    kind = next((k for k in ids if f"/admin/{k}/" in pattern), None)
    return pattern.replace("{id}", str(ids[kind])) if kind else pattern.replace("{number}", "2026-0000001-1")


def without_case(world, other):
    known = {str(p) for p in case_paths()} | BY_CODE | ENDS_SESSION | ENTRY_PATHS
    s = world.state
    s.add_body("spare", "city")
    spare = {"bodies": s.bodies["spare"], "offices": s.offices["water", "colleague"]}
    login = s.add_person("spare.person") and "spare.person"
    spare["letters"] = world.db.execute("SELECT min(id) FROM core_notice")[0][0]
    spare["people"] = world.db.execute("SELECT id FROM core_person WHERE login = ?", (login,))[0][0]
    spare["recovery"] = s.open_recovery("water", "colleague")
    everybody = [Actor("a visitor", Visitor(s.server), "visitor"), world.half_signed_in(),
                 Actor("an author", other.author, "applicant", case=other),
                 *world.staff()]
    entries(world, everybody)
    n = 0
    for route in world.policy.routes:
        name = f"{route['method']} {route['pattern']}"
        if name in known:
            continue
        if "{number}" in route["pattern"] and not route["pattern"].startswith("/v/"):
            C.check(f"{name} is an address of a case that this test does not know: add it", False)
            continue
        path = fill_pattern(route["pattern"], spare)
        C.check(f"{name}: every part of the pattern is filled", "{" not in path, path)
        for actor in everybody:
            yes = not route["permission"] or world.policy.allows(actor, route["permission"]) or (
                route["permission"] in COARSE and any(r["role"] == actor.role and r["action"] == route["permission"]
                                                      for r in world.policy.rows))
            if "/recovery/{id}" in route["pattern"] and actor.role == "head":
                yes = yes and actor.body == "water"  # the head of whom it concerns, and no other
            events, readings = world.marks()
            upload = name in ("POST /{lang}/appeals/new/write", "POST /{lang}/desk/register")
            if route["method"] == "GET":
                reply = actor.visitor.get(path)
            elif path.startswith("/api/"):
                reply = actor.visitor.request("POST", path, "{}", {"Content-Type": "application/json", "Idempotency-Key": f"e{n}"})
            else:
                reply = actor.post_form(path, {}, {} if upload else None)
            n += 1
            where = f"{actor.name}: {name}"
            world.inspect(where, actor, reply)
            C.check(f"{where}: no reading", not world.readings_since(readings))
            if yes:
                C.check(f"{where}: is allowed", reply.status in (200, 201, 302, 303, 400, 404, 409, 422) and
                        (reply.status != 404 or not route["permission"] or "/desk/diary/{code}" in route["pattern"]),
                        reply.status)  # an entry that is not there; the tests of the diary ask for those that are
            else:
                C.check(f"{where}: is refused", reply.status == (401 if actor.role == "visitor" else 403), reply.status)
                C.check(f"{where}: changes nothing", world.marks()[0] == events)
    print(f"{n} cells of addresses without a case")
    missing = known - {f"{r['method']} {r['pattern']}" for r in world.policy.routes}
    C.check("every address of this test exists", not missing, missing)


# ---- P6: whatever a body complained of can reach ----

CRAWL_MOST = 400


def crawl(world, actor, langs):
    """Follow every link from the actor's pages; the oracle looks at each."""
    seen, shown = set(), set()
    waiting = [f"/{l}{p}" for l in langs for p in ("", "/desk", "/desk?list=closed", "/desk?list=mine", "/staff",
                                                   "/admin", "/bodies", "/log", "/log/check")]
    while waiting and len(seen) < CRAWL_MOST:
        path = waiting.pop(0).split("#")[0]
        is_ours = path.startswith("/") and not path.startswith(("/assets", "//"))
        is_other_year = re.search(r"/calendar/(?!2026)", path)  # there are many
        if path in seen or not is_ours or is_other_year:
            continue
        if path[1:3] in ("kk", "ru", "en") and path[1:3] not in langs:
            continue
        seen.add(path)
        reply = actor.visitor.get(path)
        C.check(f"{actor.name}: {path} answers", reply.status < 500, reply.status)
        shown |= world.inspect(f"{actor.name}: {path}", actor, reply)
        if (reply.header("Content-Type") or "").startswith("text/html"):
            waiting += reply.links
    return seen, shown


def crawls(world):
    total = 0
    for actor in world.staff():
        langs = ("kk", "ru", "en") if actor.body == "roads" and actor.role == "registrar" else ("en",)
        seen, shown = crawl(world, actor, langs)
        total += len(seen)
        if actor.role in ("registrar", "head") and actor.body in ("roads", "water", "city"):
            C.check(f"{actor.name}: the crawl came to cases", len(shown) > 3, len(shown))
        against = [c for c in shown if c.accused == actor.body and not c.accused_decides]
        C.check(f"{actor.name}: nothing of a complaint about their own body", not against, [c.number for c in against])
    print(f"{total} pages crawled")


def author_sees_readings(world):
    """What was recorded is what the author is shown: as many lines as readings."""
    case = next(c for c in world.cases if c.scenario == "plain" and c.state == "answered")
    n = world.db.execute("SELECT count(*) FROM journal_reading WHERE noun = 'appeal' AND noun_id = ?", (case.id,))[0][0]
    page = case.author.get(f"/en/appeals/{case.number}").text
    table = page[page.index('id="readings"'):]
    rows = table[:table.index("</table>")].count("<tr") - 1
    C.check("the author is shown every reading", rows == min(n, 50) and n > 5, f"{rows} shown, {n} recorded")


def main():
    birge = os.path.abspath(sys.argv[1])
    folder = fast_folder("birge-policy-")
    began = time.monotonic()
    world = None
    try:
        world = World(birge, folder, C)
        other = world.case("plain", "registered")
        for scenario in World.SCENARIOS:
            for state in STATES:
                world.case(scenario, state)
        refuser = world.state.staff["roads", "executor"]
        assigned = next(c for c in world.cases if c.scenario == "plain" and c.state == "assigned")
        form = refuser.get(f"/en/desk/appeals/{assigned.number}/answer?refuse=1").form("/answer")
        world.ground = next(c for c in form.choices["ground"] if c)
        lists(world)
        for case in list(world.cases):
            if case is not other:
                by_code(world, case, other)
        crawls(world)
        matrix(world, other)
        author_sees_readings(world)
        lists(world)
        without_case(world, other)
        C.check("exit 0", world.state.stop() == 0)
        code, said = world.state.server.audit()
        C.check("the audit is sound", code == 0, said)
        print(f"{len(world.cases)} cases, {time.monotonic() - began:.0f} s")
    finally:
        if world and world.state.server.process.poll() is None:
            world.state.server.kill()
        elif world and sys.exc_info()[0]:
            print(f"the server ended with {world.state.server.process.returncode}: {world.state.server.tail()}")
        shutil.rmtree(folder, ignore_errors=True)
    return C.finish()


if __name__ == "__main__":
    sys.exit(main())
