/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * draw.c - {{> slice.name ...}} and {{layout slice.name ...}}: a call of another template.
 */
#include <string.h>

#include "tools/viewgen/words.h"

static void note_use(struct viewgen *g, struct str slice)
{
    for (size_t i = 0; i < g->n_uses; i++)
        if (str_eq(g->uses[i], slice))
            return;
    g->uses[g->n_uses++] = slice;
}

/* Is there such a template, as far as this slice can know? */
static bool check_reference(struct words *w, struct str slice, struct str name, bool is_layout)
{
    struct viewgen *g = w->v->g;
    if (!g->slice.p)
        return true;
    if (!str_eq(slice, g->slice)) {
        if (!str_eq(slice, S("core")))
            fault(w->v, w->line, "%.*s draws its own templates and core's, not those of %.*s",
                  STR_FMT(g->slice), STR_FMT(slice));
        note_use(g, slice);
        return str_eq(slice, S("core"));
    }
    for (size_t i = 0; i < g->n_views; i++) {
        if (!str_eq(g->views[i]->name, name))
            continue;
        bool has_body = str_find_str(g->views[i]->source, S("{{body}}")) != SIZE_MAX;
        if (has_body != is_layout)
            fault(w->v, w->line,
                  is_layout ? "%s has no {{body}}, so it is no layout; draw it with {{> }}"
                            : "%s is a layout; it stands in {{layout }} at the top",
                  g->views[i]->file);
        return has_body == is_layout;
    }
    struct buf b;
    buf_init(&b, g->a, ARENA_MIB);
    for (size_t i = 0; i < g->n_views; i++)
        buf_printf(&b, " %.*s", STR_FMT(g->views[i]->name));
    fault(w->v, w->line, "there is no template %.*s/views/%.*s.html; there are:%.*s", STR_FMT(g->folder),
          STR_FMT(name), STR_FMT(buf_view(&b)));
    return false;
}

/* field=value ..., as a compound literal; each value at its own line. */
static bool draw_fields(struct words *w, struct buf *b, struct str type)
{
    buf_printf(b, "&(const %.*s){", STR_FMT(type));
    int n = 0;
    for (words_skip(w); w->i < w->s.n; words_skip(w), n++) {
        int line = w->line;
        struct str field = dotted(w);
        if (field.n == 0 || words_peek(w, 0) != '=' || words_peek(w, 1) == '=') {
            fault_fatal(
                w->v, line,
                "fields are named: text=m.state kind=\"green\"; or one value alone is the whole model");
            return false;
        }
        w->i++;
        struct value x = parse_value(w);
        if (x.c.n == 0)
            return false;
        if (x.is_path) {
            fault(w->v, x.line, "|path says how an address is written; it stands in href=\"...\"");
            return false;
        }
        if (x.element.n > 0) /* an element of a loop: the struct or a pointer to it, as the field asks */
            x.c = str_printf(w->v->g->a, "HTML_ELEMENT(((const %.*s *)0)->%.*s, %.*s)", STR_FMT(type),
                             STR_FMT(field), STR_FMT(x.element));
        buf_printf(b, "\n#line %d\n            .%.*s = %.*s,", line, STR_FMT(field), STR_FMT(x.c));
    }
    buf_c(b, n ? "\n        }" : "0}");
    return true;
}

struct str parse_draw(struct words *w, bool is_layout)
{
    words_skip(w);
    int line = w->line;
    struct str ref = dotted(w), slice, name;
    if (!str_cut(ref, '.', &slice, &name) || memchr(name.p, '.', name.n) || memchr(ref.p, '>', ref.n)) {
        fault(w->v, line, "which template? {{%s core.%s ...}}", is_layout ? "layout" : ">",
              is_layout ? "layout" : "tag");
        return (struct str){0};
    }
    if (!check_reference(w, slice, name, is_layout))
        return (struct str){0};
    struct arena *a = w->v->g->a;
    struct str type = str_printf(a, "struct %.*s_view_%.*s", STR_FMT(slice), STR_FMT(name));
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    buf_printf(&b, "%.*s(h, ", STR_FMT(str_slice(type, 7, type.n)));
    words_skip(w);
    struct words ahead = *w;
    struct str word = dotted(&ahead);
    bool is_model = w->i < w->s.n && (words_peek(&ahead, 0) != '=' || word.n == 0);
    if (!is_model)
        return draw_fields(w, &b, type) ? buf_view(&b) : (struct str){0};
    struct value x = parse_primary(w, true);
    if (x.c.n == 0)
        return x.c;
    if (x.kind != VALUE_ANY) {
        fault(w->v, x.line, "a template is drawn from a struct: {{> core.tag m.tag}}; or name the fields");
        return (struct str){0};
    }
    if (!words_end(w, "the model; either one struct, or fields by name"))
        return (struct str){0};
    buf_printf(&b, "HTML_MODEL(%.*s, %.*s)", STR_FMT(type), STR_FMT(x.c));
    return buf_view(&b);
}
