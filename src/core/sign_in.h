/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sign_in.h - the steps between a password and a session, as verbs.
 *
 *     password -> [second step: a later issue] -> new password, when an administrator made the old one
 *              -> office, when a person holds several -> session
 *
 * After the password a pending session remembers the person (core/session.h); each step asks the database what
 * is still missing, so no step can be left out by calling the address of a later one. Every step gives a new
 * cookie.
 *
 * Keeps: what was verified before the verb ran (the hash of the password, the offices) is compared again inside
 *        it: a password that was reset meanwhile opens nothing.
 */
#ifndef BIRGE_CORE_SIGN_IN_H
#define BIRGE_CORE_SIGN_IN_H

#include "core/session.h"
#include "core/text3.h"

enum sign_in_step {
    SIGN_IN_PASSWORD, /* nobody yet */
    SIGN_IN_SECOND,   /* place of the second step; nobody has one yet */
    SIGN_IN_RENEW,    /* choose a password of one's own */
    SIGN_IN_NO_OFFICE, /* holds none today: nothing to sign in to */
    SIGN_IN_OFFICE,   /* choose one of several */
    SIGN_IN_DONE,     /* exactly one office: the session opens */
};

/* An office that a person holds today. */
struct held_office {
    int64_t office_id;
    int64_t body_id;
    enum role role;
    struct text3 title;
};

/* The offices of a person on the civil day `today`. Memory: `a`. Cost: one indexed statement. */
struct err *sign_in_offices(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                            struct str today, struct held_office **ret_offices, size_t *ret_n) WARN_UNUSED;
/* What comes after the password. */
enum sign_in_step sign_in_next(bool must_change, size_t n_offices);

struct sign_in_command {
    int64_t person_id;
    bool has_old_cookie;
    struct hash old_cookie; /* the session that this one replaces */
    struct hash cookie;     /* of the new one */
    int64_t office_id;      /* of the choice; out in the other two: 0 when the session is still pending */
    struct str verified;    /* the stored hash that the password was verified against */
    struct str new_hash;    /* of a new password; or of the same one under today's settings; absent: none */
};

/* The password was right: open a session, pending unless the person holds exactly one office and nothing else is
 * to do. Verdict: SIGN_IN_WRONG (disabled, or the password changed since), SIGN_IN_NO_OFFICE. */
struct err *sign_in_open(struct action *x, struct sign_in_command *c) WARN_UNUSED;
/* A pending person sets a password of their own; then as sign_in_open. Verdict: SIGN_IN_LATE (the pending
 * session ended), SIGN_IN_NO_OFFICE. */
struct err *sign_in_renew(struct action *x, struct sign_in_command *c) WARN_UNUSED;
/* A pending person, or one who is signed in, takes up an office they hold. Verdict: SIGN_IN_LATE,
 * SIGN_IN_NO_OFFICE. */
struct err *sign_in_choose(struct action *x, struct sign_in_command *c) WARN_UNUSED;

#endif
