/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * people.c - the verbs on people, offices and appointments.
 */
#include "core/people.h"

#include "base/clock.h"
#include "base/fold.h"
#include "base/json.h"
#include "core/person_words.h"
#include "core/policy_rows.h"
#include "core/series.h"
#include "core/session.h"
#include "gen/core_queries.h"

#define NAME_CHARS 200
#define LOGIN_MIN 2
#define LOGIN_MAX 64
#define DETAIL_BYTES 2048

/* ---- what the verbs of core share ---- */

static struct err *refuse(struct action *x, const char *code, const char *text_id, const char *next_id)
{
    return action_refuse(x, verdict_no(code, text_id, next_id, (struct str){0}));
}

static struct str today_of(struct action *x)
{
    return day_text(x->a, site_today(x->site, x->now));
}

struct err *admin_may(struct action *x, const char *action)
{
    struct policy_subject subject = {.state = POLICY_STATELESS};
    struct verdict v = policy_ask(&x->site->policy, &x->who, action, &subject);
    return v.allowed ? actor_still_stands(x) : action_refuse(x, v);
}

struct err *actor_still_stands(struct action *x)
{
    if (x->who.kind != ACTOR_STAFF)
        return NULL;
    struct core_q_appointment_stands_row row;
    bool stands = false;
    TRY(core_q_appointment_stands(x->a, db_tx_read(x->tx), x->site->realm, x->who.person_id, x->who.office_id,
                                  today_of(x), &row, &stands));
    return stands ? NULL : refuse(x, "POLICY_ENDED", "verdict.policy.ended", "verdict.policy.ended.next");
}

struct err *office_holder(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, struct str today,
                          int64_t *ret_person_id)
{
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    TRY(core_q_appointments_of_office(a, r, realm, office_id, &rows, &n));
    *ret_person_id = 0;
    for (size_t i = 0; i < n; i++)
        if (str_cmp(rows[i].from_on, today) <= 0 && (!rows[i].to_on.p || str_cmp(rows[i].to_on, today) >= 0))
            *ret_person_id = rows[i].person_id;
    return NULL;
}

struct err *admin_not_stale(struct action *x, struct str noun, int64_t noun_id, int64_t seen)
{
    if (seen == SEEN_ANY)
        return NULL;
    struct core_q_event_last_of_row last = {0};
    bool found = false;
    TRY(core_q_event_last_of(x->a, db_tx_read(x->tx), x->site->realm, noun, noun_id, &last, &found));
    if (found && last.seq == seen)
        return NULL;
    return refuse(x, "STALE", "verdict.admin.stale", "verdict.admin.stale.next");
}

struct err *admin_event(struct action *x, struct str noun, int64_t noun_id, struct str verb, struct str detail)
{
    struct event *e = ARENA_NEW(x->a, struct event);
    *e = (struct event){
        .noun = noun,
        .noun_id = noun_id,
        .verb = verb,
        .actor = x->who,
        .profile = S(""),
        .detail = detail.p ? detail : S("{}"),
    };
    return journal_append(x->site->journal, x->tx, e);
}

struct err *admin_line(struct action *x, const char *what, struct str s, size_t max, bool may_be_empty)
{
    bool ok = s.p && str_is_utf8(s) && !has_control(s) && (s.n > 0 || may_be_empty) && str_utf8_len(s) <= max;
    return ok ? NULL : ERR(x->a, ERR_INPUT, "%s: expected one line of %d to %zu characters", what,
                           may_be_empty ? 0 : 1, max);
}

/* A JSON object of one to three values for an event's detail. */
static struct str detail_of(struct action *x, const char *key, int64_t value, const char *key2, struct str value2)
{
    struct buf b;
    struct json j;
    buf_init(&b, x->a, DETAIL_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    if (key)
        json_put_int(&j, key, value);
    if (key2)
        json_put_str(&j, key2, value2);
    json_object_end(&j);
    json_end(&j);
    return buf_view(&b);
}

static struct err *a_day(struct action *x, const char *what, struct str s, int32_t *ret_day)
{
    return day_parse(s, ret_day) ? NULL : ERR(x->a, ERR_INPUT, "%s: expected a date as 2026-03-30", what);
}

static struct err *has_administrator(struct action *x, struct str on, bool *ret)
{
    struct core_q_role_standing_row row;
    return core_q_role_standing(x->a, db_tx_read(x->tx), x->site->realm, role_name(ROLE_ADMINISTRATOR), on, &row, ret);
}

/* Can some administrator sign in on `day`, and one without a last day go on for good, as things stand in this
 * transaction? The command line may always go on: it does not need one. */
static struct err *some_administrator(struct action *x, int32_t day)
{
    bool then;
    bool for_good;
    if (x->who.kind == ACTOR_OPERATOR)
        return NULL;
    TRY(has_administrator(x, day_text(x->a, day), &then));
    TRY(has_administrator(x, S("9999-12-31"), &for_good));
    return then && for_good ? NULL : refuse(x, "ADMIN_LAST", "verdict.admin.last", "verdict.admin.last.next");
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* ---- person ---- */

static bool is_login(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
        if (!ok)
            return false;
    }
    return s.n >= LOGIN_MIN && s.n <= LOGIN_MAX;
}

static struct err *a_language(struct action *x, struct str s)
{
    return lang_find(s) ? NULL : ERR(x->a, ERR_INPUT, "language: expected kk, ru or en");
}

static struct err *a_password_hash(struct action *x, struct str s)
{
    return str_starts(s, S("$argon2id$")) ? NULL : ERR(x->a, ERR_INPUT, "password: expected an argon2id hash");
}

static struct err *load_person(struct action *x, int64_t id, struct core_q_person_by_id_row *ret_row)
{
    bool found = false;
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, id, ret_row, &found));
    return found ? NULL : refuse(x, "PERSON_UNKNOWN", "verdict.person.unknown", NULL);
}

struct err *person_add(struct action *x, struct person_command *c)
{
    struct str login = fold(x->a, c->login);
    TRY(admin_may(x, MAY_CHANGE_PEOPLE));
    if (!login.p || has_control(c->login) || !is_login(login))
        return ERR(x->a, ERR_INPUT, "login: expected %d to %d of a-z 0-9 . _ - @", LOGIN_MIN, LOGIN_MAX);
    TRY(admin_line(x, "name", c->name, NAME_CHARS, false));
    TRY(a_language(x, c->language));
    TRY(a_password_hash(x, c->password_hash));
    struct core_q_person_by_login_row other;
    bool taken = false;
    TRY(core_q_person_by_login(x->a, db_tx_read(x->tx), x->site->realm, login, &other, &taken));
    if (taken)
        return refuse(x, "PERSON_LOGIN_TAKEN", "verdict.person.login_taken", NULL);
    int64_t id;
    TRY(series_next(x, S("core_person.id"), &id));
    struct core_q_person_add_args row = {
        .realm = x->site->realm,
        .id = id,
        .login = login,
        .name = c->name,
        .language = c->language,
        .password = c->password_hash,
        .must_change = c->must_change,
        .created_at = x->now,
    };
    TRY(core_q_person_add(x->a, x->tx, &row, NULL));
    TRY(person_words_write(x, id, login, c->name));
    TRY(admin_event(x, S("person"), id, S("added"), (struct str){0}));
    c->id = id;
    return NULL;
}

struct err *person_change(struct action *x, const struct person_command *c)
{
    struct core_q_person_by_id_row row;
    TRY(admin_may(x, MAY_CHANGE_PEOPLE));
    TRY(admin_line(x, "name", c->name, NAME_CHARS, false));
    TRY(a_language(x, c->language));
    TRY(load_person(x, c->id, &row));
    TRY(admin_not_stale(x, S("person"), c->id, c->seen));
    if (str_eq(row.name, c->name) && str_eq(row.language, c->language))
        return NULL;
    TRY(core_q_person_set_name(x->a, x->tx, c->name, c->language, x->site->realm, c->id, NULL));
    TRY(person_words_write(x, c->id, row.login, c->name));
    return admin_event(x, S("person"), c->id, S("changed"), (struct str){0});
}

struct err *person_set_own_language(struct action *x, struct str language)
{
    struct core_q_person_by_id_row row;
    TRY(admin_may(x, MAY_KEEP_OWN));
    TRY(a_language(x, language));
    TRY(load_person(x, x->who.person_id, &row));
    if (str_eq(row.language, language))
        return NULL;
    TRY(core_q_person_set_name(x->a, x->tx, row.name, language, x->site->realm, row.id, NULL));
    return admin_event(x, S("person"), row.id, S("changed"), (struct str){0});
}

struct err *person_set_password(struct action *x, const struct person_command *c)
{
    struct core_q_person_by_id_row row;
    bool is_own = x->who.kind == ACTOR_STAFF && x->who.person_id == c->id;
    TRY(admin_may(x, is_own ? MAY_KEEP_OWN : MAY_CHANGE_PEOPLE));
    TRY(a_password_hash(x, c->password_hash));
    TRY(load_person(x, c->id, &row));
    TRY(core_q_person_set_password(x->a, x->tx, c->password_hash, c->must_change, x->site->realm, c->id, NULL));
    TRY(session_end_of_person(x, c->id));
    return admin_event(x, S("person"), c->id, S("password_set"), (struct str){0});
}

struct err *person_disable(struct action *x, const struct person_command *c)
{
    struct core_q_person_by_id_row row;
    TRY(admin_may(x, MAY_CHANGE_PEOPLE));
    TRY(load_person(x, c->id, &row));
    TRY(admin_not_stale(x, S("person"), c->id, c->seen));
    if (x->who.kind == ACTOR_STAFF && x->who.person_id == c->id)
        return refuse(x, "PERSON_SELF", "verdict.person.self", "verdict.person.self.next");
    if (row.disabled_at.has)
        return NULL;
    struct opt_int now = {true, x->now};
    TRY(core_q_person_set_disabled(x->a, x->tx, now, x->site->realm, c->id, NULL));
    TRY(some_administrator(x, site_today(x->site, x->now)));
    TRY(session_end_of_person(x, c->id));
    return admin_event(x, S("person"), c->id, S("disabled"), (struct str){0});
}

struct err *person_enable(struct action *x, const struct person_command *c)
{
    struct core_q_person_by_id_row row;
    TRY(admin_may(x, MAY_CHANGE_PEOPLE));
    TRY(load_person(x, c->id, &row));
    TRY(admin_not_stale(x, S("person"), c->id, c->seen));
    if (!row.disabled_at.has)
        return NULL;
    TRY(core_q_person_set_disabled(x->a, x->tx, (struct opt_int){0}, x->site->realm, c->id, NULL));
    return admin_event(x, S("person"), c->id, S("enabled"), (struct str){0});
}

/* ---- office ---- */

static struct err *title_ok(struct action *x, const struct text3 *t)
{
    TRY(admin_line(x, "title_kk", t->kk, NAME_CHARS, false));
    TRY(admin_line(x, "title_ru", t->ru, NAME_CHARS, false));
    return admin_line(x, "title_en", t->en, NAME_CHARS, true);
}

static bool is_office_role(enum role role)
{
    return role == ROLE_REGISTRAR || role == ROLE_EXECUTOR || role == ROLE_HEAD || role == ROLE_ADMINISTRATOR ||
           role == ROLE_AUDITOR;
}

/* An office that has no last day yet. */
static struct err *load_office(struct action *x, int64_t id, struct core_q_office_by_id_row *ret_row)
{
    bool found = false;
    TRY(core_q_office_by_id(x->a, db_tx_read(x->tx), x->site->realm, id, ret_row, &found));
    if (!found)
        return refuse(x, "OFFICE_UNKNOWN", "verdict.office.unknown", NULL);
    if (ret_row->to_on.p)
        return refuse(x, "OFFICE_CLOSED", "verdict.office.closed", NULL);
    return NULL;
}

struct err *office_add(struct action *x, struct office_command *c)
{
    struct core_q_body_by_id_row body;
    bool found = false;
    int32_t day;
    TRY(admin_may(x, MAY_CHANGE_OFFICES));
    TRY(title_ok(x, &c->title));
    TRY(a_day(x, "from_on", c->on, &day));
    if (!is_office_role(c->role))
        return ERR(x->a, ERR_INPUT, "role: expected registrar, executor, head, administrator or auditor");
    TRY(core_q_body_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->body_id, &body, &found));
    if (!found)
        return refuse(x, "BODY_UNKNOWN", "verdict.body.unknown", NULL);
    if (body.closed_at.has)
        return refuse(x, "BODY_CLOSED", "verdict.body.closed", NULL);
    int64_t id;
    TRY(series_next(x, S("core_office.id"), &id));
    struct core_q_office_add_args row = {
        .realm = x->site->realm,
        .id = id,
        .body_id = c->body_id,
        .role = role_name(c->role),
        .title_kk = c->title.kk,
        .title_ru = c->title.ru,
        .title_en = c->title.en,
        .from_on = c->on,
    };
    TRY(core_q_office_add(x->a, x->tx, &row, NULL));
    TRY(admin_event(x, S("office"), id, S("added"), detail_of(x, "body", c->body_id, "role", role_name(c->role))));
    action_changes_directory(x);
    c->id = id;
    return NULL;
}

static struct err *store_office(struct action *x, int64_t id, const struct text3 *title, struct str to_on)
{
    struct core_q_office_change_args row = {
        .title_kk = title->kk,
        .title_ru = title->ru,
        .title_en = title->en,
        .to_on = to_on,
        .realm = x->site->realm,
        .id = id,
    };
    action_changes_directory(x);
    return core_q_office_change(x->a, x->tx, &row, NULL);
}

struct err *office_change(struct action *x, const struct office_command *c)
{
    struct core_q_office_by_id_row row;
    TRY(admin_may(x, MAY_CHANGE_OFFICES));
    TRY(title_ok(x, &c->title));
    TRY(load_office(x, c->id, &row));
    TRY(admin_not_stale(x, S("office"), c->id, c->seen));
    bool is_same = str_eq(row.title_kk, c->title.kk) && str_eq(row.title_ru, c->title.ru) &&
                   str_eq(row.title_en, c->title.en);
    if (is_same)
        return NULL;
    TRY(store_office(x, c->id, &c->title, (struct str){0}));
    return admin_event(x, S("office"), c->id, S("changed"), (struct str){0});
}

/* End every appointment to the office that would outlast `on`. */
static struct err *end_appointments(struct action *x, int64_t office_id, struct str on, int32_t day)
{
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    TRY(core_q_appointments_of_office(x->a, db_tx_read(x->tx), x->site->realm, office_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        int32_t from;
        if (rows[i].to_on.p && str_cmp(rows[i].to_on, on) <= 0)
            continue;
        if (!day_parse(rows[i].from_on, &from))
            return ERR(x->a, ERR_CORRUPT, "appointment %lld begins on no date", (long long)rows[i].id);
        struct str last = from > day + 1 ? day_text(x->a, from - 1) : on;
        TRY(core_q_appointment_end(x->a, x->tx, last, x->site->realm, rows[i].id, NULL));
    }
    return NULL;
}

/* A last day: not before yesterday (the past is not rewritten), nor more than a day before the first. */
static struct err *last_day(struct action *x, struct str on, struct str from_on, int32_t *ret_day)
{
    int32_t day;
    int32_t from;
    TRY(a_day(x, "to_on", on, &day));
    TRY(a_day(x, "from_on", from_on, &from));
    if (day < later(site_today(x->site, x->now), from) - 1)
        return refuse(x, "DAY_PAST", "verdict.admin.day_past", "verdict.admin.day_past.next");
    *ret_day = day;
    return NULL;
}

struct err *office_close(struct action *x, const struct office_command *c)
{
    struct core_q_office_by_id_row row;
    int32_t day;
    TRY(admin_may(x, MAY_CHANGE_OFFICES));
    TRY(load_office(x, c->id, &row));
    TRY(admin_not_stale(x, S("office"), c->id, c->seen));
    TRY(last_day(x, c->on, row.from_on, &day));
    if (x->who.kind == ACTOR_STAFF && x->who.office_id == c->id)
        return refuse(x, "OFFICE_SELF", "verdict.office.self", "verdict.office.self.next");
    struct text3 title = {row.title_kk, row.title_ru, row.title_en};
    TRY(store_office(x, c->id, &title, c->on));
    TRY(end_appointments(x, c->id, c->on, day));
    TRY(some_administrator(x, later(site_today(x->site, x->now), day + 1)));
    return admin_event(x, S("office"), c->id, S("closed"), detail_of(x, NULL, 0, "to_on", c->on));
}

/* ---- appointment ---- */

/* Refuse when somebody holds the office on `on` or later. */
static struct err *nobody_holds(struct action *x, int64_t office_id, struct str on)
{
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    TRY(core_q_appointments_of_office(x->a, db_tx_read(x->tx), x->site->realm, office_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].to_on.p && str_cmp(rows[i].to_on, on) < 0)
            continue;
        struct verdict v = verdict_no("OFFICE_HELD", "verdict.office.held", "verdict.office.held.next",
                                      (struct str){0});
        verdict_fact(&v, "person", rows[i].name);
        return action_refuse(x, v);
    }
    return NULL;
}

struct err *appointment_add(struct action *x, struct appointment_command *c)
{
    struct core_q_office_by_id_row office;
    struct core_q_person_by_id_row person;
    int32_t day;
    TRY(admin_may(x, MAY_CHANGE_OFFICES));
    TRY(a_day(x, "from_on", c->on, &day));
    TRY(load_office(x, c->office_id, &office));
    TRY(load_person(x, c->person_id, &person));
    if (person.disabled_at.has)
        return refuse(x, "PERSON_DISABLED", "verdict.person.disabled", "verdict.person.disabled.next");
    if (str_cmp(c->on, office.from_on) < 0)
        return refuse(x, "APPOINTMENT_EARLY", "verdict.appointment.early", NULL);
    TRY(nobody_holds(x, c->office_id, c->on));
    int64_t id;
    TRY(series_next(x, S("core_appointment.id"), &id));
    struct core_q_appointment_add_args row = {
        .realm = x->site->realm,
        .id = id,
        .office_id = c->office_id,
        .person_id = c->person_id,
        .from_on = c->on,
    };
    TRY(core_q_appointment_add(x->a, x->tx, &row, NULL));
    TRY(admin_event(x, S("office"), c->office_id, S("appointed"),
                    detail_of(x, "person", c->person_id, "from_on", c->on)));
    c->id = id;
    return NULL;
}

struct err *appointment_end(struct action *x, const struct appointment_command *c)
{
    struct core_q_appointment_by_id_row row;
    bool found = false;
    int32_t day;
    TRY(admin_may(x, MAY_CHANGE_OFFICES));
    TRY(core_q_appointment_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->id, &row, &found));
    if (!found)
        return refuse(x, "APPOINTMENT_UNKNOWN", "verdict.appointment.unknown", NULL);
    if (row.to_on.p && str_cmp(row.to_on, today_of(x)) < 0)
        return refuse(x, "APPOINTMENT_ENDED", "verdict.appointment.ended", NULL);
    TRY(last_day(x, c->on, row.from_on, &day));
    if (x->who.kind == ACTOR_STAFF && x->who.office_id == row.office_id && x->who.person_id == row.person_id)
        return refuse(x, "APPOINTMENT_SELF", "verdict.appointment.self", "verdict.appointment.self.next");
    TRY(core_q_appointment_end(x->a, x->tx, c->on, x->site->realm, c->id, NULL));
    TRY(some_administrator(x, later(site_today(x->site, x->now), day + 1)));
    return admin_event(x, S("office"), row.office_id, S("appointment_ended"),
                       detail_of(x, "person", row.person_id, "to_on", c->on));
}
