/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sign_in.h - the steps between a password and a session, as verbs.
 *
 *     password -> code of the device, when there is one
 *              -> new password, when another made the old one
 *              -> enrolment of a device, when staff must have one
 *              -> office, when a person holds several -> session
 *
 *     code that two persons handed over -> new password -> enrolment -> office -> session
 *
 * After the first of them a pending session remembers the person (core/session.h); each step asks the database what
 * is still missing, so no step can be left out by calling the address of a later one. Every step gives a new
 * cookie.
 *
 * Keeps: what was verified before the verb ran (the hash of the password, the offices) is compared again inside
 *        it: a password that was reset meanwhile opens nothing.
 */
#ifndef BIRGE_CORE_SIGN_IN_H
#define BIRGE_CORE_SIGN_IN_H

#include "core/second_factor.h"
#include "core/session.h"
#include "core/text3.h"

enum sign_in_step {
    SIGN_IN_CODE,     /* show a code of the device, or one from paper */
    SIGN_IN_RENEW,    /* choose a password of one's own */
    SIGN_IN_ENROL,    /* enrol a device */
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

/* Where somebody stands who showed the right password. */
struct sign_in_standing {
    bool must_change;  /* the password was made by somebody else */
    bool has_factor;   /* a device is enrolled */
    bool is_code_shown;
    bool is_recovered; /* came by a code that two persons handed over: the old device does not count any more */
    bool must_enrol;   /* the rule of the house */
    size_t n_offices;
};
/* What comes next. Pure. */
enum sign_in_step sign_in_next(const struct sign_in_standing *s);
/* The same for a person of the database, whose session was opened with `factor`. Cost: three indexed statements. */
struct err *sign_in_next_of(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                            struct session_factor factor, int64_t now, enum sign_in_step *ret_step) WARN_UNUSED;

struct sign_in_command {
    int64_t person_id;
    bool has_old_cookie;
    struct hash old_cookie; /* the session that this one replaces */
    struct hash cookie;     /* of the new one */
    int64_t office_id;      /* of the choice; out in the others: 0 when the session is still pending */
    struct str verified;    /* open: the stored hash that the password was verified against */
    struct str handed_code; /* open: instead of a password, the code that was typed, clean; absent: none */
    struct str new_hash;    /* of a new password; or of the same one under today's settings; absent: none */
    struct str code;        /* code, enrol: as typed */
    int64_t at;             /* code, enrol: ms UTC by the machine's clock */
    uint8_t secret[TOTP_SECRET_BYTES]; /* enrol: of the device */
    const struct recovery_codes *codes; /* enrol: out, in the action's arena */
    bool ended_recovery;    /* out: a request to let this person in again ended, because they came in themselves */
};

/* The password was right: open a session, pending unless the person holds exactly one office and nothing else is
 * to do. Verdict: SIGN_IN_WRONG (disabled, or the password changed since), SIGN_IN_NO_OFFICE. */
struct err *sign_in_open(struct action *x, struct sign_in_command *c) WARN_UNUSED;
/* A pending person shows a code; then as sign_in_open. Verdict: SIGN_IN_LATE (the pending session ended, or no code is
 * asked for), FACTOR_WRONG, SIGN_IN_NO_OFFICE. */
struct err *sign_in_code(struct action *x, struct sign_in_command *c) WARN_UNUSED;
/* A pending person sets a password of their own; then as sign_in_open. Whoever came by a handed-over code loses the old
 * device with it. Verdict: SIGN_IN_LATE, SIGN_IN_NO_OFFICE. */
struct err *sign_in_renew(struct action *x, struct sign_in_command *c) WARN_UNUSED;
/* A pending person enrols a device; then as sign_in_open. Verdict: SIGN_IN_LATE (also when another browser was faster),
 * FACTOR_CONFIRM, SIGN_IN_NO_OFFICE. */
struct err *sign_in_enrol(struct action *x, struct sign_in_command *c) WARN_UNUSED;
/* A pending person, or one who is signed in, takes up an office they hold. Verdict: SIGN_IN_LATE,
 * SIGN_IN_NO_OFFICE. */
struct err *sign_in_choose(struct action *x, struct sign_in_command *c) WARN_UNUSED;

#endif
