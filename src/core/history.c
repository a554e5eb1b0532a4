/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * history.c - rows of the journal as structs, for one noun.
 */
#include "core/history.h"

#include "gen/core_queries.h"

/* The event that brought the thing in bulk, when one did. */
static struct err *bulk_event(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                              struct history_event *ret_event, size_t *ret_n)
{
    struct core_q_part_before_row row;
    bool found;
    TRY(core_q_part_before(a, r, realm, noun, id, &row, &found));
    *ret_n = found && id < row.first_id + row.n ? 1 : 0;
    if (*ret_n == 0)
        return NULL;
    *ret_event = (struct history_event){
        .seq = row.seq,
        .leaf = row.leaf,
        .at = row.at,
        .verb = S("imported"),
        .actor = row.actor,
        .person_id = row.person_id.v,
        .office_id = row.office_id.v,
        .detail = row.detail,
        .lines = S(""), /* of all that came with it: its salt is nobody's alone */
        .salt = S(""),
    };
    return NULL;
}

struct err *history_of(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                       struct history_event **ret_events, size_t *ret_n)
{
    struct core_q_events_of_row *rows;
    size_t n;
    size_t n_bulk;
    struct history_event bulk;
    TRY(bulk_event(a, r, realm, noun, id, &bulk, &n_bulk));
    TRY(core_q_events_of(a, r, realm, noun, id, &rows, &n));
    struct history_event *events = ARENA_ARRAY(a, n + n_bulk, struct history_event);
    if (n_bulk > 0)
        events[0] = bulk;
    for (size_t i = 0; i < n; i++) {
        events[n_bulk + i] = (struct history_event){
            .seq = rows[i].seq,
            .leaf = rows[i].leaf,
            .at = rows[i].at,
            .verb = rows[i].verb,
            .actor = rows[i].actor,
            .person_id = rows[i].person_id.v,
            .office_id = rows[i].office_id.v,
            .detail = rows[i].detail,
            .lines = rows[i].lines,
            .salt = rows[i].salt,
        };
    }
    *ret_events = events;
    *ret_n = n + n_bulk;
    return NULL;
}

struct err *history_first(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                          struct history_event *ret_event)
{
    struct core_q_event_first_of_row row;
    struct history_event bulk;
    size_t n_bulk;
    bool found = false;
    TRY(bulk_event(a, r, realm, noun, id, &bulk, &n_bulk));
    if (n_bulk == 0)
        TRY(core_q_event_first_of(a, r, realm, noun, id, &row, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "%.*s %lld has no event", STR_FMT(noun), (long long)id);
    *ret_event = (struct history_event){
        .seq = row.seq,
        .leaf = row.leaf,
        .at = row.at,
        .verb = row.verb,
        .lines = row.lines,
        .salt = row.salt,
    };
    return NULL;
}

struct err *history_readings(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                             int64_t before, int64_t n, struct history_reading **ret_readings, size_t *ret_n)
{
    struct core_q_readings_of_row *rows;
    size_t n_rows;
    struct core_q_readings_of_args args = {
        .realm = realm, .noun = noun, .noun_id = id, .before = before, .n = n};
    TRY(core_q_readings_of(a, r, &args, &rows, &n_rows));
    struct history_reading *readings = ARENA_ARRAY(a, n_rows, struct history_reading);
    for (size_t i = 0; i < n_rows; i++) {
        readings[i] = (struct history_reading){
            .seq = rows[i].seq,
            .at = rows[i].at,
            .way = rows[i].way,
            .purpose = rows[i].purpose,
            .person_id = rows[i].person_id,
            .office_id = rows[i].office_id,
        };
    }
    *ret_readings = readings;
    *ret_n = n_rows;
    return NULL;
}
