/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * access.c - what people need who cannot see or point, as far as a machine can tell from one template.
 *
 * An input has a label, a picture has words, headings leave no level out, a page says its language. And
 * what an attacker needs, as far as a whole tag tells it: values choose no script and no style sheet, and a
 * form that changes something carries its token.
 *
 * Source: experience.md section 4; WCAG 2.2, 1.1.1, 1.3.1, 3.1.1, 3.3.2; trust.md section 5.
 */
#include "tools/viewgen/view.h"

static struct str attr_source(const struct view *v, const char *name)
{
    const struct attr *a = attr_find(v, name);
    return a ? a->source : (struct str){0};
}

static void note(struct view *v, struct label_use *list, size_t *n, struct str id, int line)
{
    if (*n < 100)
        list[(*n)++] = (struct label_use){.id = id, .element = v->place.tag.name, .line = line};
}

static bool is_within(const struct view *v, const char *name)
{
    for (size_t i = 0; i < v->place.n_open; i++)
        if (str_eq(v->place.open[i].name, str_c(name)))
            return true;
    return false;
}

static void check_control(struct view *v, int line)
{
    struct str type = attr_source(v, "type");
    if (str_eq(v->place.tag.name, S("input")) && in_list(type, "hidden submit reset button image"))
        return;
    if (is_within(v, "label") || attr_find(v, "aria-label") || attr_find(v, "aria-labelledby"))
        return;
    note(v, v->controls, &v->n_controls, attr_source(v, "id"), line);
}

static void check_heading(struct view *v, int line)
{
    int level = v->place.tag.name.p[1] - '0', last = v->place.heading;
    if (last == 0 && level > 1)
        fault(v, line, "the first heading of a page is <h1>, not <h%d>", level);
    else if (last > 0 && level > last + 1)
        fault(v, line, "<h%d> behind <h%d> leaves a level out", level, last);
    v->place.heading = level;
}

/* What a value must not choose. */
static void check_power(struct view *v, int line)
{
    struct str tag = v->place.tag.name;
    const struct attr *src = attr_find(v, "src"), *href = attr_find(v, "href"), *rel = attr_find(v, "rel");
    if (str_eq(tag, S("script"))) {
        if (!src)
            fault(v, line,
                  "a script in the page: the page's policy (CSP) stops it; scripts are files, "
                  "<script src=\"{{asset \"x.js\"}}\" defer></script>");
        else if (src->has_value)
            fault(v, src->line, "a value chooses a script; scripts are named: src=\"{{asset \"x.js\"}}\"");
    }
    if (str_eq(tag, S("link")) && rel && rel->has_value)
        fault(v, rel->line, "a value chooses what a <link> does; write its rel");
    if (str_eq(tag, S("link")) && href && href->has_value &&
        (!rel || !in_list(rel->source, "alternate canonical next prev author license help search")))
        fault(v, href->line, "a value chooses what the page loads; name it: href=\"{{asset \"x.css\"}}\"");
    if (str_eq(tag, S("meta")) && attr_find(v, "http-equiv"))
        fault(v, line, "<meta http-equiv>: headers are the server's affair");
}

void access_token(struct view *v)
{
    for (size_t i = v->place.n_open; i > 0; i--)
        v->place.open[i - 1].needs_token = false;
}

void access_close(struct view *v, const struct element *e, int line)
{
    if (e->needs_token)
        fault(v, line,
              "the form of line %d posts without its token; draw {{> core.csrf token=m.layout.csrf}} in it",
              e->line);
}

void access_tag(struct view *v, int line)
{
    struct str tag = v->place.tag.name;
    const struct attr *method = attr_find(v, "method");
    v->place.tag.needs_token = str_eq(tag, S("form")) && method && !str_eq_nocase(method->source, S("get")) &&
                               !str_eq_nocase(method->source, S("dialog"));
    if (str_eq(tag, S("input")) && str_eq(attr_source(v, "name"), S("csrf")))
        access_token(v);
    if (in_list(tag, "input select textarea"))
        check_control(v, line);
    if (str_eq(tag, S("label")) && attr_find(v, "for"))
        note(v, v->labels, &v->n_labels, attr_source(v, "for"), line);
    if ((str_eq(tag, S("img")) || str_eq(attr_source(v, "type"), S("image"))) && !attr_find(v, "alt"))
        fault(v, line, "a picture without alt=\"...\"; alt=\"\" when it says nothing");
    if (tag.n == 2 && tag.p[0] == 'h' && tag.p[1] >= '1' && tag.p[1] <= '6')
        check_heading(v, line);
    if (str_eq(tag, S("html")) && attr_source(v, "lang").n == 0)
        fault(v, line, "a page without its language; write <html lang=\"{{lang}}\">");
    check_power(v, line);
}

void access_end(struct view *v)
{
    for (size_t i = 0; i < v->n_controls; i++) {
        const struct label_use *c = &v->controls[i];
        bool is_found = false;
        for (size_t k = 0; k < v->n_labels && !is_found; k++)
            is_found = c->id.n > 0 && str_eq(v->labels[k].id, c->id);
        if (is_found)
            continue;
        if (c->id.n > 0)
            fault(v, c->line, "<%.*s> without a label; write <label for=\"%.*s\">, or aria-label=\"...\"",
                  STR_FMT(c->element), STR_FMT(c->id));
        else
            fault(v, c->line, "<%.*s> without a label; give it an id and write <label for=\"...\">",
                  STR_FMT(c->element));
    }
}
