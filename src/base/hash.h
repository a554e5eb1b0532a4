/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * hash.h - SHA-256, HMAC, random bytes, and the letters that people can type.
 */
#ifndef BIRGE_BASE_HASH_H
#define BIRGE_BASE_HASH_H

#include <sodium.h>

#include "base/str.h"

#define HASH_BYTES 32

struct hash {
    uint8_t b[HASH_BYTES];
};

/* SHA-256 of the concatenation of `n` parts. */
struct hash hash_parts(const struct str *parts, size_t n);
#define HASH(...)                                                                                  \
    hash_parts((const struct str[]){__VA_ARGS__},                                                  \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* HMAC-SHA-256 of the concatenation of `n` parts under a key of 32 bytes. */
struct hash hmac_parts(const uint8_t key[32], const struct str *parts, size_t n);
#define HMAC(key, ...)                                                                             \
    hmac_parts((key), (const struct str[]){__VA_ARGS__},                                           \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* The bytes as a view; `h` must stay where it is. */
struct str hash_str(const struct hash *h);
bool hash_eq(const struct hash *a, const struct hash *b);

/* `n` random bytes in `a`. */
struct str random_str(struct arena *a, size_t n);

/* Crockford's base32 of the first `chars` * 5 bits of `bytes`, upper-case, no I, L, O, U; `ret` gets
 * chars + 1 bytes. Source: Crockford, "Base 32". */
void crockford_encode(const uint8_t *bytes, size_t chars, char *ret);
/* What a person typed as `chars` such characters: spaces and hyphens dropped, lower case raised, O read
 * as 0, I and L as 1. False when other letters or another number of them remain. `ret`: chars + 1. */
bool crockford_clean(struct str typed, size_t chars, char *ret);

#endif
