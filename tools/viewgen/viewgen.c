/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * viewgen.c - from the templates of a slice to C. README.md says what a template is.
 *
 * Usage: viewgen SRC SLICE FOLDER OUT_DIR DEPFILE   write OUT_DIR/SLICE_views.[hc] from SRC/FOLDER/views
 *        viewgen --check FILE...                    only report, for editors
 *        viewgen --texts FILE...                    the text ids in use: id, file:line, value,value (tabs)
 * --check sees what the templates say; tools/check-views asks the C compiler for the fields, too.
 * Exits 0; 1 when a template is wrong, with "file:line: error: ..." for each fault; 2 for wrong usage.
 */
#include <stdio.h>
#include <string.h>

#include "tools/viewgen/view.h"

static int usage(void)
{
    (void)fprintf(stderr, "usage: viewgen SRC SLICE FOLDER OUT_DIR DEPFILE\n"
                          "       viewgen --check FILE...\n"
                          "       viewgen --texts FILE...\n");
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 3 || (argv[1][0] != '-' && argc != 6))
        return usage();
    struct arena *a = arena_new("viewgen", 0);
    struct viewgen *g = viewgen_new(a);
    bool is_texts = strcmp(argv[1], "--texts") == 0;
    if (argv[1][0] != '-') {
        viewgen_build(g, argv);
    } else if (is_texts || strcmp(argv[1], "--check") == 0) {
        g->has_columns = !is_texts;
        for (int i = 2; i < argc; i++) {
            g->n_views = 0; /* each file by itself */
            compile(view_read(g, argv[i]));
        }
    } else {
        arena_free(a);
        return usage();
    }
    if (is_texts)
        (void)printf("%.*s", STR_FMT(buf_view(&g->texts)));
    (void)fprintf(stderr, "%.*s", STR_FMT(buf_view(&g->faults)));
    int failed = g->n_faults > 0;
    arena_free(a);
    return failed;
}
