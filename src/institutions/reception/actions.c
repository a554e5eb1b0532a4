/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions.c - what the verbs share, and upkeep.
 *
 * Keeps:  every verb asks the policy with the row's state before anything else; each event carries the
 *         digest of all facts of its case (core/journal takes it when the job ends).
 */
#include "institutions/reception/actions_private.h"

#include "core/notice.h"
#include "core/people.h"
#include "core/trace.h"
#include "institutions/reception/rules_private.h"
#include "institutions/reception/store_figures.h"

#define DETAIL_BYTES (64 * ARENA_KIB)
#define MS_PER_HOUR INT64_C(3600000)

/* == loading == */

struct err *reception_work_new(struct action *x, const char *action, struct work *ret_work)
{
    struct policy_subject none = {.body_id = x->who.body_id, .state = POLICY_STATELESS};
    ALLOW(x, policy_ask(&x->site->policy, &x->who, action, &none));
    TRY(actor_still_stands(x));
    ret_work->appeal = (struct appeal){0};
    ret_work->profile = x->site->profile;
    ret_work->today = site_today(x->site, x->now);
    TRY(directory_of_tx(x->a, x->site, x->tx, &ret_work->directory));
    return calendar_of_tx(x->a, x->site, x->tx, &ret_work->calendar);
}

struct err *reception_work(struct action *x, int64_t id, const char *action, struct work *ret_work)
{
    struct appeal *p = &ret_work->appeal;
    const struct site *site = x->site;
    bool found;
    ALLOW(x, policy_ask_coarse(&site->policy, &x->who, action));
    TRY(reception_load_appeal(x->a, db_tx_read(x->tx), site->realm, id, p, &found));
    struct verdict v =
        found ? reception_store_may(site, &x->who, action, p) : NO("CASE_UNKNOWN", "case_unknown", NO_LAW);
    bool is_anothers = found && x->who.kind == ACTOR_APPLICANT && x->who.noun_id != id;
    if (is_anothers)
        v = NO("CASE_UNKNOWN", "case_unknown", NO_LAW);
    ALLOW(x, v);
    TRY(actor_still_stands(x));
    ret_work->profile = profile_find_tag(site->profiles, site->n_profiles, p->profile);
    if (!ret_work->profile)
        return ERR(x->a, ERR_CONFIG, "appeal %lld was registered under %.*s, which is not known here",
                   (long long)id, STR_FMT(p->profile));
    ret_work->today = site_today(site, x->now);
    TRY(directory_of_tx(x->a, x->site, x->tx, &ret_work->directory));
    return calendar_of_tx(x->a, x->site, x->tx, &ret_work->calendar);
}

/* == events and letters == */

struct json *detail_begin(struct action *x, struct detail *d)
{
    buf_init(&d->b, x->a, DETAIL_BYTES);
    json_begin(&d->j, &d->b);
    json_object(&d->j);
    return &d->j;
}

struct err *reception_event(struct action *x, const struct appeal *p, const char *verb, struct detail *d)
{
    struct event *e = ARENA_NEW(x->a, struct event);
    *e = (struct event){
        .noun = APPEAL_NOUN,
        .noun_id = p->id,
        .verb = str_c(verb),
        .actor = x->who,
        .profile = p->profile,
        .detail = S("{}"),
    };
    if (d) {
        json_object_end(&d->j);
        json_end(&d->j);
        TRY(buf_check(&d->b, "the detail of an event"));
        e->detail = buf_view(&d->b);
    }
    return journal_append(x->site->journal, x->tx, e);
}

struct str reception_link(struct action *x, struct str language, struct str number)
{
    return str_printf(x->a, "%.*s/%.*s/track?number=%.*s", STR_FMT(x->site->base_url), STR_FMT(language),
                      STR_FMT(number));
}

struct err *reception_notify(struct action *x, const struct appeal *p, const char *kind)
{
    struct applicant *applicant;
    if (!p->contact_consent)
        return NULL;
    TRY(reception_load_applicant(x->a, db_tx_read(x->tx), x->site, p->id, &applicant));
    if (!applicant || (applicant->email.n == 0 && applicant->phone.n == 0))
        return NULL;
    bool by_mail = applicant->email.n > 0;
    struct notice n = {
        .noun = APPEAL_NOUN,
        .noun_id = p->id,
        .kind = kind,
        .transport = by_mail ? S("email") : S("phone"),
        .recipient = by_mail ? applicant->email : applicant->phone,
        .is_apart = p->is_apart,
        .language = p->language,
        .number = p->number,
        .link = reception_link(x, p->language, p->number),
    };
    return notice_add(x->a, x->tx, x->site, x->now, &n);
}

/* == rows == */

struct err *reception_set_deadline(struct action *x, struct appeal *p, const char *cause,
                                   const struct deadline *d)
{
    struct appeal_deadline *before;
    size_t n;
    TRY(reception_load_deadlines(x->a, db_tx_read(x->tx), x->site->realm, p->id, &before, &n));
    struct appeal_deadline row = {
        .no = (int64_t)n + 1,
        .at = x->now,
        .due_on = day_text(x->a, d->due_on),
        .cause = str_c(cause),
        .trace = deadline_to_json(x->a, d),
    };
    TRY(reception_store_add_deadline(x, p->id, &row));
    return n == 0 ? NULL : reception_store_set_due(x, p, row.due_on);
}

struct err *reception_move(struct action *x, const struct appeal *p, struct move m)
{
    struct move *before;
    size_t n;
    TRY(reception_load_moves(x->a, db_tx_read(x->tx), x->site->realm, p->id, &before, &n));
    m.no = (int64_t)n + 1;
    m.at = x->now;
    m.by_person_id = x->who.person_id;
    m.by_office_id = x->who.office_id;
    return reception_store_add_move(x, p->id, &m);
}

struct stored_file stored_file_of(struct arena *a, const struct document *d)
{
    struct str hash = {(const char *)d->hash, sizeof d->hash};
    return (struct stored_file){.name = str_dup(a, d->name),
                                .media_type = d->media_type,
                                .size = (int64_t)d->bytes.n,
                                .hash = str_dup(a, hash)};
}

struct err *reception_attach(struct action *x, const struct appeal *p, const struct stored_file *files,
                             size_t n_files, int64_t n_before, int64_t answer_no)
{
    for (size_t i = 0; i < n_files; i++) {
        struct attachment row = {
            .no = n_before + (int64_t)i + 1,
            .answer_no = answer_no,
            .name = files[i].name,
            .media_type = files[i].media_type,
            .size = files[i].size,
            .hash = files[i].hash,
            .at = x->now,
            .by_office_id = x->who.office_id,
        };
        TRY(reception_store_add_file(x, p->id, &row));
    }
    return NULL;
}

struct err *reception_trace(struct action *x, int64_t id, const char *edge, struct str noun, int64_t to,
                            int64_t at)
{
    return trace_add(x->a, x->tx, x->site->realm, (struct trace_end){APPEAL_NOUN, id}, str_c(edge),
                     (struct trace_end){noun, to}, at);
}

/* == upkeep == */

static struct err *trace_again(struct action *x, const struct case_roots *root)
{
    struct move *moves;
    struct answer *answers;
    size_t n_moves;
    size_t n_answers;
    TRY(reception_load_moves(x->a, db_tx_read(x->tx), x->site->realm, root->id, &moves, &n_moves));
    TRY(reception_load_answers(x->a, db_tx_read(x->tx), x->site->realm, root->id, &answers, &n_answers));
    if (root->accused_body_id)
        TRY(reception_trace(x, root->id, "complains_of", S("body"), root->accused_body_id,
                            root->received_at));
    for (size_t i = 0; i < n_moves; i++) {
        if (moves[i].to_office_id)
            TRY(reception_trace(x, root->id, "assigned_to", S("office"), moves[i].to_office_id, moves[i].at));
        else
            TRY(reception_trace(x, root->id, "held_by", S("body"), moves[i].to_body_id, moves[i].at));
    }
    for (size_t i = 0; i < n_answers; i++)
        TRY(reception_trace(x, root->id, "answered_by", S("body"), answers[i].body_id, answers[i].at));
    return NULL;
}

struct err *reception_rebuild(struct action *x)
{
    int64_t after = 0;
    TRY(reception_figures_recount(x));
    for (;;) {
        struct arena_mark mark = arena_mark(x->a);
        struct case_roots *roots;
        size_t n;
        TRY(reception_load_roots(x->a, db_tx_read(x->tx), x->site->realm, after, 200, &roots, &n));
        if (n == 0)
            return NULL;
        for (size_t i = 0; i < n; i++)
            TRY(trace_again(x, &roots[i]));
        after = roots[n - 1].id;
        arena_rewind(x->a, mark);
    }
}

struct err *reception_tick(struct action *x)
{
    int64_t day = 24 * MS_PER_HOUR;
    TRY(reception_figures_catch_up(x));
    return reception_store_forget(x, x->now - 30 * day, x->now - day);
}
