/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * html_check.h - a strict reader of HTML for tests: what is it made of?
 *
 * It accepts a small part of HTML (quoted attributes, entities where needed, balanced elements) and
 * refuses everything else, so that a page which passes is read alike by every browser. Two pages that
 * differ in their values only must count the same.
 */
#ifndef BIRGE_WEB_TESTS_HTML_CHECK_H
#define BIRGE_WEB_TESTS_HTML_CHECK_H

#include <stdbool.h>
#include <string.h>

#include "base/str.h"

struct html_count {
    int elements, attributes, addresses; /* addresses: href, src, action ... */
    const char *fault;                   /* NULL: well-formed */
    size_t at;                           /* where the fault is */
};

struct html_reader {
    struct str in;
    size_t i;
    struct html_count count;
    struct str open[64];
    size_t n_open;
};

static bool check_fail(struct html_reader *r, const char *fault)
{
    if (!r->count.fault) {
        r->count.fault = fault;
        r->count.at = r->i;
    }
    return false;
}

static char check_peek(const struct html_reader *r)
{
    return r->i < r->in.n ? r->in.p[r->i] : '\0';
}

static bool check_is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

static struct str check_name(struct html_reader *r)
{
    size_t from = r->i;
    while (check_is_name_char(check_peek(r)))
        r->i++;
    return str_slice(r->in, from, r->i);
}

static void check_space(struct html_reader *r)
{
    while (r->i < r->in.n && (check_peek(r) == ' ' || check_peek(r) == '\n' || check_peek(r) == '\t'))
        r->i++;
}

static bool check_entity(struct html_reader *r)
{
    static const struct str known[] = {STR("&amp;"), STR("&lt;"), STR("&gt;"), STR("&quot;"), STR("&#39;")};
    struct str rest = str_slice(r->in, r->i, r->in.n);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (str_starts(rest, known[k])) {
            r->i += known[k].n;
            return true;
        }
    return check_fail(r, "a bare ampersand");
}

/* An address as the pages may hold it: what a browser would run or load from elsewhere is a fault. */
static bool check_address(struct html_reader *r, struct str v)
{
    r->count.addresses++;
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] <= ' ' || (unsigned char)v.p[i] >= 0x7F || v.p[i] == '\\')
            return check_fail(r, "an address with a character that is none");
    if (str_starts(v, S("//")))
        return check_fail(r, "an address of another site that looks like ours");
    struct str rest = v;
    while (rest.n > 0 && (str_starts(rest, S("&#39;")) || !strchr(":/?#&", rest.p[0])))
        rest = str_slice(rest, rest.p[0] == '&' ? 5 : 1, rest.n);
    if (str_starts(rest, S("&")) && !str_starts(rest, S("&amp;")))
        return check_fail(r, "an address with a hidden character");
    size_t end = v.n - rest.n;
    if (end == v.n || v.p[end] != ':')
        return true;
    struct str scheme = str_slice(v, 0, end);
    if (str_eq_nocase(scheme, S("http")) || str_eq_nocase(scheme, S("https")) ||
        str_eq_nocase(scheme, S("mailto")) || str_eq_nocase(scheme, S("tel")))
        return true;
    return check_fail(r, "an address with a forbidden scheme");
}

static bool check_attribute(struct html_reader *r)
{
    struct str name = check_name(r);
    if (name.n == 0)
        return check_fail(r, "no attribute name");
    r->count.attributes++;
    if (str_starts(name, S("on")) || str_eq(name, S("style")))
        return check_fail(r, "a forbidden attribute");
    if (check_peek(r) != '=')
        return true;
    r->i++;
    char quote = check_peek(r);
    if (quote != '"' && quote != '\'')
        return check_fail(r, "an unquoted attribute");
    size_t from = ++r->i;
    while (r->i < r->in.n && check_peek(r) != quote) {
        char c = check_peek(r);
        if (c == '<' || c == '>' || (quote == '"' && c == '\''))
            return check_fail(r, "a bare character in an attribute");
        if (c == '&' ? !check_entity(r) : (r->i++, false))
            return false;
    }
    struct str value = str_slice(r->in, from, r->i);
    if (r->i++ >= r->in.n)
        return check_fail(r, "an attribute without end");
    if (str_eq(name, S("href")) || str_eq(name, S("src")) || str_eq(name, S("action")))
        return check_address(r, value);
    return true;
}

static bool check_tag(struct html_reader *r)
{
    static const struct str voids[] = {STR("br"), STR("img"),  STR("input"),
                                       STR("hr"), STR("meta"), STR("link")};
    r->i++;
    bool closes = check_peek(r) == '/';
    r->i += closes;
    struct str name = check_name(r);
    if (name.n == 0)
        return check_fail(r, "a bare <");
    if (closes) {
        if (r->n_open == 0 || !str_eq(r->open[r->n_open - 1], name) || check_peek(r) != '>')
            return check_fail(r, "an end tag that closes nothing");
        r->n_open--;
        r->i++;
        return true;
    }
    r->count.elements++;
    for (check_space(r); check_peek(r) != '>'; check_space(r))
        if (!check_attribute(r))
            return false;
    r->i++;
    for (size_t k = 0; k < sizeof voids / sizeof *voids; k++)
        if (str_eq(voids[k], name))
            return true;
    if (r->n_open == 64)
        return check_fail(r, "too deep");
    r->open[r->n_open++] = name;
    return true;
}

/* Read all of `page`. */
static inline struct html_count html_check(struct str page)
{
    struct html_reader r = {.in = page};
    if (!str_is_utf8(page))
        (void)check_fail(&r, "broken UTF-8");
    if (str_starts(page, S("<!doctype html>")))
        r.i = sizeof "<!doctype html>" - 1;
    while (!r.count.fault && r.i < page.n) {
        char c = page.p[r.i];
        if (c == '<')
            (void)check_tag(&r);
        else if (c == '&')
            (void)check_entity(&r);
        else if (c == '>' || c == '"' || c == '\'' || c == '\0')
            (void)check_fail(&r, "a bare character in text");
        else
            r.i++;
    }
    if (!r.count.fault && r.n_open > 0)
        (void)check_fail(&r, "an element without end");
    return r.count;
}

/* Values that try to break out of their place. The same in every test of every place. */
static const struct str html_hostile[] = {
    STR("<script>alert(1)</script>"),
    STR("\"><svg/onload=alert(1)>"),
    STR("'><img src=x onerror=alert(1)>"),
    STR("\" onmouseover=\"alert(1)"),
    STR("' autofocus onfocus='alert(1)"),
    STR("</textarea><script>"),
    STR("</title><script>alert(1)</script>"),
    STR("--><script>"),
    STR("]]><script>"),
    STR("&lt;script&gt;"),
    STR("&#x3C;script&#x3E;"),
    STR("&#0000106avascript:alert(1)"),
    STR("javascript:alert(1)"),
    STR("JaVaScRiPt:alert(1)"),
    STR("java\nscript:alert(1)"),
    STR("java\tscript:alert(1)"),
    STR("\x01javascript:alert(1)"),
    STR(" javascript:alert(1)"),
    STR("\njavascript:alert(1)"),
    STR("javascript\0:alert(1)"),
    STR("javascript&colon;alert(1)"),
    STR("data:text/html,<script>alert(1)</script>"),
    STR("vbscript:msgbox(1)"),
    STR("blob:x"),
    STR("file:///etc/passwd"),
    STR("view-source:x"),
    STR("intent://x"),
    STR("//evil.example"),
    STR("/\\evil.example"),
    STR("\\\\evil.example"),
    STR("/\t/evil.example"),
    STR("http:\"onload=alert(1)"),
    STR("https://a/\" onload=\"x"),
    STR("../../admin"),
    STR(".."),
    STR("."),
    STR("x\0y"),
    STR("\x80"),
    STR("\xC0\xBC"
        "script"),
    STR("\xE0\x80\xBC"),
    STR("\xED\xA0\x80"),
    STR("\xF4\x90\x80\x80"),
    STR("\xF0\x9F\x98"),
    STR("\xFF\xFE<"),
    STR("\xC3"),
    STR("\xC3\""),
    STR("\xE2\x80\""),
    STR("\xF0<x>"),
    STR("\xE2\x80\xAE"
        "gnp.exe"),
    STR("\xE2\x81\xA6x\xE2\x81\xA9"),
    STR("\xD8\x9C"),
    STR("\x1B[31m"),
    STR("\x7F"),
    STR("\xC2\x85"),
    STR("\r\n"),
    STR("a\rb"),
    STR("\xE2\x80\xA8"),
    STR("+ADw-script+AD4-"),
    STR("\x1B$B<script>"),
    STR("`onload=alert(1)`"),
    STR("{{constructor}}"),
    STR("${alert(1)}"),
    STR("<!--"),
    STR("<![CDATA["),
    STR("<?php"),
    STR("%3Cscript%3E"),
    STR("%00"),
    STR("%"),
    STR("=cmd|'/c calc'!A1"),
    STR("<"),
    STR(">"),
    STR("\""),
    STR("'"),
    STR("&"),
    STR("&amp"),
    STR("</"),
    STR("<a"),
    STR(""),
};
#define HTML_HOSTILE_N (sizeof html_hostile / sizeof *html_hostile)

#endif
