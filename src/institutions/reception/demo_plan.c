/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo_plan.c - what shall become of each appeal of the demo, and when.
 *
 * A plan first, then the verbs in order of time: the journal's clock never steps back. Shares were chosen so
 * that a desk looks like a desk: most old cases are closed, some late, a few forgotten; fresh ones wait.
 * Staff act in working hours; people write when they have time.
 */
#include "institutions/reception/demo_private.h"

#include <stdlib.h>

#include "base/clock.h"

#define DAYS 90
#define HOUR INT64_C(3600000)

/* xorshift64*: small, known, the same everywhere. */
size_t demo_below(uint64_t *seed, size_t n)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (size_t)((*seed * UINT64_C(2685821657736338717) >> 16) % n);
}

static bool chance(uint64_t *seed, size_t percent)
{
    return demo_below(seed, 100) < percent;
}

struct planner {
    const struct site *site;
    const struct demo_region *region;
    int64_t now;
    uint64_t seed;
    struct demo_plan *plan;
    size_t max_steps;
};

/* == time == */

/* The next moment in working hours, at or after `at`: on a weekday, from nine to six. */
static int64_t in_hours(struct planner *p, int64_t at)
{
    for (int i = 0; i < 8; i++) {
        int32_t ms;
        int32_t day = zone_day(p->site->tz, at, &ms);
        bool rests = day_weekday(day) > 5;
        if (!rests && ms < 9 * HOUR)
            return zone_day_start(p->site->tz, day) + 9 * HOUR + (int64_t)demo_below(&p->seed, 2 * HOUR);
        if (!rests && ms < 18 * HOUR)
            return at;
        at = zone_day_start(p->site->tz, day + 1) + HOUR;
    }
    return at;
}

/* `days` later and some hours more, in working hours. */
static int64_t later(struct planner *p, int64_t at, int64_t days)
{
    return in_hours(p, at + days * MS_PER_DAY + (int64_t)demo_below(&p->seed, 7 * HOUR));
}

/* Plan the step, if it lies in the past; else nothing further of this case happens. */
static bool step(struct planner *p, size_t no, enum demo_act act, int64_t at)
{
    if (at >= p->now - HOUR)
        return false;
    MUST(p->plan->n_steps < p->max_steps);
    p->plan->steps[p->plan->n_steps++] = (struct demo_step){.at = at, .no = no, .act = act};
    return true;
}

/* == one case == */

static const struct demo_language *language(struct planner *p)
{
    size_t share = demo_below(&p->seed, 100);
    return share < 50 ? &demo_kk : share < 92 ? &demo_ru : &demo_en;
}

static size_t competent_for(const struct planner *p, const struct demo_case *c)
{
    size_t place = c->no % c->language->n_places;
    return place == 8 || place == 9 ? p->region->district : p->region->of_topic[c->text->topic];
}

/* To whom: mostly the competent body; sometimes nobody or a wrong one, which then passes it on; complaints
 * name it. */
static void choose_bodies(struct planner *p, struct demo_case *c)
{
    size_t competent = competent_for(p, c);
    bool is_complaint = str_eq(str_c(c->text->kind), S("complaint"));
    c->chosen = competent;
    c->accused = SIZE_MAX;
    c->forward_to = SIZE_MAX;
    if (is_complaint && chance(&p->seed, 60)) {
        c->accused = competent;
    } else if (chance(&p->seed, 20)) {
        c->chosen = SIZE_MAX;
        c->forward_to = chance(&p->seed, 80) ? competent : SIZE_MAX;
    } else if (chance(&p->seed, 6)) {
        size_t wrong = demo_below(&p->seed, DEMO_BODIES);
        if (wrong != competent) {
            c->chosen = wrong;
            c->forward_to = competent;
        }
    }
}

static struct demo_case make_case(struct planner *p, size_t no, size_t *counters)
{
    struct demo_case c = {.no = no, .language = language(p)};
    size_t *used = &counters[c.language == &demo_kk ? 0 : c.language == &demo_ru ? 1 : 2];
    c.text = &c.language->texts[(*used)++ * 7 % c.language->n_texts]; /* 7 shares no factor with 44 or 26 */
    size_t door = demo_below(&p->seed, 100);
    c.channel = door < 76 ? DEMO_WEB : door < 87 ? DEMO_PAPER : door < 94 ? DEMO_PHONE : DEMO_RECEPTION;
    c.has_name = c.channel != DEMO_WEB || chance(&p->seed, 85);
    c.has_contact = c.has_name && chance(&p->seed, 35);
    c.has_file = chance(&p->seed, 8);
    c.is_refusal = chance(&p->seed, 18);
    c.is_solved = chance(&p->seed, c.is_refusal ? 25 : 74);
    choose_bodies(p, &c);
    return c;
}

/* How far a case of this age gets: 0 waits, 1 is with an office, 2 is answered. */
static int progress(struct planner *p, int64_t age_days)
{
    size_t share = demo_below(&p->seed, 100);
    if (age_days > 24)
        return share < 84 ? 2 : share < 95 ? 1 : 0;
    if (age_days > 7)
        return share < 48 ? 2 : share < 88 ? 1 : 0;
    return share < 18 ? 2 : share < 62 ? 1 : 0;
}

static void plan_answer(struct planner *p, const struct demo_case *c, int64_t assigned_at)
{
    bool is_late = chance(&p->seed, 15);
    int64_t at =
        later(p, assigned_at,
              is_late ? 21 + (int64_t)demo_below(&p->seed, 8) : 2 + (int64_t)demo_below(&p->seed, 12));
    if (!step(p, c->no, ACT_ANSWER, at))
        return;
    if (chance(&p->seed, 4)) {
        at = later(p, at, 2);
        if (!step(p, c->no, ACT_AGAIN, at))
            return;
    }
    if (chance(&p->seed, c->is_refusal ? 40 : 48))
        (void)step(p, c->no, ACT_OPINION, at + (int64_t)demo_below(&p->seed, 6 * MS_PER_DAY) + HOUR);
}

static void plan_case(struct planner *p, struct demo_case *c, int64_t at)
{
    int64_t age = (p->now - at) / MS_PER_DAY;
    int far = progress(p, age);
    if (far == 0 && c->accused == SIZE_MAX && chance(&p->seed, 25)) {
        c->chosen = SIZE_MAX; /* passed on, and waits there */
        c->forward_to = competent_for(p, c);
    }
    if (c->channel != DEMO_WEB)
        at = in_hours(p, at);
    if (!step(p, c->no, ACT_SUBMIT, at))
        return;
    int64_t next = later(p, at, 0);
    if (c->forward_to != SIZE_MAX && !step(p, c->no, ACT_FORWARD, next))
        return;
    if (c->forward_to != SIZE_MAX)
        next = later(p, next + HOUR, 0);
    if (chance(&p->seed, 4) && !step(p, c->no, ACT_KIND, next))
        return;
    if (far == 0)
        return;
    next = later(p, next + HOUR / 4, (int64_t)demo_below(&p->seed, 2));
    if (!step(p, c->no, ACT_ASSIGN, next))
        return;
    int64_t assigned_at = next;
    if (c->has_name && c->channel == DEMO_WEB && chance(&p->seed, 6))
        (void)step(p, c->no, ACT_IDENTITY, later(p, assigned_at, 1));
    if (c->has_name && chance(&p->seed, 3))
        (void)step(p, c->no, ACT_RENEW, later(p, assigned_at, 2));
    if (chance(&p->seed, 5)) {
        next = later(p, assigned_at, 1);
        if (!step(p, c->no, ACT_REASSIGN, next))
            return;
    }
    if (far == 2)
        plan_answer(p, c, next + HOUR);
}

static int by_time(const void *x, const void *y)
{
    const struct demo_step *a = x;
    const struct demo_step *b = y;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->no != b->no)
        return a->no < b->no ? -1 : 1;
    return (int)a->act - (int)b->act;
}

void demo_plan_make(struct arena *a, const struct site *site, const struct demo_region *region, size_t n,
                    int64_t now, struct demo_plan *ret_plan)
{
    struct planner p = {.site = site, .region = region, .now = now, .seed = 2026, .plan = ret_plan,
                        .max_steps = n * 10};
    size_t counters[3] = {0};
    *ret_plan = (struct demo_plan){.cases = ARENA_ARRAY(a, n, struct demo_case),
                                   .n_cases = n,
                                   .steps = ARENA_ARRAY(a, p.max_steps, struct demo_step)};
    for (size_t i = 0; i < n; i++) {
        ret_plan->cases[i] = make_case(&p, i, counters);
        int64_t back = (int64_t)((n - i) * (DAYS * MS_PER_DAY / n)) - (int64_t)demo_below(&p.seed, 12 * HOUR);
        int64_t at = now - (back > 2 * HOUR ? back : 2 * HOUR);
        plan_case(&p, &ret_plan->cases[i], at);
    }
    qsort(ret_plan->steps, ret_plan->n_steps, sizeof ret_plan->steps[0], by_time);
}
