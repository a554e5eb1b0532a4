/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_private.h - the half of store that knows no actor: for actions, which ask the policy themselves.
 */
#ifndef BIRGE_DIARY_STORE_PRIVATE_H
#define BIRGE_DIARY_STORE_PRIVATE_H

#include "core/action.h"
#include "institutions/diary/rules.h"
#include "institutions/diary/store.h"

/* == reading; memory in `a` == */

struct err *diary_load_entry(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct diary_entry *ret_entry,
                             bool *ret_found) WARN_UNUSED;
/* Version `no`, with its words; ERR_CORRUPT when there is none. */
struct err *diary_load_version(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t no,
                               struct diary_version *ret_version) WARN_UNUSED;
struct err *diary_load_participants(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                    struct diary_participant **ret_items, size_t *ret_n) WARN_UNUSED;
/* The words of all versions. */
struct err *diary_load_all_words(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                 struct diary_words **ret_words, size_t *ret_n) WARN_UNUSED;
/* Ids of entries whose newest version lies inside `id`; at most DIARY_INSIDE_MAX. */
struct err *diary_load_inside(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t **ret_ids,
                              size_t *ret_n) WARN_UNUSED;
/* The entry of a code, whatever its state; 0 for none. */
struct err *diary_find(struct arena *a, struct db_read *r, int64_t realm, struct str code, int64_t *ret_id) WARN_UNUSED;
/* The entry that was imported under this UID; 0 for none. */
struct err *diary_find_source(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, struct str uid,
                              int64_t *ret_id) WARN_UNUSED;

/* == writing; inside a verb == */

struct err *diary_store_add_entry(struct action *x, const struct diary_entry *entry) WARN_UNUSED;
struct err *diary_store_add_version(struct action *x, int64_t id, const struct diary_version *v) WARN_UNUSED;
struct err *diary_store_approve(struct action *x, int64_t id, int64_t no) WARN_UNUSED;
struct err *diary_store_add_participant(struct action *x, int64_t id, const struct diary_participant *p) WARN_UNUSED;
struct err *diary_store_end_participant(struct action *x, int64_t id, int64_t no, int64_t version) WARN_UNUSED;
struct err *diary_store_withdraw(struct action *x, int64_t id, int64_t no, struct str how) WARN_UNUSED;
/* Store state, versions and reason as `entry` has them, and bring what everybody sees and the counters in line, also
 * for what lies inside it. Cost: the entries inside it. */
struct err *diary_store_set(struct action *x, const struct diary_entry *entry) WARN_UNUSED;
/* Make diary_public and diary_count anew from the facts. Linear. */
struct err *diary_store_rebuild(struct action *x) WARN_UNUSED;

#endif
