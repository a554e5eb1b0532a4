# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small state for tests over HTTP, made by its administrator through the pages: bodies in a tree, offices, people.

    reception (intake)          court (nobody above it)
     `- city
         |- roads
         `- water

Each body but reception has a registrar, two executors and a head, all signed in. Cases are brought into every state by
the people whose work it is, through the forms that stand on their pages.
"""
import re
import subprocess

from visitor import Visitor, accounts, bc

TREE = [("city", "reception"), ("roads", "city"), ("water", "city"), ("court", "")]
POSTS = ["registrar", "executor", "colleague", "head"]  # colleague: an executor who has nothing to do with the case
STATES = ["registered", "forwarded", "assigned", "answered", "refused", "solved", "not_solved"]
OPEN_STATES = STATES[:3]


def redirect_id(reply, what):
    """The id at the end of the address that a form led to."""
    m = re.search(r"/(\d+)(?:[?#].*)?$", reply.header("Location") or "")
    if reply.status != 303 or not m:
        raise AssertionError(f"{what}: {reply.status} {reply.header('Location')} {reply.text[:1500]}")
    return int(m.group(1))


class Case:
    """One appeal: its number and code, who may act on it now, and a browser of its author."""

    def __init__(self, number, code, author):
        self.number, self.code, self.author = number, code, author
        self.holder, self.office, self.accused, self.state = None, None, None, "registered"
        self.id = None


class SmallState:
    def __init__(self, birge, folder, texts=None):
        self.server = bc.Server(birge, folder + "/data")
        self.texts = texts or {}  # overrides of what people type, by field
        printed = subprocess.run([birge, "init", "--data", self.server.data, *bc.database_options(), "--origin", "state.test"], check=True,
                                 capture_output=True, text=True).stdout
        self.passwords = accounts(printed)
        self.bodies, self.offices, self.staff = {}, {}, {}
        self.server.start()
        self.admin = Visitor(self.server, "administrator")
        self.passwords["admin"] = self.admin.sign_in("admin", self.passwords["admin"])
        self.intake = Visitor(self.server, "registrar of reception")
        self.passwords["registrar"] = self.intake.sign_in("registrar", self.passwords["registrar"])
        for code, parent in TREE:
            self.add_body(code, parent)
            for post in POSTS:
                self.add_post(code, post)
        self.auditor = self.add_post("court", "auditor")

    def typed(self, field, plain):
        return self.texts.get(field, plain)

    # ---- administration ----

    def body_id(self, code):
        if code not in self.bodies:  # made by `init`: the list of bodies links to it
            page = self.admin.get("/en/admin/bodies")
            ids = [int(m.group(1)) for m in map(re.compile(r"/en/admin/bodies/(\d+)$").match, page.links) if m]
            self.bodies[code] = ids[0]
        return self.bodies[code]

    def add_body(self, code, parent):
        form = self.admin.get("/en/admin/bodies/new").form("/admin/bodies/new")
        reply = self.admin.send(form, {
            "code": code, "parent": str(self.body_id(parent)) if parent else "",
            "name_kk": self.typed("body_kk", f"{code} органы"), "name_ru": self.typed("body_ru", f"Орган {code}"),
            "name_en": self.typed("body_en", f"Body {code}"), "about_kk": self.typed("about", "Міндеті"),
            "about_ru": self.typed("about", "Задача"), "about_en": self.typed("about", "Its task"),
            "address": self.typed("body_address", "Abai 1"), "phone": self.typed("body_phone", "+7 7172 000000"),
            "hours": self.typed("hours", "9-18"), "is_intake": "1"})
        self.bodies[code] = redirect_id(reply, f"body {code}")

    def add_post(self, body, post):
        """An office, a person, the appointment, and a browser in which that person is signed in."""
        role = "executor" if post == "colleague" else post
        form = self.admin.get(f"/en/admin/bodies/{self.bodies[body]}/offices/new").form("/offices/new")
        reply = self.admin.send(form, {
            "role": role, "title_kk": self.typed("office_kk", f"{body} {post} қызметі"),
            "title_ru": self.typed("office_ru", f"Должность {body} {post}"),
            "title_en": self.typed("office_en", f"Office {body} {post}")})
        office = redirect_id(reply, f"office {body} {post}")
        login = f"{body}.{post}"
        password = self.add_person(login)
        form = self.admin.get(f"/en/admin/offices/{office}").form("/appoint")
        reply = self.admin.send(form, {"login": login})
        if reply.status != 303:
            raise AssertionError(f"appointing {login}: {reply.status} {reply.text[:1500]}")
        who = Visitor(self.server, f"{post} of {body}")
        self.passwords[login] = who.sign_in(login, password)
        self.offices[body, post] = office
        self.staff[body, post] = who
        return who

    def add_person(self, login):
        form = self.admin.get("/en/admin/people/new").form("/admin/people/new")
        reply = self.admin.send(form, {"login": login, "name": self.typed("person", f"Person {login}"), "language": "kk"})
        m = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", reply.text)
        if not m:
            raise AssertionError(f"person {login}: {reply.status} {reply.text[:1500]}")
        return m.group(0)

    def open_recovery(self, body, post):
        """A request to let this person in again, opened by the administrator; its id."""
        login = f"{body}.{post}"
        person = self.admin.get(f"/en/admin/people?login={login}").header("Location")
        form = self.admin.get(f"{person}/recover").form("/recover")
        reply = self.admin.send(form, {"reason": "The phone was lost.", "checked": "Came in person."})
        return redirect_id(reply, f"recovery of {login}")

    # ---- cases ----

    def appeal(self, body, accused="", words=None, file=None):
        """A fresh appeal by a new author who then opens it with number and code."""
        author = Visitor(self.server, "author")
        page = author.get(f"/en/appeals/new/write?kind=&body={body}&about={accused}")
        values = {"subject": "The lamp", "text": "It does not burn.", "name": "A. Person",
                  "email": "person@example.org", **(words or {})}
        reply = author.send(page.form("/appeals/new/write"), values, {"file": file} if file else None)
        if reply.status != 201:
            raise AssertionError(f"an appeal was not taken: {reply.status} {reply.text[:1500]}")
        form = reply.form("/appeals/receipt")
        case = Case(form.value("number"), form.value("code"), author)
        case.token = reply.form("/appeals/files").value("token")
        case.accused = accused or None
        opened = author.track(case.number, case.code)
        if opened.status != 200:
            raise AssertionError(f"{case.number} does not open: {opened.status}")
        return case

    def do(self, who, path, form_end, values, files=None):
        reply = who.send(who.get(path).form(form_end), values, files)
        if reply.status != 303:
            raise AssertionError(f"{who.name}: {form_end} on {path}: {reply.status} {reply.text[:2500]}")

    def assign(self, case, post="executor"):
        self.do(self.staff[case.holder, "registrar"], f"/en/desk/appeals/{case.number}", "/assign",
                {"office": str(self.offices[case.holder, post]), "reason": self.typed("reason", "Its work.")})
        case.office, case.state = (case.holder, post), "assigned"

    def forward(self, case, to):
        self.do(self.staff[case.holder, "registrar"], f"/en/desk/appeals/{case.number}", "/forward",
                {"body": to, "reason": self.typed("reason", "Its competence.")})
        case.holder, case.office, case.state = to, None, "forwarded"

    def answer_values(self, form, blocks=None):
        plain = {"facts": "What was found.", "rule": "Law, art. 1.", "reasons": "Therefore.", "outcome": "It is mended.",
                 "next_step": "Wait.", "reason": "A mistake was mended."}
        values = {k: v for k, v in {**plain, **(blocks or {})}.items() if k in form.types}
        if "ground" in form.choices:
            values["ground"] = next(c for c in form.choices["ground"] if c)
        return values

    def answer(self, case, refuse=False, blocks=None, file=None):
        who = self.staff[case.office]
        path = f"/en/desk/appeals/{case.number}/answer" + ("?refuse=1" if refuse else "")
        form = who.get(path).form("/answer")
        reply = who.send(form, self.answer_values(form, blocks))
        if reply.status != 303:
            raise AssertionError(f"answering {case.number}: {reply.status} {reply.text[:2500]}")
        case.state = "refused" if refuse else "answered"
        if file:
            self.do(who, f"/en/desk/appeals/{case.number}", "/file", {}, {"file": file})

    def opinion(self, case, solved, comment=""):
        self.do(case.author, f"/en/appeals/{case.number}", "/opinion", {"solved": "1" if solved else "0", "comment": comment})
        case.state = "solved" if solved else "not_solved"

    def stop(self):
        everybody = [self.admin, self.intake, *self.staff.values()]
        for v in everybody:
            v.close()
        return self.server.stop()
