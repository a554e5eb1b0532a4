/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * write.c - write the sample pages to files: birge_sample DIR. For golden files, screenshots and axe.
 *
 * DIR/<lang>/<page>.html, with the addresses of assets as they are in the program; --plain leaves the
 * hashes out of them, as golden files have it. --assets writes DIR/assets too.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "core/tests/sample/sample.h"
#include "core/tests/sample/plain.h"
#include "web/assets.h"

static struct err *write_page(struct arena *a, const char *dir, const struct lang *l, size_t i, bool is_plain)
{
    struct str page;
    TRY(sample_page(a, l, i, &page));
    if (is_plain)
        page = without_hashes(a, page);
    struct str folder = str_printf(a, "%s/%.*s", dir, STR_FMT(lang_code(l)));
    TRY(file_mkdir(a, folder.p, 0755));
    return file_write(a, str_printf(a, "%s/%s.html", folder.p, sample_pages[i].name).p, page, 0644);
}

static struct err *write_assets(struct arena *a, const char *dir)
{
    size_t n;
    const struct asset *all = assets_all(&n);
    TRY(file_mkdir(a, str_printf(a, "%s/assets", dir).p, 0755));
    for (size_t i = 0; i < n; i++)
        TRY(file_write(a, str_printf(a, "%s%.*s", dir, STR_FMT(all[i].path)).p, all[i].raw, 0644));
    return NULL;
}

static struct err *write_all(struct arena *a, const char *dir, bool is_plain, bool has_assets)
{
    TRY(file_mkdir(a, dir, 0755));
    for (size_t k = 0; k < LANG_N; k++)
        for (size_t i = 0; i < sample_pages_n; i++)
            TRY(write_page(a, dir, lang_at(k), i, is_plain));
    return has_assets ? write_assets(a, dir) : NULL;
}

int main(int argc, char **argv)
{
    bool is_plain = argc > 2 && !strcmp(argv[1], "--plain");
    bool has_assets = argc > 2 && !strcmp(argv[1], "--assets");
    if (argc != 2 + (is_plain || has_assets)) {
        (void)fprintf(stderr, "usage: %s [--plain | --assets] DIR\n", argv[0]);
        return 2;
    }
    struct arena *a = arena_new("sample", 0);
    struct err *e = write_all(a, argv[argc - 1], is_plain, has_assets);
    if (e)
        (void)fprintf(stderr, "%.*s\n", STR_FMT(err_text(a, e)));
    arena_free(a);
    return e ? 1 : 0;
}
