/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * json.h - a streaming JSON writer; jansson parses, where something is parsed.
 *
 * Commas and nesting are the writer's affair; an unclosed or mismatched container is a bug and aborts.
 * Strings that are not valid UTF-8 come out with U+FFFD in place of each bad byte.
 */
#ifndef BIRGE_BASE_JSON_H
#define BIRGE_BASE_JSON_H

#include "base/buf.h"

#define JSON_DEPTH 24

struct json {
    struct buf *b;
    int depth;
    char open[JSON_DEPTH];      /* '{' or '[' */
    bool has_item[JSON_DEPTH];  /* a comma is due */
    bool has_key;               /* a key waits for its value */
};

/* Write into `b` from here on. */
void json_begin(struct json *j, struct buf *b);
/* Check that everything is closed. */
void json_end(struct json *j);
void json_object(struct json *j);
void json_object_end(struct json *j);
void json_array(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *key);
void json_str(struct json *j, struct str s); /* absent: null */
void json_int(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
/* Key and value at once. */
void json_put_str(struct json *j, const char *key, struct str s);
void json_put_int(struct json *j, const char *key, int64_t v);
void json_put_bool(struct json *j, const char *key, bool v);
/* `json` is JSON already, made by this writer. */
void json_put_raw(struct json *j, const char *key, struct str json);

#endif
