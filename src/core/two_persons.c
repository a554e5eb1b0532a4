/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * two_persons.c - requests that need a second person.
 */
#include "core/two_persons.h"

#include "base/json.h"
#include "core/people.h"
#include "core/series.h"
#include "gen/core_queries.h"

#define NOUN S("two_persons")
#define DETAIL_BYTES 1024
#define LIVE_ROWS 20 /* requests about one thing that are looked through for a live one: the newest */
#define SWEEP_ROWS 100

static struct err *refuse(struct action *x, const char *code, const char *text_id, const char *next_id)
{
    return action_refuse(x, verdict_no(code, text_id, next_id, (struct str){0}));
}

/* ---- rows ---- */

/* All statements select the same columns; their row structs differ by name alone. */
#define FROM_ROW(row)                                                                                        \
    (struct two_persons)                                                                                     \
    {                                                                                                        \
        .id = (row).id, .kind = (row).kind, .noun = (row).noun, .noun_id = (row).noun_id,                    \
        .ground = (row).ground, .note = (row).note, .asked_at = (row).asked_at, .asked_by = (row).asked_by,  \
        .asked_office = (row).asked_office, .expires_at = (row).expires_at,                                  \
        .confirmed_at = (row).confirmed_at.has ? (row).confirmed_at.v : 0,                                   \
        .confirmed_by = (row).confirmed_by.v, .confirmed_office = (row).confirmed_office.v,                  \
        .ended_at = (row).ended_at.has ? (row).ended_at.v : 0, .ended_how = (row).ended_how,                 \
    }

struct err *two_persons_load(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct two_persons *ret,
                             bool *ret_found)
{
    struct core_q_two_persons_by_id_row row;
    TRY(core_q_two_persons_by_id(a, r, realm, id, &row, ret_found));
    if (*ret_found)
        *ret = FROM_ROW(row);
    return NULL;
}

struct err *two_persons_about(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t noun_id,
                              int64_t n, struct two_persons **ret, size_t *ret_n)
{
    struct core_q_two_persons_of_row *rows;
    TRY(core_q_two_persons_of(a, r, realm, noun, noun_id, n, &rows, ret_n));
    *ret = ARENA_ARRAY(a, *ret_n, struct two_persons);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = FROM_ROW(rows[i]);
    return NULL;
}

struct err *two_persons_list(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons_kind *kind,
                             int64_t after, int64_t n, struct two_persons **ret, size_t *ret_n)
{
    struct core_q_two_persons_open_row *rows;
    TRY(core_q_two_persons_open(a, r, realm, str_c(kind->name), after, n, &rows, ret_n));
    *ret = ARENA_ARRAY(a, *ret_n, struct two_persons);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = FROM_ROW(rows[i]);
    return NULL;
}

static struct err *name_of(struct arena *a, struct db_read *r, int64_t realm, int64_t person_id, struct str *ret_name)
{
    struct core_q_person_by_id_row row;
    bool found = false;
    if (person_id)
        TRY(core_q_person_by_id(a, r, realm, person_id, &row, &found));
    *ret_name = found ? row.name : S("");
    return NULL;
}

struct err *two_persons_names(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons *t,
                              struct str *ret_first, struct str *ret_second)
{
    TRY(name_of(a, r, realm, t->asked_by, ret_first));
    return name_of(a, r, realm, t->confirmed_at ? t->confirmed_by : 0, ret_second);
}

struct err *two_persons_count(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons_kind *kind,
                              int64_t *ret_n)
{
    struct core_q_two_persons_count_row row = {0};
    bool found;
    TRY(core_q_two_persons_count(a, r, realm, str_c(kind->name), &row, &found));
    *ret_n = found ? row.n : 0;
    return NULL;
}

bool two_persons_waits(const struct two_persons *t, int64_t now)
{
    return !t->ended_at && !t->confirmed_at && now < t->expires_at;
}

bool two_persons_holds(const struct two_persons *t, int64_t now)
{
    return !t->ended_at && t->confirmed_at && now < t->expires_at;
}

struct err *two_persons_live(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons_kind *kind,
                             struct str noun, int64_t noun_id, int64_t now, struct two_persons *ret, bool *ret_found)
{
    struct two_persons *all;
    size_t n;
    TRY(two_persons_about(a, r, realm, noun, noun_id, LIVE_ROWS, &all, &n));
    *ret_found = false;
    for (size_t i = 0; i < n && !*ret_found; i++) {
        if (!str_eq(all[i].kind, str_c(kind->name)) || all[i].ended_at || all[i].expires_at <= now)
            continue;
        *ret = all[i];
        *ret_found = true;
    }
    return NULL;
}

/* ---- events ---- */

static struct err *event(struct action *x, const struct two_persons *t, const char *verb, struct str how)
{
    struct buf b;
    struct json j;
    buf_init(&b, x->a, DETAIL_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "kind", t->kind);
    json_put_str(&j, "noun", t->noun);
    json_put_int(&j, "id", t->noun_id);
    json_put_str(&j, "ground", t->ground);
    if (how.p)
        json_put_str(&j, "how", how);
    json_object_end(&j);
    json_end(&j);
    TRY(buf_check(&b, "the detail of an event"));
    return admin_event(x, NOUN, t->id, str_c(verb), buf_view(&b));
}

/* ---- verbs ---- */

static bool is_somebody(const struct actor *who)
{
    return who->kind == ACTOR_STAFF || who->kind == ACTOR_OPERATOR;
}

static struct err *end_it(struct action *x, const struct two_persons *t, struct str how)
{
    TRY(core_q_two_persons_end(x->a, x->tx, (struct opt_int){true, x->now}, how, x->site->realm, t->id, NULL));
    return event(x, t, "ended", how);
}

struct err *two_persons_ask(struct action *x, const struct two_persons_kind *kind, struct two_persons *t)
{
    struct two_persons *all;
    size_t n;
    MUST(is_somebody(&x->who));
    TRY(actor_still_stands(x));
    TRY(admin_line(x, "note", t->note, TWO_PERSONS_NOTE, false));
    TRY(two_persons_about(x->a, db_tx_read(x->tx), x->site->realm, t->noun, t->noun_id, LIVE_ROWS, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(all[i].kind, str_c(kind->name)) || all[i].ended_at)
            continue;
        if (all[i].expires_at > x->now)
            return refuse(x, "TWO_PERSONS_OPEN", "verdict.two_persons.open", "verdict.two_persons.open.next");
        TRY(end_it(x, &all[i], S("expired")));
    }
    TRY(series_next(x, S("core_two_persons.id"), &t->id));
    t->kind = str_c(kind->name);
    t->asked_at = x->now;
    t->asked_by = x->who.person_id;
    t->asked_office = x->who.office_id;
    t->expires_at = x->now + kind->confirm_within;
    t->confirmed_at = t->confirmed_by = t->confirmed_office = t->ended_at = 0;
    t->ended_how = (struct str){0};
    if (!t->ground.p)
        t->ground = S("");
    struct core_q_two_persons_add_args row = {
        .realm = x->site->realm,
        .id = t->id,
        .kind = t->kind,
        .noun = t->noun,
        .noun_id = t->noun_id,
        .ground = t->ground,
        .note = t->note,
        .asked_at = t->asked_at,
        .asked_by = t->asked_by,
        .asked_office = t->asked_office,
        .expires_at = t->expires_at,
    };
    TRY(core_q_two_persons_add(x->a, x->tx, &row, NULL));
    return event(x, t, "asked", (struct str){0});
}

/* A request that has not ended, of `kind` (NULL: any). */
static struct err *load_open(struct action *x, const struct two_persons_kind *kind, int64_t id, struct two_persons *ret)
{
    bool found = false;
    TRY(two_persons_load(x->a, db_tx_read(x->tx), x->site->realm, id, ret, &found));
    if (!found || (kind && !str_eq(ret->kind, str_c(kind->name))))
        return refuse(x, "TWO_PERSONS_UNKNOWN", "verdict.two_persons.unknown", NULL);
    if (ret->ended_at || ret->expires_at <= x->now)
        return refuse(x, "TWO_PERSONS_ENDED", "verdict.two_persons.ended", "verdict.two_persons.ended.next");
    return NULL;
}

struct err *two_persons_confirm(struct action *x, const struct two_persons_kind *kind, int64_t id,
                                struct two_persons *ret)
{
    struct two_persons t;
    MUST(is_somebody(&x->who));
    TRY(actor_still_stands(x));
    TRY(load_open(x, kind, id, &t));
    if (t.confirmed_at)
        return refuse(x, "TWO_PERSONS_CONFIRMED", "verdict.two_persons.confirmed", NULL);
    if (t.asked_by == x->who.person_id)
        return refuse(x, "TWO_PERSONS_SAME", "verdict.two_persons.same", "verdict.two_persons.same.next");
    t.confirmed_at = x->now;
    t.confirmed_by = x->who.person_id;
    t.confirmed_office = x->who.office_id;
    if (kind->good_for)
        t.expires_at = x->now + kind->good_for;
    struct core_q_two_persons_confirm_args args = {
        .confirmed_at = {true, t.confirmed_at},
        .confirmed_by = {true, t.confirmed_by},
        .confirmed_office = {true, t.confirmed_office},
        .expires_at = t.expires_at,
        .realm = x->site->realm,
        .id = id,
    };
    TRY(core_q_two_persons_confirm(x->a, x->tx, &args, NULL));
    TRY(event(x, &t, "confirmed", (struct str){0}));
    *ret = t;
    return NULL;
}

struct err *two_persons_end(struct action *x, int64_t id, struct str how)
{
    struct two_persons t;
    TRY(load_open(x, NULL, id, &t));
    return end_it(x, &t, how);
}

struct err *two_persons_sweep(struct action *x)
{
    struct core_q_two_persons_late_row *rows;
    size_t n;
    TRY(core_q_two_persons_late(x->a, db_tx_read(x->tx), x->site->realm, x->now, SWEEP_ROWS, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct two_persons t = FROM_ROW(rows[i]);
        TRY(end_it(x, &t, S("expired")));
    }
    return NULL;
}
