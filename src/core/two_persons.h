/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * two_persons.h - what one person alone must not do: somebody asks, somebody else says yes, and it ends by itself.
 *
 *     asked ──> confirmed ──> ended: used | withdrawn | expired
 *        └────> ended: withdrawn | refused | expired
 *
 * The mechanism knows no slice. A slice has a const kind for each use, asks its own policy who may ask and who may
 * confirm (two actions, two rows), checks the ground against its closed list, and calls these inside its verbs:
 *
 *     static const struct two_persons_kind erasure = {"erasure", 7 * DAY, 0};
 *     TRY(work(x, MAY_ASK_ERASURE)); ALLOW(x, ground_of(...));
 *     struct two_persons t = {.noun = S("appeal"), .noun_id = id, .ground = ground, .note = note};
 *     return two_persons_ask(x, &erasure, &t);
 *
 *     TRY(work(x, MAY_CONFIRM_ERASURE));
 *     TRY(two_persons_confirm(x, &erasure, c->id, &t));     refused: nobody's second self, nothing too old
 *     ... do it ...
 *     return two_persons_end(x, t.id, S("used"));
 *
 * Events of the noun "two_persons": asked, confirmed, ended, each with kind, noun, id and ground of the request; the
 * slice adds events of its own noun when its things change. A refusal never tells who asked.
 *
 * Keeps:  who confirms is another person than who asked, whatever offices they act in (the table itself refuses it
 *         too); at most one open request of a kind for one thing; nothing holds after its time, swept or not.
 * Source: trust.md section 6 (four eyes for export, unmasking, key use, deletion); core/recovery.h is the older kin.
 */
#ifndef BIRGE_CORE_TWO_PERSONS_H
#define BIRGE_CORE_TWO_PERSONS_H

#include "core/action.h"

#define TWO_PERSONS_NOTE 500 /* characters of a note */

struct two_persons_kind {
    const char *name;       /* stored, of small letters and '_'; for people "two_persons.kind.<name>" */
    int64_t confirm_within; /* ms from the request to the second yes */
    int64_t good_for;       /* ms from the second yes on; 0: until the same request's time, for what is done at once */
};

struct two_persons {
    int64_t id;
    struct str kind, noun;
    int64_t noun_id;
    struct str ground; /* code; "" where the kind has none */
    struct str note;   /* 1 to TWO_PERSONS_NOTE characters, one line: why */
    int64_t asked_at, asked_by, asked_office; /* ms UTC, person, office; 0, 0: the operator of the machine */
    int64_t confirmed_at, confirmed_by, confirmed_office; /* confirmed_at 0: not yet */
    int64_t expires_at;   /* of the request; once confirmed, of what it allows */
    int64_t ended_at;     /* 0: open, though perhaps too old */
    struct str ended_how; /* "used", "withdrawn", "refused", "expired"; absent while open */
};

/* Waits it for its second person at `now`? Is it confirmed and still good? */
bool two_persons_waits(const struct two_persons *t, int64_t now);
bool two_persons_holds(const struct two_persons *t, int64_t now);

/* Make the request of `t` (noun, noun_id, ground, note are in; the rest is filled) by the actor of `x`, who must be
 * staff or the operator. Inside a verb, after the slice's own policy.
 * Verdict: TWO_PERSONS_OPEN (there is one of this kind for this thing), POLICY_ENDED. ERR_INPUT for a note of two
 * lines or too long: the form must have looked. */
struct err *two_persons_ask(struct action *x, const struct two_persons_kind *kind, struct two_persons *t) WARN_UNUSED;
/* The second yes. Verdict: TWO_PERSONS_UNKNOWN (also one of another kind), TWO_PERSONS_ENDED, TWO_PERSONS_CONFIRMED,
 * TWO_PERSONS_SAME (who asked), POLICY_ENDED. `ret` holds the request from then on; untouched when refused. */
struct err *two_persons_confirm(struct action *x, const struct two_persons_kind *kind, int64_t id,
                                struct two_persons *ret) WARN_UNUSED;
/* End it: `how` as stored. Verdict: TWO_PERSONS_UNKNOWN, TWO_PERSONS_ENDED. */
struct err *two_persons_end(struct action *x, int64_t id, struct str how) WARN_UNUSED;

/* One request, of this realm. */
struct err *two_persons_load(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct two_persons *ret,
                             bool *ret_found) WARN_UNUSED;
/* The open request of `kind` about one thing: waiting, or confirmed and still good at `now`. */
struct err *two_persons_live(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons_kind *kind,
                             struct str noun, int64_t noun_id, int64_t now, struct two_persons *ret, bool *ret_found)
    WARN_UNUSED;
/* Every request about one thing, newest first, at most `n`: what its author is shown. */
struct err *two_persons_about(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t noun_id,
                              int64_t n, struct two_persons **ret, size_t *ret_n) WARN_UNUSED;
/* Open requests of `kind` with an id above `after`, oldest first, at most `n`: what waits for a second person. */
struct err *two_persons_list(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons_kind *kind,
                             int64_t after, int64_t n, struct two_persons **ret, size_t *ret_n) WARN_UNUSED;

/* The names of the two, for whoever may know them: "" for the operator, and for a second who is not there yet. */
struct err *two_persons_names(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons *t,
                              struct str *ret_first, struct str *ret_second) WARN_UNUSED;
/* How often two persons said yes to this kind, ever: the public figure. */
struct err *two_persons_count(struct arena *a, struct db_read *r, int64_t realm, const struct two_persons_kind *kind,
                              int64_t *ret_n) WARN_UNUSED;

/* End what is too old; the clock's work. Inside a verb. */
struct err *two_persons_sweep(struct action *x) WARN_UNUSED;

#endif
