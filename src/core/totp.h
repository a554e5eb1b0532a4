/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * totp.h - codes of six digits that change every thirty seconds: RFC 6238 over liboath, SHA-1.
 *
 * Pure: a secret and a time go in. Which codes were used already is the caller's to remember, as the step of the last
 * one: a code is good for its step and one on either side, and never for a step that was used.
 *
 * Source: RFC 6238 (sections 4, 5.2), RFC 4226; Key Uri Format of authenticator apps; experience.md section 8.
 */
#ifndef BIRGE_CORE_TOTP_H
#define BIRGE_CORE_TOTP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_DIGITS 6
#define TOTP_STEP_S 30
#define TOTP_WINDOW 1 /* steps on either side: clocks of phones differ */
#define TOTP_NEVER INT64_C(-1) /* last step of a secret that was never used */

/* The step that `at` (ms UTC) lies in. */
int64_t totp_step(int64_t at);
/* The code of a step; `ret` gets six digits and a NUL. */
void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char ret[TOTP_DIGITS + 1]);
/* Is `typed` (six digits, nothing else) a code of the window around `at` whose step is after `last_step`? Compares in
 * constant time. `ret_step`: the step of it, to be remembered; untouched when it is none. */
bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], struct str typed, int64_t at, int64_t last_step,
                int64_t *ret_step);

/* The secret as people type it into an app: base32 in groups of four. In `a`. */
struct str totp_groups(struct arena *a, const uint8_t secret[TOTP_SECRET_BYTES]);
/* What the QR code says: "otpauth://totp/LOGIN?secret=...". `issuer` names the institution; only its first characters
 * are taken, since a large code is hard to read. In `a`. */
struct str totp_uri(struct arena *a, const uint8_t secret[TOTP_SECRET_BYTES], struct str login, struct str issuer);

#endif
