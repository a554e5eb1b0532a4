/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place.c - following the HTML as a browser would, so that each value is escaped for where it stands.
 *
 * Statements stand in three kinds of place: between tags, between attributes, within a quoted value.
 * Everything else (names, comments, unquoted values) is read in one piece, and a statement in it is a fault.
 *
 * Source: WHATWG HTML, 13.2.5 (tokenisation).
 */
#include "tools/viewgen/reader.h"

static const char *statement_word(enum item_kind next)
{
    return next == ITEM_HTML ? "the template ends" : "a statement stands";
}

static void read_end_tag(struct reader *r)
{
    size_t n = 2;
    while (r->i + n < r->s.n && reader_is_name_char(r->s.p[r->i + n]))
        n++;
    struct str name = str_slice(r->s, r->i + 2, r->i + n);
    if (r->i + n >= r->s.n || r->s.p[r->i + n] != '>') {
        if (r->i + n >= r->s.n)
            fault_fatal(r->v, r->line, "</%.*s is not finished where %s", STR_FMT(name),
                        statement_word(r->next));
        else
            fault_fatal(r->v, r->line, "an end tag is </%.*s> and nothing more", STR_FMT(name));
        return;
    }
    element_close(r->v, name, r->line);
    r->v->place.after_pre = false;
    reader_step(r, n + 1, true);
}

static void read_comment(struct reader *r)
{
    size_t end = str_find_str(reader_rest(r), S("-->"));
    if (end == SIZE_MAX)
        fault_fatal(r->v, r->line,
                    "nothing stands in an HTML comment but words; {{! this }} is a comment for authors");
    else
        reader_step(r, end + 3, false);
}

static void read_doctype(struct reader *r)
{
    static const struct str doctype = STR("<!doctype html>");
    if (!str_starts(reader_rest(r), doctype))
        fault_fatal(r->v, r->line, "<! begins a comment or <!doctype html>");
    else if (r->v->literal.n > 0 || r->v->n_blob > 0 || r->v->place.n_open > 0)
        fault_fatal(r->v, r->line, "<!doctype html> is the first thing of a page");
    else
        reader_step(r, doctype.n, true);
}

static void read_start_tag(struct reader *r)
{
    struct view *v = r->v;
    const struct element *top = element_top(v);
    bool is_svg = top && top->is_svg;
    size_t n = 1;
    while (r->i + n < r->s.n && reader_is_name_char(r->s.p[r->i + n]))
        n++;
    struct str name = str_slice(r->s, r->i + 1, r->i + n);
    for (size_t k = 0; k < name.n && !is_svg; k++)
        if (name.p[k] >= 'A' && name.p[k] <= 'Z') {
            fault_fatal(v, r->line, "<%.*s>: names of elements are small letters", STR_FMT(name));
            return;
        }
    if (r->i + n >= r->s.n && !item_is_control(r->next)) {
        fault_fatal(v, r->line,
                    r->next == ITEM_HTML ? "<%.*s is not finished"
                                         : "a value in the name of an element: <%.*s{{...}}",
                    STR_FMT(name));
        return;
    }
    v->place.tag = (struct element){.name = name, .line = r->line};
    v->place.n_attrs = 0;
    v->place.needs_space = true;
    v->place.where = IN_TAG;
    v->place.after_pre = false;
    reader_step(r, n, true);
}

static void read_markup(struct reader *r)
{
    struct view *v = r->v;
    char c = r->i + 1 < r->s.n ? r->s.p[r->i + 1] : '\0';
    const struct element *top = element_top(v);
    bool ends_top = top && c == '/' && str_starts(str_slice(r->s, r->i + 2, r->s.n), top->name);
    if ((element_is_text_only(v) || (top && str_eq(top->name, S("script")))) && !ends_top)
        fault_fatal(v, r->line, "<%.*s> (line %d) holds text alone; write &lt; for <", STR_FMT(top->name),
                    top->line);
    else if (c == '/')
        read_end_tag(r);
    else if (str_starts(reader_rest(r), S("<!--")))
        read_comment(r);
    else if (c == '!')
        read_doctype(r);
    else if (reader_is_letter(c))
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

static void read_text(struct reader *r)
{
    struct view *v = r->v;
    if (reader_here(r) == '<') {
        read_markup(r);
        return;
    }
    if (v->place.after_pre && reader_here(r) != '\n')
        buf_byte(&v->literal, '\n');
    v->place.after_pre = false;
    if (reader_is_space(reader_here(r)) && !in_preformatted(v)) {
        reader_space(r, true);
        return;
    }
    if (!reader_is_space(reader_here(r)) && !element_takes_text(v, r->line)) {
        v->is_broken = true;
        return;
    }
    if (reader_here(r) == '&') {
        reader_entity(r);
        return;
    }
    size_t n = 0;
    while (r->i + n < r->s.n && r->s.p[r->i + n] != '<' && r->s.p[r->i + n] != '&' &&
           (in_preformatted(v) || !reader_is_space(r->s.p[r->i + n])))
        n++;
    reader_step(r, n, true);
}

void place_read(struct view *v, const struct item *item, enum item_kind next)
{
    struct reader r = {.v = v,
                       .s = item->text,
                       .line = item->line,
                       .next = next,
                       .at_line_end = item->follows_line_end || (v->literal.n == 0 && v->n_blob == 0)};
    while (r.i < r.s.n && !v->is_broken) {
        bool is_of_source = r.s.p >= v->source.p && r.s.p <= v->source.p + v->source.n;
        v->at = is_of_source ? r.s.p + r.i : v->at;
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

const char *place_put(struct view *v, int line, bool is_path, bool is_asset)
{
    struct place *p = &v->place;
    switch (p->where) {
    case IN_VALUE:
        return place_put_in_value(v, line, is_path, is_asset);
    case IN_TAG:
        fault_fatal(v, line, "between attributes stand {{if}} and {{for}} only; write name=\"{{...}}\"");
        return NULL;
    case IN_TEXT:
        break;
    }
    if (is_path || is_asset) {
        fault(v, line,
              is_path ? "|path stands in an address: href=\"/{{lang}}{{m.path|path}}\""
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
