/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form_multipart.c - multipart/form-data as browsers write it, and in no other way.
 *
 * The body lies in memory; parts are views into it. Nothing may stand before the first delimiter or behind the
 * last, each part's header is short and has two known lines at most, and there is one file or none.
 *
 * Keeps: no two parsers could cut this body differently: every line ends with CR LF, every delimiter line is
 *        complete, every name is quoted once.
 * Source: RFC 7578; RFC 2046, 5.1; WHATWG HTML, "multipart form data".
 */
#include "web/form_private.h"

#include "base/fold.h"

struct part {
    struct str name;
    struct str file_name;
    bool is_file;
    struct str bytes;
};

static bool is_boundary(struct str s)
{
    static const struct str others = STR("'()+_,-./:=?");
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_alnum && str_find(others, c) == SIZE_MAX)
            return false;
    }
    return s.n > 0 && s.n <= 70;
}

/* One line of a part's header, without its CR LF. */
static bool cut_line(struct str *rest, struct str *ret)
{
    size_t end = str_find_str(*rest, S("\r\n"));
    if (end == SIZE_MAX)
        return false;
    *ret = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 2, rest->n);
    return str_is_utf8(*ret) && !has_control(*ret);
}

static bool read_disposition(struct str value, struct part *p)
{
    struct str kind, name, text, rest;
    if (!str_cut(value, ';', &kind, &rest) || !str_eq_nocase(str_trim(kind), S("form-data")))
        return false;
    while (rest.p) {
        if (!parameter_cut(&rest, &name, &text))
            return false;
        if (str_eq_nocase(name, S("name")) && !p->name.p) {
            p->name = text;
        } else if (str_eq_nocase(name, S("filename")) && !p->is_file) {
            p->file_name = text;
            p->is_file = true;
        } else {
            return false; /* twice, or filename*, which RFC 7578 forbids here */
        }
    }
    return p->name.n > 0 && p->name.n <= FORM_NAME_BYTES;
}

/* What else browsers and libraries write; none of it changes what we do. */
static bool is_harmless(struct str name, struct str value)
{
    if (str_eq_nocase(name, S("content-transfer-encoding")))
        return str_eq_nocase(value, S("binary")) || str_eq_nocase(value, S("8bit")) || str_eq_nocase(value, S("7bit"));
    return str_eq_nocase(name, S("content-type")) || str_eq_nocase(name, S("content-length"));
}

/* A part's header up to and with its empty line. */
static bool read_part_header(struct str *rest, struct part *p)
{
    size_t before = rest->n;
    bool has_disposition = false;
    for (;;) {
        struct str line, name, value;
        if (!cut_line(rest, &line) || before - rest->n > MULTIPART_HEADER)
            return false;
        if (line.n == 0)
            return has_disposition;
        if (!str_cut(line, ':', &name, &value))
            return false;
        value = str_trim(value);
        if (str_eq_nocase(name, S("content-disposition")) && !has_disposition)
            has_disposition = read_disposition(value, p);
        else if (!is_harmless(name, value))
            return false;
    }
}

/* Behind a delimiter: CR LF and another part, or "--" and the end. */
static bool cut_delimiter_end(struct str *rest, bool *ret_is_last)
{
    *ret_is_last = str_starts(*rest, S("--"));
    if (*ret_is_last) {
        *rest = str_slice(*rest, 2, rest->n);
        return rest->n == 0 || str_eq(*rest, S("\r\n"));
    }
    if (!str_starts(*rest, S("\r\n")))
        return false;
    *rest = str_slice(*rest, 2, rest->n);
    return true;
}

static int keep_part(const struct part *p, bool takes_file, struct form_data *out)
{
    if (p->is_file) {
        if (!takes_file || out->file_field.p)
            return 400;
        out->file_field = p->name;
        out->file = (struct web_file){.name = p->file_name, .bytes = p->bytes};
        if (p->file_name.n == 0 && p->bytes.n == 0)
            out->file = (struct web_file){0}; /* none was chosen */
        return 0;
    }
    if (!str_is_utf8(p->bytes))
        return 400;
    out->values[out->n_values++] = (struct form_value){.name = p->name, .kind = VALUE_FORM, .text = p->bytes};
    return 0;
}

int form_parse_multipart(struct arena *a, struct str body, struct str boundary, bool takes_file, struct form_data *ret)
{
    if (!is_boundary(boundary))
        return 400;
    struct form_data out = {.values = ARENA_ARRAY(a, FORM_FIELDS, struct form_value)};
    struct str delimiter = str_printf(a, "\r\n--%.*s", STR_FMT(boundary));
    struct str first = str_slice(delimiter, 2, delimiter.n);
    if (!str_starts(body, first))
        return 400;
    struct str rest = str_slice(body, first.n, body.n);
    for (size_t n = 0; n <= FORM_FIELDS; n++) {
        bool is_last = false;
        struct part p = {0};
        if (!cut_delimiter_end(&rest, &is_last))
            return 400;
        if (is_last) {
            *ret = out;
            return 0;
        }
        if (n == FORM_FIELDS || !read_part_header(&rest, &p))
            return 400;
        size_t end = str_find_str(rest, delimiter);
        if (end == SIZE_MAX)
            return 400;
        p.bytes = str_slice(rest, 0, end);
        rest = str_slice(rest, end + delimiter.n, rest.n);
        int status = keep_part(&p, takes_file, &out);
        if (status)
            return status;
    }
    return 400;
}
