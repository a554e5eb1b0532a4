/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_desk.c - the lists of a desk, page by page, and figures by body.
 *
 * Nothing personal is in a list, so it is not a reading. Pages are found by key, never by counting rows: the
 * tenth thousandth page costs what the first does. Open cases are in order of their due date, so the overdue
 * stand first.
 */
#include "institutions/reception/store_private.h"

#include "gen/reception_queries.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/rules_private.h"

#define NO_BOUND S("~") /* stands behind every ISO date */

/* Where a page begins: the sort key and id of the row beside it. */
struct cursor {
    struct str due_on; /* open lists */
    int64_t closed_at; /* closed list */
    int64_t id;
    bool is_back;
};

/* "2026-06-29.17" or "1782700000000.17"; the same forms come back and nothing else. */
static bool cursor_read(struct str s, bool is_closed_list, struct cursor *ret)
{
    struct str key;
    struct str id;
    int32_t day;
    if (!str_cut(s, '.', &key, &id) || !str_to_int64(id, &ret->id))
        return false;
    if (is_closed_list)
        return str_to_int64(key, &ret->closed_at);
    ret->due_on = key;
    return day_parse(key, &day);
}

static struct str cursor_write(struct arena *a, const struct desk_row *row, bool is_closed_list)
{
    if (is_closed_list)
        return str_printf(a, "%lld.%lld", (long long)row->closed_at, (long long)row->id);
    return str_printf(a, "%.*s.%lld", STR_FMT(row->due_on), (long long)row->id);
}

static bool cursor_of(const struct desk_filter *f, struct cursor *ret)
{
    bool is_closed_list = f->list == DESK_CLOSED;
    *ret = (struct cursor){.due_on = S(""), .closed_at = INT64_MAX, .id = is_closed_list ? INT64_MAX : 0};
    ret->is_back = f->before.n > 0;
    if (f->before.n > 0)
        return f->after.n == 0 && cursor_read(f->before, is_closed_list, ret);
    return f->after.n == 0 || cursor_read(f->after, is_closed_list, ret);
}

/* The six statements have the same columns but six row types. */
#define COPY_ROWS(a, rows, n, ret)                                                                           \
    do {                                                                                                     \
        *(ret) = ARENA_ARRAY((a), (n), struct desk_row);                                                     \
        for (size_t i_ = 0; i_ < (n); i_++) {                                                                \
            struct desk_row *to_ = &(*(ret))[i_];                                                            \
            *to_ = (struct desk_row){.id = (rows)[i_].id,                                                    \
                                     .number = (rows)[i_].number,                                            \
                                     .kind = (rows)[i_].kind,                                                \
                                     .language = (rows)[i_].language,                                        \
                                     .holder_body_id = (rows)[i_].holder_body_id,                            \
                                     .holder_office_id = (rows)[i_].holder_office_id.v,                      \
                                     .received_at = (rows)[i_].received_at,                                  \
                                     .registered_on = (rows)[i_].registered_on,                              \
                                     .due_on = (rows)[i_].due_on,                                            \
                                     .closed_at = (rows)[i_].closed_at.v};                                   \
            if (!appeal_state_of_name((rows)[i_].state, &to_->state))                                        \
                return ERR((a), ERR_CORRUPT, "appeal %lld has an unknown state", (long long)to_->id);        \
        }                                                                                                    \
    } while (0)

/* What all six statements ask. */
struct desk_query {
    struct arena *a;
    struct db_read *r;
    int64_t realm;
    const struct actor *who;
    const struct desk_filter *filter;
    struct cursor cursor;
    struct str due_before;
    int64_t n;
};

#define FILTERS(q)                                                                                           \
    .realm = (q)->realm, .state = (q)->filter->state, .kind = (q)->filter->kind,                             \
    .language = (q)->filter->language, .any_office = !(q)->filter->only_unassigned, .n = (q)->n

static struct err *rows_open(const struct desk_query *q, struct desk_row **ret, size_t *ret_n)
{
    if (q->cursor.is_back) {
        struct reception_q_desk_open_back_row *rows;
        struct reception_q_desk_open_back_args args = {
            FILTERS(q), .holder_body_id = q->who->body_id, .due_before = q->due_before,
            .before_due_on = q->cursor.due_on, .before_id = q->cursor.id};
        TRY(reception_q_desk_open_back(q->a, q->r, &args, &rows, ret_n));
        COPY_ROWS(q->a, rows, *ret_n, ret);
        return NULL;
    }
    struct reception_q_desk_open_row *rows;
    struct reception_q_desk_open_args args = {FILTERS(q), .holder_body_id = q->who->body_id,
                                              .due_before = q->due_before, .after_due_on = q->cursor.due_on,
                                              .after_id = q->cursor.id};
    TRY(reception_q_desk_open(q->a, q->r, &args, &rows, ret_n));
    COPY_ROWS(q->a, rows, *ret_n, ret);
    return NULL;
}

static struct err *rows_mine(const struct desk_query *q, struct desk_row **ret, size_t *ret_n)
{
    if (q->cursor.is_back) {
        struct reception_q_desk_office_back_row *rows;
        struct reception_q_desk_office_back_args args = {FILTERS(q), .holder_office_id = q->who->office_id,
                                                         .due_before = q->due_before,
                                                         .before_due_on = q->cursor.due_on,
                                                         .before_id = q->cursor.id};
        TRY(reception_q_desk_office_back(q->a, q->r, &args, &rows, ret_n));
        COPY_ROWS(q->a, rows, *ret_n, ret);
        return NULL;
    }
    struct reception_q_desk_office_row *rows;
    struct reception_q_desk_office_args args = {FILTERS(q), .holder_office_id = q->who->office_id,
                                                .due_before = q->due_before, .after_due_on = q->cursor.due_on,
                                                .after_id = q->cursor.id};
    TRY(reception_q_desk_office(q->a, q->r, &args, &rows, ret_n));
    COPY_ROWS(q->a, rows, *ret_n, ret);
    return NULL;
}

static struct err *rows_closed(const struct desk_query *q, struct desk_row **ret, size_t *ret_n)
{
    if (q->cursor.is_back) {
        struct reception_q_desk_closed_back_row *rows;
        struct reception_q_desk_closed_back_args args = {FILTERS(q), .holder_body_id = q->who->body_id,
                                                         .after_closed_at = q->cursor.closed_at,
                                                         .after_id = q->cursor.id};
        TRY(reception_q_desk_closed_back(q->a, q->r, &args, &rows, ret_n));
        COPY_ROWS(q->a, rows, *ret_n, ret);
        return NULL;
    }
    struct reception_q_desk_closed_row *rows;
    struct reception_q_desk_closed_args args = {FILTERS(q), .holder_body_id = q->who->body_id,
                                                .before_closed_at = q->cursor.closed_at,
                                                .before_id = q->cursor.id};
    TRY(reception_q_desk_closed(q->a, q->r, &args, &rows, ret_n));
    COPY_ROWS(q->a, rows, *ret_n, ret);
    return NULL;
}

static void reverse(struct desk_row *rows, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct desk_row swap = rows[i];
        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = swap;
    }
}

/* One row more than the page was asked for, to see whether the list goes on. */
static void page_of_rows(struct arena *a, const struct desk_query *q, struct desk_row *rows, size_t n,
                         int32_t today, struct desk_page *ret)
{
    bool goes_on = n == (size_t)q->n;
    bool is_closed_list = q->filter->list == DESK_CLOSED;
    bool is_back = q->cursor.is_back;
    if (goes_on)
        n--;
    if (is_back)
        reverse(rows, n);
    for (size_t i = 0; i < n; i++) {
        int32_t due;
        rows[i].is_overdue =
            appeal_state_is_open(rows[i].state) && day_parse(rows[i].due_on, &due) && due < today;
    }
    *ret = (struct desk_page){.rows = rows, .n_rows = n};
    bool has_next = is_back ? true : goes_on;
    bool has_previous = is_back ? goes_on : q->filter->after.n > 0;
    if (n > 0 && has_next)
        ret->next = cursor_write(a, &rows[n - 1], is_closed_list);
    if (n > 0 && has_previous)
        ret->previous = cursor_write(a, &rows[0], is_closed_list);
}

static struct verdict may_see_desk(const struct site *site, const struct actor *who)
{
    struct policy_subject own_body = {.body_id = who->body_id, .state = POLICY_STATELESS};
    return policy_ask(&site->policy, who, RECEPTION_DESK, &own_body);
}

static struct str or_all(struct str filter)
{
    return filter.p ? filter : S("");
}

struct err *reception_store_desk(struct arena *a, struct db_read *r, const struct site *site,
                                 const struct actor *who, const struct desk_filter *filter, int32_t today,
                                 struct desk_page *ret_page, struct verdict *ret_verdict)
{
    struct desk_filter f = *filter;
    f.state = or_all(f.state);
    f.kind = or_all(f.kind);
    f.language = or_all(f.language);
    int64_t n = f.n > 0 && f.n <= DESK_PAGE_MAX ? f.n : DESK_PAGE_MAX;
    struct desk_query q = {.a = a, .r = r, .realm = site->realm, .who = who, .filter = &f, .n = n + 1};
    q.due_before = f.only_overdue ? day_text(a, today) : NO_BOUND;
    *ret_verdict = may_see_desk(site, who);
    if (ret_verdict->allowed && !cursor_of(&f, &q.cursor))
        *ret_verdict = NO("DESK_CURSOR", "desk_cursor", NO_LAW);
    if (!ret_verdict->allowed)
        return NULL;
    struct desk_row *rows = NULL;
    size_t n_rows = 0;
    if (f.list == DESK_CLOSED)
        TRY(rows_closed(&q, &rows, &n_rows));
    else if (f.list == DESK_MINE)
        TRY(rows_mine(&q, &rows, &n_rows));
    else
        TRY(rows_open(&q, &rows, &n_rows));
    page_of_rows(a, &q, rows, n_rows, today, ret_page);
    return NULL;
}

/* == figures == */

static struct err *due_before(struct arena *a, struct db_read *r, const struct site *site, int64_t body_id,
                              struct str day, int64_t *ret_n)
{
    struct reception_q_due_of_body_row row;
    bool found;
    TRY(reception_q_due_of_body(a, r, site->realm, body_id, day, &row, &found));
    *ret_n = row.n;
    return NULL;
}

struct err *reception_store_desk_counts(struct arena *a, struct db_read *r, const struct site *site,
                                        const struct actor *who, int32_t today,
                                        struct desk_counts *ret_counts, struct verdict *ret_verdict)
{
    struct desk_counts c = {0};
    struct reception_q_counts_of_body_row *rows;
    size_t n;
    int64_t soon;
    *ret_verdict = may_see_desk(site, who);
    if (!ret_verdict->allowed)
        return NULL;
    TRY(reception_q_counts_of_body(a, r, site->realm, who->body_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        enum appeal_state state;
        if (str_eq(rows[i].state, S("late")))
            continue;
        if (!appeal_state_of_name(rows[i].state, &state))
            return ERR(a, ERR_CORRUPT, "a counter has an unknown state");
        c.by_state[state] = rows[i].n;
        c.open += appeal_state_is_open(state) ? rows[i].n : 0;
    }
    TRY(due_before(a, r, site, who->body_id, day_text(a, today), &c.overdue));
    TRY(due_before(a, r, site, who->body_id, day_text(a, today + 4), &soon));
    c.due_soon = soon - c.overdue;
    struct reception_q_open_of_office_row mine;
    bool found;
    TRY(reception_q_open_of_office(a, r, site->realm, who->office_id, DESK_MINE_MOST, &mine, &found));
    c.mine = mine.n;
    *ret_counts = c;
    return NULL;
}

static struct body_counts *body_of(struct body_counts *list, size_t *n, int64_t body_id)
{
    if (*n == 0 || list[*n - 1].body_id != body_id)
        list[(*n)++] = (struct body_counts){.body_id = body_id};
    return &list[*n - 1];
}

struct err *reception_store_counts(struct arena *a, struct db_read *r, int64_t realm, int32_t today,
                                   struct body_counts **ret_counts, size_t *ret_n)
{
    struct reception_q_counts_row *rows;
    struct reception_q_overdue_by_body_row *overdue;
    size_t n;
    size_t n_overdue;
    TRY(reception_q_counts(a, r, realm, &rows, &n));
    TRY(reception_q_overdue_by_body(a, r, realm, day_text(a, today), &overdue, &n_overdue));
    struct body_counts *list = ARENA_ARRAY(a, n, struct body_counts);
    size_t n_list = 0;
    for (size_t i = 0; i < n; i++) {
        enum appeal_state state;
        struct body_counts *c = body_of(list, &n_list, rows[i].body_id);
        if (str_eq(rows[i].state, S("late"))) {
            c->answered_late = rows[i].n;
            continue;
        }
        if (!appeal_state_of_name(rows[i].state, &state))
            return ERR(a, ERR_CORRUPT, "a counter has an unknown state");
        c->by_state[state] = rows[i].n;
    }
    for (size_t i = 0, k = 0; i < n_list && k < n_overdue; i++) {
        while (k < n_overdue && overdue[k].body_id < list[i].body_id)
            k++;
        if (k < n_overdue && overdue[k].body_id == list[i].body_id)
            list[i].overdue = overdue[k].n;
    }
    *ret_counts = list;
    *ret_n = n_list;
    return NULL;
}
