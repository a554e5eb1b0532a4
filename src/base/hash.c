/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * hash.c - thin over libsodium, so that callers speak of parts and never of lengths.
 */
#include "base/hash.h"

#include <string.h>

#include "base/arena.h"

struct hash hash_parts(const struct str *parts, size_t n)
{
    struct hash h;
    crypto_hash_sha256_state st;
    crypto_hash_sha256_init(&st);
    for (size_t i = 0; i < n; i++)
        crypto_hash_sha256_update(&st, (const uint8_t *)parts[i].p, parts[i].n);
    crypto_hash_sha256_final(&st, h.b);
    return h;
}

struct hash hmac_parts(const uint8_t key[32], const struct str *parts, size_t n)
{
    struct hash h;
    crypto_auth_hmacsha256_state st;
    crypto_auth_hmacsha256_init(&st, key, 32);
    for (size_t i = 0; i < n; i++)
        crypto_auth_hmacsha256_update(&st, (const uint8_t *)parts[i].p, parts[i].n);
    crypto_auth_hmacsha256_final(&st, h.b);
    return h;
}

struct str hash_str(const struct hash *h)
{
    return (struct str){(const char *)h->b, HASH_BYTES};
}

bool hash_eq(const struct hash *a, const struct hash *b)
{
    return sodium_memcmp(a->b, b->b, HASH_BYTES) == 0;
}

struct str random_str(struct arena *a, size_t n)
{
    char *p = arena_alloc(a, n);
    randombytes_buf(p, n);
    return (struct str){p, n};
}

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void crockford_encode(const uint8_t *bytes, size_t chars, char *ret)
{
    for (size_t i = 0; i < chars; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)bytes[bit / 8] << 8;
        if (bit % 8 > 3)
            pair |= bytes[bit / 8 + 1];
        ret[i] = letters[pair >> (11 - bit % 8) & 31];
    }
    ret[chars] = '\0';
}

bool crockford_clean(struct str typed, size_t chars, char *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (n == chars || c == '\0' || !strchr(letters, c))
            return false;
        ret[n++] = c;
    }
    ret[n] = '\0';
    return n == chars;
}
