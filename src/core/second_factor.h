/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * second_factor.h - what staff show besides the password: a code of their device, or one from paper.
 *
 * A person enrols one device: it and the server share 20 random bytes, from which both compute a code of six digits
 * every thirty seconds (core/totp.h). With it come ten recovery codes, shown once, each good for once. The secret is
 * sealed under a key made from DIR/keys/pepper and bound to realm and person, recovery codes are kept as HMACs: the
 * database alone opens nothing, and a row that is copied to another person opens nothing either.
 *
 * All functions that take an action run inside a verb and leave its facts journalled as events of the person:
 * "second_factor_set", "second_factor_removed", "code_accepted" (detail: way, left), "recovery_codes_renewed".
 *
 * Keeps:  a code is taken once; a new device and new recovery codes end what was before them, and every session.
 * Source: experience.md section 8; trust.md section 7 ("Staff need WebAuthn or TOTP"); RFC 6238 section 5.2.
 */
#ifndef BIRGE_CORE_SECOND_FACTOR_H
#define BIRGE_CORE_SECOND_FACTOR_H

#include "core/action.h"
#include "core/totp.h"

#define RECOVERY_CODES 10
#define RECOVERY_CODE_CHARS 10 /* 50 bits, without the hyphen in the middle */

/* ---- the rule of the house ---- */

/* Must staff have a second factor? [sign_in] second_factor; unless set, they must outside a demonstration. */
bool second_factor_is_required(const struct site *site);
/* Tell the journal when the rule is another than at the last start ("second_factor_required" or "_offered" of the
 * realm): `birge serve` calls it before it listens. A verb of the operator. */
struct err *second_factor_rule_keep(struct action *x) WARN_UNUSED;

/* ---- what a person has ---- */

struct second_factor {
    bool is_enrolled;
    int64_t enrolled_at; /* ms UTC */
    size_t n_codes;      /* recovery codes that are left */
};
struct err *second_factor_of(struct arena *a, struct db_read *r, int64_t realm, int64_t person_id,
                             struct second_factor *ret_factor) WARN_UNUSED;

/* ---- enrolling ---- */

/* A fresh secret for a page: twenty random bytes to show, and the same sealed for the page's hidden field. The text
 * is good for this person with this cookie for thirty minutes, so nothing is stored before it is confirmed, and two
 * browsers do not disturb each other. Memory: `a`. */
struct str second_factor_offer(struct arena *a, const struct site *site, int64_t person_id, const struct hash *cookie,
                               int64_t now, uint8_t ret_secret[TOTP_SECRET_BYTES]);
/* Read the hidden field again. False: not ours, too old, or another's. Scratch in `a`. */
bool second_factor_offer_open(struct arena *a, const struct site *site, struct str offer, int64_t person_id,
                              const struct hash *cookie, int64_t now, uint8_t ret_secret[TOTP_SECRET_BYTES]);

/* The recovery codes of a verb, to be shown once: "7KQXM-2D9V4". Wiped when the action is freed. */
struct recovery_codes {
    char text[RECOVERY_CODES][RECOVERY_CODE_CHARS + 2];
};

/* Make `secret` the person's device, once `typed` is a code of it at `at` (ms UTC by the machine's clock: devices follow
 * that, not the journal's). New recovery codes, old ones are void; all sessions end. Memory: codes in x->a.
 * Verdict: FACTOR_CONFIRM (the code is not of this device). */
struct err *second_factor_set(struct action *x, int64_t person_id, const uint8_t secret[TOTP_SECRET_BYTES],
                              struct str typed, int64_t at, const struct recovery_codes **ret_codes) WARN_UNUSED;
/* Take a code of the device or a recovery code; hyphens and spaces do not matter. `ret_is_paper`: it was a recovery
 * code. Verdict: FACTOR_WRONG (no code, or used before). */
struct err *second_factor_take(struct action *x, int64_t person_id, struct str typed, int64_t at, bool *ret_is_paper)
    WARN_UNUSED;
/* Ten new recovery codes in place of the old ones. */
struct err *second_factor_renew_codes(struct action *x, int64_t person_id, const struct recovery_codes **ret_codes)
    WARN_UNUSED;
/* Forget device and recovery codes; nothing happens when there are none. */
struct err *second_factor_remove(struct action *x, int64_t person_id) WARN_UNUSED;

#endif
