/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_promises.h - what the page of promises is drawn from.
 */
#ifndef BIRGE_CORE_VIEWS_PROMISES_H
#define BIRGE_CORE_VIEWS_PROMISES_H

#include "core/views.h"

struct core_view_promise {
    struct str id;         /* "p1", where a link leads */
    struct str title;
    struct str state;      /* proven, in part, not yet: in words */
    struct str state_kind; /* of the tag */
    struct str how;        /* how it is proven */
    struct str missing;    /* what is not; "" for nothing */
    const struct core_stat *figures;
    size_t n_figures;
    const struct core_row *tests; /* name: cases and outcome */
    size_t n_tests;
};

/* views/promises.html */
struct core_view_promises {
    struct core_view_layout layout;
    struct str run; /* when and of which version the tests were */
    const struct core_view_promise *promises;
    size_t n_promises;
};

#endif
