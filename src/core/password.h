/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * password.h - what a password must be, and how it is kept: argon2id, 19 MiB, two passes.
 *
 * Length is what counts: at least twelve characters, none of the common ones, nothing about digits or signs.
 * One hash takes about 30 ms and 19 MiB, so at most one per core runs in the whole process, and none on a
 * loop thread or inside the writer: pages hash through web_offload, commands on their own thread.
 *
 * Source: experience.md section 8; OWASP Password Storage (minimum for argon2id); NIST SP 800-63B section 3.
 */
#ifndef BIRGE_CORE_PASSWORD_H
#define BIRGE_CORE_PASSWORD_H

#include "base/err.h"
#include "base/verdict.h"

#define PASSWORD_MIN_CHARS 12
#define PASSWORD_MAX_BYTES 1024
#define PASSWORD_ONCE_CHARS 19 /* "7KQX-M2D9-..." with its hyphens */

/* May `password` be chosen by the person of this login and name?
 * Verdict: PASSWORD_BYTES (broken UTF-8 or a control character), PASSWORD_SHORT (fact min), PASSWORD_LONG,
 * PASSWORD_COMMON (a common one, a row of keys, one sign repeated), PASSWORD_OWN (login or name and little
 * else). Memory: scratch in `a`. */
struct verdict password_check(struct arena *a, struct str password, struct str login, struct str name);

/* Hash it; waits while every core hashes. Memory: `a`. Errors: ERR_LIMIT when the machine's memory is short. */
struct err *password_hash(struct arena *a, struct str password, struct str *ret_hash) WARN_UNUSED;
/* Is it the password of `hash`? `hash` absent: the same work for nobody, and false, so that an unknown login
 * takes as long as a wrong password. `ret_rehash`: right, but kept with weaker settings than today's. */
bool password_is(struct str hash, struct str password, bool *ret_rehash);

/* A password to be used once, of 80 random bits, easy to read over the telephone. In `a`. */
struct str password_once(struct arena *a);

#endif
