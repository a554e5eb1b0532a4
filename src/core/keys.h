/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * keys.h - the secrets of one data folder: DIR/keys, readable by the service alone.
 *
 * Made once by `birge init`, files and folder synced before the first receipt: a key that is lost with
 * the power makes every receipt worthless (trust.md, section 1).
 */
#ifndef BIRGE_CORE_KEYS_H
#define BIRGE_CORE_KEYS_H

#include <stdint.h>

#include "base/err.h"

#define KEY_BYTES 32

struct log_key;

struct keys {
    struct log_key *log;        /* Ed25519, signs checkpoints (core/log) */
    uint8_t code[KEY_BYTES];    /* secret codes of appeals are derived from it */
    uint8_t form[KEY_BYTES];    /* CSRF tokens and signed form fields */
    uint8_t pepper[KEY_BYTES];  /* hashes of what must not be guessed offline: contact codes */
    uint8_t identity[KEY_BYTES]; /* opens who wrote, where it is kept apart: core/apart.h */
};

/* Make fresh keys in `dir` (created 0700) and write `vkey_path` with the public key. An absent or empty
 * `origin` becomes "birge-" and 8 hexadecimal digits of the key; `ret_origin` (may be NULL) tells it, in `a`.
 * Errors: ERR_CONFIG for an origin that is none, ERR_CONFLICT when a key exists already, ERR_IO, ERR_SYNC. */
struct err *keys_make(struct arena *a, const char *dir, const char *vkey_path, struct str origin,
                      struct str *ret_origin) WARN_UNUSED;
/* Read them. Memory: `a`; wiped when it is freed. ERR_CONFIG when a file is missing, has the wrong size
 * or can be read by others. A folder of before names were kept apart has no `identity`: it is made from the pepper, so
 * that servers beside each other make the same, and stored. */
struct err *keys_load(struct arena *a, const char *dir, struct str origin, struct keys **ret_keys) WARN_UNUSED;

#define CODE_CHARS 20

/* The secret code of an appeal: 20 Crockford base32 characters (100 bits), HMAC over realm, number and
 * idempotency key, so that a repeated request gets the same one. Written into `ret`, NUL-terminated. */
void keys_code(const struct keys *k, int64_t realm, struct str number, struct str idempotency_key,
               char ret[CODE_CHARS + 1]);

#endif
