/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * elements.c - which elements and attributes there are, what may stand in what, and what is never drawn.
 *
 * Stricter than HTML: every element is closed by its own end tag, so that what the template says and what a
 * browser builds are the same tree. Where a browser would move or close something by itself, it is a fault.
 *
 * Source: WHATWG HTML, 4 (elements), 13.1.2 (syntax), 13.2.6 (tree construction); SVG 2; trust.md section 5.
 */
#include <string.h>

#include "tools/viewgen/view.h"

static const char html_elements[] =
    "a abbr address area article aside audio b bdi bdo blockquote body br button caption cite code col "
    "colgroup data datalist dd del details dfn dialog div dl dt em fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hgroup hr html i img input ins kbd label legend li link main "
    "map mark menu meta meter nav noscript ol optgroup option output p picture pre progress q rp rt "
    "ruby s samp script search section select small source span strong sub summary sup svg table tbody "
    "td textarea tfoot th thead time title tr track u ul var video wbr";
static const char svg_elements[] =
    "a circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon "
    "polyline radialGradient rect stop svg symbol text textPath title tspan use";
static const char void_elements[] = "area br col hr img input link meta source track wbr";
static const char closes_p[] =
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul";

/* Elements that are never drawn, and why. */
static const struct {
    const char *names, *why;
} never[] = {
    {"style", "styles stand in assets/; the page's policy (CSP) stops them here"},
    {"iframe frame frameset object embed applet portal", "pages load nothing foreign into themselves"},
    {"base", "it would turn every link of the page"},
    {"math annotation-xml foreignObject template slot", "it changes how a browser reads what follows"},
    {"animate animateMotion animateTransform set", "it can write addresses behind our back"},
    {"xmp plaintext listing noembed noframes marquee blink font center", "it is out of HTML"},
    {"canvas", "charts are SVG, so that they print and speak"},
};

/* Parents an element needs, and children an element takes alone. Nothing is asked at a template's edge. */
static const struct {
    const char *name, *parents;
} inside[] = {
    {"li", "ul ol menu"}, {"dt", "dl div"}, {"dd", "dl div"}, {"tr", "table thead tbody tfoot"},
    {"td", "tr"}, {"th", "tr"}, {"thead", "table"}, {"tbody", "table"}, {"tfoot", "table"},
    {"caption", "table"}, {"colgroup", "table"}, {"col", "colgroup"},
    {"option", "select optgroup datalist"}, {"optgroup", "select"}, {"legend", "fieldset"},
    {"summary", "details"}, {"figcaption", "figure"}, {"head", "html"}, {"body", "html"},
};
static const struct {
    const char *name, *children;
} holds[] = {
    {"ul", "li script"}, {"ol", "li script"}, {"menu", "li script"}, {"dl", "dt dd div script"},
    {"table", "caption colgroup thead tbody tfoot tr"}, {"thead", "tr"}, {"tbody", "tr"},
    {"tfoot", "tr"}, {"tr", "td th"}, {"colgroup", "col"}, {"select", "option optgroup hr"},
    {"optgroup", "option"}, {"html", "head body"}, {"script", ""},
    {"head", "title meta link script noscript"},
};
/* Not within each other, however deep. */
static const struct {
    const char *names, *outer;
} apart[] = {
    {"a", "a button"},
    {"button input select textarea label details", "a button"},
    {"label", "label"},
    {"form", "form"},
    {"h1 h2 h3 h4 h5 h6", "h1 h2 h3 h4 h5 h6 p"},
    {"main", "main article aside nav footer header"},
};

bool in_list(struct str name, const char *list)
{
    if (name.n == 0)
        return false;
    for (const char *from = list; *from;) {
        size_t n = strcspn(from, " ");
        if (n == name.n && memcmp(from, name.p, n) == 0)
            return true;
        from += n + (from[n] == ' ');
    }
    return false;
}

const struct element *element_top(const struct view *v)
{
    return v->place.n_open ? &v->place.open[v->place.n_open - 1] : NULL;
}

bool element_is_text_only(const struct view *v)
{
    const struct element *top = element_top(v);
    return top && !top->is_svg && in_list(top->name, "textarea title");
}

static const char *children_of(const struct element *e)
{
    for (size_t i = 0; e && !e->is_svg && i < sizeof holds / sizeof *holds; i++)
        if (str_eq(e->name, str_c(holds[i].name)))
            return holds[i].children;
    return NULL;
}

bool element_takes_text(struct view *v, int line)
{
    const struct element *top = element_top(v);
    const char *children = children_of(top);
    if (!children)
        return true;
    if (str_eq(top->name, S("script")))
        fault(v, line,
              "a script in the page: the page's policy (CSP) stops it; scripts are files, "
              "<script src=\"{{asset \"x.js\"}}\" defer></script>");
    else
        fault(v, line, "no text directly in <%.*s> (line %d): it holds %s", STR_FMT(top->name), top->line,
              children);
    return false;
}

/* Is the name known, and may it be drawn at all? */
static bool check_known(struct view *v, const struct element *e)
{
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (in_list(e->name, never[i].names)) {
            fault_fatal(v, e->line, "<%.*s> is never drawn: %s", STR_FMT(e->name), never[i].why);
            return false;
        }
    if (in_list(e->name, e->is_svg ? svg_elements : html_elements))
        return true;
    if (e->is_svg && in_list(e->name, html_elements))
        fault_fatal(v, e->line, "<%.*s> within <svg>: a browser would end the picture here",
                    STR_FMT(e->name));
    else if (!e->is_svg && in_list(e->name, svg_elements))
        fault_fatal(v, e->line, "<%.*s> stands within <svg> only", STR_FMT(e->name));
    else
        fault_fatal(v, e->line, "there is no element <%.*s>", STR_FMT(e->name));
    return false;
}

/* The innermost open `p` that a browser would close before a block. */
static const struct element *open_p(const struct view *v)
{
    for (size_t i = v->place.n_open; i > 0; i--) {
        const struct element *e = &v->place.open[i - 1];
        if (str_eq(e->name, S("p")))
            return e;
        if (in_list(e->name, "button td th caption table html svg"))
            return NULL;
    }
    return NULL;
}

static bool check_apart(struct view *v, const struct element *e)
{
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        for (size_t k = 0; in_list(e->name, apart[i].names) && k < v->place.n_open; k++)
            if (in_list(v->place.open[k].name, apart[i].outer)) {
                fault(v, e->line, "<%.*s> within <%.*s> (line %d)", STR_FMT(e->name),
                      STR_FMT(v->place.open[k].name), v->place.open[k].line);
                return false;
            }
    return true;
}

static bool check_nesting(struct view *v, const struct element *e)
{
    const struct element *top = element_top(v), *p = open_p(v);
    const char *children = children_of(top);
    if (children && !in_list(e->name, children)) {
        fault(v, e->line, "<%.*s> directly in <%.*s> (line %d), which holds %s", STR_FMT(e->name),
              STR_FMT(top->name), top->line, *children ? children : "nothing");
        return false;
    }
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (top && str_eq(e->name, str_c(inside[i].name)) && !in_list(top->name, inside[i].parents)) {
            fault(v, e->line, "<%.*s> stands directly in %s, not in <%.*s> (line %d)", STR_FMT(e->name),
                  inside[i].parents, STR_FMT(top->name), top->line);
            return false;
        }
    if (p && in_list(e->name, closes_p)) {
        fault(v, e->line,
              "<%.*s> ends the <p> of line %d in every browser; close it before, or make it a <div>",
              STR_FMT(e->name), p->line);
        return false;
    }
    return check_apart(v, e);
}

void element_open(struct view *v, int line, bool is_self_closed)
{
    const struct element *top = element_top(v);
    bool is_in_svg = top && top->is_svg;
    v->place.tag.is_svg = is_in_svg || str_eq(v->place.tag.name, S("svg"));
    if (!check_known(v, &v->place.tag))
        return;
    if (is_in_svg || check_nesting(v, &v->place.tag))
        access_tag(v, line);
    struct element e = v->place.tag;
    bool is_void = !e.is_svg && in_list(e.name, void_elements);
    if (is_self_closed && !is_void && !e.is_svg)
        fault_fatal(v, e.line, "<%.*s/> stays open in HTML; write <%.*s></%.*s>", STR_FMT(e.name),
                    STR_FMT(e.name), STR_FMT(e.name));
    if (is_void || is_self_closed)
        return;
    if (v->place.n_open == MAX_OPEN) {
        fault_fatal(v, e.line, "more than %d elements within each other", MAX_OPEN);
        return;
    }
    v->place.open[v->place.n_open++] = e;
    v->place.after_pre = !e.is_svg && in_list(e.name, "pre textarea");
}

void element_close(struct view *v, struct str name, int line)
{
    const struct element *top = element_top(v);
    const struct block *b = v->n_blocks > 0 ? &v->blocks[v->n_blocks - 1] : NULL;
    if (in_list(name, void_elements)) {
        fault_fatal(v, line, "<%.*s> has no end tag", STR_FMT(name));
    } else if (!top) {
        fault_fatal(v, line, "</%.*s> closes nothing", STR_FMT(name));
    } else if (!str_eq(top->name, name)) {
        fault_fatal(v, line, "</%.*s>, but <%.*s> of line %d is still open", STR_FMT(name),
                    STR_FMT(top->name), top->line);
    } else if (b && v->place.n_open <= b->before.n_open) {
        fault_fatal(v, line,
                    "</%.*s> closes the element of line %d, which was opened outside the {{%s}} of line %d",
                    STR_FMT(name), top->line, b->kind == ITEM_IF ? "if" : "for", b->line);
    } else {
        access_close(v, top, line);
        v->place.n_open--;
    }
}

/* ---- attributes ---- */

bool attr_is_address(struct str name)
{
    return in_list(name, "href src action formaction cite data poster background longdesc");
}

const struct attr *attr_find(const struct view *v, const char *name)
{
    for (size_t i = 0; i < v->place.n_attrs; i++)
        if (str_eq(v->place.attrs[i].name, str_c(name)))
            return &v->place.attrs[i];
    return NULL;
}

bool attr_allowed(struct view *v, const struct attr *a)
{
    static const struct {
        const char *names, *why;
    } refused[] = {
        {"style", "the page's policy (CSP) stops it; take a class"},
        {"srcdoc", "it is a page within the page"},
        {"ping", "it tells others who follows a link"},
        {"xlink:href", "write href"},
        {"xml:base", "it turns links"},
        {"align bgcolor border cellpadding cellspacing valign", "looks stand in assets/css; take a class"},
    };
    if (str_starts(a->name, S("on"))) {
        fault(v, a->line,
              "%.*s=: the page's policy (CSP) stops it; scripts are files and find their elements by "
              "data-... attributes",
              STR_FMT(a->name));
        return false;
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (in_list(a->name, refused[i].names)) {
            fault(v, a->line, "%.*s= is never written: %s", STR_FMT(a->name), refused[i].why);
            return false;
        }
    return true;
}
