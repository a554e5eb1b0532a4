/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * qr.c - libqrencode finds the modules, the element stack draws them.
 *
 * Runs of dark modules of a line become one stroke of a path: about 3 KB for an address, no script, prints.
 */
#include "core/qr.h"

#include <qrencode.h>

#define QUIET 4
#define TEXT_MAX 500

static void free_code(void *code)
{
    QRcode_free(code);
}

static struct str path_of(struct arena *a, const QRcode *code)
{
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    int w = code->width;
    for (int y = 0; y < w; y++) {
        for (int x = 0; x < w; x++) {
            int from = x;
            while (x < w && (code->data[y * w + x] & 1))
                x++;
            if (x > from)
                buf_printf(&b, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
        }
    }
    return buf_view(&b);
}

struct safe_html qr_svg(struct arena *a, const struct lang *l, struct str text, struct str label)
{
    if (text.n == 0 || text.n > TEXT_MAX)
        return (struct safe_html){0};
    QRcode *code = QRcode_encodeString8bit(str_to_c(a, text), 0, QR_ECLEVEL_M);
    if (!code)
        return (struct safe_html){0};
    arena_defer(a, free_code, code);
    int side = code->width + 2 * QUIET;
    struct html h;
    html_init(&h, a, l, NULL, 0);
    html_open(&h, "svg");
    html_attr(&h, "viewBox", str_printf(a, "0 0 %d %d", side, side));
    html_attr_int(&h, "width", 180);
    html_attr_int(&h, "height", 180);
    html_attr(&h, "role", S("img"));
    html_attr(&h, "aria-label", label);
    html_open(&h, "rect");
    html_attr_int(&h, "width", side);
    html_attr_int(&h, "height", side);
    html_attr(&h, "fill", S("#fff"));
    html_close(&h, "rect");
    html_open(&h, "path");
    html_attr(&h, "d", path_of(a, code));
    html_close(&h, "path");
    html_close(&h, "svg");
    return html_take(&h);
}
