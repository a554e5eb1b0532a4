/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_recount.c - the same figures from the facts alone: after an upgrade, an import, and for `birge rebuild`.
 *
 * The rows of figures are summed in memory (there are as many as distinct months, bodies, days and measures, not
 * as many as cases), then written once each.
 */
#include "institutions/reception/store_figures.h"

#include "base/clock.h"
#include "gen/reception_queries.h"
#include "institutions/reception/store_private.h"

#define BATCH 500

enum sum_kind {
    SUM_STATE, /* reception_count: by state; N_APPEAL_STATES stands for late */
    SUM_DUE,   /* reception_due: `key` is a day number */
    SUM_MONTH, /* reception_month: `key` is year * 12 + month - 1, `what` a measure */
    SUM_DAYS,  /* reception_days: the same key, `what` a number of days */
    SUM_PLACE, /* reception_place: `key` is a year, `body_id` a place */
};

struct sum {
    int64_t n;
    int64_t body_id;
    int64_t key;
    int32_t what;
    uint8_t kind;
    bool is_used;
};

/* Open addressing; grown by two when two thirds are in use. */
struct sums {
    struct arena *a;
    struct sum *slots;
    size_t size; /* a power of two */
    size_t used;
};

static uint64_t mixed(const struct sum *s)
{
    uint64_t h = (uint64_t)s->body_id * UINT64_C(0x9E3779B97F4A7C15);
    h ^= ((uint64_t)s->key << 20) + ((uint64_t)(uint32_t)s->what << 3) + s->kind;
    h ^= h >> 29;
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    return h ^ h >> 32;
}

static bool is_same(const struct sum *a, const struct sum *b)
{
    return a->body_id == b->body_id && a->key == b->key && a->what == b->what && a->kind == b->kind;
}

static struct sum *slot_of(struct sums *t, const struct sum *s)
{
    size_t i = (size_t)mixed(s) & (t->size - 1);
    while (t->slots[i].is_used && !is_same(&t->slots[i], s))
        i = (i + 1) & (t->size - 1);
    return &t->slots[i];
}

static void grow(struct sums *t)
{
    struct sum *old = t->slots;
    size_t n = t->size;
    t->size = n ? 2 * n : 1024;
    t->slots = ARENA_ARRAY(t->a, t->size, struct sum);
    for (size_t i = 0; i < n; i++)
        if (old[i].is_used)
            *slot_of(t, &old[i]) = old[i];
}

static void count(struct sums *t, enum sum_kind kind, int64_t body_id, int64_t key, int32_t what)
{
    struct sum s = {.n = 0, .body_id = body_id, .key = key, .what = what, .kind = (uint8_t)kind, .is_used = true};
    if (3 * t->used >= 2 * t->size)
        grow(t);
    struct sum *slot = slot_of(t, &s);
    if (!slot->is_used) {
        *slot = s;
        t->used++;
    }
    slot->n++;
}

/* == one case == */

static int64_t month_key(int32_t day)
{
    struct civil c = civil_from_day(day);
    return (int64_t)c.year * 12 + c.month - 1;
}

static struct err *count_case(struct action *x, struct sums *t, const struct reception_q_countable_after_row *p)
{
    enum appeal_state state;
    int32_t registered;
    int32_t due;
    if (!appeal_state_of_name(p->state, &state) || !day_parse(p->registered_on, &registered) ||
        !day_parse(p->due_on, &due))
        return ERR(x->a, ERR_CORRUPT, "appeal %lld has no known state or no date", (long long)p->id);
    count(t, SUM_STATE, p->holder_body_id, 0, (int32_t)state);
    count(t, SUM_MONTH, p->body_id, month_key(registered), MEASURE_REGISTERED);
    if (!p->closed_at.has) {
        count(t, SUM_DUE, p->holder_body_id, due, 0);
        return NULL;
    }
    int32_t day = site_today(x->site, p->closed_at.v);
    int32_t days = day < registered ? 0 : day - registered > DAYS_LIMIT ? DAYS_LIMIT : day - registered;
    bool is_refusal = str_eq(p->first_answer, S("refusal"));
    count(t, SUM_MONTH, p->holder_body_id, month_key(day), p->is_late ? MEASURE_LATE : MEASURE_ON_TIME);
    count(t, SUM_MONTH, p->holder_body_id, month_key(day), is_refusal ? MEASURE_REFUSED : MEASURE_ANSWERED);
    count(t, SUM_DAYS, p->holder_body_id, month_key(day), days);
    if (p->is_late)
        count(t, SUM_STATE, p->holder_body_id, 0, N_APPEAL_STATES);
    if (state == APPEAL_SOLVED || state == APPEAL_NOT_SOLVED)
        count(t, SUM_MONTH, p->holder_body_id, month_key(day),
              state == APPEAL_SOLVED ? MEASURE_SOLVED : MEASURE_NOT_SOLVED);
    return NULL;
}

/* Count the next cases behind *after up to `upto`; *ret_more false when there are none. */
static struct err *count_some(struct action *x, struct sums *t, int64_t *after, int64_t upto, bool *ret_more)
{
    struct arena *tmp = arena_new("recount", 16 * ARENA_MIB);
    struct reception_q_countable_after_row *rows;
    struct reception_q_forwards_between_row *moves;
    struct db_read *r = db_tx_read(x->tx);
    size_t n_moves = 0;
    size_t n = 0;
    size_t done = 0;
    struct err *e = reception_q_countable_after(tmp, r, x->site->realm, *after, BATCH, &rows, &n);
    for (; !e && done < n && rows[done].id <= upto; done++)
        e = count_case(x, t, &rows[done]);
    int64_t last = done > 0 ? rows[done - 1].id : *after;
    if (!e)
        e = reception_q_forwards_between(tmp, r, x->site->realm, *after, last, &moves, &n_moves);
    for (size_t i = 0; !e && i < n_moves; i++)
        count(t, SUM_MONTH, moves[i].from_body_id.v, month_key(site_today(x->site, moves[i].at)),
              MEASURE_FORWARDED);
    struct reception_q_appeal_places_between_row *places;
    size_t n_places = 0;
    if (!e)
        e = reception_q_appeal_places_between(tmp, r, x->site->realm, *after, last, &places, &n_places);
    for (size_t i = 0; !e && i < n_places; i++) {
        int64_t year = 0;
        MUST(str_to_int64(str_slice(places[i].registered_on, 0, 4), &year));
        count(t, SUM_PLACE, places[i].place_id, year, 0);
    }
    *after = last;
    *ret_more = done == BATCH;
    if (e)
        e = WRAP(x->a, e, "counting cases");
    arena_free(tmp);
    return e;
}

/* == writing == */

static struct err *write_sum(struct action *x, const struct sum *s)
{
    int64_t realm = x->site->realm;
    struct str month = str_printf(x->a, "%04d-%02d", (int)(s->key / 12), (int)(s->key % 12) + 1);
    switch ((enum sum_kind)s->kind) {
    case SUM_STATE:
        return reception_q_count_add(x->a, x->tx, realm, s->body_id,
                                     s->what == N_APPEAL_STATES
                                         ? S("late")
                                         : appeal_state_name((enum appeal_state)s->what),
                                     s->n, NULL);
    case SUM_DUE:
        return reception_q_due_add(x->a, x->tx, realm, s->body_id, day_text(x->a, (int32_t)s->key), s->n, NULL);
    case SUM_MONTH:
        return reception_q_month_add(
            x->a, x->tx,
            &(struct reception_q_month_add_args){
                .realm = realm, .month = month, .body_id = s->body_id, .n = s->n,
                .measure = measure_name((enum measure)s->what)},
            NULL);
    case SUM_DAYS:
        return reception_q_days_add(
            x->a, x->tx,
            &(struct reception_q_days_add_args){
                .realm = realm, .month = month, .body_id = s->body_id, .days = s->what, .n = s->n},
            NULL);
    case SUM_PLACE:
        return reception_q_place_add(x->a, x->tx, realm, str_printf(x->a, "%04lld", (long long)s->key), s->body_id,
                                     s->n, NULL);
    }
    return NULL;
}

static struct err *write_all(struct action *x, const struct sums *t)
{
    for (size_t i = 0; i < t->size; i++) {
        struct arena_mark mark = arena_mark(x->a);
        if (t->slots[i].is_used)
            TRY(write_sum(x, &t->slots[i]));
        arena_rewind(x->a, mark);
    }
    return NULL;
}

struct err *reception_figures_count(struct action *x, int64_t after, int64_t upto)
{
    struct arena *own = arena_new("figures", 0);
    struct sums t = {.a = own};
    bool more = true;
    struct err *e = NULL;
    action_changes_figures(x);
    grow(&t);
    while (!e && more)
        e = count_some(x, &t, &after, upto, &more);
    if (!e)
        e = write_all(x, &t);
    arena_free(own);
    return e;
}

struct err *reception_figures_drop(struct action *x)
{
    int64_t realm = x->site->realm;
    action_changes_figures(x);
    TRY(reception_q_counts_remove(x->a, x->tx, realm, NULL));
    TRY(reception_q_due_remove(x->a, x->tx, realm, NULL));
    TRY(reception_q_months_remove(x->a, x->tx, realm, NULL));
    TRY(reception_q_days_remove(x->a, x->tx, realm, NULL));
    TRY(reception_q_places_remove(x->a, x->tx, realm, NULL));
    return reception_q_uncounted_add(x->a, x->tx, realm, NULL);
}

struct err *reception_figures_recount(struct action *x)
{
    TRY(reception_figures_drop(x));
    TRY(reception_q_uncounted_remove(x->a, x->tx, x->site->realm, NULL));
    return reception_figures_count(x, 0, INT64_MAX);
}
