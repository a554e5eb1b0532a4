/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * figures.c - counting for people: from the counters, never from a walk over cases.
 *
 * Keeps: what bodies did (answered, in time) and what people say of it (solved) are counted apart; who says nothing
 *        is counted as neither. Source: rules.md, "Misuse" (closing to look good).
 */
#include "institutions/reception/figures.h"

#include "core/views.h"

void figures_add(struct figures *f, const struct body_counts *c)
{
    for (int s = 0; s < N_APPEAL_STATES; s++) {
        f->received += c->by_state[s];
        if (appeal_state_is_open((enum appeal_state)s))
            f->open += c->by_state[s];
    }
    f->closed = f->received - f->open;
    f->overdue += c->overdue;
    f->late += c->answered_late;
    f->solved += c->by_state[APPEAL_SOLVED];
    f->said += c->by_state[APPEAL_SOLVED] + c->by_state[APPEAL_NOT_SOLVED];
}

/* "94,1 %" of `whole`, or absent when there is nothing to divide by. */
static struct str share(struct page *p, int64_t part, int64_t whole)
{
    if (whole == 0)
        return (struct str){0};
    return lang_permille(p->a, p->lang, (part * 1000 + whole / 2) / whole);
}

static struct core_stat stat(struct page *p, const char *label_id, int64_t n, struct str note, struct str kind)
{
    return (struct core_stat){
        .value = lang_int(p->a, p->lang, n),
        .label = pages_t(p, label_id),
        .note = note,
        .kind = kind,
    };
}

size_t figures_stats(struct page *p, const struct figures *f, const struct core_stat **ret_stats)
{
    struct core_stat *s = ARENA_ARRAY(p->a, 5, struct core_stat);
    size_t n = 0;
    struct str late = f->overdue > 0 ? S("late") : (struct str){0};
    s[n++] = stat(p, "home.figure.received", f->received, (struct str){0}, (struct str){0});
    s[n++] = stat(p, "home.figure.in_time", f->closed - f->late, share(p, f->closed - f->late, f->closed),
                  (struct str){0});
    s[n++] = stat(p, "home.figure.open", f->open, (struct str){0}, (struct str){0});
    s[n++] = stat(p, "home.figure.overdue", f->overdue, (struct str){0}, late);
    s[n++] = stat(p, "home.figure.solved", f->solved, share(p, f->solved, f->said), (struct str){0});
    *ret_stats = s;
    return n;
}
