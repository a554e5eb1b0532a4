/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * counted.c - every figure counted again by walking over the cases, one after the other, as a person would.
 *
 * Shares nothing with the code it tests but the structs of a case: each figure becomes a line of text with a
 * count, from the facts on one side, from the projections on the other.
 */
#include "institutions/reception/tests/fixture.h"

#include "gen/reception_queries.h"
#include "institutions/reception/store_figures.h"

#define LINES 20000

struct lines {
    struct arena *a;
    struct str *text;
    int64_t *n;
    size_t size;
};

static void tell(struct lines *l, int64_t n, struct str text)
{
    size_t i = 0;
    while (i < l->size && !str_eq(l->text[i], text))
        i++;
    assert_true(i < LINES);
    if (i == l->size)
        l->text[l->size++] = text;
    l->n[i] += n;
}

#define TELL(l, n, ...) tell((l), (n), str_printf((l)->a, __VA_ARGS__))

static struct lines lines_new(struct arena *a)
{
    return (struct lines){.a = a, .text = ARENA_ARRAY(a, LINES, struct str), .n = ARENA_ARRAY(a, LINES, int64_t)};
}

static struct str local_day(struct fixture *f, int64_t at)
{
    return day_text(f->a, site_today(f->site, at));
}

static void tell_closed(struct fixture *f, struct lines *l, const struct appeal *p)
{
    struct answer *answers;
    size_t n;
    int32_t from = 0;
    int32_t to = 0;
    long long body = p->holder_body_id;
    struct str day = local_day(f, p->closed_at);
    assert_ok(reception_load_answers(f->a, f->read, 1, p->id, &answers, &n));
    bool was_answered_here = n > 0 && answers[0].at <= p->closed_at;
    assert_true(was_answered_here || p->channel == CHANNEL_IMPORT);
    assert_true(day_parse(p->registered_on, &from) && day_parse(day, &to));
    TELL(l, 1, "%.7s %lld %s", day.p, body, p->is_late ? "late" : "on_time");
    TELL(l, 1, "%.7s %lld %s", day.p, body, was_answered_here && answers[0].is_refusal ? "refused" : "answered");
    TELL(l, 1, "%.7s %lld days %d", day.p, body, to > from ? to - from : 0);
    if (p->is_late)
        TELL(l, 1, "state %lld late", body);
    if (p->state == APPEAL_SOLVED)
        TELL(l, 1, "%.7s %lld solved", day.p, body);
    if (p->state == APPEAL_NOT_SOLVED)
        TELL(l, 1, "%.7s %lld not_solved", day.p, body);
}

static void tell_case(struct fixture *f, struct lines *l, int64_t id)
{
    struct appeal p = fixture_appeal(f, id);
    struct move *moves;
    size_t n;
    TELL(l, 1, "state %lld %.*s", (long long)p.holder_body_id, STR_FMT(appeal_state_name(p.state)));
    TELL(l, 1, "%.7s %lld registered", p.registered_on.p, (long long)p.body_id);
    assert_ok(reception_load_moves(f->a, f->read, 1, id, &moves, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(moves[i].kind, S("forward")))
            TELL(l, 1, "%.7s %lld forwarded", local_day(f, moves[i].at).p, (long long)moves[i].from_body_id);
    struct reception_q_appeal_place_of_row place;
    bool has_place;
    assert_ok(reception_q_appeal_place_of(f->a, f->read, 1, id, &place, &has_place));
    if (has_place)
        TELL(l, 1, "%.4s place %lld", p.registered_on.p, (long long)place.place_id);
    if (p.closed_at == 0)
        TELL(l, 1, "due %lld %.*s", (long long)p.holder_body_id, STR_FMT(p.due_on));
    else
        tell_closed(f, l, &p);
}

static void tell_kept(struct fixture *f, struct lines *l)
{
    struct reception_q_counts_row *states;
    struct reception_q_due_all_row *due;
    struct month_count *months;
    struct days_count *days;
    size_t n;
    assert_ok(reception_q_counts(f->a, f->read, 1, &states, &n));
    for (size_t i = 0; i < n; i++)
        TELL(l, states[i].n, "state %lld %.*s", (long long)states[i].body_id, STR_FMT(states[i].state));
    assert_ok(reception_q_due_all(f->a, f->read, 1, &due, &n));
    for (size_t i = 0; i < n; i++) {
        assert_true(due[i].n > 0);
        TELL(l, due[i].n, "due %lld %.*s", (long long)due[i].body_id, STR_FMT(due[i].due_on));
    }
    assert_ok(reception_load_months(f->a, f->read, 1, S("0000-01"), S("9999-12"), &months, &n));
    for (size_t i = 0; i < n; i++)
        TELL(l, months[i].n, "%.*s %lld %.*s", STR_FMT(months[i].month), (long long)months[i].body_id,
             STR_FMT(measure_name(months[i].measure)));
    struct place_count *places;
    assert_ok(reception_load_places(f->a, f->read, 1, S("2026"), &places, &n));
    for (size_t i = 0; i < n; i++)
        TELL(l, places[i].n, "2026 place %lld", (long long)places[i].place_id);
    assert_ok(reception_load_days(f->a, f->read, 1, S("0000-01"), S("9999-12"), &days, &n));
    for (size_t i = 0; i < n; i++)
        TELL(l, days[i].n, "%.*s %lld days %lld", STR_FMT(days[i].month), (long long)days[i].body_id,
             (long long)days[i].days);
}

/* Overdue on any day, by body: as the page asks for it, and case by case. */
static void check_overdue(struct fixture *f, const struct case_roots *roots, size_t n_roots, int32_t today)
{
    struct body_counts *counts;
    size_t n;
    assert_ok(reception_store_counts(f->a, f->read, 1, today, &counts, &n));
    for (size_t i = 0; i < n_roots; i++) {
        struct appeal p = fixture_appeal(f, roots[i].id);
        bool is_overdue = p.closed_at == 0 && str_cmp(p.due_on, day_text(f->a, today)) < 0;
        for (size_t k = 0; k < n; k++)
            counts[k].overdue -= is_overdue && counts[k].body_id == p.holder_body_id;
    }
    for (size_t k = 0; k < n; k++)
        assert_int_equal(counts[k].overdue, 0);
}

void fixture_check_figures(struct fixture *f)
{
    struct lines facts = lines_new(f->a);
    struct lines kept = lines_new(f->a);
    struct case_roots *roots;
    size_t n;
    assert_ok(reception_load_roots(f->a, f->read, 1, 0, 10000, &roots, &n));
    for (size_t i = 0; i < n; i++)
        tell_case(f, &facts, roots[i].id);
    tell_kept(f, &kept);
    for (size_t i = 0; i < facts.size; i++)
        tell(&kept, -facts.n[i], facts.text[i]);
    for (size_t i = 0; i < kept.size; i++)
        if (kept.n[i] != 0)
            fail_msg("%.*s: %lld too many", STR_FMT(kept.text[i]), (long long)kept.n[i]);
    int32_t today = site_today(f->site, f->now);
    for (int32_t day = today - 5; day <= today + 40; day += 9)
        check_overdue(f, roots, n, day);
}
