/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * json_read.h - reading a JSON file strictly, with the place in every message.
 *
 * For files that people write by hand (profiles, calendars) and for what the program stored itself
 * (traces). jansson parses; here each field is named, typed and bounded. The first failure sticks in the
 * reader: after it every function returns "", 0, false, so that callers read on and ask once at the end.
 *
 *     struct json_reader r;
 *     struct json_at root = json_read_open(&r, a, S("profiles/x.json"), ERR_CONFIG, bytes);
 *     json_read_fields(&root, "id title");
 *     struct json_at id = json_read_get(&root, "id");
 *     p->id = json_read_str(&id, 40);
 *     return r.e;        "profiles/x.json: id: expected a text of at most 40 bytes; found a number"
 *
 * Keeps: duplicate and unknown fields are refused; no number that is not whole; no control character in a
 * text.
 */
#ifndef BIRGE_CORE_JSON_READ_H
#define BIRGE_CORE_JSON_READ_H

#include "base/err.h"

struct json_t; /* jansson's */

struct json_reader {
    struct arena *a;     /* texts are copied here; the parsed tree is freed with it */
    struct str file;     /* named in messages */
    enum err_code code;  /* of every failure */
    struct err *e;       /* the first failure, or NULL */
    struct json_t **tree; /* opaque */
};

/* A value and the way to it. Lives on the stack of whoever reads; `up` must outlive it. */
struct json_at {
    struct json_reader *r;
    const struct json_at *up; /* NULL for the whole document */
    const char *key;          /* in an object; NULL in an array */
    size_t index;             /* in an array */
    struct json_t *v;         /* NULL: absent, or after a failure */
};

/* Parse `bytes` and give the whole document. Failure: not JSON ("line 7, column 3: ..."), a key twice. */
struct json_at json_read_open(struct json_reader *r, struct arena *a, struct str file, enum err_code code,
                              struct str bytes);
/* Give the parsed tree back before the arena goes; nothing may be read afterwards. For what lives long. */
void json_read_close(struct json_reader *r);
/* `at` must be an object with no other fields than `names` (separated by single spaces). */
void json_read_fields(const struct json_at *at, const char *names);
/* A field that must be there. */
struct json_at json_read_get(const struct json_at *at, const char *key);
/* A field that may be there: v is NULL without it. */
struct json_at json_read_opt(const struct json_at *at, const char *key);
/* Number of elements of an array, which may be at most `max`. */
size_t json_read_count(const struct json_at *at, size_t max);
struct json_at json_read_item(const struct json_at *at, size_t i);
/* The names of an object's fields, in their order; in the reader's arena. */
size_t json_read_keys(const struct json_at *at, size_t max, const char *const **ret_names);

/* A text of 1 to `max` bytes without control characters. */
struct str json_read_str(const struct json_at *at, size_t max);
int64_t json_read_int(const struct json_at *at, int64_t min, int64_t max);
bool json_read_bool(const struct json_at *at);
/* The place of a word in `words`. */
size_t json_read_word(const struct json_at *at, const char *const *words, size_t n);
/* A civil day, "2026-07-01". */
int32_t json_read_day(const struct json_at *at);
/* Say what is wrong here; only the first failure is kept. */
void json_read_fail(const struct json_at *at, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
