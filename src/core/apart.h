/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * apart.h - words that stand in the database only as boxes: who wrote, where the author asked to be kept apart.
 *
 * One key, DIR/keys/identity, opens them; it is in no table, so a stolen database has no such names. Each thing (realm,
 * noun, id) has a key of its own, derived from it (libsodium's KDF, then HMAC-SHA-256); a box is XSalsa20-Poly1305 and
 * hides the length to 64 bytes. The nonce is made from key and words, so that the same words of the same thing give the
 * same box: a letter's address can be compared with the contact of today without opening either.
 *
 * Who may have a box opened is not decided here: the gate of each slice asks the policy first, and the courier opens
 * the address of a letter that it sends, without showing it to anybody.
 *
 * Keeps:  a box of one thing does not open as that of another; a changed byte opens nothing.
 * Source: trust.md section 6 (identity apart from the text: own table, own key, opened by two, logged);
 *         docs/adr/0062-names-kept-apart.md.
 */
#ifndef BIRGE_CORE_APART_H
#define BIRGE_CORE_APART_H

#include "base/err.h"

struct keys;

/* What every box begins with; no address and no name from outside may. */
#define APART_MARK S("apart:")

/* Is this text a box? Its form alone. */
bool apart_is_box(struct str s);
/* Close `text` into a box of that thing: one line of ASCII, in `a`. An absent or empty text stays as it is. */
struct str apart_close(struct arena *a, const struct keys *keys, int64_t realm, struct str noun, int64_t noun_id,
                       struct str text);
/* Open it. What is no box comes back as it is. ERR_CORRUPT for a box of another thing or another key, or a changed
 * one; the message names the thing and no words. */
struct err *apart_open(struct arena *a, const struct keys *keys, int64_t realm, struct str noun, int64_t noun_id,
                       struct str box, struct str *ret_text) WARN_UNUSED;

#endif
