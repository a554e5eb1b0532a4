/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_private.h - the half of store that knows no actor: for actions, which ask the policy themselves, and
 * for store's own gate. No page includes it.
 *
 * Reading functions take a read view (a job's own sees its changes). Writing ones take the running action.
 * Progress of a case goes through reception_store_progress alone, which keeps the counters.
 */
#ifndef BIRGE_RECEPTION_STORE_PRIVATE_H
#define BIRGE_RECEPTION_STORE_PRIVATE_H

#include "core/action.h"
#include "institutions/reception/rules.h"
#include "institutions/reception/store.h"

/* == reading; memory in `a` == */

/* The case of `id`; *ret_found false when there is none. */
struct err *reception_load_appeal(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                  struct appeal *ret_appeal, bool *ret_found) WARN_UNUSED;
/* Who wrote; NULL when nobody is named. Kept apart or not, it comes in plain words: ask the policy before anybody but
 * the courier sees it. ERR_CORRUPT when a box does not open. */
struct err *reception_load_applicant(struct arena *a, struct db_read *r, const struct site *site, int64_t id,
                                     struct applicant **ret_applicant) WARN_UNUSED;
/* The same as it is stored: boxes stay closed. Tells whether there is somebody, and a contact. */
struct err *reception_load_applicant_closed(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                            struct applicant **ret_applicant) WARN_UNUSED;
/* Where an imported case came from; NULL for one that was sent here. */
struct err *reception_load_origin(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                  struct origin **ret_origin) WARN_UNUSED;
/* ---- the parts of a case, each in order ---- */
struct err *reception_load_moves(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                 struct move **ret_moves, size_t *ret_n) WARN_UNUSED;
struct err *reception_load_deadlines(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                     struct appeal_deadline **ret_deadlines, size_t *ret_n) WARN_UNUSED;
struct err *reception_load_answers(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                   struct answer **ret_answers, size_t *ret_n) WARN_UNUSED;
struct err *reception_load_opinions(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                    struct opinion **ret_opinions, size_t *ret_n) WARN_UNUSED;
struct err *reception_load_files(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                 struct attachment **ret_files, size_t *ret_n) WARN_UNUSED;

/* Passages hidden so far, in order; and numbers of released files. */
struct err *reception_load_redactions(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                      struct redaction **ret, size_t *ret_n) WARN_UNUSED;
struct err *reception_load_released(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                    const int64_t **ret_nos, size_t *ret_n) WARN_UNUSED;

/* == writing; inside a verb == */

struct err *reception_store_add_redaction(struct action *x, int64_t id, int64_t no, const struct redaction *d) WARN_UNUSED;
struct err *reception_store_add_released(struct action *x, int64_t id, int64_t file_no) WARN_UNUSED;
struct err *reception_store_add_shown(struct action *x, struct appeal *appeal, int64_t request_id) WARN_UNUSED;

/* Add a fresh case and count it. */
struct err *reception_store_add_appeal(struct action *x, const struct appeal *appeal) WARN_UNUSED;
/* Move `appeal` to `state`, held by this body and office (0: none yet): row, counters, and the struct
 * itself. The first closing sets closed_at. Aborts on an edge that the state machine has not. */
struct err *reception_store_progress(struct action *x, struct appeal *appeal, enum appeal_state state,
                                     int64_t body_id, int64_t office_id) WARN_UNUSED;
/* The place that a fresh case is about; counts it. */
struct err *reception_store_add_place(struct action *x, const struct appeal *appeal, int64_t place_id) WARN_UNUSED;
/* ---- one row each; `no` is the caller's ---- */
/* In boxes when the case is kept apart. */
struct err *reception_store_add_applicant(struct action *x, const struct appeal *appeal,
                                          const struct applicant *applicant) WARN_UNUSED;
/* Keep who wrote apart from now on (`cause` as stored), or no longer: the row changes over, when there is one. */
struct err *reception_store_keep_apart(struct action *x, struct appeal *appeal, const char *cause) WARN_UNUSED;
struct err *reception_store_join(struct action *x, struct appeal *appeal) WARN_UNUSED;
struct err *reception_store_add_move(struct action *x, int64_t id, const struct move *move) WARN_UNUSED;
struct err *reception_store_add_deadline(struct action *x, int64_t id,
                                         const struct appeal_deadline *d) WARN_UNUSED;
struct err *reception_store_add_answer(struct action *x, int64_t id, const struct answer *answer) WARN_UNUSED;
struct err *reception_store_add_opinion(struct action *x, int64_t id,
                                        const struct opinion *opinion) WARN_UNUSED;
struct err *reception_store_change_opinion(struct action *x, int64_t id,
                                           const struct opinion *opinion) WARN_UNUSED;
struct err *reception_store_add_file(struct action *x, int64_t id, const struct attachment *file) WARN_UNUSED;
struct err *reception_store_set_due(struct action *x, struct appeal *appeal, struct str due_on) WARN_UNUSED;
struct err *reception_store_set_kind(struct action *x, struct appeal *appeal, struct str kind) WARN_UNUSED;
struct err *reception_store_set_language(struct action *x, struct appeal *appeal, struct str language,
                                         struct str source) WARN_UNUSED;
struct err *reception_store_set_identity(struct action *x, struct appeal *appeal,
                                         enum appeal_identity level) WARN_UNUSED;
struct err *reception_store_set_checked(struct action *x, const struct appeal *appeal, struct str name,
                                        int64_t office_id) WARN_UNUSED;
struct err *reception_store_set_code(struct action *x, struct appeal *appeal,
                                     struct str code_hash) WARN_UNUSED;

/* ---- idempotency ---- */

struct known_request {
    struct str salt;
    struct str content; /* salted hash of what the request said */
    int64_t appeal_id;
};
/* The request of this key; *ret_found false when it is new. */
struct err *reception_load_request(struct arena *a, struct db_read *r, int64_t realm, struct str key_hash,
                                   struct known_request *ret_request, bool *ret_found) WARN_UNUSED;
struct err *reception_store_add_request(struct action *x, struct str key_hash,
                                        const struct known_request *request) WARN_UNUSED;

/* ---- the contact code ---- */

/* The code on its way and its keyed hash; *ret_found false when there is none. One that has served has expires_at 0. */
struct err *reception_load_contact_code(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                        struct contact_code *ret_code, struct str *ret_hash, bool *ret_found)
    WARN_UNUSED;
struct err *reception_store_set_contact_code(struct action *x, int64_t id, struct str hash,
                                             int64_t expires_at) WARN_UNUSED;
struct err *reception_store_contact_tried(struct action *x, int64_t id) WARN_UNUSED;
/* It has served: it fits no more, and still counts among those sent. */
struct err *reception_store_use_contact_code(struct action *x, int64_t id) WARN_UNUSED;

/* The address that waits for its code; absent when none does. */
struct err *reception_load_contact_change(struct arena *a, struct db_read *r, const struct site *site, int64_t id,
                                          struct str *ret_email) WARN_UNUSED;
struct err *reception_store_set_contact_change(struct action *x, const struct appeal *appeal,
                                               struct str email) WARN_UNUSED;
struct err *reception_store_remove_contact_change(struct action *x, int64_t id) WARN_UNUSED;
/* Letters go to `email` from now on, as the author wishes; whoever wrote is named without a name when nobody was. */
struct err *reception_store_set_email(struct action *x, struct appeal *appeal, bool has_applicant,
                                      struct str email) WARN_UNUSED;

/* ---- upkeep ---- */

/* Drop idempotency keys and contact codes that are older than their time. */
struct err *reception_store_forget(struct action *x, int64_t requests_before,
                                   int64_t codes_before) WARN_UNUSED;
/* Open cases that `body_id` holds. */
struct err *reception_store_open_of_body(struct arena *a, struct db_read *r, int64_t realm, int64_t body_id,
                                         int64_t *ret_n) WARN_UNUSED;

/* What the trace needs of every case, in order of ids. */
struct case_roots {
    int64_t id;
    int64_t accused_body_id; /* 0: none */
    int64_t received_at;
};
/* At most `n` cases with an id above `after`. */
struct err *reception_load_roots(struct arena *a, struct db_read *r, int64_t realm, int64_t after, int64_t n,
                                 struct case_roots **ret_roots, size_t *ret_n) WARN_UNUSED;

#endif
