/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sample.h - sample pages: every part of core's views at least once, in three languages, with words as long
 * as life has them. For golden files, for axe, and for the eye.
 */
#ifndef BIRGE_CORE_TESTS_SAMPLE_H
#define BIRGE_CORE_TESTS_SAMPLE_H

#include "gen/sample_views.h"

/* One page: its name and who draws it. */
struct sample_page {
    const char *name;
    void (*draw)(struct html *h, const struct lang *l);
};

extern const struct sample_page sample_pages[];
extern const size_t sample_pages_n;

/* The words of language `l`. */
static inline struct str words(const struct lang *l, struct str kk, struct str ru, struct str en)
{
    return lang_index(l) == 0 ? kk : lang_index(l) == 1 ? ru : en;
}
#define W(kk, ru, en) words(l, S(kk), S(ru), S(en))

/* The whole page, in `a`. */
struct err *sample_page(struct arena *a, const struct lang *l, size_t i, struct str *ret_html) WARN_UNUSED;

/* The frame: of a citizen's page, and of a desk. Memory: `a`. */
struct core_view_layout sample_layout(struct arena *a, const struct lang *l, struct str title);
struct core_view_layout sample_desk_layout(struct arena *a, const struct lang *l, struct str title);
/* What happened to the sample case. Memory: `a`. */
struct core_view_timeline sample_timeline(struct arena *a, const struct lang *l);
struct core_view_due sample_due(const struct lang *l, struct str kind);

void sample_home(struct html *h, const struct lang *l);
void sample_send(struct html *h, const struct lang *l);
void sample_send_errors(struct html *h, const struct lang *l);
void sample_sent(struct html *h, const struct lang *l);
void sample_appeal(struct html *h, const struct lang *l);
void sample_deadline(struct html *h, const struct lang *l);
void sample_desk(struct html *h, const struct lang *l);
void sample_work(struct html *h, const struct lang *l);
void sample_empty(struct html *h, const struct lang *l);
void sample_problem(struct html *h, const struct lang *l);

#endif
