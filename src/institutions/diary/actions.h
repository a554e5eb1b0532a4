/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions.h - the verbs of the diary: one transaction and at least one event each.
 *
 * Each has the shape verb(struct action *x); x->command is the struct named here, in x->a. A verb asks the policy,
 * whether the actor still stands, then the rules (rules.h names their verdicts). Besides: ENTRY_UNKNOWN, and STALE
 * when the entry has another version than the one that was looked at.
 *
 * Events of the noun "entry": entered, revised, held, announced, published, cancelled, postponed, consent_withdrawn.
 * Their details name versions, states and reasons, never people.
 *
 * Source: architecture.md section 3; rules.md, "Misuse" (diary).
 */
#ifndef BIRGE_DIARY_ACTIONS_H
#define BIRGE_DIARY_ACTIONS_H

#include "core/action.h"
#include "institutions/diary/rules.h"

struct diary_write_command {
    int64_t id;            /* 0: a new entry */
    int64_t seen;          /* the version that the form was drawn from; 0 for a new entry */
    int64_t office_id;     /* new: whose diary */
    struct str source_uid; /* new: of an import; "" otherwise */
    struct diary_draft draft;
};
struct diary_write_result {
    int64_t id;
    struct str code;
    int64_t version;
};
/* Enter, or write the next version. An entry that was postponed is planned again. Verdict besides: OFFICE_UNKNOWN. */
struct err *diary_write(struct action *x) WARN_UNUSED;

struct diary_step_command {
    int64_t id;
    int64_t seen;      /* version that was looked at; 0: whatever it is */
    struct str reason; /* cancel, postpone */
};
/* It took place. */
struct err *diary_hold(struct action *x) WARN_UNUSED;
/* Show the newest version to everybody before it takes place. */
struct err *diary_announce(struct action *x) WARN_UNUSED;
/* Show the newest version as what took place, and count it; or show a correction. */
struct err *diary_publish(struct action *x) WARN_UNUSED;
/* It will not take place; what was published is struck out and stays to be seen. */
struct err *diary_cancel(struct action *x) WARN_UNUSED;
/* It takes place on a day that is not known yet. */
struct err *diary_postpone(struct action *x) WARN_UNUSED;

struct diary_consent_command {
    int64_t id;
    int64_t participant_no;
    struct str how; /* how the person said it */
};
/* A private person takes their consent back: the name is out of everything public when this is durable. */
struct err *diary_withdraw_consent(struct action *x) WARN_UNUSED;

/* ---- times ---- */

/* Days and times as typed, in `zone`, into the times of `v`. `begins_time` "" is a whole day; "" for the last day is
 * the first one, "" for the last time an hour after the first. False when one of them is no day or time. */
bool diary_times(struct arena *a, const struct zone *zone, struct str begins_on, struct str begins_time,
                 struct str ends_on, struct str ends_time, struct diary_version *v);

/* Institution.rebuild. */
struct err *diary_rebuild(struct action *x) WARN_UNUSED;

#endif
