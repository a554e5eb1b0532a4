/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * plain.h - a page without the hashes in the addresses of its assets, so that a golden file does not change
 * with every colour.
 */
#ifndef BIRGE_CORE_TESTS_PLAIN_H
#define BIRGE_CORE_TESTS_PLAIN_H

#include "base/buf.h"
#include "web/html.h"

/* "/assets/birge.3f2a9c01.css" becomes "/assets/birge.css". Memory: `a`. */
static inline struct str without_hashes(struct arena *a, struct str page)
{
    struct buf b;
    buf_init(&b, a, HTML_MAX);
    size_t at;
    while ((at = str_find_str(page, S("/assets/"))) != SIZE_MAX) {
        size_t dot = at + str_find(str_slice(page, at, page.n), '.');
        buf_str(&b, str_slice(page, 0, dot));
        page = str_slice(page, dot + 9, page.n); /* a dot and eight digits */
    }
    buf_str(&b, page);
    return buf_view(&b);
}

#endif
