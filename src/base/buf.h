/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * buf.h - one growable byte buffer, made with its maximum.
 *
 * Appending beyond the maximum, or beyond the arena's soft cap, sets `overflow` and drops the bytes;
 * later appends are dropped too, so that callers append freely and ask once at the end.
 */
#ifndef BIRGE_BASE_BUF_H
#define BIRGE_BASE_BUF_H

#include "base/err.h"

struct buf {
    struct arena *a; /* where the bytes live */
    char *p;         /* NUL-terminated whenever cap > 0 */
    size_t n;        /* bytes used */
    size_t cap;      /* bytes allocated, the NUL included */
    size_t max;      /* bytes allowed */
    bool overflow;   /* something was dropped */
};

/* An empty buffer in `a` for at most `max` bytes; allocates nothing yet. */
void buf_init(struct buf *b, struct arena *a, size_t max);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_c(struct buf *b, const char *c);
void buf_byte(struct buf *b, char c);
/* One code point as UTF-8. */
void buf_utf8(struct buf *b, uint32_t code_point);
void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Standard base64 with padding (RFC 4648, section 4). */
void buf_base64(struct buf *b, const void *bytes, size_t n);
/* Room for `n` more bytes to be written at the returned place, then buf_commit; NULL on overflow. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);
void buf_clear(struct buf *b);
/* The content, valid until the next append. "" when empty. */
struct str buf_view(const struct buf *b);
/* ERR_LIMIT naming `what` when something was dropped. */
struct err *buf_check(const struct buf *b, const char *what) WARN_UNUSED;

/* Decode canonical base64 (padding and zero trailing bits required) into `a`; false otherwise. */
bool base64_decode(struct arena *a, struct str in, struct str *ret);

#endif
