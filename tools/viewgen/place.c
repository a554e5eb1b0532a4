/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place.c - following the HTML as a browser would, so that each value is escaped for where it stands.
 *
 * Statements stand in three kinds of place: between tags, between attributes, within a quoted value.
 * Everything else (names, comments, unquoted values) is read in one piece, and a statement in it is a fault.
 *
 * Source: WHATWG HTML, 13.2.5 (tokenisation); RFC 3986, 3.1 (scheme).
 */
#include <string.h>

#include "tools/viewgen/view.h"

/* The HTML between two statements, while it is read. */
struct html {
    struct view *v;
    struct str s;
    size_t i;
    int line;
    enum item_kind next;
    bool at_line_end; /* the last byte written was a line end, or a line was dropped here */
};

static char here(const struct html *r)
{
    return r->i < r->s.n ? r->s.p[r->i] : '\0';
}

static struct str rest(const struct html *r)
{
    return str_slice(r->s, r->i, r->s.n);
}

static bool at_end(const struct html *r)
{
    return r->i >= r->s.n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.';
}

/* Step over `n` bytes; write them when `keep`. */
static void step(struct html *r, size_t n, bool keep)
{
    for (size_t k = 0; k < n; k++)
        r->line += r->s.p[r->i + k] == '\n';
    if (keep) {
        if (r->v->literal.n == 0)
            r->v->literal_line = r->line;
        buf_str(&r->v->literal, str_slice(r->s, r->i, r->i + n));
        r->at_line_end = false;
    }
    r->i += n;
}

/* A run of white space: one line end when it has one, else `blank`. */
static void read_space(struct html *r, bool keep_blanks)
{
    size_t n = 0;
    bool has_line_end = false;
    while (r->i + n < r->s.n && is_space(r->s.p[r->i + n]))
        has_line_end |= r->s.p[r->i + n++] == '\n';
    if (!has_line_end && keep_blanks && !r->at_line_end) {
        step(r, n, true);
        return;
    }
    if (r->v->literal.n == 0)
        r->v->literal_line = r->line;
    if (!r->at_line_end)
        buf_byte(&r->v->literal, has_line_end ? '\n' : ' ');
    r->at_line_end |= has_line_end;
    step(r, n, false);
}

static const char *statement_word(enum item_kind next)
{
    return next == ITEM_HTML ? "the template ends" : "a statement stands";
}

/* An entity, in text or in a value. */
static void read_entity(struct html *r)
{
    size_t n = 1;
    while (r->i + n < r->s.n && (is_letter(r->s.p[r->i + n]) || r->s.p[r->i + n] == '#' ||
                                 (r->s.p[r->i + n] >= '0' && r->s.p[r->i + n] <= '9')))
        n++;
    struct str name = str_slice(r->s, r->i + 1, r->i + n);
    bool is_ended = r->i + n < r->s.n && r->s.p[r->i + n] == ';';
    if (name.n == 0 || !is_ended)
        fault(r->v, r->line, "a bare &; write &amp;");
    else if (r->v->place.address != NO_ADDRESS && !in_list(name, "amp quot"))
        fault(r->v, r->line, "&%.*s; in an address: write the character itself, or percent-encode it", STR_FMT(name));
    else if (name.p[0] != '#' && !in_list(name, "amp lt gt quot apos nbsp shy"))
        fault(r->v, r->line, "&%.*s; is not needed: write the character itself", STR_FMT(name));
    step(r, n + is_ended, true);
}

/* ---- text ---- */

static void read_end_tag(struct html *r)
{
    size_t n = 2;
    while (r->i + n < r->s.n && is_name_char(r->s.p[r->i + n]))
        n++;
    struct str name = str_slice(r->s, r->i + 2, r->i + n);
    if (r->i + n >= r->s.n || r->s.p[r->i + n] != '>') {
        if (r->i + n >= r->s.n)
            fault_fatal(r->v, r->line, "</%.*s is not finished where %s", STR_FMT(name), statement_word(r->next));
        else
            fault_fatal(r->v, r->line, "an end tag is </%.*s> and nothing more", STR_FMT(name));
        return;
    }
    element_close(r->v, name, r->line);
    r->v->place.after_pre = false;
    step(r, n + 1, true);
}

static void read_comment(struct html *r)
{
    size_t end = str_find_str(rest(r), S("-->"));
    if (end == SIZE_MAX)
        fault_fatal(r->v, r->line, "nothing stands in an HTML comment but words; {{! this }} is a comment for authors");
    else
        step(r, end + 3, false);
}

static void read_doctype(struct html *r)
{
    static const struct str doctype = STR("<!doctype html>");
    if (!str_starts(rest(r), doctype))
        fault_fatal(r->v, r->line, "<! begins a comment or <!doctype html>");
    else if (r->v->literal.n > 0 || r->v->n_blob > 0 || r->v->place.n_open > 0)
        fault_fatal(r->v, r->line, "<!doctype html> is the first thing of a page");
    else
        step(r, doctype.n, true);
}

static void read_start_tag(struct html *r)
{
    struct view *v = r->v;
    const struct element *top = element_top(v);
    bool is_svg = top && top->is_svg;
    size_t n = 1;
    while (r->i + n < r->s.n && is_name_char(r->s.p[r->i + n]))
        n++;
    struct str name = str_slice(r->s, r->i + 1, r->i + n);
    for (size_t k = 0; k < name.n && !is_svg; k++)
        if (name.p[k] >= 'A' && name.p[k] <= 'Z') {
            fault_fatal(v, r->line, "<%.*s>: names of elements are small letters", STR_FMT(name));
            return;
        }
    if (r->i + n >= r->s.n && !item_is_control(r->next)) {
        fault_fatal(v, r->line, r->next == ITEM_HTML ? "<%.*s is not finished"
                                                     : "a value in the name of an element: <%.*s{{...}}", STR_FMT(name));
        return;
    }
    v->place.tag = (struct element){.name = name, .line = r->line};
    v->place.n_attrs = 0;
    v->place.needs_space = true;
    v->place.where = IN_TAG;
    v->place.after_pre = false;
    step(r, n, true);
}

static void read_markup(struct html *r)
{
    struct view *v = r->v;
    char c = r->i + 1 < r->s.n ? r->s.p[r->i + 1] : '\0';
    const struct element *top = element_top(v);
    bool ends_top = top && c == '/' && str_starts(str_slice(r->s, r->i + 2, r->s.n), top->name);
    if ((element_is_text_only(v) || (top && str_eq(top->name, S("script")))) && !ends_top)
        fault_fatal(v, r->line, "<%.*s> (line %d) holds text alone; write &lt; for <", STR_FMT(top->name), top->line);
    else if (c == '/')
        read_end_tag(r);
    else if (str_starts(rest(r), S("<!--")))
        read_comment(r);
    else if (c == '!')
        read_doctype(r);
    else if (is_letter(c))
        read_start_tag(r);
    else if (r->i + 1 >= r->s.n && r->next != ITEM_HTML)
        fault_fatal(v, r->line, "a statement in the name of an element: <{{...}}");
    else
        fault_fatal(v, r->line, "a bare <; write &lt;");
}

static bool in_preformatted(const struct view *v)
{
    for (size_t i = 0; i < v->place.n_open; i++)
        if (in_list(v->place.open[i].name, "pre textarea"))
            return true;
    return false;
}

static void read_text(struct html *r)
{
    struct view *v = r->v;
    if (here(r) == '<') {
        read_markup(r);
        return;
    }
    if (v->place.after_pre && here(r) != '\n')
        buf_byte(&v->literal, '\n');
    v->place.after_pre = false;
    if (is_space(here(r)) && !in_preformatted(v)) {
        read_space(r, true);
        return;
    }
    if (!is_space(here(r)) && !element_takes_text(v, r->line)) {
        v->is_broken = true;
        return;
    }
    if (here(r) == '&') {
        read_entity(r);
        return;
    }
    size_t n = 0;
    while (r->i + n < r->s.n && r->s.p[r->i + n] != '<' && r->s.p[r->i + n] != '&' &&
           (in_preformatted(v) || !is_space(r->s.p[r->i + n])))
        n++;
    step(r, n, true);
}

/* ---- tags ---- */

static void end_tag(struct html *r)
{
    bool is_self_closed = here(r) == '/';
    int line = r->v->place.tag.line;
    step(r, is_self_closed ? 2 : 1, true);
    r->v->place.where = IN_TEXT;
    element_open(r->v, line, is_self_closed);
}

/* The name of an attribute, and what opens its value. */
static void read_attr(struct html *r)
{
    struct view *v = r->v;
    size_t n = 0;
    while (r->i + n < r->s.n && is_name_char(r->s.p[r->i + n]))
        n++;
    struct attr a = {.name = str_slice(r->s, r->i, r->i + n), .line = r->line};
    if (n == 0) {
        fault_fatal(v, r->line, "`%c` in a tag; an attribute is name=\"value\"", here(r));
        return;
    }
    if (r->i + n == r->s.n && r->next != ITEM_HTML && !item_is_control(r->next)) {
        fault_fatal(v, r->line, "a value in the name of an attribute; write it whole, with {{if}} if need be");
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
    step(r, n, true);
    if (here(r) != '=')
        return;
    step(r, 1, true);
    char quote = here(r);
    if (quote != '"' && quote != '\'') {
        fault_fatal(v, r->line, "a value without quotes; write %.*s=\"...\"", STR_FMT(a.name));
        return;
    }
    step(r, 1, true);
    v->place.where = IN_VALUE;
    v->place.quote = quote;
    v->place.value_from = r->s.p + r->i;
    v->place.may_be_scheme = false;
    v->place.address = attr_is_address(a.name) ? ADDRESS_START : NO_ADDRESS;
}

static void read_tag(struct html *r)
{
    struct view *v = r->v;
    char c = here(r);
    if (is_space(c)) {
        r->at_line_end &= !v->place.needs_space; /* a dropped line parts no attributes */
        read_space(r, false);
        v->place.needs_space = false;
    } else if (c == '>' || (c == '/' && r->i + 1 < r->s.n && r->s.p[r->i + 1] == '>')) {
        end_tag(r);
    } else if (v->place.needs_space) {
        fault_fatal(v, r->line, "a blank is missing before `%c` in <%.*s ...>", c, STR_FMT(v->place.tag.name));
    } else {
        read_attr(r);
    }
}

/* ---- values ---- */

/* The template's own part of an address: no scheme that is not ours, and none made with a value's help. */
static bool check_address(struct html *r, struct str s)
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
    if (ends_scheme && s.p[end] == ':' && p->address == ADDRESS_START && !in_list(scheme, "https http mailto tel")) {
        fault(r->v, r->line, "%.*s: is no address; there are https, http, mailto, tel, and addresses in this site",
              STR_FMT(scheme));
        return false;
    }
    if (ends_scheme)
        p->may_be_scheme = false;
    p->address = ADDRESS_LATER;
    return true;
}

static void end_value(struct html *r)
{
    struct place *p = &r->v->place;
    const char *end = r->s.p + r->i;
    p->attrs[p->n_attrs - 1].source = (struct str){p->value_from, (size_t)(end - p->value_from)};
    p->where = IN_TAG;
    p->needs_space = true;
    p->address = NO_ADDRESS;
    step(r, 1, true);
}

static void read_value(struct html *r)
{
    struct view *v = r->v;
    char c = here(r);
    if (c == v->place.quote) {
        end_value(r);
    } else if (c == '&') {
        read_entity(r);
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
            step(r, n, true);
        else
            v->is_broken = true;
    }
}

void place_read(struct view *v, const struct item *item, enum item_kind next)
{
    struct html r = {.v = v, .s = item->text, .line = item->line, .next = next,
                     .at_line_end = item->follows_line_end || (v->literal.n == 0 && v->n_blob == 0)};
    while (!at_end(&r) && !v->is_broken) {
        switch (v->place.where) {
        case IN_TEXT:
            read_text(&r);
            break;
        case IN_TAG:
            read_tag(&r);
            break;
        case IN_VALUE:
            read_value(&r);
            break;
        }
    }
}

/* ---- what a value becomes ---- */

static const char *put_in_value(struct view *v, int line, bool is_path, bool is_asset)
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
            fault(v, line, is_path ? "|path stands in an address: href=\"/{{lang}}{{m.path|path}}\""
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

const char *place_put(struct view *v, int line, bool is_path, bool is_asset)
{
    struct place *p = &v->place;
    switch (p->where) {
    case IN_VALUE:
        return put_in_value(v, line, is_path, is_asset);
    case IN_TAG:
        fault_fatal(v, line, "between attributes stand {{if}} and {{for}} only; write name=\"{{...}}\"");
        return NULL;
    case IN_TEXT:
        break;
    }
    if (is_path || is_asset) {
        fault(v, line, is_path ? "|path stands in an address: href=\"/{{lang}}{{m.path|path}}\""
                               : "{{asset}} is an address: href=\"{{asset \"birge.css\"}}\"");
        return NULL;
    }
    if (!element_takes_text(v, line))
        return NULL;
    if (p->after_pre) /* a browser eats the first line end there; it eats ours, not the value's */
        buf_byte(&v->literal, '\n');
    p->after_pre = false;
    return "html_put_text";
}

bool place_takes_elements(struct view *v, int line, const char *what)
{
    if (v->place.where != IN_TEXT)
        fault_fatal(v, line, "%s stands between elements, not within a tag", what);
    else if (element_is_text_only(v))
        fault_fatal(v, line, "%s in <%.*s>, which holds text alone", what, STR_FMT(element_top(v)->name));
    else
        return true;
    return false;
}

/* ---- branches ---- */

static void explain(struct view *v, int line, const char *block, const struct place *x, const struct place *y)
{
    const struct place *more = x->n_open >= y->n_open ? x : y;
    size_t same = 0;
    while (same < x->n_open && same < y->n_open && str_eq(x->open[same].name, y->open[same].name))
        same++;
    if (x->where == IN_TEXT && y->where == IN_TEXT && same < more->n_open) {
        const struct element *e = &more->open[same];
        fault_fatal(v, line, "{{%s}}: one way leaves <%.*s> of line %d open, another does not; open and close it in "
                    "one branch", block, STR_FMT(e->name), e->line);
    } else {
        static const char *const wheres[] = {"between elements", "within a tag", "within a quoted value"};
        fault_fatal(v, line, "{{%s}}: one way ends %s, another %s", block, wheres[x->where], wheres[y->where]);
    }
}

static bool is_same_place(const struct place *x, const struct place *y)
{
    if (x->where != y->where || x->n_open != y->n_open)
        return false;
    for (size_t i = 0; i < x->n_open; i++)
        if (!str_eq(x->open[i].name, y->open[i].name))
            return false;
    if (x->where == IN_TEXT)
        return true;
    if (!str_eq(x->tag.name, y->tag.name) || x->tag.line != y->tag.line)
        return false;
    return x->where == IN_TAG || (x->quote == y->quote && x->value_from == y->value_from);
}

void place_join(struct view *v, int line, const char *block, struct place *into, const struct place *other)
{
    if (!is_same_place(into, other)) {
        explain(v, line, block, into, other);
        return;
    }
    for (size_t i = 0; i < into->n_open; i++)
        into->open[i].needs_token |= other->open[i].needs_token;
    into->needs_space |= other->needs_space;
    into->may_be_scheme |= other->may_be_scheme;
    into->after_pre |= other->after_pre;
    if (into->address != other->address)
        into->address = ADDRESS_UNSURE;
    if (into->heading >= 0)
        into->heading = other->heading < 0 || other->heading > into->heading ? other->heading : into->heading;
    size_t shared = into->n_attrs;
    for (size_t i = 0; i < other->n_attrs && into->where != IN_TEXT; i++) {
        const struct attr *a = &other->attrs[i];
        size_t k = 0;
        while (k < shared && !str_eq(into->attrs[k].name, a->name))
            k++;
        if (k < shared) {
            into->attrs[k].has_value |= a->has_value;
            into->attrs[k].has_asset |= a->has_asset;
        } else if (into->n_attrs < MAX_ATTRS) {
            into->attrs[into->n_attrs++] = *a;
        }
    }
}

void place_end(struct view *v)
{
    const struct element *top = element_top(v);
    if (v->is_broken)
        return;
    if (v->place.where != IN_TEXT)
        fault_fatal(v, v->place.tag.line, "<%.*s is not finished: %s", STR_FMT(v->place.tag.name),
                    v->place.where == IN_TAG ? "> is missing" : "the quote of a value is open");
    else if (top)
        fault_fatal(v, top->line, "<%.*s> is never closed", STR_FMT(top->name));
}
