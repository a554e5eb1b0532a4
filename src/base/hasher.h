/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * hasher.h - SHA-256 of bytes that come in pieces, with the processor's own instructions where it has them.
 *
 * The state is plain memory: as many as wanted, no end needed. For the digests of rows, where the hash is a third of
 * the work; everything else goes through hash.h.
 */
#ifndef BIRGE_BASE_HASHER_H
#define BIRGE_BASE_HASHER_H

#include "base/hash.h"

struct hasher {
    uint64_t opaque[14];
};

/* Begin a digest in `h`. */
void hasher_begin(struct hasher *h);
/* Append `n` bytes to what is digested. */
void hasher_add(struct hasher *h, const void *bytes, size_t n);
/* The SHA-256 of all that was added; `h` is to be begun again. */
struct hash hasher_end(struct hasher *h);

#endif
