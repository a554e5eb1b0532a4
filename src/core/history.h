/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * history.h - what the journal tells about one thing: its events in order, and who has read it.
 *
 * For timelines and for "who has opened my appeal". Whoever calls has asked the policy already; names of
 * persons are ids here, and pages for the public show offices alone.
 *
 * Source: architecture.md section 4 (Journal, Policy); trust.md P5.
 */
#ifndef BIRGE_CORE_HISTORY_H
#define BIRGE_CORE_HISTORY_H

#include "db/db.h"

struct history_event {
    int64_t seq;
    int64_t leaf;      /* index in the log */
    int64_t at;        /* ms UTC */
    struct str verb;   /* "registered" */
    struct str actor;  /* "applicant", "staff", "operator", "clock" */
    int64_t person_id; /* staff; 0 otherwise */
    int64_t office_id; /* staff; 0 otherwise */
    struct str detail; /* JSON */
    struct str lines;  /* what the commitment binds */
    struct str salt;   /* 32 bytes */
};

/* All events of (`noun`, `id`), oldest first. A thing that came in bulk begins with "imported": the event that brought
 * it and others, without lines and salt, which are not its own. Memory: `a`. */
struct err *history_of(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                       struct history_event **ret_events, size_t *ret_n) WARN_UNUSED;
/* The first event: the registration of a case, which its receipt is made of. ERR_NOT_FOUND without one,
 * and for a thing that came in bulk.
 * `person_id`, `office_id`, `actor` and `detail` are not filled. */
struct err *history_first(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                          struct history_event *ret_event) WARN_UNUSED;

struct history_reading {
    int64_t seq;
    int64_t at; /* ms UTC */
    struct str way;     /* "open", "print", "download", "search", "export" */
    struct str purpose;
    int64_t person_id;
    int64_t office_id;
};
/* Readings of (`noun`, `id`) with a number below `before` (INT64_MAX: from the newest), newest first, at
 * most `n`. */
struct err *history_readings(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                             int64_t before, int64_t n, struct history_reading **ret_readings, size_t *ret_n)
    WARN_UNUSED;

#endif
