/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * bodies.h - the verbs of administration on bodies and on the realm itself.
 *
 * As people.h. Nouns: body ("added", "changed", "closed"), realm ("changed").
 *
 * A body that still owes somebody something cannot be closed. What that is, only the institutions know: each
 * answers through `may_close_body` of its manifest, inside the same transaction; core asks all of them.
 *
 * Keeps:  bodies form a tree; a code names one body for ever, closed ones included.
 */
#ifndef BIRGE_CORE_BODIES_H
#define BIRGE_CORE_BODIES_H

#include "core/people.h"

struct body_command {
    int64_t id;        /* out when added */
    int64_t seen;      /* SEEN_ANY or journal_event.seq; not for body_add */
    int64_t parent_id; /* 0 at the top */
    struct str code;   /* added: 2 to 40 of a-z 0-9 -; never changes */
    struct text3 name; /* kk and ru are needed, en may be empty; 200 characters each */
    struct text3 about; /* what it is competent for; may be empty; 500 characters each */
    struct str address, phone, hours; /* may be empty; 200 characters each */
    bool is_intake;    /* citizens can choose it */
};

#define BODY_CODE_MIN 2
#define BODY_CODE_MAX 40
/* Is `s` fit to name a body for ever: BODY_CODE_MIN to BODY_CODE_MAX of a-z, 0-9 and '-', not '-' first? */
bool body_code_fits(struct str s);

/* Verdict: BODY_CODE_TAKEN, BODY_PARENT_UNKNOWN, BODY_PARENT_CLOSED. Sets `c->id`. */
struct err *body_add(struct action *x, struct body_command *c) WARN_UNUSED;
/* Everything but the code. Verdict: BODY_UNKNOWN, BODY_CLOSED, BODY_CYCLE, BODY_PARENT_UNKNOWN,
 * BODY_PARENT_CLOSED, STALE. */
struct err *body_change(struct action *x, const struct body_command *c) WARN_UNUSED;
/* Abolish it; it stays, because cases name it. Verdict: BODY_UNKNOWN, BODY_CLOSED, STALE, BODY_HAS_BODIES,
 * BODY_HAS_OFFICES, or the verdict of an institution. Only `id` and `seen` are read. */
struct err *body_close(struct action *x, const struct body_command *c) WARN_UNUSED;

/* The name of the institution, shown on every page. `seen` as above. Verdict: STALE. */
struct err *realm_rename(struct action *x, const struct text3 *name, int64_t seen) WARN_UNUSED;

#endif
