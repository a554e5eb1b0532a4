/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * report.c - as many made-up entries as the report counts, spread over its period.
 */
#include "institutions/diary/tests/report.h"

#include "base/clock.h"

/* The `i`-th of `n` entries, by hand of the head, who may publish what he wrote. */
static int64_t one(struct action *x, struct state *s, const struct report_figure *f, int64_t i, int64_t inside)
{
    int32_t first = civil_to_day((struct civil){2019, 3, 20});
    int32_t days = civil_to_day((struct civil){2019, 12, 31}) - first;
    int32_t day = first + (int32_t)(i * days / (f->n > 1 ? f->n - 1 : 1));
    struct diary_named head = {DIARY_WHO_HEAD, S("Мемлекет басшысы"), S("Президент"), S(""), S("")};
    struct diary_write_command c = {.office_id = s->head_office, .source_uid = S("")};
    struct diary_version *v = &c.draft.v;
    *v = (struct diary_version){.kind = inside ? DIARY_MEETING : f->kind, .form = S(""), .is_abroad = f->is_abroad,
                                .country = f->is_abroad ? S("Шет ел") : S(""), .inside_id = inside,
                                .zone = S("Asia/Almaty"), .link = S(""), .language = S("kk"), .note = S("")};
    v->words[0] = (struct diary_words){.title = str_printf(x->a, "%lld", (long long)i + 1), .place = S(""),
                                       .about = S(""), .outcome = S("")};
    assert_true(diary_times(x->a, s->site->tz, day_text(x->a, day), S(""), S(""), S(""), v));
    if (f->kind == DIARY_MEETING && i < f->n_part) {
        c.draft.named = &head;
        c.draft.n_named = 1;
    }
    x->command = &c;
    assert_ok(diary_write(x));
    int64_t id = ((struct diary_write_result *)x->result)->id;
    struct diary_step_command step = {.id = id, .reason = S("")};
    x->command = &step;
    assert_ok(diary_hold(x));
    assert_ok(diary_publish(x));
    return id;
}

static struct err *fill(struct action *x)
{
    struct state *s = x->command;
    for (size_t k = 0; k < N_REPORT_FIGURES; k++) {
        const struct report_figure *f = &report_figures[k];
        for (int64_t i = 0; i < f->n; i++) {
            int64_t id = one(x, s, f, i, 0);
            if (f->kind == DIARY_EVENT && i < f->n_part)
                (void)one(x, s, f, i, id);
        }
    }
    return NULL;
}

void report_fill(struct state *s)
{
    state_do(s, story_head(s), fill, s);
}
