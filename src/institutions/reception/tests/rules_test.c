/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_test.c - the law of an appeal, sentence by sentence: each row says what it holds and where it stands.
 */
#include "tests/test.h"

#include "core/calendar.h"
#include "institutions/reception/policy.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/rules.h"
#include "web/i18n.h"

/* == what the rules are asked about == */

enum { REGION = 1, CITY, ROADS, WATER, HEALTH, CLINIC, COURT, OLD, N_BODIES = 8 };

struct facts_world {
    struct arena *a;
    const struct profile *profile;
    struct directory d;
    struct body bodies[N_BODIES];
    struct office offices[16];
    struct calendar *calendar;
    struct config limits;
};

static int32_t day(const char *iso)
{
    int32_t d = 0;
    assert_true(day_parse(str_c(iso), &d));
    return d;
}

static void add_body(struct facts_world *w, int64_t id, int64_t parent, bool is_intake, bool is_closed)
{
    w->bodies[w->d.n_bodies++] = (struct body){.id = id, .parent_id = parent, .is_intake = is_intake,
                                               .is_closed = is_closed, .address = S("")};
}

static void add_office(struct facts_world *w, int64_t id, int64_t body, enum role role, const char *to_on)
{
    w->offices[w->d.n_offices++] = (struct office){.id = id, .body_id = body, .role = role,
                                                   .from_on = S("2020-01-01"), .to_on = str_c(to_on)};
}

/* A region with a city (roads, water) and a health department (clinic); a court that stands apart; an old
 * body. */
static struct facts_world *world(struct arena *a)
{
    struct facts_world *w = ARENA_NEW(a, struct facts_world);
    const struct profile *const *profiles;
    size_t n;
    w->a = a;
    w->limits = config_default();
    assert_null(profile_load_all(a, (struct str){0}, &profiles, &n));
    w->profile = profile_find(profiles, n, S("kz-2026"));
    assert_non_null(w->profile);
    assert_null(calendar_make(a, S("1111100"), NULL, 0, &w->calendar));
    w->d.bodies = w->bodies;
    w->d.offices = w->offices;
    add_body(w, REGION, 0, true, false);
    add_body(w, CITY, REGION, true, false);
    add_body(w, ROADS, CITY, true, false);
    add_body(w, WATER, CITY, true, false);
    add_body(w, HEALTH, REGION, true, false);
    add_body(w, CLINIC, HEALTH, false, false);
    add_body(w, COURT, 0, true, false);
    add_body(w, OLD, REGION, false, true);
    add_office(w, 31, ROADS, ROLE_REGISTRAR, NULL);
    add_office(w, 32, ROADS, ROLE_EXECUTOR, NULL);
    add_office(w, 33, ROADS, ROLE_EXECUTOR, NULL);
    add_office(w, 34, ROADS, ROLE_HEAD, NULL);
    add_office(w, 35, ROADS, ROLE_EXECUTOR, "2026-05-31");
    add_office(w, 36, ROADS, ROLE_ADMINISTRATOR, NULL);
    add_office(w, 41, WATER, ROLE_EXECUTOR, NULL);
    add_office(w, 21, CITY, ROLE_REGISTRAR, NULL);
    add_office(w, 22, CITY, ROLE_AUDITOR, NULL);
    return w;
}

/* The verdict has this code, and people can read it and what to do instead, in every language. */
static void assert_code(struct verdict v, const char *code, const char *sentence)
{
    if (!code) {
        if (!v.allowed)
            print_error("%s: refused with %s\n", sentence, v.code);
        assert_true(v.allowed);
        return;
    }
    if (v.allowed || strcmp(v.code, code) != 0)
        print_error("%s: expected %s, found %s\n", sentence, code, v.allowed ? "a yes" : v.code);
    assert_false(v.allowed);
    assert_string_equal(v.code, code);
    for (size_t i = 0; i < LANG_N; i++) {
        struct arena *a = arena_new("texts", 0);
        struct str text = t_verdict(a, lang_at(i), &v);
        assert_true(t_has(v.text_id) && t_has(v.next_id));
        assert_true(str_find(text, '{') == SIZE_MAX); /* every placeholder has its fact */
        assert_true(str_find(t_verdict_next(a, lang_at(i), &v), '{') == SIZE_MAX);
        arena_free(a);
    }
}

/* == the state machine == */

static void a_case_moves_along_the_edges_and_no_others(void **state)
{
    (void)state;
    static const char *const table[N_APPEAL_STATES] = {
        /*                      reg fwd asg ans ref sol not */
        [APPEAL_REGISTERED] = "-XXXX--",
        [APPEAL_FORWARDED] =  "-XXXX--",
        [APPEAL_ASSIGNED] =   "-XXXX--",
        [APPEAL_ANSWERED] =   "---XXXX",
        [APPEAL_REFUSED] =    "---XXXX",
        [APPEAL_SOLVED] =     "---XXXX",
        [APPEAL_NOT_SOLVED] = "---XXXX",
    };
    for (int from = 0; from < N_APPEAL_STATES; from++)
        for (int to = 0; to < N_APPEAL_STATES; to++)
            assert_int_equal(reception_rules_edge((enum appeal_state)from, (enum appeal_state)to),
                             table[from][to] == 'X');
}

static void names_of_states_are_those_stored(void **state)
{
    (void)state;
    enum appeal_state s;
    for (int i = 0; i < N_APPEAL_STATES; i++) {
        assert_true(appeal_state_of_name(appeal_state_name((enum appeal_state)i), &s));
        assert_int_equal(s, i);
    }
    assert_false(appeal_state_of_name(S("hearing"), &s)); /* a later law's; not yet */
    assert_false(appeal_state_of_name(S(""), &s));
}

/* == taking in == */

struct submit_row {
    const char *sentence;
    const char *source;
    struct submit_facts f;
    const char *code; /* NULL: taken in */
};

static const struct submit_row submit_rows[] = {
    {"subject and text are enough", "rules.md A0 (art. 14)", {.body_id = 0}, NULL},
    {"a name is not asked for", "rules.md A2 (88): own, no refusal at the door", {.name = STR("")}, NULL},
    {"the body may be chosen", "issue: assignment by the citizen's choice", {.body_id = ROADS}, NULL},
    {"an abolished body takes nothing", "architecture.md section 4", {.body_id = OLD}, "SUBMIT_BODY"},
    {"an unknown body takes nothing", "", {.body_id = 99}, "SUBMIT_BODY"},
    {"a body that citizens cannot choose takes nothing from them",
     "core schema: is_intake",
     {.body_id = CLINIC},
     "SUBMIT_BODY"},
    {"but a clerk may write down an appeal to it",
     "rules.md A0 (art. 20)",
     {.body_id = CLINIC, .is_by_clerk = true},
     NULL},
    {"an abolished body may be complained of",
     "own: doubt is read for the person",
     {.accused_body_id = OLD},
     NULL},
    {"an unknown one may not", "", {.accused_body_id = 99}, "SUBMIT_ACCUSED"},
    {"a kind that cannot name a body complained of is not refused for it",
     "rules.md A1",
     {.kind = STR("proposal"), .accused_body_id = ROADS},
     NULL},
    {"an unknown kind is", "", {.kind = STR("petition-x")}, "SUBMIT_KIND"},
    {"an unknown language is", "", {.language = STR("de")}, "SUBMIT_LANGUAGE"},
    {"an unknown door is", "", {.channel = STR("fax")}, "SUBMIT_CHANNEL"},
    {"a subject is needed", "rules.md A2 (63): essence", {.subject = STR("  \t ")}, "SUBMIT_SUBJECT_EMPTY"},
    {"of one line",
     "contract.md: a control character in subject",
     {.subject = STR("a\nb")},
     "SUBMIT_SUBJECT_CONTROL"},
    {"a text is needed", "rules.md A2 (63): essence", {.text = STR(" \n ")}, "SUBMIT_TEXT_EMPTY"},
    {"without U+0000", "contract.md: U+0000 anywhere", {.text = STR("a\0b")}, "SUBMIT_TEXT_CONTROL"},
    {"other control characters in the text are kept as received",
     "contract.md",
     {.text = STR("a\r\n\tb\x01")},
     NULL},
    {"broken UTF-8 cannot be kept", "contract.md", {.text = STR("a\xff")}, "SUBMIT_ENCODING"},
    {"nor in a subject", "contract.md", {.subject = STR("\xc3\x28")}, "SUBMIT_ENCODING"},
    {"a mail address has an @", "form.h", {.email = STR("nobody")}, "SUBMIT_CONTACT"},
    {"with something on both sides", "form.h", {.email = STR("@example.kz")}, "SUBMIT_CONTACT"},
    {"and no second line",
     "trust.md section 6 (log injection)",
     {.email = STR("a@b.kz\nBcc: c@d")},
     "SUBMIT_CONTACT"},
    {"nor has a name", "trust.md section 6 (log injection)", {.name = STR("A\nB")}, "SUBMIT_CONTACT"},
    {"a sound address is fine", "", {.email = STR("a@b.kz"), .name = STR("А. Б.")}, NULL},
    {"five files", "issue: up to five", {.n_files = 5, .largest_file = 10 * 1024 * 1024}, NULL},
    {"not six", "issue: up to five", {.n_files = 6, .largest_file = 1}, "SUBMIT_FILES"},
    {"of ten MiB each",
     "contract.md",
     {.n_files = 1, .largest_file = 10 * 1024 * 1024 + 1},
     "SUBMIT_FILE_LARGE"},
};

static void nothing_is_refused_for_form_beyond_what_a_record_needs(void **state)
{
    struct facts_world *w = world(*state);
    for (size_t i = 0; i < sizeof submit_rows / sizeof submit_rows[0]; i++) {
        struct submit_facts f = submit_rows[i].f;
        f.subject = f.subject.p ? f.subject : S("Жол");
        f.text = f.text.p ? f.text : S("Көшеде жарық жоқ.");
        f.channel = f.channel.p ? f.channel : S("web");
        assert_code(reception_rules_submit(w->a, w->profile, &w->d, &w->limits, &f), submit_rows[i].code,
                    submit_rows[i].sentence);
    }
}

static struct str letters(struct arena *a, size_t n)
{
    struct buf b;
    buf_init(&b, a, n * 2 + 1);
    for (size_t i = 0; i < n; i++)
        buf_c(&b, "ә");
    return buf_view(&b);
}

static void lengths_count_letters_not_bytes(void **state)
{
    struct facts_world *w = world(*state);
    struct submit_facts f = {
        .channel = S("api"), .subject = letters(*state, 200), .text = letters(*state, 20000)};
    assert_code(reception_rules_submit(w->a, w->profile, &w->d, &w->limits, &f), NULL, "at the limit");
    f.subject = letters(*state, 201);
    assert_code(reception_rules_submit(w->a, w->profile, &w->d, &w->limits, &f), "SUBMIT_SUBJECT_LONG",
                "subject");
    f.subject = S("x");
    f.text = letters(*state, 20001);
    assert_code(reception_rules_submit(w->a, w->profile, &w->d, &w->limits, &f), "SUBMIT_TEXT_LONG", "text");
}

static void an_appeal_without_a_kind_gets_the_one_that_fits(void **state)
{
    struct facts_world *w = world(*state);
    assert_str(reception_rules_kind(w->profile, S(""), false)->code, "application");
    assert_str(reception_rules_kind(w->profile, S(""), true)->code, "complaint");
    assert_str(reception_rules_kind(w->profile, S("proposal"), true)->code, "proposal");
}

/* == who takes it == */

struct route_row {
    const char *sentence;
    int64_t chosen, accused;
    int64_t body;
    bool to_superior, accused_decides;
};

static const struct route_row route_rows[] = {
    {"the body chosen takes it", ROADS, 0, ROADS, false, false},
    {"nobody chosen: the first body without a superior", 0, 0, REGION, false, false},
    {"the body complained of does not take its own case: its superior does", ROADS, ROADS, CITY, true, false},
    {"nor does a body under it", ROADS, CITY, REGION, true, false},
    {"a body beside it does", WATER, ROADS, WATER, false, false},
    {"a superior that is chosen itself is no detour", CITY, ROADS, CITY, false, false},
    {"nobody chosen, somebody below complained of", 0, ROADS, REGION, false, false},
    {"nobody above: it decides itself, and that is said", REGION, REGION, REGION, false, true},
    {"the same when nobody was chosen", 0, REGION, REGION, false, true},
    {"and when a body under it was", ROADS, REGION, ROADS, false, true},
    {"a body of another tree is not under it", COURT, REGION, COURT, false, false},
    {"an abolished body complained of: its superior", REGION, OLD, REGION, false, false},
};

/* Source: rules.md A3 (91(4), 97(2)), forbid_forward_to_subject. */
static void the_body_complained_of_does_not_get_its_own_case(void **state)
{
    struct facts_world *w = world(*state);
    for (size_t i = 0; i < sizeof route_rows / sizeof route_rows[0]; i++) {
        const struct route_row *row = &route_rows[i];
        struct route r =
            reception_rules_route(w->a, w->profile, &w->d, row->chosen, row->accused, day("2026-08-03"));
        if (r.body_id != row->body || r.is_to_superior != row->to_superior ||
            r.accused_decides != row->accused_decides)
            print_error("%s: body %lld\n", row->sentence, (long long)r.body_id);
        assert_int_equal(r.body_id, row->body);
        assert_int_equal(r.is_to_superior, row->to_superior);
        assert_int_equal(r.accused_decides, row->accused_decides);
    }
}

static void a_closed_superior_is_passed_over(void **state)
{
    struct facts_world *w = world(*state);
    w->bodies[CITY - 1].is_closed = true;
    struct route r = reception_rules_route(w->a, w->profile, &w->d, ROADS, ROADS, day("2026-08-03"));
    assert_int_equal(r.body_id, REGION);
    assert_true(r.is_to_superior);
}

static void a_cycle_of_superiors_ends(void **state)
{
    struct facts_world *w = world(*state);
    w->bodies[REGION - 1].parent_id = ROADS;
    struct route r = reception_rules_route(w->a, w->profile, &w->d, ROADS, CITY, day("2026-08-03"));
    assert_true(r.accused_decides);
    assert_false(reception_rules_is_under(&w->d, COURT, CITY));
}

/* == assigning == */

struct assign_row {
    const char *sentence;
    int64_t holder_office, to_office;
    const char *reason;
    const char *code;
};

static const struct assign_row assign_rows[] = {
    {"to an executor of the body", 0, 32, "", NULL},
    {"to its head", 0, 34, "", NULL},
    {"not to the registrar: who registers does not decide", 0, 31, "", "ASSIGN_OFFICE"},
    {"not to the administrator", 0, 36, "", "ASSIGN_OFFICE"},
    {"not to an office that has ended", 0, 35, "", "ASSIGN_OFFICE"},
    {"not to another body's", 0, 41, "", "ASSIGN_OFFICE"},
    {"not to one that is not there", 0, 99, "", "ASSIGN_OFFICE"},
    {"again, with a reason", 32, 33, "Демалыста", NULL},
    {"again, not without", 32, 33, " ", "ASSIGN_REASON"},
    {"not to the one that has it", 32, 32, "x", "ASSIGN_SAME"},
};

static void a_case_is_given_to_an_office_that_can_decide_it(void **state)
{
    struct facts_world *w = world(*state);
    for (size_t i = 0; i < sizeof assign_rows / sizeof assign_rows[0]; i++) {
        const struct assign_row *row = &assign_rows[i];
        struct appeal p = {.holder_body_id = ROADS, .holder_office_id = row->holder_office};
        struct assign_facts f = {&p, &w->d, row->to_office, str_c(row->reason), day("2026-08-03")};
        assert_code(reception_rules_assign(w->a, &f), row->code, row->sentence);
    }
    struct appeal p = {.holder_body_id = ROADS};
    struct assign_facts f = {&p, &w->d, 32, letters(*state, REASON_CHARS + 1), day("2026-08-03")};
    assert_code(reception_rules_assign(w->a, &f), "ASSIGN_REASON_LONG", "long");
}

/* == passing on == */

struct forward_row {
    const char *sentence;
    int64_t accused;
    bool accused_decides;
    int64_t to;
    const char *reason;
    const char *today; /* it arrived on Monday 2026-08-03 */
    int n_moves;       /* 1: registered at ROADS; 2: and forwarded from COURT before */
    const char *code;
};

static const struct forward_row forward_rows[] = {
    {"to the competent body, with a reason", 0, false, WATER, "Су", "2026-08-03", 1, NULL},
    {"until the third working day", 0, false, WATER, "Су", "2026-08-06", 1, NULL},
    {"not on the fourth", 0, false, WATER, "Су", "2026-08-07", 1, "FORWARD_TOO_LATE"},
    {"not without a reason", 0, false, WATER, "  ", "2026-08-03", 1, "FORWARD_REASON"},
    {"not to itself", 0, false, ROADS, "x", "2026-08-03", 1, "FORWARD_SAME"},
    {"not to an abolished body", 0, false, OLD, "x", "2026-08-03", 1, "FORWARD_BODY"},
    {"not to nobody", 0, false, 99, "x", "2026-08-03", 1, "FORWARD_BODY"},
    {"not to the body complained of", WATER, false, WATER, "x", "2026-08-03", 1, "FORWARD_ACCUSED"},
    {"not to one under it", HEALTH, false, CLINIC, "x", "2026-08-03", 1, "FORWARD_ACCUSED"},
    {"but to one above it", WATER, false, CITY, "x", "2026-08-03", 1, NULL},
    {"nobody above it: still not to it", REGION, true, REGION, "x", "2026-08-03", 1, "FORWARD_ACCUSED"},
    {"nobody above it: another one under it may be competent", REGION, true, WATER, "x", "2026-08-03", 1,
     NULL},
    {"once, not twice", 0, false, WATER, "x", "2026-08-03", 2, "FORWARD_SECOND_TIME"},
    {"never back", 0, false, COURT, "x", "2026-08-03", 2, "FORWARD_BACK"},
};

/* Source: rules.md A3 (65, 76(2), 97(2)), max_forward_hops, S7. */
static void a_case_is_passed_on_once_in_time_with_a_reason(void **state)
{
    struct facts_world *w = world(*state);
    for (size_t i = 0; i < sizeof forward_rows / sizeof forward_rows[0]; i++) {
        const struct forward_row *row = &forward_rows[i];
        struct move moves[] = {
            {.kind = S("register"), .to_body_id = row->n_moves == 2 ? COURT : ROADS},
            {.kind = S("forward"), .to_body_id = ROADS},
        };
        struct appeal p = {.holder_body_id = ROADS, .accused_body_id = row->accused,
                           .accused_decides = row->accused_decides};
        struct forward_facts f = {.appeal = &p,
                                  .directory = &w->d,
                                  .profile = w->profile,
                                  .calendar = w->calendar,
                                  .to_body_id = row->to,
                                  .reason = str_c(row->reason),
                                  .moves = moves,
                                  .n_moves = (size_t)row->n_moves,
                                  .arrived_on = day("2026-08-03"),
                                  .today = day(row->today)};
        struct verdict v;
        assert_null(reception_rules_forward(w->a, &f, &v));
        assert_code(v, row->code, row->sentence);
    }
}

static void a_refusal_to_pass_on_names_law_and_day(void **state)
{
    struct facts_world *w = world(*state);
    struct move first = {.kind = S("register"), .to_body_id = ROADS};
    struct appeal p = {.holder_body_id = ROADS};
    struct forward_facts f = {.appeal = &p,
                              .directory = &w->d,
                              .profile = w->profile,
                              .calendar = w->calendar,
                              .to_body_id = WATER,
                              .reason = S("x"),
                              .moves = &first,
                              .n_moves = 1,
                              .arrived_on = day("2026-08-03"),
                              .today = day("2026-09-01")};
    struct verdict v;
    assert_null(reception_rules_forward(w->a, &f, &v));
    assert_string_equal(v.code, "FORWARD_TOO_LATE");
    assert_str(v.law, "APPC 65");
    assert_int_equal(v.n_facts, 1);
    assert_str(v.facts[0].value, "2026-08-06");
}

/* == answering == */

static struct answer_blocks full_blocks(void)
{
    return (struct answer_blocks){S("f"), S("r"), S("w"), S("o"), S("n"), S("h"), S("s"), S("2026-11-30")};
}

struct answer_row {
    const char *sentence;
    bool is_refusal;
    const char *ground;
    const char *language;
    int empty; /* which block is left empty; -1: none */
    const char *until;
    const char *code;
};

static const struct answer_row answer_rows[] = {
    {"all blocks, the language of the appeal", false, "", "ru", -1, NULL, NULL},
    {"the state language will do", false, "", "kk", -1, NULL, NULL},
    {"another language will not", false, "", "en", -1, NULL, "ANSWER_LANGUAGE"},
    {"without facts: no", false, "", "ru", 0, NULL, "ANSWER_BLOCK"},
    {"without rule: no", false, "", "ru", 1, NULL, "ANSWER_BLOCK"},
    {"without reasons: no", false, "", "ru", 2, NULL, "ANSWER_BLOCK"},
    {"without outcome: no", false, "", "ru", 3, NULL, "ANSWER_BLOCK"},
    {"without next step: no", false, "", "ru", 4, NULL, "ANSWER_BLOCK"},
    {"without how to complain: no", false, "", "ru", 5, NULL, "ANSWER_BLOCK"},
    {"without where: no", false, "", "ru", 6, NULL, "ANSWER_BLOCK"},
    {"without by when: no", false, "", "ru", 7, NULL, "ANSWER_BLOCK"},
    {"a refusal has a ground of the list", true, "no_right", "ru", -1, NULL, NULL},
    {"a refusal without ground: no", true, "", "ru", -1, NULL, "ANSWER_GROUND"},
    {"with a ground of one's own: no", true, "because", "ru", -1, NULL, "ANSWER_GROUND"},
    {"a refusal needs its blocks too", true, "no_right", "ru", 2, NULL, "ANSWER_BLOCK"},
    {"an answer has no ground of refusal", false, "no_right", "ru", -1, NULL, "ANSWER_GROUND"},
    {"the day to complain is a day", false, "", "ru", -1, "soon", "ANSWER_REMEDY_DATE"},
    {"not one that does not exist", false, "", "ru", -1, "2026-02-30", "ANSWER_REMEDY_DATE"},
    {"not before the law's", false, "", "ru", -1, "2026-11-29", "ANSWER_REMEDY_EARLY"},
    {"later is fine", false, "", "ru", -1, "2027-01-15", NULL},
};

/* Source: rules.md A6 (80(5)); S8. */
static void an_answer_has_every_block_that_the_law_asks_for(void **state)
{
    struct facts_world *w = world(*state);
    struct appeal p = {.language = S("ru")};
    for (size_t i = 0; i < sizeof answer_rows / sizeof answer_rows[0]; i++) {
        const struct answer_row *row = &answer_rows[i];
        struct answer_facts f = {.appeal = &p, .profile = w->profile, .is_refusal = row->is_refusal,
                                 .ground = str_c(row->ground), .language = str_c(row->language),
                                 .blocks = full_blocks(), .reason = S(""), .remedy_until = day("2026-11-30"),
                                 .today = day("2026-08-28")};
        struct str *blocks[] = {&f.blocks.facts, &f.blocks.rule, &f.blocks.reasons, &f.blocks.outcome,
                                &f.blocks.next_step, &f.blocks.remedy_how, &f.blocks.remedy_where,
                                &f.blocks.remedy_until};
        if (row->empty >= 0)
            *blocks[row->empty] = S(" \n");
        if (row->until)
            f.blocks.remedy_until = str_c(row->until);
        assert_code(reception_rules_answer(w->a, &f), row->code, row->sentence);
    }
}

/* Source: rules.md A0 (art. 13): never changed silently. */
static void a_new_version_differs_and_says_why(void **state)
{
    struct facts_world *w = world(*state);
    struct appeal p = {.language = S("ru")};
    struct answer last = {.no = 1, .language = S("ru"), .blocks = full_blocks()};
    struct answer_facts f = {.appeal = &p,
                             .profile = w->profile,
                             .last = &last,
                             .ground = S(""),
                             .language = S("ru"),
                             .blocks = full_blocks(),
                             .reason = S("Опечатка"),
                             .today = day("2026-08-28")};
    assert_code(reception_rules_answer(w->a, &f), "ANSWER_SAME", "nothing differs");
    f.blocks.outcome = S("other");
    assert_code(reception_rules_answer(w->a, &f), NULL, "differs");
    f.reason = S("");
    assert_code(reception_rules_answer(w->a, &f), "ANSWER_REASON", "no reason");
    f.blocks.facts = letters(*state, ANSWER_BLOCK_CHARS + 1);
    assert_code(reception_rules_answer(w->a, &f), "ANSWER_BLOCK_LONG", "too long");
}

static void an_opinion_is_about_the_answer_that_holds(void **state)
{
    struct facts_world *w = world(*state);
    struct answer last = {.no = 2};
    struct opinion said = {.answer_no = 2, .is_solved = true, .comment = S("")};
    struct opinion_facts f = {.last = &last,
                              .answer_no = 2,
                              .is_solved = false,
                              .comment = S(""),
                              .first_on = day("2026-08-03"),
                              .today = day("2026-08-03"),
                              .profile = w->profile};
    assert_code(reception_rules_opinion(w->a, &f), NULL, "first word");
    f.answer_no = 1;
    assert_code(reception_rules_opinion(w->a, &f), "OPINION_ANSWER", "of an older version");
    f.answer_no = 2;
    f.said = &said;
    assert_code(reception_rules_opinion(w->a, &f), NULL, "changed on the same day");
    f.is_solved = true;
    assert_code(reception_rules_opinion(w->a, &f), "OPINION_SAME", "nothing changed");
    f.is_solved = false;
    int64_t days = profile_value(w->profile, "opinion.change_days", f.today, 0);
    assert_true(days > 0);
    f.today = f.first_on + (int32_t)days;
    assert_code(reception_rules_opinion(w->a, &f), NULL, "on the last day");
    f.today++;
    assert_code(reception_rules_opinion(w->a, &f), "OPINION_TOO_LATE", "after it");
    f.said = NULL;
    f.comment = letters(*state, COMMENT_CHARS + 1);
    assert_code(reception_rules_opinion(w->a, &f), "OPINION_LONG", "long");
    f.last = NULL;
    assert_code(reception_rules_opinion(w->a, &f), "OPINION_ANSWER", "no answer yet");
}

/* == corrections == */

static void corrections_change_something_that_exists(void **state)
{
    struct facts_world *w = world(*state);
    struct appeal p = {.kind = S("application"), .language = S("kk")};
    assert_code(reception_rules_kind_change(w->a, w->profile, &p, S("complaint")), NULL, "kind");
    assert_code(reception_rules_kind_change(w->a, w->profile, &p, S("application")), "KIND_SAME",
                "same kind");
    assert_code(reception_rules_kind_change(w->a, w->profile, &p, S("x")), "KIND_UNKNOWN", "unknown kind");
    assert_code(reception_rules_language_change(w->a, &p, S("ru")), NULL, "language");
    assert_code(reception_rules_language_change(w->a, &p, S("kk")), "LANGUAGE_SAME", "same language");
    assert_code(reception_rules_language_change(w->a, &p, S("")), "LANGUAGE_UNKNOWN", "unknown language");
}

static void files_are_five_and_each_once(void **state)
{
    struct facts_world *w = world(*state);
    struct attachment files[6];
    static const char *const hashes[] = {"a", "b", "c", "d", "e"};
    for (int i = 0; i < 5; i++)
        files[i] = (struct attachment){.no = i + 1, .hash = str_c(hashes[i])};
    files[5] = (struct attachment){.no = 6, .answer_no = 1, .hash = S("z")};
    assert_code(reception_rules_file(w->a, &w->limits, files, 4, 0, S("x"), 1), NULL, "a fifth");
    assert_code(reception_rules_file(w->a, &w->limits, files, 5, 0, S("x"), 1), "FILE_TOO_MANY", "a sixth");
    assert_code(reception_rules_file(w->a, &w->limits, files, 4, 0, S("a"), 1), "FILE_SAME",
                "the same bytes");
    assert_code(reception_rules_file(w->a, &w->limits, files, 6, 1, S("a"), 1), NULL,
                "an answer counts its own");
    assert_code(reception_rules_file(w->a, &w->limits, files, 1, 0, S("x"), 11 * 1024 * 1024), "FILE_LARGE",
                "large");
}

struct identity_row {
    const char *sentence;
    enum appeal_identity known, level;
    bool has_applicant;
    const char *given_name, *email, *name, *note;
    const char *code;
};

static const struct identity_row identity_rows[] = {
    {"a document shows who wrote", IDENTITY_NONE, IDENTITY_PAPER, true, "А", "", "", "құжат", NULL},
    {"also who wrote without a name", IDENTITY_NONE, IDENTITY_PAPER, false, "", "", "А", "құжат", NULL},
    {"but then the name is needed", IDENTITY_NONE, IDENTITY_PAPER, false, "", "", "", "құжат",
     "IDENTITY_NAME"},
    {"and what was seen", IDENTITY_NONE, IDENTITY_PAPER, true, "А", "", "", " ", "IDENTITY_NOTE"},
    {"a contact can be checked", IDENTITY_NONE, IDENTITY_CONTACT, true, "А", "a@b.kz", "", "қоңырау", NULL},
    {"if there is one", IDENTITY_NONE, IDENTITY_CONTACT, true, "А", "", "", "қоңырау", "IDENTITY_CONTACT"},
    {"never downwards", IDENTITY_PAPER, IDENTITY_CONTACT, true, "А", "a@b.kz", "", "x", "IDENTITY_KNOWN"},
    {"a document is more than a contact", IDENTITY_CONTACT, IDENTITY_PAPER, true, "А", "", "", "x", NULL},
    {"a clerk gives no signature", IDENTITY_NONE, IDENTITY_SIGNATURE, true, "А", "", "", "x",
     "IDENTITY_LEVEL"},
};

static void a_clerk_raises_the_identity_on_what_was_seen(void **state)
{
    struct facts_world *w = world(*state);
    for (size_t i = 0; i < sizeof identity_rows / sizeof identity_rows[0]; i++) {
        const struct identity_row *row = &identity_rows[i];
        struct appeal p = {.identity = row->known};
        struct applicant who = {.name = str_c(row->given_name), .email = str_c(row->email)};
        assert_code(reception_rules_identity(w->a, &p, row->has_applicant ? &who : NULL, row->level,
                                             str_c(row->name), str_c(row->note)),
                    row->code, row->sentence);
    }
}

static void a_code_is_renewed_for_somebody_who_gave_a_name(void **state)
{
    struct applicant who = {.name = S("А")};
    struct applicant nameless = {.name = S(""), .email = S("a@b.kz")};
    assert_code(reception_rules_renew(*state, &who, S("құжат")), NULL, "named");
    assert_code(reception_rules_renew(*state, &who, S("")), "RENEW_NOTE", "no note");
    assert_code(reception_rules_renew(*state, &nameless, S("құжат")), "RENEW_ANONYMOUS", "no name");
    assert_code(reception_rules_renew(*state, NULL, S("құжат")), "RENEW_ANONYMOUS", "nobody");
}

/* Source: experience.md section 9: six digits, ten minutes, five tries. */
static void a_contact_code_is_bounded_in_time_tries_and_number(void **state)
{
    struct appeal p = {.identity = IDENTITY_NONE};
    struct applicant who = {.name = S(""), .email = S("a@b.kz")};
    struct contact_code c = {.sent_at = 1000000, .expires_at = 1600000, .tries = 0, .sent = 1};
    assert_code(reception_rules_contact_send(*state, &p, &who, NULL, 0), NULL, "first");
    assert_code(reception_rules_contact_send(*state, &p, NULL, NULL, 0), "CONTACT_NONE", "no contact");
    assert_code(reception_rules_contact_send(*state, &p, &who, &c, 1059999), "CONTACT_TOO_SOON",
                "within a minute");
    assert_code(reception_rules_contact_send(*state, &p, &who, &c, 1060000), NULL, "after a minute");
    c.sent = CONTACT_CODES_A_DAY;
    assert_code(reception_rules_contact_send(*state, &p, &who, &c, 9000000), "CONTACT_TOO_OFTEN", "sixth");
    p.identity = IDENTITY_PAPER;
    assert_code(reception_rules_contact_send(*state, &p, &who, NULL, 0), "CONTACT_CHECKED", "known already");

    assert_code(reception_rules_contact_try(*state, NULL, true, 0), "CONTACT_NO_CODE", "none");
    assert_code(reception_rules_contact_try(*state, &c, true, 1600000), NULL,
                "right, in the last millisecond");
    assert_code(reception_rules_contact_try(*state, &c, true, 1600001), "CONTACT_EXPIRED", "right, too late");
    struct verdict v = reception_rules_contact_try(*state, &c, false, 1600000);
    assert_code(v, "CONTACT_WRONG", "wrong");
    assert_str(v.facts[0].value, "4");
    c.tries = CONTACT_CODE_TRIES;
    assert_code(reception_rules_contact_try(*state, &c, true, 1500000), "CONTACT_TRIES",
                "right, after five wrong");
}

/* == who will see it == */

static bool is_listed(const struct audience *list, size_t n, int64_t office, bool *ret_if_assigned,
                      bool *ret_applicant)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i].office_id != office)
            continue;
        *ret_if_assigned = list[i].is_if_assigned;
        *ret_applicant = list[i].sees_applicant;
        return true;
    }
    return false;
}

/* Source: issue, "who will see this" computed for this very appeal. */
static void the_audience_is_what_the_policy_says(void **state)
{
    struct facts_world *w = world(*state);
    struct policy policy = {reception_policy_rows, N_RECEPTION_POLICY_ROWS};
    struct appeal p = {.id = 7, .holder_body_id = ROADS, .state = APPEAL_REGISTERED};
    struct policy_subject s = reception_rules_subject(&p);
    struct audience *list;
    size_t n;
    bool if_assigned;
    bool applicant;
    reception_rules_audience(w->a, &policy, &w->d, &s, false, day("2026-08-03"), &list, &n);
    assert_int_equal(n, 4);
    assert_true(is_listed(list, n, 31, &if_assigned, &applicant) && !if_assigned &&
                applicant);                                                                    /* registrar */
    assert_true(is_listed(list, n, 32, &if_assigned, &applicant) && if_assigned && applicant); /* executor */
    assert_true(is_listed(list, n, 34, &if_assigned, &applicant) && !if_assigned &&
                !applicant);                                        /* head: not the name */
    assert_false(is_listed(list, n, 35, &if_assigned, &applicant)); /* has ended */
    assert_false(is_listed(list, n, 36, &if_assigned, &applicant)); /* administrator */
    assert_false(is_listed(list, n, 22, &if_assigned, &applicant)); /* auditor */
    p.accused_body_id = ROADS;
    s = reception_rules_subject(&p);
    reception_rules_audience(w->a, &policy, &w->d, &s, false, day("2026-08-03"), &list, &n);
    assert_int_equal(n, 0); /* the body complained of sees nothing of it */
    p.accused_decides = true;
    s = reception_rules_subject(&p);
    reception_rules_audience(w->a, &policy, &w->d, &s, false, day("2026-08-03"), &list, &n);
    assert_int_equal(n, 4);
    reception_rules_audience(w->a, &policy, &w->d, &s, true, day("2026-08-03"), &list, &n);
    assert_int_equal(n, 4); /* kept apart: the same open it, and none of them sees who wrote */
    for (size_t i = 0; i < n; i++)
        assert_false(list[i].sees_applicant);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_case_moves_along_the_edges_and_no_others),
        TEST(names_of_states_are_those_stored),
        TEST(nothing_is_refused_for_form_beyond_what_a_record_needs),
        TEST(lengths_count_letters_not_bytes),
        TEST(an_appeal_without_a_kind_gets_the_one_that_fits),
        TEST(the_body_complained_of_does_not_get_its_own_case),
        TEST(a_closed_superior_is_passed_over),
        TEST(a_cycle_of_superiors_ends),
        TEST(a_case_is_given_to_an_office_that_can_decide_it),
        TEST(a_case_is_passed_on_once_in_time_with_a_reason),
        TEST(a_refusal_to_pass_on_names_law_and_day),
        TEST(an_answer_has_every_block_that_the_law_asks_for),
        TEST(a_new_version_differs_and_says_why),
        TEST(an_opinion_is_about_the_answer_that_holds),
        TEST(corrections_change_something_that_exists),
        TEST(files_are_five_and_each_once),
        TEST(a_clerk_raises_the_identity_on_what_was_seen),
        TEST(a_code_is_renewed_for_somebody_who_gave_a_name),
        TEST(a_contact_code_is_bounded_in_time_tries_and_number),
        TEST(the_audience_is_what_the_policy_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
