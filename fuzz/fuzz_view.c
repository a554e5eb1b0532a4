/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_view.c - templates and values as an enemy would write them.
 *
 * The first byte chooses. Even: the rest is a template, and viewgen says something about it or makes a
 * function, but never crashes. Odd: the rest is a value, drawn in every place of a page; the page must be
 * made of what it is made of with "x".
 */
#include <stdio.h>
#include <stdlib.h>

#include "gen/demo_views.h"
#include "tools/viewgen/view.h"
#include "web/tests/html_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compile_template(struct arena *a, struct str source)
{
    struct viewgen *g = viewgen_new(a);
    struct view *v = view_new(g, "t.html", source);
    compile(v);
    MUST(!v->is_broken || g->n_faults > 0); /* nobody gives up without a word */
    MUST(v->is_broken || (v->place.n_open == 0 && v->place.where == IN_TEXT && v->n_blocks == 0));
}

static struct html_count draw(struct arena *a, struct str value, struct str *ret_page)
{
    struct html h;
    html_init(&h, a, lang_find(S("en")), NULL, 0);
    demo_view_places(&h, &(struct demo_view_places){value});
    MUST(!html_done(&h, ret_page));
    return html_check(*ret_page);
}

static void draw_value(struct arena *a, struct str value)
{
    struct str page;
    struct html_count calm = draw(a, S("x"), &page), c = draw(a, value, &page);
    if (c.fault || c.elements != calm.elements || c.attributes != calm.attributes ||
        c.addresses != calm.addresses) {
        (void)fprintf(stderr, "%s at %zu:\n%.*s\n", c.fault ? c.fault : "another number of parts", c.at,
                      STR_FMT(page));
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *a = arena_new("fuzz", 0);
    struct str rest = str_dup(a, (struct str){(const char *)data + 1, size - 1});
    if (data[0] % 2 == 0)
        compile_template(a, rest);
    else
        draw_value(a, rest);
    arena_free(a);
    return 0;
}
