/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * figures.c - rows of counters become the two tables, and small counts in them are hidden.
 */
#include "institutions/reception/figures.h"

#include <stdlib.h>
#include <string.h>

#include "algo/suppress.h"
#include "base/clock.h"
#include "core/profile.h"
#include "institutions/reception/store.h"
#include "institutions/reception/store_figures.h"

/* For a profile that names no number: protective, and no law. */
#define K_OTHERWISE 10

/* What keeps every sum of a month: closed = on_time + late = answered + refused = solved + not_solved + silent. */
#define CLOSES(time, kind, opinion)                                                                          \
    {                                                                                                        \
        {                                                                                                    \
            [FIGURE_CLOSED] = 1, [FIGURE_##time] = 1, [FIGURE_##kind] = 1, [FIGURE_##opinion] = 1            \
        }                                                                                                    \
    }
#define CLOSES_ANYHOW(time, kind)                                                                            \
    CLOSES(time, kind, SOLVED), CLOSES(time, kind, NOT_SOLVED), CLOSES(time, kind, SILENT)
static const struct suppress_move year_moves[] = {
    {{[FIGURE_REGISTERED] = 1}},
    {{[FIGURE_FORWARDED] = 1}},
    {{[FIGURE_ON_TIME] = 1, [FIGURE_LATE] = -1}},
    {{[FIGURE_ANSWERED] = 1, [FIGURE_REFUSED] = -1}},
    {{[FIGURE_SOLVED] = 1, [FIGURE_NOT_SOLVED] = -1}},
    {{[FIGURE_SOLVED] = 1, [FIGURE_SILENT] = -1}},
    {{[FIGURE_NOT_SOLVED] = 1, [FIGURE_SILENT] = -1}},
    CLOSES_ANYHOW(ON_TIME, ANSWERED),
    CLOSES_ANYHOW(ON_TIME, REFUSED),
    CLOSES_ANYHOW(LATE, ANSWERED),
    CLOSES_ANYHOW(LATE, REFUSED),
};

static const struct suppress_move open_moves[] = {
    {{[OPEN_ALL] = 1, [OPEN_WAITING] = 1}},
    {{[OPEN_ALL] = 1, [OPEN_OVERDUE] = 1}},
    {{[OPEN_WAITING] = 1, [OPEN_OVERDUE] = -1}},
};

const char *figure_name(enum figure f)
{
    static const char *const names[N_FIGURES] = {
        [FIGURE_REGISTERED] = "registered", [FIGURE_FORWARDED] = "forwarded",   [FIGURE_CLOSED] = "closed",
        [FIGURE_ON_TIME] = "on_time",       [FIGURE_LATE] = "late",             [FIGURE_ANSWERED] = "answered",
        [FIGURE_REFUSED] = "refused",       [FIGURE_SOLVED] = "solved",         [FIGURE_NOT_SOLVED] = "not_solved",
        [FIGURE_SILENT] = "silent",
    };
    return names[f];
}

int64_t figures_k(const struct site *site, int32_t today)
{
    return profile_value(site->profile, "privacy.suppress_below", today, K_OTHERWISE);
}

/* == the bodies of a table == */

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Sort, and keep each once. */
static size_t distinct(int64_t *ids, size_t n)
{
    size_t kept = 0;
    qsort(ids, n, sizeof ids[0], by_number);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || ids[kept - 1] != ids[i])
            ids[kept++] = ids[i];
    return kept;
}

static size_t row_of(const int64_t *ids, size_t n, int64_t body_id)
{
    const int64_t *found = n > 0 ? bsearch(&body_id, ids, n, sizeof ids[0], by_number) : NULL;
    return found ? (size_t)(found - ids) : SIZE_MAX;
}

/* == the table of a year == */

static enum figure figure_of(enum measure m)
{
    static const enum figure figures[N_MEASURES] = {
        [MEASURE_REGISTERED] = FIGURE_REGISTERED, [MEASURE_FORWARDED] = FIGURE_FORWARDED,
        [MEASURE_ON_TIME] = FIGURE_ON_TIME,       [MEASURE_LATE] = FIGURE_LATE,
        [MEASURE_ANSWERED] = FIGURE_ANSWERED,     [MEASURE_REFUSED] = FIGURE_REFUSED,
        [MEASURE_SOLVED] = FIGURE_SOLVED,         [MEASURE_NOT_SOLVED] = FIGURE_NOT_SOLVED,
    };
    return figures[m];
}

/* "2026-03" is 2. */
static size_t month_of(struct str month)
{
    int64_t m = (month.p[5] - '0') * 10 + (month.p[6] - '0') - 1;
    MUST(month.n == 7 && m >= 0 && m < FIGURES_MONTHS);
    return (size_t)m;
}

/* Add to the cell and to the three sums it belongs to. */
static void add(const struct suppress_table *t, int64_t *values, size_t row, size_t month, enum figure f, int64_t n)
{
    values[suppress_at(t, row, month, f)] += n;
    values[suppress_at(t, row, FIGURES_YEAR, f)] += n;
    values[suppress_at(t, t->n_rows - 1, month, f)] += n;
    values[suppress_at(t, t->n_rows - 1, FIGURES_YEAR, f)] += n;
}

static void fill_year(const struct suppress_table *t, int64_t *values, const struct figures *f,
                      const struct month_count *counts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t row = row_of(f->body_ids, f->n_bodies, counts[i].body_id);
        size_t month = month_of(counts[i].month);
        add(t, values, row, month, figure_of(counts[i].measure), counts[i].n);
        if (counts[i].measure == MEASURE_ON_TIME || counts[i].measure == MEASURE_LATE) {
            add(t, values, row, month, FIGURE_CLOSED, counts[i].n);
            add(t, values, row, month, FIGURE_SILENT, counts[i].n);
        }
        if (counts[i].measure == MEASURE_SOLVED || counts[i].measure == MEASURE_NOT_SOLVED)
            add(t, values, row, month, FIGURE_SILENT, -counts[i].n);
    }
}

/* Of one body in one month only the main numbers are published: the others would be small, and hide them too. */
static bool is_published(const struct figures *f, size_t row, size_t month, enum figure what)
{
    return what <= FIGURE_LATE || row == f->n_bodies || month == FIGURES_YEAR;
}

static const bool *unpublished(struct arena *a, const struct suppress_table *t, const struct figures *f)
{
    bool *is = ARENA_ARRAY(a, t->n_rows * t->n_steps * t->n_columns, bool);
    for (size_t row = 0; row < t->n_rows; row++)
        for (size_t month = 0; month < t->n_steps; month++)
            for (size_t c = 0; c < t->n_columns; c++)
                is[suppress_at(t, row, month, c)] = !is_published(f, row, month, (enum figure)c);
    return is;
}

static size_t months_to_show(const struct suppress_table *t, int32_t year, int32_t today)
{
    struct civil now = civil_from_day(today);
    size_t n = year < now.year ? FIGURES_MONTHS : year > now.year ? 0 : (size_t)now.month;
    for (size_t m = n; m < FIGURES_MONTHS; m++)
        for (size_t f = 0; f < N_FIGURES; f++)
            if (t->values[suppress_at(t, t->n_rows - 1, m, f)] != 0)
                n = m + 1;
    return n;
}

/* == days to an answer == */

#define N_STEPS (FIGURES_MONTHS + 1)
#define N_DAYS (DAYS_LIMIT + 1)

static int64_t percent_of(enum figure_days what)
{
    return what == DAYS_MEDIAN ? 50 : 90;
}

/* Into the place of a body and a month: what these answers did not exceed. `counts`: of each of `n` numbers of days. */
static void put_days(int16_t *days, size_t row, size_t month, const int64_t *counts, size_t n)
{
    int64_t values[N_DAYS];
    for (size_t d = 0; d < n; d++)
        values[d] = (int64_t)d;
    for (int what = 0; what < N_FIGURE_DAYS; what++)
        days[(row * N_STEPS + month) * N_FIGURE_DAYS + (size_t)what] =
            (int16_t)histogram_quantile(values, counts, n, percent_of((enum figure_days)what));
}

/* One month: each body's own, and into the sums of bodies over the year and of all bodies. */
static struct err *load_month(struct arena *tmp, struct db_read *r, const struct site *site, struct figures *f,
                              size_t month, int16_t *days, int64_t *sums)
{
    struct days_count *list;
    size_t n;
    struct str code = str_printf(tmp, "%04d-%02zu", (int)f->year, month + 1);
    int64_t *here = ARENA_ARRAY(tmp, N_DAYS, int64_t);
    int64_t *all = ARENA_ARRAY(tmp, N_DAYS, int64_t);
    TRY(reception_load_days(tmp, r, site->realm, code, code, &list, &n));
    for (size_t i = 0; i < n; i++) {
        size_t row = row_of(f->body_ids, f->n_bodies, list[i].body_id);
        if (row == SIZE_MAX)
            return ERR(tmp, ERR_CORRUPT, "answers of a body without answers in %.*s", STR_FMT(code));
        here[list[i].days] += list[i].n;
        all[list[i].days] += list[i].n;
        sums[row * N_DAYS + (size_t)list[i].days] += list[i].n;
        sums[f->n_bodies * N_DAYS + (size_t)list[i].days] += list[i].n;
        if (i + 1 == n || list[i + 1].body_id != list[i].body_id) {
            size_t most = (size_t)list[i].days + 1; /* they are in order of days */
            put_days(days, row, month, here, most);
            memset(here, 0, most * sizeof here[0]);
        }
    }
    put_days(days, f->n_bodies, month, all, N_DAYS);
    return NULL;
}

static struct err *load_days(struct arena *a, struct arena *tmp, struct db_read *r, const struct site *site,
                             struct figures *f)
{
    int16_t *days = ARENA_ARRAY(a, (f->n_bodies + 1) * N_STEPS * N_FIGURE_DAYS, int16_t);
    int64_t *sums = ARENA_ARRAY(tmp, (f->n_bodies + 1) * N_DAYS, int64_t);
    for (size_t month = 0; month < FIGURES_MONTHS; month++) {
        struct arena_mark mark = arena_mark(tmp);
        TRY(load_month(tmp, r, site, f, month, days, sums));
        arena_rewind(tmp, mark);
    }
    for (size_t row = 0; row <= f->n_bodies; row++)
        put_days(days, row, FIGURES_YEAR, &sums[row * N_DAYS], N_DAYS);
    f->days = days;
    return NULL;
}

/* == loading a year == */

static struct err *load_bodies(struct arena *a, struct arena *tmp, struct db_read *r, const struct site *site,
                               struct figures *f, struct month_count **ret_counts, size_t *ret_n)
{
    struct str first = str_printf(tmp, "%04d-01", (int)f->year);
    struct str last = str_printf(tmp, "%04d-12", (int)f->year);
    TRY(reception_load_months(tmp, r, site->realm, first, last, ret_counts, ret_n));
    int64_t *ids = ARENA_ARRAY(tmp, *ret_n + 1, int64_t);
    for (size_t i = 0; i < *ret_n; i++)
        ids[i] = (*ret_counts)[i].body_id;
    f->n_bodies = distinct(ids, *ret_n);
    int64_t *own = ARENA_ARRAY(a, f->n_bodies + 1, int64_t);
    memcpy(own, ids, f->n_bodies * sizeof ids[0]);
    f->body_ids = own;
    return NULL;
}

struct err *figures_load(struct arena *a, struct arena *tmp, struct db_read *r, const struct site *site, int32_t year,
                         int32_t today, struct figures **ret_figures)
{
    struct figures *f = ARENA_NEW(a, struct figures);
    struct month_count *counts;
    size_t n;
    struct str beginning; /* the first month of all; before it nothing was counted yet */
    *f = (struct figures){.year = year, .k = figures_k(site, today)};
    TRY(load_bodies(a, tmp, r, site, f, &counts, &n));
    size_t size = (f->n_bodies + 1) * N_STEPS * N_FIGURES;
    int64_t *values = ARENA_ARRAY(a, size, int64_t);
    struct suppress_table t = {
        .n_rows = f->n_bodies + 1,
        .n_steps = N_STEPS,
        .n_columns = N_FIGURES,
        .has_row_total = true,
        .has_step_total = true,
        .values = values,
        .moves = year_moves,
        .n_moves = sizeof year_moves / sizeof year_moves[0],
        .hidden = ARENA_ARRAY(a, size, bool),
    };
    t.unpublished = unpublished(tmp, &t, f);
    fill_year(&t, values, f, counts, n);
    suppress(tmp, &t, f->k);
    f->values = t.values;
    f->hidden = t.hidden;
    f->n_months = months_to_show(&t, year, today);
    TRY(reception_load_first_month(tmp, r, site->realm, &beginning));
    if (beginning.n == 7 && str_eq(str_slice(beginning, 0, 4), str_printf(tmp, "%04d", (int)year)))
        f->first_month = month_of(beginning);
    *ret_figures = f;
    return load_days(a, tmp, r, site, f);
}

/* Large tables cost more than a page: they may be a little late. */
static int64_t late_ms(size_t n_bodies)
{
    return n_bodies > FIGURES_LARGE ? FIGURES_LATE_MS : 0;
}

static struct err *derive_year(struct arena *a, struct arena *tmp, struct loop *loop, const struct derivation *d,
                               void **ret_value, int64_t *ret_late_ms)
{
    struct figures *f;
    TRY(figures_load(a, tmp, loop->read, loop->site, (int32_t)d->of[0], (int32_t)d->of[1], &f));
    *ret_late_ms = late_ms(f->n_bodies);
    *ret_value = f;
    return NULL;
}

struct err *figures_of_loop(struct arena *a, struct loop *loop, int64_t now, int32_t year, int32_t today,
                            const struct figures **ret_figures)
{
    struct site_versions v;
    void *value;
    TRY(loop_versions(a, loop, &v));
    struct derivation d = {.what = "reception/figures", .of = {year, today}, .version = v.figures, .now = now,
                           .run = derive_year};
    TRY(derived_of_loop(a, loop, &d, &value));
    *ret_figures = value;
    return NULL;
}

/* == one number == */

size_t figures_row(const struct figures *f, int64_t body_id)
{
    return body_id == 0 ? f->n_bodies : row_of(f->body_ids, f->n_bodies, body_id);
}

struct chart_value figures_at(const struct figures *f, size_t row, size_t month, enum figure what)
{
    MUST(row <= f->n_bodies && month <= FIGURES_YEAR);
    size_t at = (row * N_STEPS + month) * N_FIGURES + (size_t)what;
    if ((month < f->first_month || month >= f->n_months) && month != FIGURES_YEAR)
        return chart_empty();
    if (!is_published(f, row, month, what))
        return chart_empty();
    return f->hidden[at] ? chart_hidden() : chart_known(f->values[at]);
}

struct chart_value figures_days(const struct figures *f, size_t row, size_t month, enum figure_days what)
{
    struct chart_value closed = figures_at(f, row, month, FIGURE_CLOSED);
    if (closed.mark != CHART_KNOWN || closed.n == 0)
        return closed.mark == CHART_HIDDEN ? chart_hidden() : chart_empty();
    return chart_known(f->days[(row * N_STEPS + month) * N_FIGURE_DAYS + (size_t)what]);
}

/* == the moment == */

struct err *figures_load_open(struct arena *a, struct arena *tmp, struct db_read *r, const struct site *site,
                              int32_t today, struct open_figures **ret_figures)
{
    struct open_figures *f = ARENA_NEW(a, struct open_figures);
    struct body_counts *counts;
    size_t n;
    TRY(reception_store_counts(tmp, r, site->realm, today, &counts, &n));
    int64_t *ids = ARENA_ARRAY(a, n + 1, int64_t);
    int64_t *values = ARENA_ARRAY(a, (n + 1) * N_OPEN_FIGURES, int64_t);
    int64_t *all = &values[n * N_OPEN_FIGURES];
    for (size_t i = 0; i < n; i++) {
        int64_t *v = &values[i * N_OPEN_FIGURES];
        ids[i] = counts[i].body_id;
        for (int s = 0; s < N_APPEAL_STATES; s++)
            v[OPEN_ALL] += appeal_state_is_open((enum appeal_state)s) ? counts[i].by_state[s] : 0;
        v[OPEN_OVERDUE] = counts[i].overdue;
        v[OPEN_WAITING] = v[OPEN_ALL] - v[OPEN_OVERDUE];
        for (int o = 0; o < N_OPEN_FIGURES; o++)
            all[o] += v[o];
    }
    struct suppress_table t = {
        .n_rows = n + 1,
        .n_steps = 1,
        .n_columns = N_OPEN_FIGURES,
        .has_row_total = true,
        .values = values,
        .moves = open_moves,
        .n_moves = sizeof open_moves / sizeof open_moves[0],
        .hidden = ARENA_ARRAY(a, (n + 1) * N_OPEN_FIGURES, bool),
    };
    *f = (struct open_figures){
        .k = figures_k(site, today), .body_ids = ids, .n_bodies = n, .values = values, .hidden = t.hidden};
    suppress(tmp, &t, f->k);
    *ret_figures = f;
    return NULL;
}

static struct err *derive_open(struct arena *a, struct arena *tmp, struct loop *loop, const struct derivation *d,
                               void **ret_value, int64_t *ret_late_ms)
{
    struct open_figures *f;
    TRY(figures_load_open(a, tmp, loop->read, loop->site, (int32_t)d->of[0], &f));
    *ret_late_ms = late_ms(f->n_bodies);
    *ret_value = f;
    return NULL;
}

struct err *figures_open_of_loop(struct arena *a, struct loop *loop, int64_t now, int32_t today,
                                 const struct open_figures **ret_figures)
{
    struct site_versions v;
    void *value;
    TRY(loop_versions(a, loop, &v));
    struct derivation d = {.what = "reception/open", .of = {today, 0}, .version = v.figures, .now = now,
                           .run = derive_open};
    TRY(derived_of_loop(a, loop, &d, &value));
    *ret_figures = value;
    return NULL;
}

struct chart_value figures_open(const struct open_figures *f, int64_t body_id, enum open_figure what)
{
    size_t row = body_id == 0 ? f->n_bodies : row_of(f->body_ids, f->n_bodies, body_id);
    if (row == SIZE_MAX)
        return chart_known(0);
    size_t at = row * N_OPEN_FIGURES + (size_t)what;
    return f->hidden[at] ? chart_hidden() : chart_known(f->values[at]);
}
