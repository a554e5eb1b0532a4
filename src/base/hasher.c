/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * hasher.c - over OpenSSL's SHA-256, which is four times as fast as libsodium's where the processor has the
 * instructions. The functions with a state of their own are called old-fashioned by OpenSSL, but they alone need no
 * allocation for each state.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hasher.h"

#include <openssl/sha.h>

#include "base/err.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct hasher), "a state of SHA-256 fits");

static SHA256_CTX *state(struct hasher *h)
{
    return (SHA256_CTX *)(void *)h->opaque;
}

void hasher_begin(struct hasher *h)
{
    MUST(SHA256_Init(state(h)) == 1);
}

void hasher_add(struct hasher *h, const void *bytes, size_t n)
{
    MUST(SHA256_Update(state(h), bytes, n) == 1);
}

struct hash hasher_end(struct hasher *h)
{
    struct hash out;
    MUST(SHA256_Final(out.b, state(h)) == 1);
    return out;
}
