/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo.c - the made-up region lives through ninety days, in a few seconds and through the real verbs.
 *
 * The journal takes its time from the plan while this runs (journal_set_clock), and from the system's clock
 * again when it is done; this happens in `birge init --demo` alone. Every page and download of such a realm
 * says "example data".
 *
 * Source: contract.md (init --demo); issue "Demo".
 */
#include "core/document.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/actions_private.h"
#include "institutions/reception/demo_private.h"

#define APPEALS 300

struct demo {
    struct arena *a;
    struct site *site;
    struct demo_region region;
    struct demo_plan plan;
    int64_t now; /* what the journal's clock says */
};

static int64_t demo_clock(void *user)
{
    return ((struct demo *)user)->now;
}

/* `text` with {place} filled in. */
static struct str fill(struct action *x, const char *text, const struct demo_case *c)
{
    struct str s = str_c(text);
    struct str place = str_c(c->language->places[c->no % c->language->n_places]);
    size_t at = str_find_str(s, S("{place}"));
    if (at == SIZE_MAX)
        return s;
    return str_printf(x->a, "%.*s%.*s%.*s", (int)at, s.p, STR_FMT(place), STR_FMT(str_slice(s, at + 7, s.n)));
}

/* == the steps; x->command is the case == */

struct demo_job {
    struct demo *d;
    struct demo_case *c;
    struct err *(*verb)(struct action *x);
};

static struct demo_body *holder(struct demo *d, const struct demo_case *c)
{
    return &d->region.bodies[c->holder];
}

/* A small text file, stored like any other. */
static struct err *stored_note(struct action *x, struct demo *d, const char *name, struct str text,
                               struct stored_file *ret_file)
{
    struct document doc;
    struct verdict v = document_check(x->a, str_c(name), text, ARENA_MIB, &doc);
    if (!v.allowed)
        return ERR(x->a, ERR_INTERNAL, "the demo's own file was refused: %s", v.code);
    TRY(document_put(x->a, d->site->objects_dir, &doc));
    *ret_file = stored_file_of(x->a, &doc);
    return NULL;
}

static struct err *do_submit(struct action *x, struct demo *d, struct demo_case *c)
{
    static const enum appeal_channel channels[] = {CHANNEL_WEB, CHANNEL_PAPER, CHANNEL_PHONE,
                                                   CHANNEL_RECEPTION};
    const struct demo_language *l = c->language;
    struct str kind = str_c(c->text->kind);
    struct stored_file file;
    struct submit_command command = {
        .key = str_printf(x->a, "demo-%zu", c->no),
        .channel = channels[c->channel],
        .subject = fill(x, c->text->subject, c),
        .text = fill(x, c->text->text, c),
        .kind = profile_kind(d->site->profile, kind) ? kind : S(""),
        .language = S(""),
        .page_language = l->code,
        .body_id = c->chosen == SIZE_MAX ? 0 : d->region.bodies[c->chosen].id,
        .accused_body_id = c->accused == SIZE_MAX ? 0 : d->region.bodies[c->accused].id,
        .place_id = demo_place_of(&d->region, c->no),
        .name = c->has_name ? str_c(l->names[c->no % l->n_names]) : S(""),
        .email = c->has_contact ? str_printf(x->a, "writer%zu@example.org", c->no) : S(""),
        .phone = c->channel == DEMO_PHONE
                     ? str_printf(x->a, "+7 700 000 %02zu %02zu", c->no / 100, c->no % 100)
                     : S(""),
        .contact_consent = c->has_contact,
        .paper = c->channel == DEMO_PAPER || c->channel == DEMO_RECEPTION ? str_c(l->note) : S(""),
    };
    if (c->has_file) {
        TRY(stored_note(x, d, l->file, command.text, &file));
        command.files = &file;
        command.n_files = 1;
    }
    x->command = &command;
    if (c->channel == DEMO_WEB) {
        x->who = actor_visitor();
        TRY(reception_submit(x));
    } else {
        x->who = d->region.bodies[c->chosen == SIZE_MAX ? d->region.intake : c->chosen].registrar;
        TRY(reception_register(x));
    }
    struct submit_result *result = x->result;
    c->id = result->id;
    for (size_t i = 0; i < DEMO_BODIES; i++)
        if (d->region.bodies[i].id == result->body_id)
            c->holder = i;
    return NULL;
}

/* Staff open a case before they act on it, and that is recorded like any reading. */
static struct err *read_it(struct action *x, const struct demo_case *c, struct str purpose)
{
    struct reading reading = {
        .noun = APPEAL_NOUN, .noun_id = c->id, .way = S("open"), .purpose = purpose, .actor = x->who};
    return journal_read(x->site->journal, x->tx, &reading);
}

static struct err *do_forward(struct action *x, struct demo *d, struct demo_case *c)
{
    x->who = holder(d, c)->registrar;
    TRY(read_it(x, c, S("registration")));
    struct forward_command command = {c->id, d->region.bodies[c->forward_to].id, str_c(c->language->forward)};
    x->command = &command;
    TRY(reception_forward(x));
    c->holder = c->forward_to;
    return NULL;
}

static struct err *do_assign(struct action *x, struct demo *d, struct demo_case *c, bool is_again)
{
    struct demo_body *at = holder(d, c);
    x->who = at->registrar;
    TRY(read_it(x, c, S("registration")));
    /* Without a head there is nobody else to give it to. */
    if (is_again && at->head.office_id == 0)
        return NULL;
    struct assign_command command = {c->id, is_again ? at->head.office_id : at->executor.office_id,
                                     is_again ? str_c(c->language->reassign) : S("")};
    x->command = &command;
    return reception_assign(x);
}

/* The clerk thinks it is another kind; a profile that knows only one has nothing to correct. */
static struct err *do_kind(struct action *x, struct demo *d, struct demo_case *c)
{
    struct appeal p;
    bool found;
    size_t n;
    const struct profile_kind *kinds = profile_kinds(d->site->profile, &n);
    TRY(reception_load_appeal(x->a, db_tx_read(x->tx), x->site->realm, c->id, &p, &found));
    const struct profile_kind *to = &kinds[c->no % n];
    if (str_eq(to->code, p.kind))
        to = &kinds[(c->no + 1) % n];
    if (str_eq(to->code, p.kind))
        return NULL;
    x->who = holder(d, c)->registrar;
    struct kind_command command = {c->id, to->code};
    x->command = &command;
    return reception_correct_kind(x);
}

static struct err *do_identity(struct action *x, struct demo *d, struct demo_case *c)
{
    x->who = holder(d, c)->registrar;
    struct identity_command command = {c->id, IDENTITY_PAPER, str_c(c->language->note), S("")};
    x->command = &command;
    return reception_check_identity(x);
}

static struct err *do_renew(struct action *x, struct demo *d, struct demo_case *c)
{
    x->who = holder(d, c)->registrar;
    struct renew_command command = {c->id, str_c(c->language->note)};
    x->command = &command;
    return reception_renew_code(x);
}

static const struct demo_answer *answer_for(const struct demo_case *c)
{
    const struct demo_language *l = c->language;
    if (c->is_refusal)
        return &l->refusals[c->no % l->n_refusals];
    for (size_t i = 0; i < l->n_by_kind; i++)
        if (str_eq(str_c(l->by_kind[i].key), str_c(c->text->kind)))
            return &l->by_kind[i];
    return &l->answers[c->text->topic];
}

/* The profile's own ground when it has not the one that the text was written for. */
static struct str ground_for(struct demo *d, const struct demo_answer *answer, size_t no)
{
    size_t n;
    const struct profile_ground *grounds = profile_grounds(d->site->profile, "refuse", &n);
    if (n == 0 || profile_ground(d->site->profile, "refuse", str_c(answer->key)))
        return n == 0 ? S("") : str_c(answer->key);
    return grounds[no % n].code;
}

static struct err *do_answer(struct action *x, struct demo *d, struct demo_case *c, bool is_again)
{
    const struct demo_answer *answer = answer_for(c);
    struct stored_file file;
    struct appeal p;
    const struct directory *directory;
    const struct calendar *calendar;
    bool found;
    TRY(reception_load_appeal(x->a, db_tx_read(x->tx), x->site->realm, c->id, &p, &found));
    bool by_head = p.holder_office_id == holder(d, c)->head.office_id;
    x->who = by_head ? holder(d, c)->head : holder(d, c)->executor;
    TRY(read_it(x, c, by_head ? S("supervision") : S("own_case")));
    TRY(directory_of_tx(x->a, x->site, x->tx, &directory));
    TRY(calendar_of_tx(x->a, x->site, x->tx, &calendar));
    struct answer_command command = {.appeal_id = c->id, .is_refusal = c->is_refusal, .language = p.language,
                                     .reason = is_again ? str_c(c->language->again) : S("")};
    command.ground = c->is_refusal ? ground_for(d, answer, c->no) : S("");
    TRY(reception_remedy(x->a, x->site->profile, calendar, directory, p.holder_body_id, p.language,
                         site_today(x->site, x->now), &command.blocks));
    command.blocks.facts = fill(x, answer->facts, c);
    command.blocks.rule = str_c(answer->rule);
    command.blocks.reasons = str_c(answer->reasons);
    command.blocks.outcome = str_c(is_again && !c->is_refusal ? c->language->again_outcome : answer->outcome);
    command.blocks.next_step = str_c(answer->next_step);
    if (is_again && c->is_refusal)
        command.blocks.reasons = str_printf(x->a, "%s %s", answer->reasons, c->language->again);
    if (!c->is_refusal && !is_again && str_eq(str_c(c->text->kind), S("request"))) {
        TRY(stored_note(x, d, c->language->file, command.blocks.outcome, &file));
        command.files = &file;
        command.n_files = 1;
    }
    x->command = &command;
    return reception_answer(x);
}

static struct err *do_opinion(struct action *x, struct demo *d, struct demo_case *c)
{
    const struct demo_language *l = c->language;
    struct answer *answers;
    size_t n;
    (void)d;
    TRY(reception_load_answers(x->a, db_tx_read(x->tx), x->site->realm, c->id, &answers, &n));
    const char *words =
        c->is_solved ? l->solved[c->no % l->n_solved] : l->not_solved[c->no % l->n_not_solved];
    struct opinion_command command = {c->id, answers[n - 1].no, c->is_solved,
                                      c->no % 3 ? str_c(words) : S("")};
    x->who = reception_applicant_of(c->id);
    x->command = &command;
    return reception_say_opinion(x);
}

/* == playing it == */

struct playing {
    struct demo *d;
    const struct demo_step *step;
};

static struct err *play(struct action *x)
{
    struct playing *p = x->command;
    struct demo *d = p->d;
    struct demo_case *c = &d->plan.cases[p->step->no];
    switch (p->step->act) {
    case ACT_SUBMIT:
        return do_submit(x, d, c);
    case ACT_FORWARD:
        return do_forward(x, d, c);
    case ACT_KIND:
        return do_kind(x, d, c);
    case ACT_IDENTITY:
        return do_identity(x, d, c);
    case ACT_ASSIGN:
        return do_assign(x, d, c, false);
    case ACT_REASSIGN:
        return do_assign(x, d, c, true);
    case ACT_ANSWER:
        return do_answer(x, d, c, false);
    case ACT_AGAIN:
        return do_answer(x, d, c, true);
    case ACT_OPINION:
        return do_opinion(x, d, c);
    case ACT_RENEW:
        return do_renew(x, d, c);
    }
    return NULL;
}

static struct err *play_all(struct demo *d)
{
    for (size_t i = 0; i < d->plan.n_steps; i++) {
        struct arena *job = arena_new("demo step", 0);
        struct playing p = {d, &d->plan.steps[i]};
        struct action x = {.command = &p};
        d->now = p.step->at;
        struct err *e = action_run(job, d->site, actor_operator(), play, &x);
        struct err *out = e ? ERR(d->a, e->code, "demo, step %zu (%d of appeal %zu): %.*s", i,
                                  (int)p.step->act, p.step->no, STR_FMT(err_text(d->a, e)))
                            : NULL;
        arena_free(job);
        TRY(out);
    }
    return NULL;
}

struct err *reception_demo(struct arena *a, struct site *site, int64_t now, struct buf *accounts)
{
    struct demo *d = ARENA_NEW(a, struct demo);
    d->a = a;
    d->site = site;
    d->now = now - 95 * MS_PER_DAY;
    journal_set_clock(site->journal, demo_clock, d);
    struct str from_on = day_text(a, site_today(site, now) - 400);
    struct err *e = demo_region_make(a, site, from_on, accounts, &d->region);
    if (!e) {
        demo_plan_make(a, site, &d->region, APPEALS, now, &d->plan);
        e = play_all(d);
    }
    journal_set_clock(site->journal, NULL, NULL);
    return e;
}
