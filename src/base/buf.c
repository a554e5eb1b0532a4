/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * buf.c - one growable byte buffer, made with its maximum.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, struct arena *a, size_t max)
{
    MUST(a != NULL);
    *b = (struct buf){.a = a, .max = max};
}

/* Make room for n more bytes and the NUL; false on overflow. */
static bool make_room(struct buf *b, size_t n)
{
    if (b->overflow)
        return false;
    if (n > b->max - b->n) {
        b->overflow = true;
        return false;
    }
    if (b->n + n + 1 <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : 64;
    if (cap < b->n + n + 1)
        cap = b->n + n + 1;
    if (arena_is_full(b->a, cap)) {
        b->overflow = true;
        return false;
    }
    b->p = arena_grow(b->a, b->p, b->cap, cap);
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
    if (n == 0 || !make_room(b, n))
        return;
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}

void buf_c(struct buf *b, const char *c)
{
    buf_add(b, c, strlen(c));
}

void buf_byte(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_utf8(struct buf *b, uint32_t u)
{
    char out[4];
    size_t n = 0;
    if (u < 0x80) {
        out[n++] = (char)u;
    } else if (u < 0x800) {
        out[n++] = (char)(0xC0 | (u >> 6));
        out[n++] = (char)(0x80 | (u & 0x3F));
    } else if (u < 0x10000) {
        out[n++] = (char)(0xE0 | (u >> 12));
        out[n++] = (char)(0x80 | ((u >> 6) & 0x3F));
        out[n++] = (char)(0x80 | (u & 0x3F));
    } else {
        out[n++] = (char)(0xF0 | (u >> 18));
        out[n++] = (char)(0x80 | ((u >> 12) & 0x3F));
        out[n++] = (char)(0x80 | ((u >> 6) & 0x3F));
        out[n++] = (char)(0x80 | (u & 0x3F));
    }
    buf_add(b, out, n);
}

void buf_int(struct buf *b, int64_t v)
{
    char out[20];
    size_t at = sizeof out;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        out[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u > 0);
    if (v < 0)
        out[--at] = '-';
    buf_add(b, out + at, sizeof out - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    MUST(n >= 0);
    if (make_room(b, (size_t)n)) {
        (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

static const char base64_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_base64(struct buf *b, const void *bytes, size_t n)
{
    const unsigned char *in = bytes;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v = (uint32_t)in[i] << 16;
        if (left > 1)
            v |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            v |= in[i + 2];
        char out[4] = {base64_letters[v >> 18], base64_letters[(v >> 12) & 63],
                       left > 1 ? base64_letters[(v >> 6) & 63] : '=',
                       left > 2 ? base64_letters[v & 63] : '='};
        buf_add(b, out, 4);
    }
}

char *buf_reserve(struct buf *b, size_t n)
{
    return make_room(b, n) ? b->p + b->n : NULL;
}

void buf_commit(struct buf *b, size_t n)
{
    MUST(b->n + n < b->cap);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->overflow = false;
    if (b->p)
        b->p[0] = '\0';
}

struct str buf_view(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}

struct err *buf_check(const struct buf *b, const char *what)
{
    if (!b->overflow)
        return NULL;
    return ERR(b->a, ERR_LIMIT, "%s is larger than %zu bytes or its request's memory", what, b->max);
}

static int base64_value(char c)
{
    const char *at = c ? strchr(base64_letters, c) : NULL;
    return at ? (int)(at - base64_letters) : -1;
}

bool base64_decode(struct arena *a, struct str in, struct str *ret)
{
    if (in.n % 4 != 0)
        return false;
    char *out = arena_alloc(a, in.n / 4 * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.n; i += 4) {
        bool is_last = i + 4 == in.n;
        int pad = 0;
        if (is_last && in.p[i + 3] == '=')
            pad = in.p[i + 2] == '=' ? 2 : 1;
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            int d = k >= (size_t)(4 - pad) ? 0 : base64_value(in.p[i + k]);
            if (d < 0)
                return false;
            v = v << 6 | (uint32_t)d;
        }
        if ((pad == 1 && (v & 0xFF)) || (pad == 2 && (v & 0xFFFF)))
            return false;
        out[n++] = (char)(v >> 16);
        if (pad < 2)
            out[n++] = (char)(v >> 8 & 0xFF);
        if (pad < 1)
            out[n++] = (char)(v & 0xFF);
    }
    *ret = (struct str){out, n};
    return true;
}
