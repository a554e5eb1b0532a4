/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form_json.c - a JSON body as the same flat list of values that a form gives.
 *
 * jansson parses, with duplicates refused. Before it starts, nesting and the number of values are counted: a
 * megabyte of brackets would otherwise become a hundred in memory.
 */
#include "web/form_private.h"

#include <jansson.h>

/* Count brackets and commas outside strings. */
static const char *too_much(struct str s)
{
    size_t depth = 0, values = 1;
    bool in_string = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
            continue;
        }
        in_string = c == '"';
        if (c == '{' || c == '[') {
            if (++depth > JSON_NESTING)
                return "nested too deep";
            values++;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
        values += c == ',';
        if (values > JSON_VALUES)
            return "too many values";
    }
    return NULL;
}

static void free_json(void *json)
{
    json_decref(json);
}

static struct form_value value_of(struct arena *a, struct str name, const json_t *json)
{
    struct form_value v = {.name = name, .kind = VALUE_OTHER, .text = S("")};
    switch (json_typeof(json)) {
    case JSON_STRING:
        v.kind = VALUE_STRING;
        v.text = str_dup(a, (struct str){json_string_value(json), json_string_length(json)});
        break;
    case JSON_INTEGER:
        v.kind = VALUE_INT;
        v.number = json_integer_value(json);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        v.kind = VALUE_BOOL;
        v.number = json_is_true(json);
        break;
    case JSON_NULL:
        v.kind = VALUE_NULL;
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_REAL:
        break;
    }
    return v;
}

/* Append every member of `object`, nested ones as "outer.inner". */
static bool flatten(struct arena *a, struct str outer, json_t *object, struct form_data *out)
{
    const char *key;
    json_t *json;
    json_object_foreach(object, key, json)
    {
        struct str k = str_c(key);
        struct str name = outer.p ? str_printf(a, "%.*s.%s", STR_FMT(outer), key) : str_dup(a, k);
        if (name.n > FORM_NAME_BYTES || out->n_values == FORM_FIELDS)
            return false;
        bool has_dot = str_find(k, '.') != SIZE_MAX;
        if (json_is_object(json) && !has_dot) {
            if (!flatten(a, name, json, out))
                return false;
            continue;
        }
        out->values[out->n_values] = value_of(a, name, json);
        if (has_dot) /* "a.b" is not the b of a */
            out->values[out->n_values].kind = VALUE_OTHER;
        out->n_values++;
    }
    return true;
}

bool form_parse_json(struct arena *a, struct str body, struct form_data *ret, struct str *ret_malformed)
{
    struct form_data out = {.values = ARENA_ARRAY(a, FORM_FIELDS, struct form_value)};
    json_error_t why;
    const char *excess = too_much(body);
    if (excess) {
        *ret_malformed = str_c(excess);
        return false;
    }
    json_t *json = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
    if (!json) {
        *ret_malformed = str_dup(a, str_printf(a, "line %d, column %d: %s", why.line, why.column, why.text));
        return false;
    }
    arena_defer(a, free_json, json);
    if (!json_is_object(json)) {
        *ret_malformed = S("line 1, column 1: an object is expected");
        return false;
    }
    if (!flatten(a, (struct str){0}, json, &out)) {
        *ret_malformed = S("too many fields, or a name is too long");
        return false;
    }
    *ret = out;
    return true;
}
