/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_private.h - what the verbs share: loading a case with its right and its law, events, letters, due
 * dates.
 */
#ifndef BIRGE_RECEPTION_ACTIONS_PRIVATE_H
#define BIRGE_RECEPTION_ACTIONS_PRIVATE_H

#include "base/json.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/rules.h"
#include "institutions/reception/store_private.h"

/* A case in a verb. */
struct work {
    struct appeal appeal;
    const struct profile *profile;     /* the rules that it was registered under */
    const struct directory *directory; /* as the transaction sees it */
    const struct calendar *calendar;
    int32_t today;                     /* civil day of x->now */
};
/* Load case `id` for `action`: does it exist, may the actor, do they still stand? Refuses with CASE_UNKNOWN
 * (also what an applicant hears about another's case), POLICY_...  Memory: x->a. */
struct err *reception_work(struct action *x, int64_t id, const char *action,
                           struct work *ret_work) WARN_UNUSED;
/* The same for what has no case yet: `ret_work->appeal` is zero, the profile is that of new cases. */
struct err *reception_work_new(struct action *x, const char *action, struct work *ret_work) WARN_UNUSED;

/* The detail of an event: JSON, an object, opened here and closed by reception_event. */
struct detail {
    struct buf b;
    struct json j;
};
struct json *detail_begin(struct action *x, struct detail *d);
/* Append "appeal.<verb>" by the actor of `x`; `d` NULL: no detail. */
struct err *reception_event(struct action *x, const struct appeal *p, const char *verb,
                            struct detail *d) WARN_UNUSED;

/* A letter of `kind` to whoever wrote, when they left a contact and agreed: number and link alone. */
struct err *reception_notify(struct action *x, const struct appeal *p, const char *kind) WARN_UNUSED;
/* The page where a case is followed, as people reach it; in x->a. */
struct str reception_link(struct action *x, struct str language, struct str number);

/* Store the due date of `d` as the next deadline of the case, and as its due date. */
struct err *reception_set_deadline(struct action *x, struct appeal *p, const char *cause,
                                   const struct deadline *d) WARN_UNUSED;
/* Add `m` as the next move of the case, made now by the actor. */
struct err *reception_move(struct action *x, const struct appeal *p, struct move m) WARN_UNUSED;
/* Add rows for files, numbered after `n_before`; answer_no 0: the applicant's. */
struct err *reception_attach(struct action *x, const struct appeal *p, const struct stored_file *files,
                             size_t n_files, int64_t n_before, int64_t answer_no) WARN_UNUSED;

/* What the trace remembers of a case: "held_by" and "complains_of" bodies, "assigned_to" offices,
 * "answered_by" bodies. */
struct err *reception_trace(struct action *x, int64_t id, const char *edge, struct str noun, int64_t to,
                            int64_t at) WARN_UNUSED;

#endif
