/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_write.c - structs to rows, inside a verb.
 *
 * Keeps:  a case moves along edges of the state machine alone; the counters equal a recount after every job.
 */
#include "institutions/reception/store_private.h"

#include "core/apart.h"
#include "core/keys.h"
#include "gen/reception_queries.h"
#include "institutions/reception/store_figures.h"

static struct opt_int opt(int64_t id)
{
    return (struct opt_int){.has = id != 0, .v = id};
}

/* "" is stored as no value where the column may be empty. */
static struct str text_or_null(struct str s)
{
    return s.n > 0 ? s : (struct str){0};
}

static struct str text_or_empty(struct str s)
{
    return s.p ? s : S("");
}

/* Counted beside the states: closed after the due date. */
#define COUNT_LATE S("late")

static struct err *count(struct action *x, int64_t body_id, enum appeal_state state, int64_t n)
{
    action_changes_figures(x);
    return reception_q_count_add(x->a, x->tx, x->site->realm, body_id, appeal_state_name(state), n, NULL);
}

struct err *reception_store_add_appeal(struct action *x, const struct appeal *p)
{
    MUST(p->state == APPEAL_REGISTERED && p->holder_body_id == p->body_id && p->holder_office_id == 0);
    struct reception_q_appeal_add_args args = {
        .realm = x->site->realm,
        .id = p->id,
        .number = p->number,
        .kind = p->kind,
        .channel = appeal_channel_name(p->channel),
        .language = p->language,
        .language_source = p->language_source,
        .subject = p->subject,
        .text = p->text,
        .salt = p->salt,
        .content = p->content,
        .body_id = p->body_id,
        .body_name = p->body_name,
        .accused_body_id = opt(p->accused_body_id),
        .accused_decides = p->accused_decides,
        .identity = appeal_identity_name(p->identity),
        .state = appeal_state_name(p->state),
        .received_at = p->received_at,
        .registered_on = p->registered_on,
        .due_on = p->due_on,
        .profile = p->profile,
        .code_hash = p->code_hash,
        .contact_consent = p->contact_consent,
    };
    TRY(reception_q_appeal_add(x->a, x->tx, &args, NULL));
    TRY(count(x, p->body_id, p->state, 1));
    return reception_figures_registered(x, p);
}

struct err *reception_store_add_place(struct action *x, const struct appeal *p, int64_t place_id)
{
    TRY(reception_q_appeal_place_add(x->a, x->tx, x->site->realm, p->id, place_id, NULL));
    return reception_q_place_add(x->a, x->tx, x->site->realm, str_slice(p->registered_on, 0, 4), place_id, 1, NULL);
}

struct err *reception_store_progress(struct action *x, struct appeal *p, enum appeal_state state,
                                     int64_t body_id, int64_t office_id)
{
    MUST(reception_rules_edge(p->state, state));
    bool is_closing = !appeal_state_is_open(state) && p->closed_at == 0;
    if (is_closing) {
        p->closed_at = x->now;
        p->is_late = str_cmp(day_text(x->a, site_today(x->site, x->now)), p->due_on) > 0;
    }
    struct reception_q_appeal_set_progress_args args = {
        .state = appeal_state_name(state),
        .holder_body_id = body_id,
        .holder_office_id = opt(office_id),
        .closed_at = opt(p->closed_at),
        .is_late = p->is_late,
        .realm = x->site->realm,
        .id = p->id,
    };
    TRY(reception_q_appeal_set_progress(x->a, x->tx, &args, NULL));
    TRY(count(x, p->holder_body_id, p->state, -1));
    TRY(count(x, body_id, state, 1));
    if (is_closing && p->is_late)
        TRY(reception_q_count_add(x->a, x->tx, x->site->realm, body_id, COUNT_LATE, 1, NULL));
    TRY(reception_figures_moved(x, p, state, body_id, is_closing));
    p->state = state;
    p->holder_body_id = body_id;
    p->holder_office_id = office_id;
    return NULL;
}

/* As it is stored: a box where who wrote is kept apart. */
static struct str boxed(struct action *x, const struct appeal *p, struct str s)
{
    return p->is_apart ? apart_close(x->a, x->site->keys, x->site->realm, APPEAL_NOUN, p->id, s) : s;
}

struct err *reception_store_add_applicant(struct action *x, const struct appeal *p, const struct applicant *who)
{
    struct reception_q_applicant_add_args args = {
        .realm = x->site->realm,
        .appeal_id = p->id,
        .name = text_or_empty(boxed(x, p, who->name)),
        .email = text_or_null(boxed(x, p, who->email)),
        .phone = text_or_null(boxed(x, p, who->phone)),
        .address = text_or_null(boxed(x, p, who->address)),
        .checked_at = opt(who->checked_at),
        .checked_by = opt(who->checked_by),
    };
    return reception_q_applicant_add(x->a, x->tx, &args, NULL);
}

/* Write who wrote anew, open or in boxes as `p` says now; and an address that waits for its code. */
static struct err *change_over(struct action *x, const struct appeal *p, const struct applicant *who, struct str email)
{
    if (email.p)
        TRY(reception_store_set_contact_change(x, p, email));
    if (!who)
        return NULL;
    struct reception_q_applicant_set_all_args args = {
        .name = text_or_empty(boxed(x, p, who->name)),
        .email = text_or_null(boxed(x, p, who->email)),
        .phone = text_or_null(boxed(x, p, who->phone)),
        .address = text_or_null(boxed(x, p, who->address)),
        .realm = x->site->realm,
        .appeal_id = p->id,
    };
    return reception_q_applicant_set_all(x->a, x->tx, &args, NULL);
}

struct err *reception_store_keep_apart(struct action *x, struct appeal *p, const char *cause)
{
    struct db_read *r = db_tx_read(x->tx);
    struct applicant *who;
    struct str email;
    TRY(reception_load_applicant(x->a, r, x->site, p->id, &who));
    TRY(reception_load_contact_change(x->a, r, x->site, p->id, &email));
    p->is_apart = true;
    TRY(reception_q_apart_add(x->a, x->tx, x->site->realm, p->id, str_c(cause), x->now, NULL));
    return change_over(x, p, who, email);
}

struct err *reception_store_join(struct action *x, struct appeal *p)
{
    struct db_read *r = db_tx_read(x->tx);
    struct applicant *who;
    struct str email;
    TRY(reception_load_applicant(x->a, r, x->site, p->id, &who));
    TRY(reception_load_contact_change(x->a, r, x->site, p->id, &email));
    p->is_apart = false;
    TRY(reception_q_apart_remove(x->a, x->tx, x->site->realm, p->id, NULL));
    return change_over(x, p, who, email);
}

struct err *reception_store_add_move(struct action *x, int64_t id, const struct move *m)
{
    struct reception_q_move_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .no = m->no,
        .kind = m->kind,
        .from_body_id = opt(m->from_body_id),
        .to_body_id = m->to_body_id,
        .to_office_id = opt(m->to_office_id),
        .reason = text_or_empty(m->reason),
        .law = text_or_empty(m->law),
        .at = m->at,
        .by_person_id = opt(m->by_person_id),
        .by_office_id = opt(m->by_office_id),
    };
    return reception_q_move_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_add_deadline(struct action *x, int64_t id, const struct appeal_deadline *d)
{
    struct reception_q_deadline_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .no = d->no,
        .at = d->at,
        .due_on = d->due_on,
        .cause = d->cause,
        .trace = d->trace,
    };
    return reception_q_deadline_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_add_answer(struct action *x, int64_t id, const struct answer *n)
{
    struct reception_q_answer_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .no = n->no,
        .kind = n->is_refusal ? S("refusal") : S("answer"),
        .ground = text_or_null(n->ground),
        .language = n->language,
        .facts = n->blocks.facts,
        .rule = n->blocks.rule,
        .reasons = n->blocks.reasons,
        .outcome = n->blocks.outcome,
        .next_step = n->blocks.next_step,
        .remedy_how = n->blocks.remedy_how,
        .remedy_where = n->blocks.remedy_where,
        .remedy_until = n->blocks.remedy_until,
        .reason = text_or_empty(n->reason),
        .at = n->at,
        .by_person_id = n->by_person_id,
        .by_office_id = n->by_office_id,
        .body_id = n->body_id,
    };
    return reception_q_answer_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_add_opinion(struct action *x, int64_t id, const struct opinion *o)
{
    struct reception_q_opinion_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .answer_no = o->answer_no,
        .is_solved = o->is_solved,
        .comment = text_or_empty(o->comment),
        .at = o->at,
    };
    return reception_q_opinion_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_change_opinion(struct action *x, int64_t id, const struct opinion *o)
{
    struct reception_q_opinion_change_args args = {
        .is_solved = o->is_solved,
        .comment = text_or_empty(o->comment),
        .changed_at = opt(o->changed_at),
        .realm = x->site->realm,
        .appeal_id = id,
        .answer_no = o->answer_no,
    };
    return reception_q_opinion_change(x->a, x->tx, &args, NULL);
}

struct err *reception_store_add_file(struct action *x, int64_t id, const struct attachment *f)
{
    struct reception_q_attachment_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .no = f->no,
        .answer_no = opt(f->answer_no),
        .name = f->name,
        .media_type = f->media_type,
        .size = f->size,
        .hash = f->hash,
        .at = f->at,
        .by_office_id = opt(f->by_office_id),
    };
    return reception_q_attachment_add(x->a, x->tx, &args, NULL);
}

/* == single columns == */

struct err *reception_store_set_due(struct action *x, struct appeal *p, struct str due_on)
{
    TRY(reception_figures_due(x, p, due_on));
    p->due_on = due_on;
    return reception_q_appeal_set_due(x->a, x->tx, due_on, x->site->realm, p->id, NULL);
}

struct err *reception_store_set_kind(struct action *x, struct appeal *p, struct str kind)
{
    p->kind = kind;
    return reception_q_appeal_set_kind(x->a, x->tx, kind, x->site->realm, p->id, NULL);
}

struct err *reception_store_set_language(struct action *x, struct appeal *p, struct str language,
                                         struct str source)
{
    p->language = language;
    p->language_source = source;
    return reception_q_appeal_set_language(x->a, x->tx, language, source, x->site->realm, p->id, NULL);
}

struct err *reception_store_set_identity(struct action *x, struct appeal *p, enum appeal_identity level)
{
    p->identity = level;
    return reception_q_appeal_set_identity(x->a, x->tx, appeal_identity_name(level), x->site->realm, p->id,
                                           NULL);
}

struct err *reception_store_set_checked(struct action *x, const struct appeal *p, struct str name, int64_t office_id)
{
    struct reception_q_applicant_set_checked_args args = {
        .name = text_or_empty(boxed(x, p, name)),
        .checked_at = opt(x->now),
        .checked_by = opt(office_id),
        .realm = x->site->realm,
        .appeal_id = p->id,
    };
    return reception_q_applicant_set_checked(x->a, x->tx, &args, NULL);
}

struct err *reception_store_set_code(struct action *x, struct appeal *p, struct str code_hash)
{
    p->code_hash = code_hash;
    return reception_q_appeal_set_code(x->a, x->tx, code_hash, x->site->realm, p->id, NULL);
}

/* == short-lived rows == */

struct err *reception_store_add_request(struct action *x, struct str key_hash, const struct known_request *q)
{
    struct reception_q_request_add_args args = {
        .realm = x->site->realm,
        .key_hash = key_hash,
        .salt = q->salt,
        .content = q->content,
        .appeal_id = q->appeal_id,
        .at = x->now,
    };
    return reception_q_request_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_set_contact_code(struct action *x, int64_t id, struct str hash,
                                             int64_t expires_at)
{
    struct reception_q_contact_code_set_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .code_hash = hash,
        .sent_at = x->now,
        .expires_at = expires_at,
    };
    return reception_q_contact_code_set(x->a, x->tx, &args, NULL);
}

struct err *reception_store_contact_tried(struct action *x, int64_t id)
{
    return reception_q_contact_code_tried(x->a, x->tx, x->site->realm, id, NULL);
}

struct err *reception_store_use_contact_code(struct action *x, int64_t id)
{
    return reception_q_contact_code_used(x->a, x->tx, x->site->realm, id, NULL);
}

struct err *reception_store_set_contact_change(struct action *x, const struct appeal *p, struct str email)
{
    return reception_q_contact_change_set(x->a, x->tx, x->site->realm, p->id, boxed(x, p, email), x->now, NULL);
}

struct err *reception_store_remove_contact_change(struct action *x, int64_t id)
{
    return reception_q_contact_change_remove(x->a, x->tx, x->site->realm, id, NULL);
}

struct err *reception_store_set_email(struct action *x, struct appeal *p, bool has_applicant, struct str email)
{
    struct applicant nameless = {.email = email};
    if (!p->contact_consent) {
        p->contact_consent = true;
        TRY(reception_q_appeal_set_consent(x->a, x->tx, true, x->site->realm, p->id, NULL));
    }
    if (!has_applicant)
        return reception_store_add_applicant(x, p, &nameless);
    return reception_q_applicant_set_email(x->a, x->tx, boxed(x, p, email), x->site->realm, p->id, NULL);
}

struct err *reception_store_forget(struct action *x, int64_t requests_before, int64_t codes_before)
{
    TRY(reception_q_requests_remove_old(x->a, x->tx, x->site->realm, requests_before, NULL));
    TRY(reception_q_contact_changes_remove_old(x->a, x->tx, x->site->realm, codes_before, NULL));
    return reception_q_contact_codes_remove_old(x->a, x->tx, x->site->realm, codes_before, NULL);
}
