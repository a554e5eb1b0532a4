/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * law.c - the sample of "how was this date computed": a real count, with every mark that its calendar knows.
 */
#include "core/tests/sample/sample.h"

#include "core/deadline_view.h"

/* Received on a Friday evening in July, over a holiday of the calendar, days of rest and a Saturday that
 * works. */
static struct err *count(struct arena *a, struct deadline *ret_deadline)
{
    static const struct calendar_day given[] = {
        {.name = {STR("Астана күні"), STR("День столицы"), STR("Capital Day")},
         .source = STR("adilet.zan.kz Z010000267_")},
        {.is_work = true,
         .is_verified = true,
         .name = {STR("ауыстырылған жұмыс күні"), STR("перенесённый рабочий день"),
                  STR("working day moved here")},
         .source = STR("№ 100, 2026-05-20")},
    };
    static const char *const on[] = {"2026-07-06", "2026-07-18"};
    const struct profile *const *all;
    size_t n;
    struct zone *z;
    struct calendar *c;
    int64_t at;
    struct calendar_day *days = ARENA_ARRAY(a, 2, struct calendar_day);
    for (size_t i = 0; i < 2; i++) {
        days[i] = given[i];
        MUST(day_parse(str_c(on[i]), &days[i].day));
    }
    MUST(instant_parse(S("2026-07-03T13:30:00Z"), &at));
    TRY(profile_load_all(a, (struct str){0}, &all, &n));
    TRY(zone_open(a, S("Asia/Almaty"), &z));
    TRY(calendar_make(a, S("1111100"), days, 2, &c));
    const struct profile *p = profile_find(all, n, S("kz-2026"));
    TRY(deadline_of_appeal(a, p, c, z, S("Asia/Almaty"), profile_default_kind(p), at, ret_deadline));
    ret_deadline->profile = S("kz-2026@0123456789ab"); /* the same whatever is mended in the profile */
    return NULL;
}

void sample_deadline(struct html *h, const struct lang *l)
{
    struct deadline d;
    struct sample_view_deadline m = {
        .layout = sample_layout(
            h->a, l, W("Мерзім қалай есептелді", "Как рассчитан срок", "How the due date was computed")),
    };
    MUST(!count(h->a, &d));
    core_deadline_view(h->a, l, &d, &m.deadline);
    sample_view_deadline(h, &m);
}
