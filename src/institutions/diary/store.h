/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store.h - rows to structs and back.
 *
 * The first part is for everybody: it reads diary_public and what that names, so nothing unpublished can come out
 * of it, whatever is asked. The second part is for staff and asks the policy. The half for actions is
 * store_private.h.
 *
 * Source: trust.md section 5 (authorisation inside data access).
 */
#ifndef BIRGE_DIARY_STORE_H
#define BIRGE_DIARY_STORE_H

#include "core/site.h"
#include "institutions/diary/model.h"

/* ---- for everybody ---- */

struct diary_filter {
    struct str first_on, last_on; /* days, ISO; an entry is in when one of its days is */
    struct str kind;              /* stored name; "" all */
    int where_is;                 /* -1 all, 0 at home, 1 abroad */
    int64_t office_id;            /* 0 all */
    struct str after_on;          /* cursor: behind this first day and entry; "" from the beginning */
    int64_t after_id;
    int64_t n;
};
/* Entries by their first day. Cost: those that begin in the span or up to DIARY_DAYS_MAX days before. */
struct err *diary_store_between(struct arena *a, struct db_read *r, int64_t realm, const struct diary_filter *filter,
                                struct diary_shown **ret_items, size_t *ret_n) WARN_UNUSED;
/* The `n` changed last, newest first. */
struct err *diary_store_newest(struct arena *a, struct db_read *r, int64_t realm, int64_t n,
                               struct diary_shown **ret_items, size_t *ret_n) WARN_UNUSED;
/* The entry of a code, in version `no` (0: the one that holds). *ret_found false for what is not shown to everybody,
 * be it unknown, unpublished, or a version that never was. */
struct err *diary_store_public(struct arena *a, struct db_read *r, int64_t realm, struct str code, int64_t no,
                               struct diary_shown *ret_shown, bool *ret_found) WARN_UNUSED;
/* What is shown inside it, by time; at most DIARY_INSIDE_MAX. */
struct err *diary_store_inside(struct arena *a, struct db_read *r, int64_t realm, int64_t entry_id,
                               struct diary_shown **ret_items, size_t *ret_n) WARN_UNUSED;
/* The versions that everybody could see, oldest first. */
struct diary_correction {
    int64_t no;
    int64_t at; /* ms UTC, when it was shown */
    struct str note;
};
struct err *diary_store_corrections(struct arena *a, struct db_read *r, int64_t realm, const struct diary_row *row,
                                    struct diary_correction **ret_items, size_t *ret_n) WARN_UNUSED;
/* The last day up to `until` on which something begins; "" for none. */
struct err *diary_store_last_day(struct arena *a, struct db_read *r, int64_t realm, struct str until,
                                 struct str *ret_on) WARN_UNUSED;

/* Counters of one diary from day to day, both included: read from at most 10 spans of day, month and year rows,
 * however many entries there are. `ret_counts` has N_DIARY_COUNTERS places. */
struct err *diary_store_counts(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id,
                               struct str from_on, struct str to_on, struct diary_count *ret_counts) WARN_UNUSED;
/* The same month by month: `ret_months` has twelve times N_DIARY_COUNTERS places, for one year. */
struct err *diary_store_year(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, int year,
                             struct diary_count *ret_months) WARN_UNUSED;
/* Offices with something to count. */
struct err *diary_store_offices(struct arena *a, struct db_read *r, int64_t realm, int64_t **ret_ids,
                                size_t *ret_n) WARN_UNUSED;

/* ---- for staff ---- */

/* An entry with everything that was ever written about it. */
struct diary_full {
    struct diary_entry entry;
    struct diary_version version; /* the newest */
    const struct diary_participant *participants; /* all, also former ones */
    size_t n_participants;
    struct str frame_code;  /* of the event or trip around it; "" none */
    struct str frame_title;
};

/* May `who` do `action` to this entry now? For buttons; the verb asks again. */
struct verdict diary_store_may(const struct site *site, const struct actor *who, const char *action,
                               const struct diary_entry *entry);
/* One entry. Verdict: ENTRY_UNKNOWN (also for another body's, so that nothing can be probed), POLICY_... */
struct err *diary_store_open(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                             struct str code, struct diary_full *ret_full, struct verdict *ret_verdict) WARN_UNUSED;
/* The entries of the actor's body, newest first, before id `before` (INT64_MAX at first). `state` "" all.
 * Verdict: POLICY_... */
struct err *diary_store_desk(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                             struct str state, int64_t before, int64_t n, struct diary_full **ret_items, size_t *ret_n,
                             struct verdict *ret_verdict) WARN_UNUSED;

/* Do private persons stand in it? Then opening it is a reading (core/journal.h). */
bool diary_names_persons(const struct diary_participant *participants, size_t n);
/* The words of a version for a reader of `lang`; `ret_language` is the language that they are in. */
const struct diary_words *diary_words_for(const struct diary_words words[LANG_N], const struct lang *lang,
                                          struct str main_language, struct str *ret_language);

#endif
