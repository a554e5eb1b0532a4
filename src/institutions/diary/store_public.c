/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_public.c - what everybody sees.
 *
 * Keeps: every way begins at diary_public. The version read is the one named there, and a private person is left out
 *        unless their consent holds now.
 */
#include "institutions/diary/store_private.h"

#include "base/clock.h"
#include "gen/diary_queries.h"

/* ---- one entry ---- */

static struct err *row_of(struct arena *a, const struct diary_q_public_of_row *q, struct diary_row *ret)
{
    *ret = (struct diary_row){
        .entry_id = q->entry_id,
        .code = q->code,
        .body_id = q->body_id,
        .office_id = q->office_id,
        .reason = q->reason,
        .version = q->version,
        .inside_id = q->inside_id.v,
        .sequence = q->sequence,
        .public_at = q->public_at,
        .changed_at = q->changed_at,
    };
    if (!diary_state_of_name(q->state, &ret->state))
        return ERR(a, ERR_CORRUPT, "entry %lld is shown in an unknown state", (long long)q->entry_id);
    return NULL;
}

/* Who is named in version `no`, as everybody may see them. */
static struct err *named_in(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t no,
                            struct diary_shown *s)
{
    struct diary_participant *all;
    size_t n_all;
    size_t n = 0;
    TRY(diary_load_participants(a, r, realm, id, &all, &n_all));
    for (size_t i = 0; i < n_all; i++) {
        const struct diary_participant *p = &all[i];
        bool is_in = p->from_version <= no && (p->to_version == 0 || p->to_version > no);
        bool may_be = p->who != DIARY_WHO_PERSON || (p->how.n > 0 && p->withdrawn_at == 0);
        if (!is_in || !may_be)
            continue;
        all[n] = all[i];
        all[n++].to_version = 0; /* in this version they stand */
    }
    s->participants = all;
    s->n_participants = n;
    return NULL;
}

static struct err *frame_of(struct arena *a, struct db_read *r, int64_t realm, struct diary_shown *s)
{
    struct diary_q_public_of_row q;
    struct diary_version v;
    bool found = false;
    s->inside_code = S("");
    if (s->version.inside_id)
        TRY(diary_q_public_of(a, r, realm, s->version.inside_id, &q, &found));
    if (!found)
        return NULL;
    TRY(diary_load_version(a, r, realm, q.entry_id, q.version, &v));
    s->inside_code = q.code;
    memcpy(s->inside_words, v.words, sizeof v.words);
    return NULL;
}

/* The entry of `id` if it is shown, in version `no` (0: the one that holds). */
static struct err *shown_of(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t no,
                            struct diary_shown *ret, bool *ret_found)
{
    struct diary_q_public_of_row q;
    struct diary_shown s = {0};
    TRY(diary_q_public_of(a, r, realm, id, &q, ret_found));
    if (!*ret_found)
        return NULL;
    *ret_found = false;
    if (no < 0 || no > q.version)
        return NULL;
    TRY(row_of(a, &q, &s.row));
    TRY(diary_load_version(a, r, realm, id, no == 0 ? q.version : no, &s.version));
    if (s.version.approved_at == 0)
        return NULL; /* written, but never shown */
    TRY(named_in(a, r, realm, id, s.version.no, &s));
    TRY(frame_of(a, r, realm, &s));
    *ret = s;
    *ret_found = true;
    return NULL;
}

struct err *diary_store_public(struct arena *a, struct db_read *r, int64_t realm, struct str code, int64_t no,
                               struct diary_shown *ret_shown, bool *ret_found)
{
    struct diary_q_public_of_code_row q;
    TRY(diary_q_public_of_code(a, r, realm, code.p ? code : S(""), &q, ret_found));
    return *ret_found ? shown_of(a, r, realm, q.entry_id, no, ret_shown, ret_found) : NULL;
}

/* ---- several ---- */

static struct err *shown_all(struct arena *a, struct db_read *r, int64_t realm, const int64_t *ids, size_t n_ids,
                             struct diary_shown **ret_items, size_t *ret_n)
{
    struct diary_shown *items = ARENA_ARRAY(a, n_ids, struct diary_shown);
    size_t n = 0;
    for (size_t i = 0; i < n_ids; i++) {
        bool found;
        if (arena_is_full(a, 64 * ARENA_KIB))
            return ERR(a, ERR_LIMIT, "too many entries at once");
        TRY(shown_of(a, r, realm, ids[i], 0, &items[n], &found));
        n += found;
    }
    *ret_items = items;
    *ret_n = n;
    return NULL;
}

struct err *diary_store_between(struct arena *a, struct db_read *r, int64_t realm, const struct diary_filter *f,
                                struct diary_shown **ret_items, size_t *ret_n)
{
    struct diary_q_public_between_row *rows;
    int32_t first;
    size_t n;
    if (!day_parse(f->first_on, &first))
        return ERR(a, ERR_INPUT, "not a day: %.*s", STR_FMT(f->first_on));
    bool begins = f->after_on.n > 0;
    struct diary_q_public_between_args args = {
        .kind = f->kind.p ? f->kind : S(""),
        .any_office = f->office_id == 0,
        .where_is = f->where_is,
        .realm = realm,
        .from_on = day_text(a, first - 2 * DIARY_DAYS_MAX),
        .to_on = f->last_on,
        .first_on = f->first_on,
        .after_on = begins ? f->after_on : S(""),
        .after_id = begins ? f->after_id : 0,
        .office_id = f->office_id,
        .n = f->n,
    };
    TRY(diary_q_public_between(a, r, &args, &rows, &n));
    int64_t *ids = ARENA_ARRAY(a, n, int64_t);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].entry_id;
    return shown_all(a, r, realm, ids, n, ret_items, ret_n);
}

struct err *diary_store_newest(struct arena *a, struct db_read *r, int64_t realm, int64_t n_most,
                               struct diary_shown **ret_items, size_t *ret_n)
{
    struct diary_q_public_newest_row *rows;
    size_t n;
    TRY(diary_q_public_newest(a, r, realm, n_most, &rows, &n));
    int64_t *ids = ARENA_ARRAY(a, n, int64_t);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].entry_id;
    return shown_all(a, r, realm, ids, n, ret_items, ret_n);
}

struct err *diary_store_inside(struct arena *a, struct db_read *r, int64_t realm, int64_t entry_id,
                               struct diary_shown **ret_items, size_t *ret_n)
{
    struct diary_q_public_inside_row *rows;
    size_t n;
    TRY(diary_q_public_inside(a, r, realm, entry_id, DIARY_INSIDE_MAX, &rows, &n));
    int64_t *ids = ARENA_ARRAY(a, n, int64_t);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].entry_id;
    return shown_all(a, r, realm, ids, n, ret_items, ret_n);
}

struct err *diary_store_corrections(struct arena *a, struct db_read *r, int64_t realm, const struct diary_row *row,
                                    struct diary_correction **ret_items, size_t *ret_n)
{
    struct diary_q_versions_of_row *rows;
    size_t n_rows;
    size_t n = 0;
    TRY(diary_q_versions_of(a, r, realm, row->entry_id, &rows, &n_rows));
    struct diary_correction *items = ARENA_ARRAY(a, n_rows, struct diary_correction);
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i].approved_at.has && rows[i].no <= row->version)
            items[n++] = (struct diary_correction){
                .no = rows[i].no, .at = rows[i].approved_at.v, .note = rows[i].note};
    *ret_items = items;
    *ret_n = n;
    return NULL;
}

struct err *diary_store_last_day(struct arena *a, struct db_read *r, int64_t realm, struct str until,
                                 struct str *ret_on)
{
    struct diary_q_public_last_day_row row;
    bool found;
    TRY(diary_q_public_last_day(a, r, realm, until, &row, &found));
    *ret_on = found ? row.begins_on : S("");
    return NULL;
}

/* ---- counters ---- */

/* Add the rows of one span of one grain. */
static struct err *add_span(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, struct str grain,
                            struct str from, struct str to, struct diary_count *counts)
{
    struct diary_q_counts_between_args args = {.realm = realm, .office_id = office_id, .grain = grain,
                                               .from_period = from, .to_period = to};
    struct diary_q_counts_between_row *rows;
    size_t n;
    if (str_cmp(from, to) > 0)
        return NULL;
    TRY(diary_q_counts_between(a, r, &args, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        enum diary_counter c;
        if (!diary_counter_of_name(rows[i].counter, &c))
            return ERR(a, ERR_CORRUPT, "unknown counter \"%.*s\"", STR_FMT(rows[i].counter));
        counts[c].n += rows[i].n;
        counts[c].n_part += rows[i].n_part;
    }
    return NULL;
}

static struct str month_text(struct arena *a, int year, int month)
{
    return str_printf(a, "%04d-%02d", year, month);
}

/* First day of the month behind that of `day`. */
static int32_t next_month(int32_t day)
{
    struct civil c = civil_from_day(day);
    c.day = 1;
    c.year += c.month / 12;
    c.month = c.month % 12 + 1;
    return civil_to_day(c);
}

static int32_t month_start(int32_t day)
{
    struct civil c = civil_from_day(day);
    c.day = 1;
    return civil_to_day(c);
}

/* Whole months from `from` to the one before `until`, both first days: years where they are whole. */
static struct err *add_months(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, int32_t from,
                              int32_t until, struct diary_count *counts)
{
    struct civil first = civil_from_day(from);
    struct civil end = civil_from_day(until);
    int first_year = first.month == 1 ? first.year : first.year + 1;
    if (first_year >= end.year) {
        struct civil last = civil_from_day(until - 1);
        return from >= until ? NULL
                             : add_span(a, r, realm, office_id, S("month"), month_text(a, first.year, first.month),
                                        month_text(a, last.year, last.month), counts);
    }
    if (first.month != 1)
        TRY(add_span(a, r, realm, office_id, S("month"), month_text(a, first.year, first.month),
                     month_text(a, first.year, 12), counts));
    TRY(add_span(a, r, realm, office_id, S("year"), str_printf(a, "%04d", first_year),
                 str_printf(a, "%04d", end.year - 1), counts));
    if (end.month == 1)
        return NULL;
    return add_span(a, r, realm, office_id, S("month"), month_text(a, end.year, 1),
                    month_text(a, end.year, end.month - 1), counts);
}

struct err *diary_store_counts(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id,
                               struct str from_on, struct str to_on, struct diary_count *ret_counts)
{
    struct diary_count counts[N_DIARY_COUNTERS] = {0};
    int32_t from;
    int32_t to;
    if (!day_parse(from_on, &from) || !day_parse(to_on, &to))
        return ERR(a, ERR_INPUT, "not days: %.*s to %.*s", STR_FMT(from_on), STR_FMT(to_on));
    int32_t whole_from = month_start(from) == from ? from : next_month(from);
    int32_t whole_until = month_start(to + 1) == to + 1 ? to + 1 : month_start(to);
    if (whole_from >= whole_until) {
        TRY(add_span(a, r, realm, office_id, S("day"), from_on, to_on, counts));
    } else {
        if (from < whole_from)
            TRY(add_span(a, r, realm, office_id, S("day"), from_on, day_text(a, whole_from - 1), counts));
        TRY(add_months(a, r, realm, office_id, whole_from, whole_until, counts));
        if (whole_until <= to)
            TRY(add_span(a, r, realm, office_id, S("day"), day_text(a, whole_until), to_on, counts));
    }
    memcpy(ret_counts, counts, sizeof counts);
    return NULL;
}

struct err *diary_store_year(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, int year,
                             struct diary_count *ret_months)
{
    for (int m = 1; m <= 12; m++) {
        struct diary_count counts[N_DIARY_COUNTERS] = {0};
        struct str month = month_text(a, year, m);
        TRY(add_span(a, r, realm, office_id, S("month"), month, month, counts));
        memcpy(ret_months + (m - 1) * N_DIARY_COUNTERS, counts, sizeof counts);
    }
    return NULL;
}

struct err *diary_store_offices(struct arena *a, struct db_read *r, int64_t realm, int64_t **ret_ids, size_t *ret_n)
{
    struct diary_q_count_offices_row *rows;
    size_t n;
    TRY(diary_q_count_offices(a, r, realm, 1000, &rows, &n));
    int64_t *ids = ARENA_ARRAY(a, n, int64_t);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].office_id;
    *ret_ids = ids;
    *ret_n = n;
    return NULL;
}
