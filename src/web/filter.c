/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * filter.c - finding the end of a head, and taking it apart without mercy.
 *
 * A byte that is refused here could be read in two ways by two programs in a row (a proxy and us), and that is
 * how one request becomes two. So there is no repair: one form of every line is right.
 */
#include "web/filter.h"

#include "base/err.h"

/* ---- where the head ends ---- */

static enum filter_step refuse(struct filter_scan *s, int status)
{
    s->status = status;
    return FILTER_REFUSED;
}

/* A line that is longer than it may be, whether or not its end is here yet. */
static int too_long(const struct filter_scan *s, const struct filter_limits *limits)
{
    const size_t around_target = 24; /* a method, "HTTP/1.1", blanks */
    if (s->n_lines == 0 && s->at - s->line > limits->url_bytes + around_target)
        return 414;
    return s->at - s->start > limits->head_bytes ? 431 : 0;
}

/* Behind CR LF: the head ends at an empty line; one empty line before the request line is overlooked. */
static bool ends_head(struct filter_scan *s)
{
    bool is_empty = s->at - s->line == 2;
    s->line = s->at;
    if (is_empty && s->n_lines == 0 && s->start == 0) {
        s->start = s->at;
        return false;
    }
    if (is_empty)
        return true;
    s->n_lines++;
    return false;
}

enum filter_step filter_scan(struct filter_scan *s, const char *p, size_t n, const struct filter_limits *limits)
{
    while (s->at < n) {
        unsigned char c = (unsigned char)p[s->at];
        bool after_cr = s->at > s->line && p[s->at - 1] == '\r';
        if (after_cr != (c == '\n'))
            return refuse(s, 400); /* CR without LF, or LF without CR */
        if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
            return refuse(s, 400);
        s->at++;
        int status = too_long(s, limits);
        if (status)
            return refuse(s, status);
        if (c != '\n' || !ends_head(s))
            continue;
        if (s->n_lines == 0)
            return refuse(s, 400); /* two empty lines and no request */
        return FILTER_WHOLE;
    }
    return FILTER_MORE;
}

/* ---- characters ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token(struct str s)
{
    static const struct str others = STR("!#$%&'*+-.^_`|~");
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && str_find(others, s.p[i]) == SIZE_MAX)
            return false;
    return s.n > 0;
}

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static struct str trim_blanks(struct str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_slice(s, 1, s.n);
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* The next line without its CR LF; false at the empty line that ends the head. */
static bool next_line(struct str *rest, struct str *ret_line)
{
    size_t at = str_find(*rest, '\r');
    MUST(at != SIZE_MAX && at + 1 < rest->n);
    *ret_line = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at + 2, rest->n);
    return ret_line->n > 0;
}

/* ---- the request line ---- */

static const struct str method_names[] = {
    [HEAD_GET] = STR("GET"),         [HEAD_HEAD] = STR("HEAD"),     [HEAD_POST] = STR("POST"),
    [HEAD_PUT] = STR("PUT"),         [HEAD_PATCH] = STR("PATCH"),   [HEAD_DELETE] = STR("DELETE"),
    [HEAD_OPTIONS] = STR("OPTIONS"),
};

struct str head_method_name(enum head_method m)
{
    return method_names[m];
}

static int judge_method(struct str s, enum head_method *ret)
{
    if (!is_token(s))
        return 400;
    for (size_t i = 0; i < sizeof method_names / sizeof method_names[0]; i++) {
        if (str_eq(s, method_names[i])) {
            *ret = (enum head_method)i;
            return 0;
        }
    }
    return 501;
}

static int judge_version(struct str s, bool *ret_is_http10)
{
    *ret_is_http10 = str_eq(s, S("HTTP/1.0"));
    if (*ret_is_http10 || str_eq(s, S("HTTP/1.1")))
        return 0;
    bool is_other = s.n == 8 && str_starts(s, S("HTTP/")) && is_digit(s.p[5]) && s.p[6] == '.' && is_digit(s.p[7]);
    return is_other ? 505 : 400;
}

/* An absolute target is cut to its origin form; its host must be the one of the Host field. */
static int judge_target(struct str s, const struct filter_limits *limits, struct str *ret_target, struct str *ret_host)
{
    if (s.n > limits->url_bytes)
        return 414;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f || s.p[i] == '#')
            return 400;
    *ret_host = (struct str){0};
    *ret_target = s;
    if (s.n > 0 && s.p[0] == '/')
        return 0;
    struct str rest = {0};
    if (s.n > 7 && str_eq_nocase(str_slice(s, 0, 7), S("http://")))
        rest = str_slice(s, 7, s.n);
    else if (s.n > 8 && str_eq_nocase(str_slice(s, 0, 8), S("https://")))
        rest = str_slice(s, 8, s.n);
    else
        return 400;
    size_t slash = str_find(rest, '/');
    if (slash == SIZE_MAX)
        return 400;
    *ret_host = str_slice(rest, 0, slash);
    *ret_target = str_slice(rest, slash, rest.n);
    return 0;
}

static int judge_request_line(struct str line, const struct filter_limits *limits, struct head *h, struct str *ret_host)
{
    struct str method, target, version, rest;
    if (!str_cut(line, ' ', &method, &rest) || !str_cut(rest, ' ', &target, &version))
        return 400;
    int status = judge_method(method, &h->method);
    if (!status)
        status = judge_version(version, &h->is_http10);
    if (!status)
        status = judge_target(target, limits, &h->target, ret_host);
    return status;
}

/* ---- fields ---- */

static int judge_field(struct str line, struct head_field *ret)
{
    struct str name, value;
    if (!str_cut(line, ':', &name, &value) || !is_token(name))
        return 400; /* folded lines and blanks before the colon end here too */
    *ret = (struct head_field){name, trim_blanks(value)};
    for (size_t i = 0; i < ret->value.n; i++)
        if ((unsigned char)ret->value.p[i] < 0x20 && ret->value.p[i] != '\t')
            return 400;
    return 0;
}

static bool is_port(struct str s)
{
    if (!is_digits(s) || s.n > 5)
        return false;
    int v = 0;
    for (size_t i = 0; i < s.n; i++)
        v = v * 10 + (s.p[i] - '0');
    return v >= 1 && v <= 65535;
}

/* A name or an IPv4 address, or an IPv6 address in brackets, and perhaps a port. Source: RFC 3986, 3.2.2. */
bool filter_is_host(struct str s)
{
    struct str name = s, port = {0};
    if (s.n > 0 && s.p[0] == '[') {
        size_t end = str_find(s, ']');
        if (end == SIZE_MAX || end < 3)
            return false;
        name = str_slice(s, 1, end);
        struct str behind = str_slice(s, end + 1, s.n);
        if (behind.n > 0 && behind.p[0] != ':')
            return false;
        if (behind.n > 0)
            port = str_slice(behind, 1, behind.n);
        for (size_t i = 0; i < name.n; i++)
            if (!is_alnum(name.p[i]) && name.p[i] != ':' && name.p[i] != '.')
                return false;
        return behind.n == 0 || is_port(port);
    }
    bool has_port = str_cut(s, ':', &name, &port);
    for (size_t i = 0; i < name.n; i++)
        if (!is_alnum(name.p[i]) && name.p[i] != '.' && name.p[i] != '-' && name.p[i] != '_')
            return false;
    return name.n > 0 && name.n <= 253 && (!has_port || is_port(port));
}

static int judge_length(struct str s, int64_t *ret)
{
    if (!is_digits(s) || s.n > 18 || !str_to_int64(s, ret))
        return 400; /* signs, lists, leading zeros */
    return 0;
}

/* What stands in Connection: "close", or a field that a proxy would then take away from the next one's sight. */
static int judge_connection(struct str list, struct head *h)
{
    static const struct str ours[] = {STR("content-length"), STR("transfer-encoding"), STR("host"),
                                      STR("cookie"),         STR("authorization"),     STR("origin")};
    struct str one, rest = list;
    bool more = true;
    while (more) {
        more = str_cut(rest, ',', &one, &rest);
        one = trim_blanks(one);
        if (one.n > 0 && !is_token(one))
            return 400;
        if (str_eq_nocase(one, S("close")))
            h->wants_close = true;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
            if (str_eq_nocase(one, ours[i]))
                return 400;
    }
    return 0;
}

/* Fields that say where the request ends and whom it is for, then those that somebody decides by: which of two would
 * count? So each stands there at most once. */
struct framing {
    struct str host, length, coding, expect;
    struct str others[5];
};

static int once(struct str *slot, struct str value)
{
    if (slot->p)
        return 400;
    *slot = value;
    return 0;
}

static int note_field(const struct head_field *f, struct head *h, struct framing *fr)
{
    static const struct str others[] = {STR("authorization"), STR("content-type"), STR("idempotency-key"), STR("origin"),
                                        STR("sec-fetch-site")};
    if (str_eq_nocase(f->name, S("host")))
        return once(&fr->host, f->value);
    if (str_eq_nocase(f->name, S("content-length")))
        return once(&fr->length, f->value);
    if (str_eq_nocase(f->name, S("transfer-encoding")))
        return once(&fr->coding, f->value);
    if (str_eq_nocase(f->name, S("expect")))
        return once(&fr->expect, f->value);
    if (str_eq_nocase(f->name, S("connection")))
        return judge_connection(f->value, h);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (str_eq_nocase(f->name, others[i]))
            return once(&fr->others[i], f->value);
    return 0;
}

static int judge_body(struct head *h, const struct framing *fr)
{
    if (fr->coding.p) {
        if (fr->length.p || h->is_http10)
            return 400;
        return str_eq_nocase(fr->coding, S("chunked")) ? 411 : 501;
    }
    bool may_have_body = h->method == HEAD_POST || h->method == HEAD_PUT || h->method == HEAD_PATCH;
    if (!fr->length.p)
        return may_have_body ? 411 : 0;
    int status = judge_length(fr->length, &h->length);
    if (!status && h->length > 0 && !may_have_body)
        status = 400;
    return status;
}

static int judge_framing(struct head *h, const struct framing *fr, struct str target_host)
{
    if (!fr->host.p && !h->is_http10)
        return 400;
    if (fr->host.p && !filter_is_host(fr->host))
        return 400;
    if (target_host.p && !(fr->host.p && str_eq_nocase(target_host, fr->host)))
        return 400;
    h->host = fr->host;
    int status = judge_body(h, fr);
    if (!status && fr->expect.p && !h->is_http10) {
        h->expects_continue = str_eq_nocase(fr->expect, S("100-continue"));
        if (!h->expects_continue)
            status = 417;
    }
    h->wants_close = h->wants_close || h->is_http10;
    return status;
}

static size_t count_lines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

int filter_judge(struct arena *a, struct str head, const struct filter_limits *limits, struct head *ret_head)
{
    struct head h = {0};
    struct framing fr = {0};
    struct str line, target_host, rest = head;
    MUST(str_ends(head, S("\r\n\r\n")));
    if (!next_line(&rest, &line))
        return 400;
    int status = judge_request_line(line, limits, &h, &target_host);
    if (status)
        return status;
    size_t n = count_lines(rest) - 1;
    if (n > limits->head_fields)
        return 431;
    h.fields = ARENA_ARRAY(a, n, struct head_field);
    while (next_line(&rest, &line)) {
        struct head_field *f = &h.fields[h.n_fields++];
        status = judge_field(line, f);
        if (!status)
            status = note_field(f, &h, &fr);
        if (status)
            return status;
    }
    status = judge_framing(&h, &fr, target_host);
    if (!status)
        *ret_head = h;
    return status;
}

struct str head_find(const struct head *h, struct str name)
{
    for (size_t i = 0; i < h->n_fields; i++)
        if (str_eq_nocase(h->fields[i].name, name))
            return h->fields[i].value;
    return (struct str){0};
}

struct str head_find_last(const struct head *h, struct str name)
{
    for (size_t i = h->n_fields; i > 0; i--)
        if (str_eq_nocase(h->fields[i - 1].name, name))
            return h->fields[i - 1].value;
    return (struct str){0};
}
