/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form_urlencoded.c - application/x-www-form-urlencoded, and the parameters of header values.
 *
 * Source: WHATWG URL standard, section 5.1; RFC 9110, 5.6.6.
 */
#include "web/form_private.h"

#include <string.h>

#include "web/router.h"

static size_t count(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

int form_parse_urlencoded(struct arena *a, struct str body, struct form_data *ret)
{
    struct form_data out = {0};
    struct str one, rest = body;
    bool more = body.n > 0;
    size_t n = count(body, '&') + 1;
    if (n > FORM_FIELDS)
        return 400;
    out.values = ARENA_ARRAY(a, n, struct form_value);
    while (more) {
        struct str name, value;
        more = str_cut(rest, '&', &one, &rest);
        if (one.n == 0)
            continue;
        if (!str_cut(one, '=', &name, &value))
            value = S("");
        struct form_value *v = &out.values[out.n_values++];
        v->kind = VALUE_FORM;
        if (!percent_decode(a, name, PERCENT_FORM, &v->name) || !percent_decode(a, value, PERCENT_FORM, &v->text))
            return 400;
        if (v->name.n == 0 || v->name.n > FORM_NAME_BYTES)
            return 400;
    }
    *ret = out;
    return 0;
}

/* ---- parameters ---- */

static bool is_token_char(char c)
{
    static const struct str others = STR("!#$%&'*+-.^_`|~");
    bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_alnum || str_find(others, c) != SIZE_MAX;
}

static struct str cut_token(struct str *s)
{
    size_t n = 0;
    while (n < s->n && is_token_char(s->p[n]))
        n++;
    struct str token = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->n);
    return token;
}

static void skip_blanks(struct str *s)
{
    while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
        *s = str_slice(*s, 1, s->n);
}

/* Up to the closing quote. Browsers write a quote inside as %22, so a backslash is itself. */
static bool cut_quoted(struct str *s, struct str *ret)
{
    size_t end = str_find(str_slice(*s, 1, s->n), '"');
    if (end == SIZE_MAX)
        return false;
    *ret = str_slice(*s, 1, 1 + end);
    *s = str_slice(*s, end + 2, s->n);
    return true;
}

bool parameter_cut(struct str *list, struct str *ret_name, struct str *ret_value)
{
    struct str s = *list;
    skip_blanks(&s);
    *ret_name = cut_token(&s);
    if (ret_name->n == 0 || s.n < 2 || s.p[0] != '=')
        return false;
    s = str_slice(s, 1, s.n);
    if (s.p[0] != '"')
        *ret_value = cut_token(&s);
    else if (!cut_quoted(&s, ret_value))
        return false;
    skip_blanks(&s);
    if (s.n > 0 && s.p[0] != ';')
        return false;
    *list = s.n > 0 ? str_slice(s, 1, s.n) : (struct str){0};
    return true;
}

bool media_type_parse(struct str header, struct media_type *ret)
{
    struct media_type out = {0};
    struct str name, value, rest = str_trim(header);
    struct str whole = rest;
    struct str type = cut_token(&rest);
    if (type.n == 0 || rest.n == 0 || rest.p[0] != '/')
        return false;
    rest = str_slice(rest, 1, rest.n);
    struct str subtype = cut_token(&rest);
    out.name = str_slice(whole, 0, type.n + 1 + subtype.n);
    skip_blanks(&rest);
    if (subtype.n == 0 || (rest.n > 0 && rest.p[0] != ';'))
        return false;
    rest = str_slice(rest, rest.n > 0, rest.n);
    while (str_trim(rest).n > 0) {
        if (!parameter_cut(&rest, &name, &value))
            return false;
        struct str *slot = str_eq_nocase(name, S("boundary"))  ? &out.boundary
                           : str_eq_nocase(name, S("charset")) ? &out.charset
                                                               : NULL;
        if (slot && slot->p)
            return false; /* twice */
        if (slot)
            *slot = value;
    }
    *ret = out;
    return true;
}
