# SPDX-License-Identifier: AGPL-3.0-or-later
"""The matrix of the diary: everybody x every address of an entry x every state it can be in.

As for cases, the meaning of the table is written down a second time: an entry is its body's. Nothing here goes through:
what is allowed is asked with a stale version or an empty form, so that the state stays, and the answer must be a page
that says so and no refusal of the right to ask.
"""
import re

STATES = ("planned", "held", "published", "cancelled", "postponed")  # in the order of the table's bits
BODY = "roads"
WORD = "zqentry"
REFUSED = (401, 403, 404)
# step -> what it asks for beside the list of entries
STEPS = {"hold": "diary.write", "announce": "diary.publish", "publish": "diary.publish", "postpone": "diary.write",
         "cancel": "diary.write", "withdraw": "diary.consent"}
ENTRY = "/{lang}/desk/diary/{code}"
PATTERNS = {f"GET {ENTRY}", f"GET {ENTRY}/edit", f"POST {ENTRY}/edit", f"POST {ENTRY}/{{step}}"}


def allows(world, actor, action, state):
    """An entry of BODY in `state`; None: the list."""
    bit = 1 << STATES.index(state) if state else 1 << 31
    return actor.body == BODY and any(
        row["role"] == actor.role and row["action"] == action and row["states"] & bit and row["scope"] in ("own_body", "any")
        for row in world.policy.rows)


def make(world, state):
    """An entry that came to `state` by the pages: entered by one person, published by another."""
    by = {a.post: a for a in world.staff() if a.body == BODY}
    title = f"{WORD}{STATES.index(state)}q"
    choices = by["executor"].visitor.get("/en/desk/diary/new").form("/desk/diary/new").choices["office"]
    reply = by["executor"].post_form("/en/desk/diary/new", {
        "office": next(c for c in choices if c), "kind": "meeting", "begins_on": "2026-01-15", "where": "home", "language": "en", "title_en": title,
        "about_en": title, "place_en": "Town hall"})
    world.checks.check(f"{state}: an entry is made", reply.status == 303, re.findall("error-message[^<]*<[^<]*<[^<]*", reply.text)[:3])
    path = reply.header("Location").split("?")[0]
    steps = {"planned": [], "held": ["hold"], "published": ["hold", "publish"], "cancelled": ["cancel"],
             "postponed": ["postpone"]}[state]
    for step in steps:
        actor = by["head" if step == "publish" else "executor"]
        form = actor.visitor.get(path).form(f"/{step}")
        reply = actor.visitor.send(form, {f"reason-{step}": "The day was moved."} if f"reason-{step}" in form.types else {})
        world.checks.check(f"{state}: {step}", reply.status == 303, reply.status)
    return path.rsplit("/", 1)[1]


def attempts(code):
    """(name, actions, call) for each address of the entry."""
    base = f"/en/desk/diary/{code}"
    stale = {"seen": "1000000", "participant": "99"}
    yield "GET entry", ["diary.desk", "diary.open"], lambda a: a.visitor.get(base)
    yield "GET edit", ["diary.write"], lambda a: a.visitor.get(base + "/edit")
    yield "POST edit", ["diary.write"], lambda a: a.post_form(base + "/edit", {})
    for step, action in STEPS.items():
        yield f"POST {step}", ["diary.desk", action], lambda a, s=step: a.post_form(f"{base}/{s}", {
            **stale, f"reason-{s}": "A reason of some length."})


def entries(world, everybody):
    """Hold every cell against the table; also that unpublished words are shown to nobody else."""
    n = 0
    for state in STATES:
        code = make(world, state)
        word = f"{WORD}{STATES.index(state)}q"
        for actor in everybody:
            for name, actions, call in attempts(code):
                where = f"diary, {state}, {actor.name}: {name}"
                yes = all(allows(world, actor, a, None if a == "diary.desk" else state) for a in actions)
                events, _ = world.marks()
                reply = call(actor)
                n += 1
                if yes:
                    world.checks.check(f"{where}: is allowed", reply.status < 500 and reply.status not in REFUSED, reply.status)
                else:
                    world.checks.check(f"{where}: is refused", reply.status in (*REFUSED, 409), reply.status)
                    may_read = allows(world, actor, "diary.open", state)
                    world.checks.check(f"{where}: shows nothing", may_read or word not in reply.text)
                world.checks.check(f"{where}: changes nothing", world.marks()[0] == events)
        for path in (f"/en/diary/entries/{code}", "/en/diary", "/en/diary/feed.atom", "/en/diary/calendar.ics",
                     "/exports/diary.csv", "/api/v1/diary", f"/api/v1/diary/entries/{code}"):
            is_there = word in everybody[0].visitor.get(path).text
            if state != "published":
                world.checks.check(f"diary, {state}: {path} shows nothing of it", not is_there)
            elif code in path:
                world.checks.check(f"diary, published: {path} shows it", is_there)
    print(f"{n} cells of entries of the diary")
