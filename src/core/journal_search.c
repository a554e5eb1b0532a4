/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_search.c - reading the journal backwards, with bounds.
 */
#include "core/journal_search.h"

#define CHUNK 500

/* How many events lie in batches whose head is earlier than `at`: events from this number on may be at `at` or later,
 * those below it are earlier. Logarithmic: batches are numbered without gaps, and time never steps back. */
static struct err *events_before_time(struct arena *a, struct db_read *r, int64_t realm, int64_t at, bool counts_own,
                                      int64_t *ret_events)
{
    struct core_q_head_last_row last;
    struct core_q_head_by_batch_row head;
    bool found = false;
    TRY(core_q_head_last(a, r, realm, &last, &found));
    int64_t low = 0;                      /* a batch that is earlier; 0: before all */
    int64_t high = found ? last.batch + 1 : 1; /* one that is not */
    int64_t events_low = 0;
    int64_t events_high = found ? last.events : 0;
    while (high - low > 1) {
        struct arena_mark mark = arena_mark(a);
        int64_t middle = low + (high - low) / 2;
        TRY(core_q_head_by_batch(a, r, realm, middle, &head, &found));
        if (!found)
            return ERR(a, ERR_CORRUPT, "batch %lld of the journal is missing", (long long)middle);
        bool is_earlier = head.at < at;
        *(is_earlier ? &low : &high) = middle;
        *(is_earlier ? &events_low : &events_high) = head.events;
        arena_rewind(a, mark);
    }
    *ret_events = counts_own ? events_high : events_low;
    return NULL;
}

static bool fits(const struct journal_query *q, const struct directory *d, const struct core_q_events_before_row *row)
{
    if (row->at < q->from_at || row->at >= q->to_at)
        return false;
    if (q->noun.n > 0 && !str_eq(q->noun, row->noun))
        return false;
    if (q->verb.n > 0 && !str_eq(q->verb, row->verb))
        return false;
    if (q->body_id == 0)
        return true;
    const struct office *o = row->office_id.has ? directory_office(d, row->office_id.v) : NULL;
    return o && o->body_id == q->body_id;
}

struct err *journal_search(struct arena *a, struct db_read *r, int64_t realm, const struct directory *d,
                           const struct journal_query *q, size_t max, struct journal_found *ret_found)
{
    struct journal_found f = {.rows = ARENA_ARRAY(a, max, struct core_q_events_before_row)};
    int64_t lowest = 0;
    int64_t before = q->before;
    int64_t behind;
    int64_t n_read = 0;
    if (q->from_at > 0)
        TRY(events_before_time(a, r, realm, q->from_at, false, &lowest));
    if (q->to_at < INT64_MAX) {
        TRY(events_before_time(a, r, realm, q->to_at, true, &behind));
        before = behind < before ? behind : before;
    }
    while (before > lowest) {
        struct core_q_events_before_row *rows;
        size_t n;
        if (n_read >= JOURNAL_SEARCH_ROWS) {
            f.has_more = f.is_cut = true;
            break;
        }
        TRY(core_q_events_before(a, r, realm, before, CHUNK, &rows, &n));
        n_read += (int64_t)n;
        for (size_t i = 0; i < n && !f.has_more; i++) {
            bool is_fit = rows[i].seq >= lowest && fits(q, d, &rows[i]);
            f.has_more = is_fit && f.n == max;
            if (f.has_more)
                break;
            before = rows[i].seq;
            if (is_fit)
                f.rows[f.n++] = rows[i];
        }
        if (n < CHUNK || f.has_more)
            break;
    }
    f.before = before;
    *ret_found = f;
    return NULL;
}
