/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * recovery.c - the verbs of two persons who let a third one in again.
 */
#include "core/recovery.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/config.h"
#include "core/keys.h"
#include "core/notice.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "core/series.h"
#include "core/sign_in.h"
#include "gen/core_queries.h"

#define TEXT_CHARS 500
#define DETAIL_BYTES 512
#define HOUR_MS INT64_C(3600000)
#define SWEEP_ROWS 100

static struct err *refuse(struct action *x, const char *code, const char *text_id, const char *next_id)
{
    return action_refuse(x, verdict_no(code, text_id, next_id, (struct str){0}));
}

static struct str today_of(struct action *x)
{
    return day_text(x->a, site_today(x->site, x->now));
}

/* ---- events and letters ---- */

static struct err *event(struct action *x, int64_t person_id, struct str verb, int64_t id, struct str how)
{
    struct buf b;
    struct json j;
    buf_init(&b, x->a, DETAIL_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "recovery", id);
    if (how.p)
        json_put_str(&j, "how", how);
    json_object_end(&j);
    json_end(&j);
    return admin_event(x, S("person"), person_id, verb, buf_view(&b));
}

/* Tell the person, when their login is an address that letters go to: an account has no other one. */
static struct err *tell(struct action *x, const struct core_q_person_by_id_row *person, const char *kind)
{
    if (str_find(person->login, '@') == SIZE_MAX)
        return NULL;
    struct notice n = {
        .noun = S("person"),
        .noun_id = person->id,
        .kind = kind,
        .transport = S("email"),
        .recipient = person->login,
        .language = person->language,
        .number = person->login,
        .link = str_printf(x->a, "%.*s/%.*s/staff", STR_FMT(x->site->base_url), STR_FMT(person->language)),
    };
    return notice_add(x->a, x->tx, x->site, x->now, &n);
}

/* ---- what the verbs share ---- */

static struct err *load_person(struct action *x, int64_t id, struct core_q_person_by_id_row *ret_row)
{
    bool found = false;
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, id, ret_row, &found));
    if (!found)
        return refuse(x, "PERSON_UNKNOWN", "verdict.person.unknown", NULL);
    if (ret_row->disabled_at.has)
        return refuse(x, "PERSON_DISABLED", "verdict.person.disabled", "verdict.person.disabled.next");
    return NULL;
}

/* A request that is still open. */
static struct err *load_open(struct action *x, int64_t id, struct core_q_recovery_by_id_row *ret_row)
{
    bool found = false;
    TRY(core_q_recovery_by_id(x->a, db_tx_read(x->tx), x->site->realm, id, ret_row, &found));
    if (!found)
        return refuse(x, "RECOVERY_UNKNOWN", "verdict.recovery.unknown", NULL);
    if (ret_row->ended_at.has || ret_row->expires_at <= x->now)
        return refuse(x, "RECOVERY_ENDED", "verdict.recovery.ended", "verdict.recovery.ended.next");
    return NULL;
}

static bool is_staff(const struct action *x, int64_t person_id)
{
    return x->who.kind == ACTOR_STAFF && x->who.person_id == person_id;
}

static struct err *not_self(struct action *x, int64_t person_id)
{
    return is_staff(x, person_id) ? refuse(x, "RECOVERY_SELF", "verdict.recovery.self", "verdict.recovery.self.next")
                                  : NULL;
}

static struct err *end_it(struct action *x, int64_t id, int64_t person_id, struct str how)
{
    TRY(core_q_recovery_end(x->a, x->tx, (struct opt_int){true, x->now}, how, x->site->realm, id, NULL));
    return event(x, person_id, S("recovery_ended"), id, how);
}

/* ---- who may confirm ---- */

struct err *recovery_may_confirm(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                                 int64_t person_id, struct str today, struct verdict *ret_verdict)
{
    struct held_office *offices;
    size_t n;
    struct policy_subject subject = {.noun = S("person"), .noun_id = person_id, .state = POLICY_STATELESS};
    struct verdict v = policy_ask(&site->policy, who, MAY_CONFIRM_RECOVERY, &subject);
    TRY(sign_in_offices(a, r, site, person_id, today, &offices, &n));
    for (size_t i = 0; i < n && !v.allowed; i++) {
        subject.body_id = offices[i].body_id;
        v = policy_ask(&site->policy, who, MAY_CONFIRM_RECOVERY, &subject);
    }
    *ret_verdict = v;
    return NULL;
}

/* Is there anybody but the one who opens it, and the person, who could confirm? */
static struct err *somebody_else(struct action *x, int64_t person_id)
{
    struct core_q_recovery_confirmers_row *rows;
    size_t n;
    struct str today = today_of(x);
    TRY(core_q_recovery_confirmers(x->a, db_tx_read(x->tx), x->site->realm, today, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct actor other = {.kind = ACTOR_STAFF, .person_id = rows[i].person_id, .body_id = rows[i].body_id};
        struct verdict v;
        if (rows[i].person_id == person_id || rows[i].person_id == x->who.person_id)
            continue;
        if (!role_of_name(rows[i].role, &other.role))
            return ERR(x->a, ERR_CORRUPT, "an office has an unknown role");
        TRY(recovery_may_confirm(x->a, db_tx_read(x->tx), x->site, &other, person_id, today, &v));
        if (v.allowed)
            return NULL;
    }
    return refuse(x, "RECOVERY_ALONE", "verdict.recovery.alone", "verdict.recovery.alone.next");
}

/* ---- verbs ---- */

struct err *recovery_open(struct action *x, struct recovery_command *c)
{
    struct core_q_person_by_id_row person;
    struct core_q_recovery_open_of_row other;
    bool is_open = false;
    TRY(admin_may(x, MAY_RECOVER));
    TRY(admin_line(x, "reason", c->reason, TEXT_CHARS, false));
    TRY(admin_line(x, "checked", c->checked, TEXT_CHARS, false));
    TRY(not_self(x, c->person_id));
    TRY(load_person(x, c->person_id, &person));
    TRY(core_q_recovery_open_of(x->a, db_tx_read(x->tx), x->site->realm, c->person_id, &other, &is_open));
    if (is_open && other.expires_at > x->now)
        return refuse(x, "RECOVERY_OPEN", "verdict.recovery.open", "verdict.recovery.open.next");
    if (is_open)
        TRY(end_it(x, other.id, c->person_id, S("expired")));
    TRY(somebody_else(x, c->person_id));
    TRY(series_next(x, S("core_recovery.id"), &c->id));
    struct core_q_recovery_add_args row = {
        .realm = x->site->realm,
        .id = c->id,
        .person_id = c->person_id,
        .reason = c->reason,
        .checked = c->checked,
        .opened_at = x->now,
        .opened_by = x->who.person_id,
        .opened_office = x->who.office_id,
        .expires_at = x->now + x->site->config->recovery_hours * HOUR_MS,
    };
    TRY(core_q_recovery_add(x->a, x->tx, &row, NULL));
    TRY(tell(x, &person, "recovery_opened"));
    return event(x, c->person_id, S("recovery_opened"), c->id, (struct str){0});
}

struct err *recovery_confirm(struct action *x, struct recovery_command *c)
{
    struct core_q_recovery_by_id_row row;
    struct core_q_person_by_id_row person;
    struct verdict v;
    TRY(actor_still_stands(x));
    TRY(load_open(x, c->id, &row));
    c->person_id = row.person_id;
    TRY(not_self(x, row.person_id));
    TRY(recovery_may_confirm(x->a, db_tx_read(x->tx), x->site, &x->who, row.person_id, today_of(x), &v));
    if (!v.allowed)
        return action_refuse(x, v);
    if (is_staff(x, row.opened_by))
        return refuse(x, "RECOVERY_OWN", "verdict.recovery.own", "verdict.recovery.own.next");
    if (row.confirmed_at.has)
        return refuse(x, "RECOVERY_CONFIRMED", "verdict.recovery.confirmed", NULL);
    TRY(load_person(x, row.person_id, &person));
    struct core_q_recovery_confirm_args args = {
        .confirmed_at = {true, x->now},
        .confirmed_by = {true, x->who.person_id},
        .confirmed_office = {true, x->who.office_id},
        .realm = x->site->realm,
        .id = c->id,
    };
    TRY(core_q_recovery_confirm(x->a, x->tx, &args, NULL));
    TRY(tell(x, &person, "recovery_confirmed"));
    return event(x, row.person_id, S("recovery_confirmed"), c->id, (struct str){0});
}

static struct hash handed_hash(const struct site *site, int64_t person_id, struct str code)
{
    uint8_t who[16];
    for (int i = 0; i < 8; i++) {
        who[i] = (uint8_t)((uint64_t)site->realm >> (56 - 8 * i));
        who[8 + i] = (uint8_t)((uint64_t)person_id >> (56 - 8 * i));
    }
    return HMAC(site->keys->pepper, S("birge handed code v1\n"), {(const char *)who, sizeof who}, code);
}

struct err *recovery_hand_over(struct action *x, struct recovery_command *c)
{
    struct core_q_recovery_by_id_row row;
    struct core_q_person_by_id_row person;
    uint8_t random[(RECOVERY_HANDED_CHARS * 5 + 7) / 8];
    char code[RECOVERY_HANDED_CHARS + 1];
    TRY(admin_may(x, MAY_RECOVER));
    TRY(load_open(x, c->id, &row));
    c->person_id = row.person_id;
    TRY(not_self(x, row.person_id));
    if (!is_staff(x, row.opened_by))
        return refuse(x, "RECOVERY_NOT_OWN", "verdict.recovery.not_own", "verdict.recovery.not_own.next");
    if (!row.confirmed_at.has)
        return refuse(x, "RECOVERY_NOT_CONFIRMED", "verdict.recovery.not_confirmed",
                      "verdict.recovery.not_confirmed.next");
    if (row.handed_at.has)
        return refuse(x, "RECOVERY_HANDED", "verdict.recovery.handed", "verdict.recovery.handed.next");
    TRY(load_person(x, row.person_id, &person));
    randombytes_buf(random, sizeof random);
    crockford_encode(random, RECOVERY_HANDED_CHARS, code);
    struct hash h = handed_hash(x->site, row.person_id, str_c(code));
    (void)snprintf(c->code, sizeof c->code, "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
    sodium_memzero(code, sizeof code);
    sodium_memzero(random, sizeof random);
    TRY(core_q_recovery_hand_over(x->a, x->tx, (struct opt_int){true, x->now}, str_dup(x->a, hash_str(&h)),
                                  x->site->realm, c->id, NULL));
    return event(x, row.person_id, S("recovery_handed_over"), c->id, (struct str){0});
}

struct err *recovery_withdraw(struct action *x, struct recovery_command *c)
{
    struct core_q_recovery_by_id_row row;
    TRY(admin_may(x, MAY_RECOVER));
    TRY(load_open(x, c->id, &row));
    c->person_id = row.person_id;
    return end_it(x, c->id, row.person_id, S("withdrawn"));
}

/* ---- for signing in ---- */

struct err *recovery_of_code(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                             struct str code, int64_t now, int64_t *ret_id)
{
    struct core_q_recovery_open_of_row row = {0};
    bool found = false;
    struct hash h = handed_hash(site, person_id, code);
    *ret_id = 0;
    TRY(core_q_recovery_open_of(a, r, site->realm, person_id, &row, &found));
    if (found && row.expires_at > now && row.confirmed_at.has && row.code.p && str_eq_secret(row.code, hash_str(&h)))
        *ret_id = row.id;
    return NULL;
}

struct err *recovery_use(struct action *x, int64_t id, int64_t person_id)
{
    struct core_q_recovery_by_id_row row;
    TRY(load_open(x, id, &row));
    if (row.person_id != person_id || !row.code.p)
        return refuse(x, "RECOVERY_ENDED", "verdict.recovery.ended", "verdict.recovery.ended.next");
    return end_it(x, id, person_id, S("used"));
}

struct err *recovery_end_of(struct action *x, int64_t person_id, struct str how, bool *ret_ended)
{
    struct core_q_recovery_open_of_row row;
    bool found = false;
    TRY(core_q_recovery_open_of(x->a, db_tx_read(x->tx), x->site->realm, person_id, &row, &found));
    *ret_ended = found && row.expires_at > x->now;
    return *ret_ended ? end_it(x, row.id, person_id, how) : NULL;
}

struct err *recovery_sweep(struct action *x)
{
    struct core_q_recoveries_late_row *rows;
    size_t n;
    TRY(core_q_recoveries_late(x->a, db_tx_read(x->tx), x->site->realm, x->now, SWEEP_ROWS, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(end_it(x, rows[i].id, rows[i].person_id, S("expired")));
    return NULL;
}
