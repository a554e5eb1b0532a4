/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * tag.c - attributes and their values; addresses, where a value must not make a scheme.
 *
 * Source: WHATWG HTML, 13.2.5 (tokenisation); RFC 3986, 3.1 (scheme).
 */
#include <string.h>

#include "tools/viewgen/reader.h"

static void end_tag(struct reader *r)
{
    bool is_self_closed = reader_here(r) == '/';
    int line = r->v->place.tag.line;
    reader_step(r, is_self_closed ? 2 : 1, true);
    r->v->place.where = IN_TEXT;
    element_open(r->v, line, is_self_closed);
}

/* The name of an attribute, and what opens its value. */
static void read_attr(struct reader *r)
{
    struct view *v = r->v;
    size_t n = 0;
    while (r->i + n < r->s.n && reader_is_name_char(r->s.p[r->i + n]))
        n++;
    struct attr a = {.name = str_slice(r->s, r->i, r->i + n), .line = r->line};
    if (n == 0) {
        fault_fatal(v, r->line, "`%c` in a tag; an attribute is name=\"value\"", reader_here(r));
        return;
    }
    if (r->i + n == r->s.n && r->next != ITEM_HTML && !item_is_control(r->next)) {
        fault_fatal(v, r->line,
                    "a value in the name of an attribute; write it whole, with {{if}} if need be");
        return;
    }
    if (attr_find(v, str_to_c(v->g->a, a.name))) {
        fault_fatal(v, r->line, "%.*s= stands twice in this tag; a browser takes the first", STR_FMT(a.name));
        return;
    }
    if (v->place.n_attrs == MAX_ATTRS || !attr_allowed(v, &a)) {
        v->is_broken = true;
        return;
    }
    v->place.attrs[v->place.n_attrs++] = a;
    v->place.needs_space = true;
    reader_step(r, n, true);
    if (reader_here(r) != '=')
        return;
    reader_step(r, 1, true);
    char quote = reader_here(r);
    if (quote != '"' && quote != '\'') {
        fault_fatal(v, r->line, "a value without quotes; write %.*s=\"...\"", STR_FMT(a.name));
        return;
    }
    reader_step(r, 1, true);
    v->place.where = IN_VALUE;
    v->place.quote = quote;
    v->place.value_from = r->s.p + r->i;
    v->place.may_be_scheme = false;
    v->place.address = attr_is_address(a.name) ? ADDRESS_START : NO_ADDRESS;
}

void read_tag(struct reader *r)
{
    struct view *v = r->v;
    char c = reader_here(r);
    if (reader_is_space(c)) {
        r->at_line_end &= !v->place.needs_space; /* a dropped line parts no attributes */
        reader_space(r, false);
        v->place.needs_space = false;
    } else if (c == '>' || (c == '/' && r->i + 1 < r->s.n && r->s.p[r->i + 1] == '>')) {
        end_tag(r);
    } else if (v->place.needs_space) {
        fault_fatal(v, r->line, "a blank is missing before `%c` in <%.*s ...>", c,
                    STR_FMT(v->place.tag.name));
    } else {
        read_attr(r);
    }
}

/* ---- values ---- */

/* The template's own part of an address: no scheme that is not ours, and none made with a value's help. */
static bool check_address(struct reader *r, struct str s)
{
    struct place *p = &r->v->place;
    size_t end = 0;
    while (end < s.n && !strchr(":/?#", s.p[end]))
        end++;
    bool ends_scheme = end < s.n;
    struct str scheme = str_slice(s, 0, end);
    if (ends_scheme && s.p[end] == ':' && p->may_be_scheme) {
        fault(r->v, r->line, "`:` behind a value could make a scheme of it, such as javascript:");
        return false;
    }
    if (ends_scheme && s.p[end] == ':' && p->address == ADDRESS_START &&
        !in_list(scheme, "https http mailto tel")) {
        fault(r->v, r->line,
              "%.*s: is no address; there are https, http, mailto, tel, and addresses in this site",
              STR_FMT(scheme));
        return false;
    }
    if (ends_scheme)
        p->may_be_scheme = false;
    p->address = ADDRESS_LATER;
    return true;
}

static void end_value(struct reader *r)
{
    struct place *p = &r->v->place;
    const char *end = r->s.p + r->i;
    p->attrs[p->n_attrs - 1].source = (struct str){p->value_from, (size_t)(end - p->value_from)};
    p->where = IN_TAG;
    p->needs_space = true;
    p->address = NO_ADDRESS;
    reader_step(r, 1, true);
}

void read_value(struct reader *r)
{
    struct view *v = r->v;
    char c = reader_here(r);
    if (c == v->place.quote) {
        end_value(r);
    } else if (c == '&') {
        reader_entity(r);
        if (v->place.address != NO_ADDRESS)
            v->place.address = ADDRESS_LATER;
    } else if (c == '<' || c == '>') {
        fault_fatal(v, r->line, "a bare %c in a value: write %s, or close the quote of %.*s=", c,
                    c == '<' ? "&lt;" : "&gt;", STR_FMT(v->place.attrs[v->place.n_attrs - 1].name));
    } else {
        size_t n = 0;
        while (r->i + n < r->s.n && r->s.p[r->i + n] != v->place.quote && !strchr("&<>", r->s.p[r->i + n]))
            n++;
        if (v->place.address == NO_ADDRESS || check_address(r, str_slice(r->s, r->i, r->i + n)))
            reader_step(r, n, true);
        else
            v->is_broken = true;
    }
}

/* ---- what a value becomes ---- */

const char *place_put_in_value(struct view *v, int line, bool is_path, bool is_asset)
{
    struct place *p = &v->place;
    struct attr *a = &p->attrs[p->n_attrs - 1];
    if (p->address == NO_ADDRESS) {
        a->has_value = true;
        if (in_list(a->name, "srcset imagesrcset http-equiv nonce integrity sandbox")) {
            fault(v, line, "a value in %.*s=", STR_FMT(a->name));
            return NULL;
        }
        if (is_path || is_asset) {
            fault(v, line,
                  is_path ? "|path stands in an address: href=\"/{{lang}}{{m.path|path}}\""
                          : "{{asset}} is an address: href=\"{{asset \"birge.css\"}}\"");
            return NULL;
        }
        return "html_put_attr";
    }
    enum address at = p->address;
    p->address = ADDRESS_LATER;
    a->has_value |= !is_asset;
    a->has_asset |= is_asset;
    if (at == ADDRESS_UNSURE) {
        fault(v, line, "where the address begins depends on a condition; write the branches out whole");
        return NULL;
    }
    if (at == ADDRESS_START && is_path) {
        fault(v, line, "|path goes on with an address; at its start stands a whole one or \"/\"");
        return NULL;
    }
    if (at == ADDRESS_LATER && is_asset) {
        fault(v, line, "{{asset}} is a whole address; nothing stands before it");
        return NULL;
    }
    if (at == ADDRESS_START)
        p->may_be_scheme = !is_asset;
    return at == ADDRESS_START ? "html_put_url" : is_path ? "html_put_url_path" : "html_put_url_part";
}
