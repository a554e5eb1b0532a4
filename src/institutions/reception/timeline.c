/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * timeline.c - the history of a case as people read it, drawn from the journal's events.
 *
 * Each event is one step; moves and answers stand beside their events in the same order, so reasons and bodies come
 * from them. An event that has no sentence is left out of the page, never out of the journal. A clerk is an office.
 *
 * Keeps: what is told here is what the log commits to, in its order.
 */
#include "institutions/reception/pages.h"

#include "core/views.h"

/* Where the walk stands. */
struct walk {
    struct page *p;
    const struct reception_case *c;
    size_t n_moves, n_answers; /* told so far */
};

static struct str by(struct page *p, int64_t office_id, int64_t body_id)
{
    struct str office = pages_office(p, office_id);
    struct str body = pages_body(p, body_id);
    if (office.n == 0)
        return body;
    return T(p->a, p->lang, "reception.step.by", TEXT_ARG("office", office), TEXT_ARG("body", body));
}

static void fill_move(struct walk *w, struct core_step *step)
{
    if (w->n_moves == w->c->n_moves)
        return;
    const struct move *m = &w->c->moves[w->n_moves++];
    step->who = by(w->p, m->to_office_id, m->to_body_id);
    if (m->reason.n == 0)
        return;
    step->text = T(w->p->a, w->p->lang, "reception.step.reason", TEXT_ARG("reason", m->reason));
    if (m->law.n > 0)
        step->text = str_printf(w->p->a, "%.*s (%.*s)", STR_FMT(step->text),
                                STR_FMT(law_text(w->p->a, w->p->lang, w->p->site->profile, m->law)));
}

static void fill_answer(struct walk *w, struct core_step *step)
{
    if (w->n_answers == w->c->n_answers)
        return;
    const struct answer *answer = &w->c->answers[w->n_answers++];
    step->who = by(w->p, answer->by_office_id, answer->body_id);
    if (answer->no > 1)
        step->title = pages_t(w->p, "reception.step.answered_again");
    step->text = answer->reason;
}

static void fill_office(struct walk *w, int64_t office_id, struct core_step *step)
{
    const struct office *o = office_id ? directory_office(w->p->directory, office_id) : NULL;
    if (o)
        step->who = by(w->p, o->id, o->body_id);
}

static bool is_one_of(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, str_c(words[i])))
            return true;
    return false;
}

static bool step_of(struct walk *w, const struct case_event *e, struct core_step *ret_step)
{
    static const char *const moving[] = {"imported", "registered", "assigned", "forwarded"};
    static const char *const answering[] = {"answered", "refused"};
    struct page *p = w->p;
    const char *id = str_printf(p->a, "reception.step.%.*s", STR_FMT(e->verb)).p;
    *ret_step = (struct core_step){
        .state = CORE_STEP_DONE,
        .when = pages_time(p, e->at),
        .when_iso = instant_text(p->a, e->at),
    };
    if (is_one_of(e->verb, moving, 4))
        fill_move(w, ret_step);
    else if (is_one_of(e->verb, answering, 2))
        fill_answer(w, ret_step);
    else
        fill_office(w, e->office_id, ret_step);
    if (ret_step->title.n == 0 && t_has(id))
        ret_step->title = t(p->lang, id);
    return ret_step->title.n > 0;
}

/* What is still to come: the answer, on its day. */
static void last_step(struct walk *w, struct core_step *step)
{
    struct page *p = w->p;
    const struct appeal *appeal = &w->c->appeal;
    int32_t due;
    bool is_late = day_parse(appeal->due_on, &due) && due < p->today;
    *step = (struct core_step){
        .state = is_late ? CORE_STEP_LATE : CORE_STEP_AHEAD,
        .title = pages_t(p, is_late ? "reception.step.late" : "reception.step.due"),
        .when = pages_date(p, appeal->due_on),
        .when_iso = appeal->due_on,
        .who = pages_body(p, appeal->holder_body_id),
    };
}

size_t pages_timeline(struct page *p, const struct reception_case *c, const struct core_step **ret_steps)
{
    struct walk w = {.p = p, .c = c};
    struct core_step *steps = ARENA_ARRAY(p->a, c->n_events + 1, struct core_step);
    size_t n = 0;
    for (size_t i = 0; i < c->n_events; i++)
        if (step_of(&w, &c->events[i], &steps[n]))
            n++;
    if (appeal_state_is_open(c->appeal.state)) {
        if (n > 0)
            steps[n - 1].state = CORE_STEP_NOW;
        last_step(&w, &steps[n++]);
    }
    *ret_steps = steps;
    return n;
}
