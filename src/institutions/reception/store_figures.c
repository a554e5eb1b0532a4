/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_figures.c - keeping the figures while something happens, and reading them.
 *
 * Keeps:  a counter of days that fell to nothing leaves no row, so that open cases by day are as many rows as
 *         there are days with open cases.
 */
#include "institutions/reception/store_figures.h"

#include "base/clock.h"
#include "gen/reception_queries.h"

static const struct str names[N_MEASURES] = {
    [MEASURE_REGISTERED] = STR("registered"), [MEASURE_FORWARDED] = STR("forwarded"),
    [MEASURE_ON_TIME] = STR("on_time"),       [MEASURE_LATE] = STR("late"),
    [MEASURE_ANSWERED] = STR("answered"),     [MEASURE_REFUSED] = STR("refused"),
    [MEASURE_SOLVED] = STR("solved"),         [MEASURE_NOT_SOLVED] = STR("not_solved"),
};

struct str measure_name(enum measure m)
{
    return names[m];
}

static struct str month_of_day(struct str day)
{
    return str_slice(day, 0, 7);
}

static struct str month_of_time(struct action *x, int64_t at)
{
    return month_of_day(day_text(x->a, site_today(x->site, at)));
}

/* == keeping == */

static struct err *add(struct action *x, struct str month, int64_t body_id, enum measure m, int64_t n)
{
    action_changes_figures(x);
    struct reception_q_month_add_args args = {
        .realm = x->site->realm, .month = month, .body_id = body_id, .measure = names[m], .n = n};
    return reception_q_month_add(x->a, x->tx, &args, NULL);
}

static struct err *add_due(struct action *x, int64_t body_id, struct str due_on, int64_t n)
{
    action_changes_figures(x);
    TRY(reception_q_due_add(x->a, x->tx, x->site->realm, body_id, due_on, n, NULL));
    return n > 0 ? NULL : reception_q_due_remove_empty(x->a, x->tx, x->site->realm, body_id, due_on, NULL);
}

struct err *reception_figures_registered(struct action *x, const struct appeal *p)
{
    TRY(add(x, month_of_day(p->registered_on), p->body_id, MEASURE_REGISTERED, 1));
    return add_due(x, p->holder_body_id, p->due_on, 1);
}

/* Whole days from the registration to the first answer; 0 when it came before the day counted as registration. */
static int64_t days_to_answer(struct action *x, const struct appeal *p)
{
    int32_t registered;
    MUST(day_parse(p->registered_on, &registered));
    int64_t days = (int64_t)site_today(x->site, p->closed_at) - registered;
    return days < 0 ? 0 : days > DAYS_LIMIT ? DAYS_LIMIT : days;
}

static struct err *closed(struct action *x, const struct appeal *p, enum appeal_state state, int64_t body_id)
{
    struct str month = month_of_time(x, p->closed_at);
    TRY(add_due(x, p->holder_body_id, p->due_on, -1));
    TRY(add(x, month, body_id, p->is_late ? MEASURE_LATE : MEASURE_ON_TIME, 1));
    TRY(add(x, month, body_id, state == APPEAL_REFUSED ? MEASURE_REFUSED : MEASURE_ANSWERED, 1));
    struct reception_q_days_add_args args = {
        .realm = x->site->realm, .month = month, .body_id = body_id, .days = days_to_answer(x, p), .n = 1};
    return reception_q_days_add(x->a, x->tx, &args, NULL);
}

static struct err *opinion(struct action *x, const struct appeal *p, enum appeal_state state, int64_t n)
{
    if (state != APPEAL_SOLVED && state != APPEAL_NOT_SOLVED)
        return NULL;
    enum measure m = state == APPEAL_SOLVED ? MEASURE_SOLVED : MEASURE_NOT_SOLVED;
    return add(x, month_of_time(x, p->closed_at), p->holder_body_id, m, n);
}

struct err *reception_figures_moved(struct action *x, const struct appeal *p, enum appeal_state state,
                                    int64_t body_id, bool is_closing)
{
    if (is_closing)
        return closed(x, p, state, body_id);
    if (p->closed_at != 0) {
        TRY(opinion(x, p, p->state, -1));
        return opinion(x, p, state, 1);
    }
    if (state == APPEAL_FORWARDED)
        TRY(add(x, month_of_time(x, x->now), p->holder_body_id, MEASURE_FORWARDED, 1));
    if (body_id == p->holder_body_id)
        return NULL;
    TRY(add_due(x, p->holder_body_id, p->due_on, -1));
    return add_due(x, body_id, p->due_on, 1);
}

struct err *reception_figures_due(struct action *x, const struct appeal *p, struct str due_on)
{
    if (p->closed_at != 0 || str_eq(p->due_on, due_on))
        return NULL;
    TRY(add_due(x, p->holder_body_id, p->due_on, -1));
    return add_due(x, p->holder_body_id, due_on, 1);
}

/* == reading == */

static bool measure_of(struct str name, enum measure *ret)
{
    for (int i = 0; i < N_MEASURES; i++) {
        *ret = (enum measure)i;
        if (str_eq(names[i], name))
            return true;
    }
    return false;
}

struct err *reception_load_months(struct arena *a, struct db_read *r, int64_t realm, struct str first,
                                  struct str last, struct month_count **ret_counts, size_t *ret_n)
{
    struct reception_q_months_between_row *rows;
    size_t n;
    TRY(reception_q_months_between(a, r, realm, first, last, &rows, &n));
    struct month_count *counts = ARENA_ARRAY(a, n, struct month_count);
    for (size_t i = 0; i < n; i++) {
        counts[i] = (struct month_count){.month = rows[i].month, .body_id = rows[i].body_id, .n = rows[i].n};
        if (!measure_of(rows[i].measure, &counts[i].measure))
            return ERR(a, ERR_CORRUPT, "a figure has the unknown measure \"%.*s\"", STR_FMT(rows[i].measure));
    }
    *ret_counts = counts;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_days(struct arena *a, struct db_read *r, int64_t realm, struct str first,
                                struct str last, struct days_count **ret_counts, size_t *ret_n)
{
    struct reception_q_days_between_row *rows;
    size_t n;
    TRY(reception_q_days_between(a, r, realm, first, last, &rows, &n));
    struct days_count *counts = ARENA_ARRAY(a, n, struct days_count);
    for (size_t i = 0; i < n; i++)
        counts[i] = (struct days_count){
            .month = rows[i].month, .body_id = rows[i].body_id, .days = rows[i].days, .n = rows[i].n};
    *ret_counts = counts;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_places(struct arena *a, struct db_read *r, int64_t realm, struct str year,
                                  struct place_count **ret_counts, size_t *ret_n)
{
    struct reception_q_places_of_year_row *rows;
    size_t n;
    TRY(reception_q_places_of_year(a, r, realm, year, &rows, &n));
    struct place_count *counts = ARENA_ARRAY(a, n, struct place_count);
    for (size_t i = 0; i < n; i++)
        counts[i] = (struct place_count){.place_id = rows[i].place_id, .n = rows[i].n};
    *ret_counts = counts;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_first_month(struct arena *a, struct db_read *r, int64_t realm, struct str *ret_month)
{
    struct reception_q_month_first_row row;
    bool found;
    TRY(reception_q_month_first(a, r, realm, &row, &found));
    *ret_month = row.month;
    return NULL;
}

struct err *reception_figures_are_counted(struct arena *a, struct db_read *r, int64_t realm, bool *ret_counted)
{
    struct reception_q_uncounted_row row;
    bool found;
    TRY(reception_q_uncounted(a, r, realm, &row, &found));
    *ret_counted = row.n == 0;
    return NULL;
}

struct err *reception_figures_catch_up(struct action *x)
{
    bool is_counted;
    TRY(reception_figures_are_counted(x->a, db_tx_read(x->tx), x->site->realm, &is_counted));
    return is_counted ? NULL : reception_figures_recount(x);
}
