/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views.h - models of the templates that viewgen's own tests draw.
 */
#ifndef BIRGE_VIEWGEN_TESTS_DEMO_VIEWS_H
#define BIRGE_VIEWGEN_TESTS_DEMO_VIEWS_H

#include "web/html.h"

enum demo_state { DEMO_OPEN, DEMO_DONE };

struct demo_item {
    struct str text;
    const char *href;
    enum demo_state state;
    const struct str *notes;
    size_t n_notes;
};

struct demo_person {
    struct str name;
};

struct demo_view_layout {
    struct str title;
    const struct demo_person *staff;
};

struct demo_view_tag {
    struct str text, kind;
    bool small;
};

/* Every kind of statement. */
struct demo_view_page {
    struct demo_view_layout layout;
    struct str title, kind;
    const struct demo_item *items;
    size_t n_items;
    int64_t n;
    struct opt_int due_on;
    int32_t day;
    struct demo_view_tag tag;
    const char *text_id;
    struct safe_html chart;
};

struct demo_view_logic {
    struct str a, b;
    int64_t c;
    const char *p;
    struct opt_int o;
};

struct demo_view_loops {
    const struct demo_view_tag *tags;
    size_t n_tags, n_shown;
};

/* Draws the tag twice: `copy` and what `pointer` leads to. */
struct demo_view_twice {
    struct demo_view_tag copy;
    const struct demo_view_tag *pointer;
};

struct demo_view_texts {
    int64_t n;
    struct str who;
    const char *text_id;
};

struct demo_view_space {
    struct str x;
};

/* One value in every place. */
struct demo_view_places {
    struct str x;
};

static inline struct str demo_upper(struct html *h, struct str s)
{
    struct str copy = str_dup(h->a, s);
    return str_slice(copy, 0, 1);
}

#endif
