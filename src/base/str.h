/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * str.h - a view of bytes that somebody else owns.
 *
 * A `struct str` never owns memory: who made it says where the bytes live. It need not end with NUL
 * and may hold any byte; `p == NULL` means "no value" (SQL NULL), `n == 0` with `p != NULL` is "".
 */
#ifndef BIRGE_BASE_STR_H
#define BIRGE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
    const char *p; /* first byte, or NULL for "no value" */
    size_t n;      /* bytes */
};

/* An integer that may be absent (SQL NULL). */
struct opt_int {
    bool has;  /* false: no value, `v` is 0 */
    int64_t v;
};

/* A view of a string literal, fit for initialisers. */
#define STR(lit) { "" lit, sizeof(lit) - 1 }
/* The same as a value. */
#define S(lit) ((struct str)STR(lit))
/* For printf's "%.*s". */
#define STR_FMT(s) (int)(s).n, ((s).p ? (s).p : "")

/* View a NUL-terminated string; NULL gives the absent value. Linear in its length. */
struct str str_c(const char *c);
/* True when both hold the same bytes; absent equals absent only. */
bool str_eq(struct str a, struct str b);
/* As str_eq, ASCII letters compared without case. For protocol words, never for people's text. */
bool str_eq_nocase(struct str a, struct str b);
/* Order by bytes, then by length: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Bytes [from, to), both clamped to the length. Shares the memory of `s`. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Position of the first `c`, or SIZE_MAX. */
size_t str_find(struct str s, char c);
/* Position of the first occurrence of `needle`, or SIZE_MAX. Cost: product of the lengths at worst. */
size_t str_find_str(struct str s, struct str needle);
/* Cut at the first `sep`: head before it, rest after it. False (head = s, rest absent) without one. */
bool str_cut(struct str s, char sep, struct str *ret_head, struct str *ret_rest);
/* Without ASCII space, tab, CR and LF at both ends. Shares the memory of `s`. */
struct str str_trim(struct str s);
/* Copy into `a`, NUL-terminated behind the last byte; absent stays absent. */
struct str str_dup(struct arena *a, struct str s);
/* As str_dup, as a C string. Bytes after an inner NUL are out of a C reader's sight. NULL for absent. */
char *str_to_c(struct arena *a, struct str s);
/* Formatted text in `a`, NUL-terminated. */
struct str str_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Canonical decimal only: optional '-', no '+', no blanks, no leading zero, within int64. */
bool str_to_int64(struct str s, int64_t *ret);
/* Lower-case hexadecimal of `n` bytes, in `a`. */
struct str str_hex(struct arena *a, const void *bytes, size_t n);
/* Valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). Source: RFC 3629. */
bool str_is_utf8(struct str s);
/* Nothing but white space, or nothing at all. */
bool text_is_blank(struct str s);
/* Valid UTF-8 of at most `max` characters without U+0000. Absent counts as empty. */
bool text_fits(struct str s, size_t max);
/* Number of code points in valid UTF-8. */
size_t str_utf8_len(struct str s);
/* Constant-time equality of two byte ranges of equal length, for secrets. */
bool str_eq_secret(struct str a, struct str b);

#endif
