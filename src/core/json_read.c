/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * json_read.c - reading a JSON file strictly, with the place in every message.
 */
#include "core/json_read.h"

#include <jansson.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fold.h"

#define PLACE_MAX 400

/* "rules[12].unit" */
static void place_of(struct buf *b, const struct json_at *at)
{
    if (!at->up)
        return;
    place_of(b, at->up);
    if (!at->key) {
        buf_printf(b, "[%zu]", at->index);
        return;
    }
    if (b->n > 0)
        buf_byte(b, '.');
    buf_c(b, at->key);
}

void json_read_fail(const struct json_at *at, const char *fmt, ...)
{
    struct json_reader *r = at->r;
    if (r->e)
        return;
    struct buf place;
    char what[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    buf_init(&place, r->a, PLACE_MAX);
    place_of(&place, at);
    struct str p = buf_view(&place);
    r->e = ERR(r->a, r->code, "%.*s: %.*s%s%s", STR_FMT(r->file), STR_FMT(p), p.n > 0 ? ": " : "", what);
}

static const char *type_name(const json_t *v)
{
    switch (v ? json_typeof(v) : JSON_NULL) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
        return "a number";
    case JSON_REAL:
        return "a number with a fraction";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "nothing";
}

static void tree_free(void *tree)
{
    json_t **held = tree;
    json_decref(*held);
    *held = NULL;
}

void json_read_close(struct json_reader *r)
{
    if (r->tree)
        tree_free(r->tree);
}

struct json_at json_read_open(struct json_reader *r, struct arena *a, struct str file, enum err_code code,
                              struct str bytes)
{
    *r = (struct json_reader){.a = a, .file = file, .code = code};
    struct json_at root = {.r = r};
    json_error_t why;
    root.v = json_loadb(bytes.p ? bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, &why);
    if (!root.v) {
        json_read_fail(&root, "line %d, column %d: %s", why.line, why.column, why.text);
        return root;
    }
    r->tree = ARENA_NEW(a, json_t *);
    *r->tree = root.v;
    arena_defer(a, tree_free, r->tree);
    return root;
}

/* Is `name` one of the words of `names`? */
static bool is_word_of(const char *name, const char *names)
{
    struct str rest = str_c(names);
    struct str word;
    while (str_cut(rest, ' ', &word, &rest))
        if (str_eq(word, str_c(name)))
            return true;
    return str_eq(word, str_c(name));
}

void json_read_fields(const struct json_at *at, const char *names)
{
    if (at->r->e)
        return;
    if (!json_is_object(at->v)) {
        json_read_fail(at, "expected an object with the fields %s; found %s", names, type_name(at->v));
        return;
    }
    const char *name;
    json_t *value;
    json_object_foreach(at->v, name, value) {
        if (!is_word_of(name, names))
            json_read_fail(at, "unknown field \"%.60s\"; expected only %s", name, names);
    }
}

struct json_at json_read_opt(const struct json_at *at, const char *key)
{
    struct json_at field = {.r = at->r, .up = at, .key = key};
    if (!at->r->e && json_is_object(at->v))
        field.v = json_object_get(at->v, key);
    return field;
}

struct json_at json_read_get(const struct json_at *at, const char *key)
{
    struct json_at field = json_read_opt(at, key);
    if (!field.v)
        json_read_fail(&field, "must be there and is missing");
    return field;
}

size_t json_read_count(const struct json_at *at, size_t max)
{
    if (at->r->e)
        return 0;
    if (!json_is_array(at->v) || json_array_size(at->v) > max) {
        json_read_fail(at, "expected a list of at most %zu; found %s", max,
                       json_is_array(at->v) ? "a longer one" : type_name(at->v));
        return 0;
    }
    return json_array_size(at->v);
}

struct json_at json_read_item(const struct json_at *at, size_t i)
{
    struct json_at item = {.r = at->r, .up = at, .index = i};
    if (!at->r->e)
        item.v = json_array_get(at->v, i);
    return item;
}

size_t json_read_keys(const struct json_at *at, size_t max, const char *const **ret_names)
{
    *ret_names = NULL;
    if (at->r->e)
        return 0;
    if (!json_is_object(at->v) || json_object_size(at->v) > max) {
        json_read_fail(at, "expected an object of at most %zu fields; found %s", max,
                       json_is_object(at->v) ? "a larger one" : type_name(at->v));
        return 0;
    }
    const char **names = ARENA_ARRAY(at->r->a, json_object_size(at->v), const char *);
    size_t n = 0;
    const char *name;
    json_t *value;
    json_object_foreach(at->v, name, value) {
        names[n++] = str_to_c(at->r->a, str_c(name));
    }
    *ret_names = names;
    return n;
}

struct str json_read_str(const struct json_at *at, size_t max)
{
    if (at->r->e)
        return S("");
    size_t n = json_string_length(at->v);
    if (!json_is_string(at->v) || n == 0 || n > max) {
        json_read_fail(at, "expected a text of 1 to %zu bytes; found %s", max,
                       !json_is_string(at->v) ? type_name(at->v) : n == 0 ? "an empty one" : "a longer one");
        return S("");
    }
    struct str s = {json_string_value(at->v), n};
    if (has_control(s)) {
        json_read_fail(at, "expected a text without control characters");
        return S("");
    }
    return str_dup(at->r->a, s);
}

int64_t json_read_int(const struct json_at *at, int64_t min, int64_t max)
{
    if (at->r->e)
        return 0;
    if (!json_is_integer(at->v)) {
        json_read_fail(at, "expected a whole number; found %s", type_name(at->v));
        return 0;
    }
    int64_t v = json_integer_value(at->v);
    if (v < min || v > max) {
        json_read_fail(at, "expected a number from %lld to %lld; found %lld", (long long)min, (long long)max,
                       (long long)v);
        return 0;
    }
    return v;
}

bool json_read_bool(const struct json_at *at)
{
    if (!at->r->e && !json_is_boolean(at->v))
        json_read_fail(at, "expected true or false; found %s", type_name(at->v));
    return !at->r->e && json_is_true(at->v);
}

size_t json_read_word(const struct json_at *at, const char *const *words, size_t n)
{
    struct buf all;
    struct str s = json_read_str(at, 60);
    if (at->r->e)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, str_c(words[i])))
            return i;
    buf_init(&all, at->r->a, PLACE_MAX);
    for (size_t i = 0; i < n; i++)
        buf_printf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
    json_read_fail(at, "expected one of %.*s; found \"%.*s\"", STR_FMT(buf_view(&all)), STR_FMT(s));
    return 0;
}

int32_t json_read_day(const struct json_at *at)
{
    int32_t day = 0;
    struct str s = json_read_str(at, 10);
    if (!at->r->e && !day_parse(s, &day))
        json_read_fail(at, "expected a date such as 2026-07-01; found \"%.*s\"", STR_FMT(s));
    return day;
}
