/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * people_test.c - the verbs of administration as stories, on a real database: what they do, what they refuse,
 * and what holds after each of them.
 */
#include "core/tests/state.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/person_words.h"
#include "core/policy_rows.h"
#include "gen/core_queries.h"

#define HASH_TEXT "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"

static struct person_command person(const char *login, const char *name)
{
    return (struct person_command){.seen = SEEN_ANY, .login = str_c(login), .name = str_c(name), .language = S("kk"),
                                   .password_hash = S(HASH_TEXT)};
}

static struct body_command body(const char *code, int64_t parent)
{
    return (struct body_command){.seen = SEEN_ANY, .parent_id = parent, .code = str_c(code),
                                 .name = {S("Орган"), S("Орган"), S("Body")}, .about = {S(""), S(""), S("")},
                                 .address = S(""), .phone = S(""), .hours = S("")};
}

static struct body_command body_of(struct state *s, int64_t id)
{
    struct core_q_body_by_id_row row;
    bool found = false;
    assert_ok(core_q_body_by_id(s->a, s->read, 1, id, &row, &found));
    assert_true(found);
    struct body_command c = body("", row.parent_id.v);
    c.id = id;
    return c;
}

/* Another administrator in an office of their own. */
static struct actor second_admin(struct state *s, const char *login)
{
    struct actor operator = actor_operator();
    struct person_command p = person(login, "Second");
    struct office_command o = {.body_id = s->region, .role = ROLE_ADMINISTRATOR, .title = {S("Б"), S("Б"), S("B")},
                               .on = S("2026-01-05")};
    state_do(s, operator, do_person_add, &p);
    state_do(s, operator, do_office_add, &o);
    struct appointment_command c = {.office_id = o.id, .person_id = p.id, .on = S("2026-01-05")};
    state_do(s, operator, do_appointment_add, &c);
    return state_staff(p.id, o.id, s->region, ROLE_ADMINISTRATOR);
}

/* ---- people ---- */

static void a_person_is_added_changed_and_disabled(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = person("A.Kim", "Алма Ким");
    int64_t events = state_events(s);
    state_do(s, state_admin(s), do_person_add, &p);
    assert_int_equal(state_events(s), events + 1);
    p.name = S("Алма Ким-Сейіт");
    p.language = S("ru");
    state_do(s, state_admin(s), do_person_change, &p);
    state_do(s, state_admin(s), do_person_disable, &p);
    state_do(s, state_admin(s), do_person_disable, &p); /* twice changes nothing */
    assert_int_equal(state_events(s), events + 3);
    struct core_q_person_by_login_row row;
    bool found = false;
    assert_ok(core_q_person_by_login(s->a, s->read, 1, S("a.kim"), &row, &found)); /* folded */
    assert_true(found);
    assert_str(row.name, "Алма Ким-Сейіт");
    assert_true(row.disabled_at.has);
    state_do(s, state_admin(s), do_person_enable, &p);
    state_check(s);
}

/* How many people `query` finds, and the login of the first. */
static size_t found_by(struct state *s, const char *query, struct str *ret_first, bool *ret_is_cut)
{
    struct core_q_people_after_row *rows;
    size_t n;
    assert_ok(people_search(s->a, s->read, 1, str_c(query), 5, &rows, &n, ret_is_cut));
    *ret_first = n > 0 ? rows[0].login : S("");
    return n;
}

static void people_are_found_by_the_beginning_of_any_word(void **state)
{
    struct state *s = state_new(*state);
    struct person_command a = person("a.first", "Әлия Ким-Сейіт");
    struct person_command b = person("b.second", "Алма (бөлім) КИМЕЛ");
    struct str first;
    bool is_cut;
    state_do(s, state_admin(s), do_person_add, &a);
    state_do(s, state_admin(s), do_person_add, &b);
    assert_int_equal(found_by(s, "ким", &first, &is_cut), 2);
    assert_false(is_cut);
    assert_int_equal(found_by(s, "СЕЙ әли", &first, &is_cut), 1); /* all words, in any order and case */
    assert_str(first, "a.first");
    assert_int_equal(found_by(s, "кимел алма", &first, &is_cut), 1);
    assert_str(first, "b.second");
    assert_int_equal(found_by(s, "бөлім", &first, &is_cut), 1);
    assert_int_equal(found_by(s, "b.sec", &first, &is_cut), 1);
    assert_int_equal(found_by(s, "имел", &first, &is_cut), 0); /* not from the middle */
    assert_int_equal(found_by(s, "%", &first, &is_cut), 0);
    assert_int_equal(found_by(s, "алия", &first, &is_cut), 0); /* ә is not а */
    a.name = S("Әлия Тас");
    state_do(s, state_admin(s), do_person_change, &a);
    assert_int_equal(found_by(s, "сейіт", &first, &is_cut), 0); /* the old name is forgotten */
    assert_int_equal(found_by(s, "тас", &first, &is_cut), 1);
    state_check(s);
}

static struct err *do_forget_words(struct action *x)
{
    int64_t *id = x->command;
    return core_q_person_words_remove(x->a, x->tx, x->site->realm, *id, NULL);
}

static struct err *do_fill_words(struct action *x)
{
    return person_words_fill(x);
}

static void people_of_before_the_search_get_their_words_from_the_clock(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = person("late", "Тас Бел");
    struct str first;
    bool is_cut;
    state_do(s, state_admin(s), do_person_add, &p);
    for (int64_t id = 1; id <= p.id; id++)
        state_do(s, actor_clock(), do_forget_words, &id);
    assert_int_equal(found_by(s, "тас", &first, &is_cut), 0);
    state_do(s, actor_clock(), do_fill_words, NULL);
    assert_int_equal(found_by(s, "тас", &first, &is_cut), 1);
}

static void a_search_says_when_there_may_be_more(void **state)
{
    struct state *s = state_new(*state);
    struct str first;
    bool is_cut;
    for (int i = 0; i < 6; i++) {
        struct person_command p = person(str_printf(s->a, "many%d", i).p, "Көп Адам");
        state_do(s, state_admin(s), do_person_add, &p);
    }
    assert_int_equal(found_by(s, "көп адам", &first, &is_cut), 5);
    assert_true(is_cut);
    assert_int_equal(found_by(s, "many3 көп", &first, &is_cut), 1);
    assert_false(is_cut);
}

static void logins_are_unique_whatever_their_case(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = person("ADMIN", "Somebody else");
    state_refuse(s, state_admin(s), do_person_add, &p, "PERSON_LOGIN_TAKEN");
}

static void commands_that_are_not_well_formed_fail(void **state)
{
    struct state *s = state_new(*state);
    static const struct {
        const char *login;
        struct str name;
        const char *language;
    } bad[] = {
        {"a", STR("Name"), "kk"},
        {"with space", STR("Name"), "kk"},
        {"админ", STR("Name"), "kk"}, /* looks like admin, and is not */
        {"x\x01y", STR("Name"), "kk"},
        {"good.login", STR(""), "kk"},
        {"good.login", STR("two\nlines"), "kk"},
        {"good.login", STR("nul\0inside"), "kk"},
        {"good.login", STR("\xff\xfe"), "kk"},
        {"good.login", STR("Name"), "xx"},
        {"good.login", STR("Name"), ""},
    };
    int64_t events = state_events(s);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct person_command p = person(bad[i].login, "");
        p.name = bad[i].name;
        p.language = str_c(bad[i].language);
        struct err *e = state_run(s, state_admin(s), do_person_add, &p);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_INPUT);
        assert_false(action_is_refused(&s->last));
    }
    struct person_command p = person("good.login", "Name");
    p.password_hash = S("plain words");
    assert_non_null(state_run(s, state_admin(s), do_person_add, &p));
    char longer[2000];
    memset(longer, 'n', sizeof longer);
    p = person("good.login", "");
    p.name = (struct str){longer, sizeof longer};
    assert_non_null(state_run(s, state_admin(s), do_person_add, &p));
    assert_int_equal(state_events(s), events);
}

static void only_administrators_change_anything(void **state)
{
    struct state *s = state_new(*state);
    struct actor clerk = state_staff(s->clerk, s->clerk_office, s->city, ROLE_REGISTRAR);
    struct actor auditor = state_staff(s->auditor, s->auditor_office, s->region, ROLE_AUDITOR);
    struct person_command p = person("new.one", "New");
    struct body_command b = body("new", 0);
    state_refuse(s, clerk, do_person_add, &p, "POLICY_ROLE");
    state_refuse(s, auditor, do_body_add, &b, "POLICY_ROLE");
    state_refuse(s, actor_visitor(), do_body_add, &b, "POLICY_SIGN_IN");
    state_refuse(s, actor_clock(), do_body_add, &b, "POLICY_ROLE");
    p.id = s->admin;
    state_refuse(s, clerk, do_person_set_password, &p, "POLICY_ROLE"); /* another's */
    p.id = s->clerk;
    state_do(s, clerk, do_person_set_password, &p); /* their own */
    state_check(s);
}

/* ---- who left may not act ---- */

static void an_administrator_who_left_cannot_finish_a_request(void **state)
{
    struct state *s = state_new(*state);
    struct actor second = second_admin(s, "second");
    struct person_command p = {.id = second.person_id, .seen = SEEN_ANY};
    struct body_command b = body("late", 0);
    state_do(s, state_admin(s), do_person_disable, &p);
    state_refuse(s, second, do_body_add, &b, "POLICY_ENDED");
    state_do(s, state_admin(s), do_person_enable, &p);
    state_do(s, second, do_body_add, &b);
    /* An actor that names an office the person never held, or no longer holds. */
    struct actor forged = state_staff(s->clerk, s->admin_office, s->region, ROLE_ADMINISTRATOR);
    state_refuse(s, forged, do_body_close, &b, "POLICY_ENDED");
}

struct racer {
    struct state *s;
    struct actor who;
    struct person_command command;
    struct action x;
    bool won;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct arena *a = arena_new("race", 0);
    r->x = (struct action){.command = &r->command};
    r->won = action_run(a, r->s->site, r->who, do_person_disable, &r->x) == NULL;
    arena_free(a);
    return NULL;
}

static void two_administrators_who_disable_each_other_cannot_both_win(void **state)
{
    struct state *s = state_new(*state);
    struct actor second = second_admin(s, "second");
    for (int i = 0; i < 10; i++) {
        struct racer one = {.s = s, .who = state_admin(s), .command = {.id = second.person_id, .seen = SEEN_ANY}};
        struct racer two = {.s = s, .who = second, .command = {.id = s->admin, .seen = SEEN_ANY}};
        pthread_t threads[2];
        assert_int_equal(pthread_create(&threads[0], NULL, race, &one), 0);
        assert_int_equal(pthread_create(&threads[1], NULL, race, &two), 0);
        (void)pthread_join(threads[0], NULL);
        (void)pthread_join(threads[1], NULL);
        assert_int_equal(one.won + two.won, 1);
        struct person_command loser = {.id = one.won ? second.person_id : s->admin, .seen = SEEN_ANY};
        state_do(s, actor_operator(), do_person_enable, &loser);
    }
    state_check(s);
}

static void the_last_administrator_stays(void **state)
{
    struct state *s = state_new(*state);
    struct actor second = second_admin(s, "second");
    struct person_command self = {.id = s->admin, .seen = SEEN_ANY};
    struct office_command own = {.id = s->admin_office, .seen = SEEN_ANY, .on = S("2026-08-03")};
    state_refuse(s, state_admin(s), do_person_disable, &self, "PERSON_SELF");
    state_refuse(s, state_admin(s), do_office_close, &own, "OFFICE_SELF");
    state_do(s, second, do_person_disable, &self); /* now `second` is the last */
    struct person_command last = {.id = second.person_id, .seen = SEEN_ANY};
    state_refuse(s, second, do_person_disable, &last, "PERSON_SELF");
    /* A third, without an office of administrator, cannot be counted on. */
    struct office_command third = {.body_id = s->region, .role = ROLE_ADMINISTRATOR, .title = {S("В"), S("В"), S("C")},
                                   .on = S("2026-01-05")};
    state_do(s, second, do_office_add, &third);
    struct actor in_third = state_staff(second.person_id, third.id, s->region, ROLE_ADMINISTRATOR);
    struct appointment_command also = {.office_id = third.id, .person_id = second.person_id, .on = S("2026-08-03")};
    state_do(s, second, do_appointment_add, &also);
    struct office_command both = {.id = second.office_id, .seen = SEEN_ANY, .on = S("2026-08-02")};
    state_do(s, in_third, do_office_close, &both); /* one of two offices of the same person */
    struct appointment_command end = {.id = also.id, .on = S("2026-08-02")};
    state_refuse(s, in_third, do_appointment_end, &end, "APPOINTMENT_SELF");
    state_do(s, actor_operator(), do_person_disable, &last); /* the machine itself may */
    state_check(s);
}

static void ending_the_last_administrator_in_the_future_is_refused_too(void **state)
{
    struct state *s = state_new(*state);
    struct actor second = second_admin(s, "second");
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    assert_ok(core_q_appointments_of_office(s->a, s->read, 1, s->admin_office, &rows, &n));
    struct appointment_command mine = {.id = rows[0].id, .on = S("2026-12-31")};
    state_do(s, second, do_appointment_end, &mine); /* `second` goes on after new year */
    assert_ok(core_q_appointments_of_office(s->a, s->read, 1, second.office_id, &rows, &n));
    struct appointment_command theirs = {.id = rows[0].id, .on = S("2026-12-31")};
    state_refuse(s, state_admin(s), do_appointment_end, &theirs, "ADMIN_LAST"); /* nobody would on 1 January */
    theirs.on = S("2026-12-30");
    state_refuse(s, state_admin(s), do_appointment_end, &theirs, "ADMIN_LAST");
}

/* ---- offices and appointments ---- */

static void an_office_has_one_holder_at_a_time(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = person("next", "Next");
    state_do(s, state_admin(s), do_person_add, &p);
    struct appointment_command next = {.office_id = s->clerk_office, .person_id = p.id, .on = S("2026-08-10")};
    state_refuse(s, state_admin(s), do_appointment_add, &next, "OFFICE_HELD");
    assert_str(s->last.verdict.facts[0].value, "Person clerk");
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    assert_ok(core_q_appointments_of_office(s->a, s->read, 1, s->clerk_office, &rows, &n));
    struct appointment_command end = {.id = rows[0].id, .on = S("2026-08-09")};
    state_do(s, state_admin(s), do_appointment_end, &end);
    next.on = S("2026-08-09");
    state_refuse(s, state_admin(s), do_appointment_add, &next, "OFFICE_HELD"); /* the last day is still theirs */
    next.on = S("2026-08-10");
    state_do(s, state_admin(s), do_appointment_add, &next);
    end.on = S("2026-08-05"); /* shortened while it lasts */
    state_do(s, state_admin(s), do_appointment_end, &end);
    s->now += 20 * MS_PER_DAY;
    state_refuse(s, state_admin(s), do_appointment_end, &end, "APPOINTMENT_ENDED");
    state_check(s);
}

static void appointments_name_people_and_offices_that_are_there(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = person("next", "Next");
    struct office_command o = {.body_id = s->roads, .role = ROLE_EXECUTOR, .title = {S("А"), S("А"), S("A")},
                               .on = S("2026-08-01")};
    state_do(s, state_admin(s), do_person_add, &p);
    state_do(s, state_admin(s), do_office_add, &o);
    struct appointment_command c = {.office_id = 999, .person_id = p.id, .on = S("2026-08-03")};
    state_refuse(s, state_admin(s), do_appointment_add, &c, "OFFICE_UNKNOWN");
    c = (struct appointment_command){.office_id = o.id, .person_id = 999, .on = S("2026-08-03")};
    state_refuse(s, state_admin(s), do_appointment_add, &c, "PERSON_UNKNOWN");
    c.person_id = p.id;
    c.on = S("2026-07-31");
    state_refuse(s, state_admin(s), do_appointment_add, &c, "APPOINTMENT_EARLY");
    c.on = S("2026-02-30");
    struct err *e = state_run(s, state_admin(s), do_appointment_add, &c);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_INPUT);
    state_do(s, state_admin(s), do_person_disable, &p);
    c.on = S("2026-08-03");
    state_refuse(s, state_admin(s), do_appointment_add, &c, "PERSON_DISABLED");
    c = (struct appointment_command){.id = 12345, .on = S("2026-08-03")};
    state_refuse(s, state_admin(s), do_appointment_end, &c, "APPOINTMENT_UNKNOWN");
}

static void closing_an_office_ends_its_appointments(void **state)
{
    struct state *s = state_new(*state);
    struct office_command c = {.id = s->clerk_office, .seen = SEEN_ANY, .on = S("2026-08-01")};
    state_refuse(s, state_admin(s), do_office_close, &c, "DAY_PAST");
    c.on = S("2026-08-02"); /* yesterday: at once */
    state_do(s, state_admin(s), do_office_close, &c);
    struct core_q_appointment_stands_row stands;
    bool found = true;
    assert_ok(core_q_appointment_stands(s->a, s->read, 1, s->clerk, s->clerk_office, S("2026-08-03"), &stands, &found));
    assert_false(found);
    state_refuse(s, state_admin(s), do_office_close, &c, "OFFICE_CLOSED");
    c.title = (struct text3){S("Жаңа"), S("Новая"), S("New")};
    state_refuse(s, state_admin(s), do_office_change, &c, "OFFICE_CLOSED");
    struct appointment_command again = {.office_id = s->clerk_office, .person_id = s->clerk, .on = S("2026-08-03")};
    state_refuse(s, state_admin(s), do_appointment_add, &again, "OFFICE_CLOSED");
    state_check(s);
}

static void an_appointment_to_come_is_closed_with_its_office(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = person("later", "Later");
    struct office_command o = {.body_id = s->roads, .role = ROLE_EXECUTOR, .title = {S("А"), S("А"), S("A")},
                               .on = S("2026-08-01")};
    state_do(s, state_admin(s), do_person_add, &p);
    state_do(s, state_admin(s), do_office_add, &o);
    struct appointment_command c = {.office_id = o.id, .person_id = p.id, .on = S("2026-10-01")};
    state_do(s, state_admin(s), do_appointment_add, &c);
    struct office_command close = {.id = o.id, .seen = SEEN_ANY, .on = S("2026-08-31")};
    state_do(s, state_admin(s), do_office_close, &close);
    struct core_q_appointment_by_id_row row;
    bool found = false;
    assert_ok(core_q_appointment_by_id(s->a, s->read, 1, c.id, &row, &found));
    assert_str(row.to_on, "2026-09-30"); /* never took office */
    state_check(s);
}

/* ---- bodies ---- */

static void bodies_stay_a_tree(void **state)
{
    struct state *s = state_new(*state);
    struct body_command c = body_of(s, s->region);
    c.parent_id = s->region;
    state_refuse(s, state_admin(s), do_body_change, &c, "BODY_CYCLE");
    c.parent_id = s->city;
    state_refuse(s, state_admin(s), do_body_change, &c, "BODY_CYCLE");
    c.parent_id = s->roads;
    state_refuse(s, state_admin(s), do_body_change, &c, "BODY_CYCLE");
    c.parent_id = 4711;
    state_refuse(s, state_admin(s), do_body_change, &c, "BODY_PARENT_UNKNOWN");
    c = body_of(s, s->roads);
    c.parent_id = s->health;
    state_do(s, state_admin(s), do_body_change, &c);
    c.parent_id = 0;
    state_do(s, state_admin(s), do_body_change, &c);
    state_check(s);
}

/* Whatever is tried, in whatever order: no chain of parents ever comes back to where it began. */
static void random_moves_never_make_a_cycle(void **state)
{
    struct state *s = state_new(*state);
    int64_t ids[12] = {s->region, s->city, s->roads, s->health};
    unsigned seed = 20260803;
    int moved = 0;
    int refused = 0;
    for (int i = 4; i < 12; i++) {
        struct body_command c = body(str_printf(s->a, "extra-%d", i).p, ids[i / 2]);
        state_do(s, state_admin(s), do_body_add, &c);
        ids[i] = c.id;
    }
    for (int i = 0; i < 120; i++) {
        seed = seed * 1664525u + 1013904223u;
        struct body_command c = body_of(s, ids[(seed >> 8) % 12]);
        c.parent_id = (seed >> 20) % 13 == 12 ? 0 : ids[(seed >> 20) % 13 % 12];
        struct err *e = state_run(s, state_admin(s), do_body_change, &c);
        moved += e == NULL;
        refused += e != NULL;
        if (e)
            assert_string_equal(s->last.verdict.code, "BODY_CYCLE");
    }
    assert_true(moved > 20 && refused > 10);
    state_check(s);
}

static void a_code_names_one_body_for_ever(void **state)
{
    struct state *s = state_new(*state);
    struct body_command c = body("roads", 0);
    state_refuse(s, state_admin(s), do_body_add, &c, "BODY_CODE_TAKEN");
    struct body_command close = {.id = s->roads, .seen = SEEN_ANY};
    state_do(s, state_admin(s), do_body_close, &close);
    state_refuse(s, state_admin(s), do_body_add, &c, "BODY_CODE_TAKEN"); /* closed ones keep theirs */
    static const char *const bad[] = {"", "a", "Roads", "roads and more", "дороги", "-roads", "../etc"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        c = body(bad[i], 0);
        struct err *e = state_run(s, state_admin(s), do_body_add, &c);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_INPUT);
    }
}

static void a_body_is_closed_only_when_nothing_hangs_on_it(void **state)
{
    struct state *s = state_new(*state);
    struct body_command city = {.id = s->city, .seen = SEEN_ANY};
    struct body_command roads = {.id = s->roads, .seen = SEEN_ANY};
    s->refuses_to_close = s->roads;
    state_refuse(s, state_admin(s), do_body_close, &roads, "TEST_OWES"); /* an institution says no */
    s->refuses_to_close = 0;
    state_refuse(s, state_admin(s), do_body_close, &city, "BODY_HAS_BODIES");
    state_do(s, state_admin(s), do_body_close, &roads);
    state_refuse(s, state_admin(s), do_body_close, &city, "BODY_HAS_OFFICES");
    struct office_command office = {.id = s->clerk_office, .seen = SEEN_ANY, .on = S("2026-08-02")};
    state_do(s, state_admin(s), do_office_close, &office);
    state_do(s, state_admin(s), do_body_close, &city);
    state_refuse(s, state_admin(s), do_body_close, &city, "BODY_CLOSED");
    struct body_command change = body_of(s, s->city);
    state_refuse(s, state_admin(s), do_body_change, &change, "BODY_CLOSED");
    struct body_command below = body("below", s->city);
    state_refuse(s, state_admin(s), do_body_add, &below, "BODY_PARENT_CLOSED");
    struct office_command in_closed = {.body_id = s->city, .role = ROLE_HEAD, .title = {S("А"), S("А"), S("A")},
                                       .on = S("2026-08-03")};
    state_refuse(s, state_admin(s), do_office_add, &in_closed, "BODY_CLOSED");
    state_check(s);
}

/* ---- two people at one form ---- */

static void a_form_drawn_before_a_change_is_refused(void **state)
{
    struct state *s = state_new(*state);
    struct actor second = second_admin(s, "second");
    struct body_command mine = body_of(s, s->roads);
    struct body_command theirs = mine;
    mine.seen = theirs.seen = state_seen(s, "body", s->roads);
    mine.phone = S("8 (722) 11-11-11");
    theirs.phone = S("8 (722) 22-22-22");
    state_do(s, state_admin(s), do_body_change, &mine);
    state_refuse(s, second, do_body_change, &theirs, "STALE");
    theirs.seen = state_seen(s, "body", s->roads);
    state_do(s, second, do_body_change, &theirs);
    struct person_command p = {.id = s->clerk, .seen = state_seen(s, "person", s->clerk)};
    state_do(s, state_admin(s), do_person_disable, &p);
    state_refuse(s, second, do_person_enable, &p, "STALE");
    state_check(s);
}

static void snapshots_are_renewed_after_the_commit_and_not_by_refusals(void **state)
{
    struct state *s = state_new(*state);
    uint64_t before = atomic_load(&s->site->directory_version);
    struct body_command c = body("new-one", s->region);
    state_do(s, state_admin(s), do_body_add, &c);
    assert_int_equal(atomic_load(&s->site->directory_version), before + 1);
    struct person_command p = person("quiet", "Quiet");
    state_do(s, state_admin(s), do_person_add, &p); /* people are not in the directory */
    assert_int_equal(atomic_load(&s->site->directory_version), before + 1);
}

/* ---- what the writer keeps between jobs ---- */

struct look {
    struct body_command *add; /* NULL: only look */
    bool refuses;             /* and takes it back */
    const char *code;
    const struct directory *seen;
    bool has_before, has_after;
};

static bool has_code(struct action *x, const struct look *l, const struct directory **ret_seen)
{
    assert_null(directory_of_tx(x->a, x->site, x->tx, ret_seen));
    return directory_body_by_code(*ret_seen, str_c(l->code)) != NULL;
}

static struct err *do_look(struct action *x)
{
    struct look *l = x->command;
    l->has_before = has_code(x, l, &l->seen);
    if (l->add)
        TRY(body_add(x, l->add));
    const struct directory *after;
    l->has_after = has_code(x, l, &after);
    return l->refuses ? action_refuse(x, verdict_no("TEST", "verdict.person.unknown", NULL, (struct str){0})) : NULL;
}

static void a_verb_sees_its_own_changes_and_jobs_share_what_nobody_changed(void **state)
{
    struct state *s = state_new(*state);
    struct look first = {.code = "kept"};
    struct look second = {.code = "kept"};
    state_do(s, state_admin(s), do_look, &first);
    state_do(s, state_admin(s), do_look, &second);
    assert_false(first.has_before || second.has_before);
    assert_ptr_equal(first.seen, second.seen); /* read once for both */

    struct body_command c = body("kept", s->region);
    struct look undone = {.code = "kept", .add = &c, .refuses = true};
    state_refuse(s, state_admin(s), do_look, &undone, "TEST");
    assert_true(!undone.has_before && undone.has_after);
    struct look after_undone = {.code = "kept"};
    state_do(s, state_admin(s), do_look, &after_undone);
    assert_false(after_undone.has_before);

    struct look done = {.code = "kept", .add = &c};
    state_do(s, state_admin(s), do_look, &done);
    assert_true(!done.has_before && done.has_after);
    struct look later = {.code = "kept"};
    struct look again = {.code = "kept"};
    state_do(s, state_admin(s), do_look, &later);
    state_do(s, state_admin(s), do_look, &again);
    assert_true(later.has_before && again.has_before);
    assert_ptr_equal(later.seen, again.seen);
    assert_int_equal(first.seen->n_bodies + 1, later.seen->n_bodies); /* the first copy lives as long as its jobs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_verb_sees_its_own_changes_and_jobs_share_what_nobody_changed),
        TEST(a_person_is_added_changed_and_disabled),
        TEST(people_are_found_by_the_beginning_of_any_word),
        TEST(people_of_before_the_search_get_their_words_from_the_clock),
        TEST(a_search_says_when_there_may_be_more),
        TEST(logins_are_unique_whatever_their_case),
        TEST(commands_that_are_not_well_formed_fail),
        TEST(only_administrators_change_anything),
        TEST(an_administrator_who_left_cannot_finish_a_request),
        TEST(two_administrators_who_disable_each_other_cannot_both_win),
        TEST(the_last_administrator_stays),
        TEST(ending_the_last_administrator_in_the_future_is_refused_too),
        TEST(an_office_has_one_holder_at_a_time),
        TEST(appointments_name_people_and_offices_that_are_there),
        TEST(closing_an_office_ends_its_appointments),
        TEST(an_appointment_to_come_is_closed_with_its_office),
        TEST(bodies_stay_a_tree),
        TEST(random_moves_never_make_a_cycle),
        TEST(a_code_names_one_body_for_ever),
        TEST(a_body_is_closed_only_when_nothing_hangs_on_it),
        TEST(a_form_drawn_before_a_change_is_refused),
        TEST(snapshots_are_renewed_after_the_commit_and_not_by_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
