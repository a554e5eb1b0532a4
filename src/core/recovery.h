/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * recovery.h - letting somebody in again who lost password and device: two persons, never one.
 *
 *     an administrator opens a request: what was lost, how it was made sure who asks
 *       -> another administrator, or the head of a body the person works in, confirms it within 24 hours
 *       -> the first makes a one-time code and hands it over
 *       -> the person types it in place of the password, chooses a new one and enrols a new device
 *
 * Until the last step the old password and the old device go on working: signing in with them ends the request. The
 * person is told by a notice, where the account has an address, and sees every request on the own account.
 *
 * Events of the person: "recovery_opened", "recovery_confirmed", "recovery_handed_over", "recovery_ended" (detail: how).
 *
 * Keeps:  who opens, who confirms and who is let in are three persons, whatever offices they act in; a code is good
 *         once, until the request ends; a lone administrator lets nobody in, the operator of the machine is then the
 *         second person (`birge user reset`).
 * Source: trust.md section 6 (four eyes for unmasking, key use, deletion); issue "TOTP for staff, recovery by two
 *         persons"; docs/adr/0048-access-is-restored-by-two.md.
 */
#ifndef BIRGE_CORE_RECOVERY_H
#define BIRGE_CORE_RECOVERY_H

#include "core/action.h"

#define RECOVERY_HANDED_CHARS 16 /* 80 bits, Crockford base32, without hyphens */

struct recovery_command {
    int64_t id;         /* open: out; in for the others */
    int64_t person_id;  /* open: who is to be let in; out for the others */
    struct str reason;  /* open: 1 to 500 characters of one line: what was lost */
    struct str checked; /* open: the same: how it was made sure who asks */
    char code[RECOVERY_HANDED_CHARS + 4]; /* hand over: out, "7KQX-M2D9-V4TC-0RNB", to be shown once */
};

/* Open a request. Verdict: PERSON_UNKNOWN, PERSON_DISABLED, RECOVERY_SELF, RECOVERY_ALONE (nobody could confirm it),
 * RECOVERY_OPEN (there is one), POLICY_. */
struct err *recovery_open(struct action *x, struct recovery_command *c) WARN_UNUSED;
/* The second person confirms. Verdict: RECOVERY_UNKNOWN, RECOVERY_ENDED, RECOVERY_CONFIRMED, RECOVERY_OWN (the one who
 * opened it), RECOVERY_SELF, POLICY_ (a head whom it does not concern). */
struct err *recovery_confirm(struct action *x, struct recovery_command *c) WARN_UNUSED;
/* The first makes the code. Verdict: RECOVERY_UNKNOWN, RECOVERY_ENDED, RECOVERY_NOT_CONFIRMED, RECOVERY_HANDED (there
 * was one already), RECOVERY_NOT_OWN (another opened it). */
struct err *recovery_hand_over(struct action *x, struct recovery_command *c) WARN_UNUSED;
/* An administrator ends a request. Verdict: RECOVERY_UNKNOWN, RECOVERY_ENDED. */
struct err *recovery_withdraw(struct action *x, struct recovery_command *c) WARN_UNUSED;

/* May the actor confirm for this person: administrators for everybody, heads for who works in their body? */
struct err *recovery_may_confirm(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                                 int64_t person_id, struct str today, struct verdict *ret_verdict) WARN_UNUSED;

/* ---- for signing in ---- */

/* The live request of this person that `code` (clean) was handed over for; 0: none. */
struct err *recovery_of_code(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                             struct str code, int64_t now, int64_t *ret_id) WARN_UNUSED;
/* Its person has used it. Verdict: RECOVERY_ENDED. Inside a verb. */
struct err *recovery_use(struct action *x, int64_t id, int64_t person_id) WARN_UNUSED;
/* End the open request of a person, if there is one; `how` as stored: "signed_in", "replaced". Inside a verb. */
struct err *recovery_end_of(struct action *x, int64_t person_id, struct str how, bool *ret_ended) WARN_UNUSED;
/* End what is too old; the clock's work. Inside a verb. */
struct err *recovery_sweep(struct action *x) WARN_UNUSED;

#endif
