/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * audit.h - does everything that a data folder stores agree with its journal, and the journal with its log?
 *
 * From the first entry on: events without gaps, each the opening of its entry; entries that hash to every
 * stored head, notes that verify and say the same; batches that bind their event and reading rows; tiles;
 * the facts of every noun against the state in its last event, in both directions, so that a changed, deleted
 * or added row is found whatever table it is in; objects that hash to their names; the head kept outside.
 * Projections are not looked at: `birge rebuild` makes them again.
 *
 * Keeps:  reads only, one snapshot; memory is bounded by one noun's rows; time is linear in what is stored.
 * Source: trust.md, promise P4; contract.md (`birge audit`).
 */
#ifndef BIRGE_CORE_AUDIT_H
#define BIRGE_CORE_AUDIT_H

#include "core/institution.h"
#include "core/log.h"

struct audit_options {
    int64_t realm;
    struct vkey vkey;          /* DIR/log/vkey */
    const char *head_path;     /* DIR/log/head; NULL: not compared. A missing file is no finding */
    struct str objects_dir;    /* DIR/objects; absent: objects are not read */
    const struct institution *const *institutions; /* whose objects are walked */
    size_t n_institutions;
    void (*progress)(void *user, int64_t done, int64_t all); /* leaves, once per percent; NULL: none */
    void *user;
};

struct audit_report {
    bool is_sound;
    struct str finding;  /* the first thing that does not agree: one sentence that names table, id and what */
    int64_t leaves, events, readings, heads, notes, nouns, rows, objects; /* looked at */
    struct tree_head head; /* the newest */
};

/* Audit the realm's part of the database behind `r`. Fills the report, its text in `a`.
 * Errors: only when the audit could not be made (ERR_IO ...); what it found is in the report. */
struct err *audit(struct arena *a, struct db_read *r, const struct audit_options *options,
                  struct audit_report *ret_report) WARN_UNUSED;

#endif
