/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * run.c - one run of viewgen: messages, reading templates, the build of a slice.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tools/viewgen/view.h"

#define TEMPLATE_MAX ARENA_MIB

struct viewgen *viewgen_new(struct arena *a)
{
    struct viewgen *g = ARENA_NEW(a, struct viewgen);
    g->a = a;
    buf_init(&g->faults, a, 16 * ARENA_MIB);
    buf_init(&g->texts, a, 16 * ARENA_MIB);
    return g;
}

/* ---- messages ---- */

/* Characters from the begin of `line` to what is being read, from 1. A fault that belongs to another line, where
 * something began, is told at that line's first word. */
static int column_of(const struct view *v, int line)
{
    const char *begin = v->source.p;
    const char *end = v->source.p + v->source.n;
    for (int n = 1; n < line && begin < end; begin++)
        n += *begin == '\n';
    const char *stop = begin;
    while (stop < end && *stop != '\n')
        stop++;
    bool is_here = v->at && v->at >= begin && v->at <= stop;
    const char *at = is_here ? v->at : begin;
    while (!is_here && at < stop && (*at == ' ' || *at == '\t'))
        at++;
    return 1 + (int)str_utf8_len((struct str){begin, (size_t)(at - begin)});
}

static void __attribute__((format(printf, 3, 0)))
report(struct view *v, int line, const char *fmt, va_list args)
{
    char text[1000];
    (void)vsnprintf(text, sizeof text, fmt, args);
    if (v->g->has_columns)
        buf_printf(&v->g->faults, "%s:%d:%d: error: %s\n", v->file, line, column_of(v, line), text);
    else
        buf_printf(&v->g->faults, "%s:%d: error: %s\n", v->file, line, text);
    v->g->n_faults++;
    v->n_faults++;
}

void fault(struct view *v, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (!v->is_broken)
        report(v, line, fmt, args);
    va_end(args);
}

void fault_fatal(struct view *v, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (!v->is_broken)
        report(v, line, fmt, args);
    va_end(args);
    v->is_broken = true;
}

/* ---- reading ---- */

static bool is_view_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(i > 0 && s.p[i] >= '0' && s.p[i] <= '9') &&
            !(i > 0 && s.p[i] == '_'))
            return false;
    return s.n > 0;
}

struct view *view_new(struct viewgen *g, const char *path, struct str source)
{
    struct view *v = ARENA_NEW(g->a, struct view);
    const char *slash = strrchr(path, '/');
    struct str base = str_c(slash ? slash + 1 : path);
    v->g = g;
    v->file = path;
    v->source = source;
    v->name = str_ends(base, S(".html")) ? str_slice(base, 0, base.n - 5) : base;
    if (!is_view_name(v->name))
        fault_fatal(v, 1, "a template's name is small letters, digits and _: it becomes a C name");
    MUST(g->n_views < MAX_VIEWS);
    g->views[g->n_views++] = v;
    return v;
}

struct view *view_read(struct viewgen *g, const char *path)
{
    struct str source = {0};
    struct err *e = file_read(g->a, path, TEMPLATE_MAX, &source);
    struct view *v = view_new(g, path, source);
    if (e)
        fault_fatal(v, 1, "%s", err_text(g->a, e).p);
    return v;
}

/* Names in a folder that pass `keep`, sorted. A folder that is not there is empty. */
static size_t list_folder(struct arena *a, const char *path, bool (*keep)(struct str name), const char ***ret)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    const char **names = ARENA_ARRAY(a, n > 0 ? (size_t)n : 1, const char *);
    size_t kept = 0;
    for (int i = 0; i < n; i++) {
        struct str name = str_c(entries[i]->d_name);
        if (keep(name))
            names[kept++] = str_to_c(a, name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    *ret = names;
    return kept;
}

static bool is_template(struct str name)
{
    return str_ends(name, S(".html")) && name.p[0] != '.';
}

static bool is_model_header(struct str name)
{
    return str_ends(name, S(".h")) && (str_eq(name, S("views.h")) || str_starts(name, S("views_")));
}

/* ---- the build ---- */

static struct str include_lines(struct viewgen *g, const char *folder)
{
    const char **names;
    size_t n = list_folder(g->a, folder, is_model_header, &names);
    struct buf b;
    buf_init(&b, g->a, ARENA_MIB);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "#include \"%.*s/%s\"\n", STR_FMT(g->folder), names[i]);
    return buf_view(&b);
}

/* For ninja: a template that comes or goes changes its folder, so the folders are named too. */
static void write_depfile(struct viewgen *g, const char *path, const char *out, const char *folder,
                          bool has_views)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        (void)fprintf(stderr, "viewgen: %s cannot be written\n", path);
        exit(1);
    }
    (void)fprintf(f, "%s/%.*s_views.h: %s%s%s", out, STR_FMT(g->slice), folder, has_views ? " " : "",
                  has_views ? str_printf(g->a, "%s/views", folder).p : "");
    for (size_t i = 0; i < g->n_views; i++)
        (void)fprintf(f, " %s", g->views[i]->file);
    (void)fputc('\n', f);
    (void)fclose(f);
}

void viewgen_build(struct viewgen *g, char **argv)
{
    g->slice = str_c(argv[2]);
    g->folder = str_c(argv[3]);
    const char *folder = str_printf(g->a, "%s/%s", argv[1], argv[3]).p;
    const char *views = str_printf(g->a, "%s/views", folder).p;
    const char **names;
    size_t n = list_folder(g->a, views, is_template, &names);
    for (size_t i = 0; i < n; i++)
        (void)view_read(g, str_printf(g->a, "%s/%s", views, names[i]).p);
    struct str headers = include_lines(g, folder);
    if (n > 0 && headers.n == 0)
        fault(g->views[0], 1, "%s/views.h is missing: it holds the structs that templates are drawn from",
              argv[3]);
    for (size_t i = 0; i < g->n_views; i++)
        compile(g->views[i]);
    write_depfile(g, argv[5], argv[4], folder, file_exists(views));
    if (g->n_faults == 0)
        emit_slice(g, argv[4], headers);
}
