/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * emit.c - putting the C of a slice together: one function per template, with #line into the templates.
 *
 * A page with a layout is two functions: what stands in the layout's {{body}}, and the one with the page's
 * name, which draws the layout around it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tools/viewgen/view.h"

#define OUT_MAX (32 * ARENA_MIB)

static const char banner[] = "/* SPDX-License-Identifier: AGPL-3.0-or-later\n *\n"
                             " * Made by tools/viewgen from views/; change those.\n */\n";

static void signature(struct buf *b, const struct view *v)
{
    struct str slice = v->g->slice;
    buf_printf(b, "void %.*s_view_%.*s(struct html *h, const struct %.*s_view_%.*s *m", STR_FMT(slice),
               STR_FMT(v->name), STR_FMT(slice), STR_FMT(v->name));
    buf_c(b, v->body_line ? ", html_body *body, const void *page)" : ")");
}

/* From here on the C file speaks of itself again. */
static void own_lines(struct buf *b, const char *path)
{
    int line = 2;
    for (size_t i = 0; i < b->n; i++)
        line += b->p[i] == '\n';
    buf_printf(b, "#line %d \"%s\"\n", line, path);
}

/* What {{body}} of the layout draws: the page itself. */
static void emit_inner(struct buf *b, const struct view *v, const char *path)
{
    struct str slice = v->g->slice, name = v->name;
    if (v->body_line)
        buf_printf(b,
                   "struct slot_%.*s {\n    const struct %.*s_view_%.*s *m;\n    html_body *body;\n"
                   "    const void *page;\n};\n\n",
                   STR_FMT(name), STR_FMT(slice), STR_FMT(name));
    buf_printf(b, "static void page_%.*s(struct html *h, const void *model)\n{\n", STR_FMT(name));
    if (v->body_line)
        buf_printf(
            b,
            "    const struct slot_%.*s *slot = model;\n    const struct %.*s_view_%.*s *m = slot->m;\n"
            "    html_body *body = slot->body;\n    const void *page = slot->page;\n",
            STR_FMT(name), STR_FMT(slice), STR_FMT(name));
    else
        buf_printf(b, "    const struct %.*s_view_%.*s *m = model;\n", STR_FMT(slice), STR_FMT(name));
    buf_printf(b, "    (void)m;\n#line 1 \"%s\"\n%.*s", v->file, STR_FMT(buf_view(&v->code)));
    own_lines(b, path);
    buf_c(b, "}\n\n");
}

static void emit_view(struct buf *b, const struct view *v, const char *path)
{
    struct str name = v->name;
    buf_printf(b, "/* ---- %s ---- */\n\n", v->file);
    if (v->n_blob > 0)
        buf_printf(b, "static const char lit_%.*s[] =\n%.*s    \"\";\n\n", STR_FMT(name),
                   STR_FMT(buf_view(&v->blob)));
    /* A struct that views.h does not have is reported where it is missed. */
    buf_printf(
        b,
        "#line 1 \"%s\"\n_Static_assert(sizeof(struct %.*s_view_%.*s) > 0, \"views.h has this struct\");\n",
        v->file, STR_FMT(v->g->slice), STR_FMT(name));
    own_lines(b, path);
    if (v->layout.n > 0)
        emit_inner(b, v, path);
    signature(b, v);
    buf_c(b, "\n{\n    (void)m;\n");
    if (v->layout.n == 0) {
        buf_printf(b, "#line 1 \"%s\"\n%.*s", v->file, STR_FMT(buf_view(&v->code)));
    } else {
        if (v->body_line)
            buf_printf(b, "    const struct slot_%.*s slot = {m, body, page};\n", STR_FMT(name));
        buf_printf(b, "#line %d \"%s\"\n    %.*s, page_%.*s, %s);\n", v->layout_line, v->file,
                   STR_FMT(v->layout), STR_FMT(name), v->body_line ? "&slot" : "m");
    }
    own_lines(b, path);
    buf_c(b, "}\n\n");
}

/* Only a change is written: what depends on the file is not built again for nothing. */
static void save(struct arena *a, const char *path, const struct buf *b)
{
    MUST(!b->overflow);
    struct str old;
    if (!file_read(a, path, OUT_MAX, &old) && str_eq(old, buf_view(b)))
        return;
    FILE *f = fopen(path, "w");
    if (!f || fwrite(b->p, 1, b->n, f) != b->n || fclose(f) != 0) {
        (void)fprintf(stderr, "viewgen: %s cannot be written\n", path);
        exit(1);
    }
}

static void emit_header(struct viewgen *g, const char *path, struct str headers)
{
    struct buf b;
    buf_init(&b, g->a, OUT_MAX);
    buf_printf(
        &b, "%s#ifndef BIRGE_GEN_%.*s_VIEWS_H\n#define BIRGE_GEN_%.*s_VIEWS_H\n\n#include \"web/html.h\"\n",
        banner, STR_FMT(g->slice), STR_FMT(g->slice));
    buf_str(&b, headers);
    for (size_t i = 0; i < g->n_views; i++) {
        const struct view *v = g->views[i];
        buf_printf(&b, "\n/* %.*s/views/%.*s.html%s */\nstruct %.*s_view_%.*s;\n", STR_FMT(g->folder),
                   STR_FMT(v->name), v->body_line ? ": a layout; body(h, page) is drawn within it" : "",
                   STR_FMT(g->slice), STR_FMT(v->name));
        signature(&b, v);
        buf_c(&b, ";\n");
    }
    buf_c(&b, "\n#endif\n");
    save(g->a, path, &b);
}

void emit_slice(struct viewgen *g, const char *dir, struct str headers)
{
    const char *h_path = str_printf(g->a, "%s/%.*s_views.h", dir, STR_FMT(g->slice)).p;
    const char *c_path = str_printf(g->a, "%s/%.*s_views.c", dir, STR_FMT(g->slice)).p;
    struct buf b;
    buf_init(&b, g->a, OUT_MAX);
    buf_printf(&b, "%s#include \"gen/%.*s_views.h\"\n", banner, STR_FMT(g->slice));
    for (size_t i = 0; i < g->n_uses; i++)
        buf_printf(&b, "#include \"gen/%.*s_views.h\"\n", STR_FMT(g->uses[i]));
    buf_printf(&b, "%s#include \"web/html_gen.h\"\n\n", g->uses_assets ? "#include \"web/assets.h\"\n" : "");
    for (size_t i = 0; i < g->n_views; i++)
        emit_view(&b, g->views[i], c_path);
    emit_header(g, h_path, headers);
    save(g->a, c_path, &b);
}
