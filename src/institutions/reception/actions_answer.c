/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_answer.c - the answer or the reasoned refusal, and its new versions.
 *
 * Keeps:  an answer is never changed: a new version stands beside the old one, says why it is there, and
 *         asks the author for a new opinion; a closed case has at least one answer.
 * Source: rules.md A6, A0 (art. 13); S8.
 */
#include "institutions/reception/actions_private.h"

/* The last day on which the law lets one complain of an answer given today. */
static struct err *remedy_day(struct action *x, const struct work *w, int32_t *ret_day)
{
    struct deadline d;
    *ret_day = 0;
    if (!profile_rule(w->profile, "complaint.file", w->today))
        return NULL;
    TRY(deadline_of_rule(x->a, w->profile, w->calendar, "complaint.file", w->today, &d));
    *ret_day = d.due_on;
    return NULL;
}

static struct answer_blocks blocks_filled(const struct answer_blocks *b)
{
    struct answer_blocks out = *b;
    struct str *all[] = {&out.facts, &out.rule, &out.reasons, &out.outcome,
                         &out.next_step, &out.remedy_how, &out.remedy_where, &out.remedy_until};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (!all[i]->p)
            *all[i] = S("");
    return out;
}

static struct err *check_files(struct action *x, const struct answer_command *c)
{
    struct attachment *seen = ARENA_ARRAY(x->a, c->n_files, struct attachment);
    for (size_t i = 0; i < c->n_files; i++) {
        ALLOW(x, reception_rules_file(x->a, x->site->config, seen, i, 1, c->files[i].hash, c->files[i].size));
        seen[i] = (struct attachment){.answer_no = 1, .hash = c->files[i].hash};
    }
    return NULL;
}

static struct err *store_answer(struct action *x, struct work *w, const struct answer *row)
{
    const struct answer_command *c = x->command;
    struct attachment *files;
    struct detail d;
    size_t n_files;
    TRY(reception_load_files(x->a, db_tx_read(x->tx), x->site->realm, w->appeal.id, &files, &n_files));
    TRY(reception_store_add_answer(x, w->appeal.id, row));
    TRY(reception_attach(x, &w->appeal, c->files, c->n_files, (int64_t)n_files, row->no));
    enum appeal_state state = row->is_refusal ? APPEAL_REFUSED : APPEAL_ANSWERED;
    TRY(reception_store_progress(x, &w->appeal, state, w->appeal.holder_body_id, w->appeal.holder_office_id));
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "answer", row->no);
    json_put_str(j, "reason", row->reason);
    if (row->is_refusal)
        json_put_str(j, "ground", row->ground.p ? row->ground : S(""));
    json_put_int(j, "files", (int64_t)c->n_files);
    TRY(reception_event(x, &w->appeal, row->is_refusal ? "refused" : "answered", &d));
    TRY(reception_trace(x, w->appeal.id, "answered_by", S("body"), row->body_id, x->now));
    bool is_changed = row->no > 1;
    return reception_notify(x, &w->appeal,
                            is_changed        ? "answer_changed"
                            : row->is_refusal ? "refused"
                                              : "answered");
}

struct err *reception_answer(struct action *x)
{
    const struct answer_command *c = x->command;
    struct work w;
    struct answer *answers;
    size_t n;
    TRY(reception_work(x, c->appeal_id, c->is_refusal ? RECEPTION_REFUSE : RECEPTION_ANSWER, &w));
    TRY(reception_load_answers(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &answers, &n));
    struct answer_facts facts = {
        .appeal = &w.appeal,
        .profile = w.profile,
        .last = n > 0 ? &answers[n - 1] : NULL,
        .is_refusal = c->is_refusal,
        .ground = c->ground,
        .language = c->language,
        .blocks = blocks_filled(&c->blocks),
        .reason = c->reason,
        .today = w.today,
    };
    TRY(remedy_day(x, &w, &facts.remedy_until));
    ALLOW(x, reception_rules_answer(x->a, &facts));
    TRY(check_files(x, c));
    struct answer row = {
        .no = (int64_t)n + 1,
        .is_refusal = c->is_refusal,
        .ground = c->is_refusal ? c->ground : (struct str){0},
        .language = c->language,
        .blocks = facts.blocks,
        .reason = n > 0 ? c->reason : S(""),
        .at = x->now,
        .by_person_id = x->who.person_id,
        .by_office_id = x->who.office_id,
        .body_id = w.appeal.holder_body_id,
    };
    struct answer_result *result = ARENA_NEW(x->a, struct answer_result);
    result->no = row.no;
    x->result = result;
    return store_answer(x, &w, &row);
}

struct err *reception_remedy(struct arena *a, const struct profile *profile, const struct calendar *calendar,
                             const struct directory *d, int64_t body_id, struct str language, int32_t today,
                             struct answer_blocks *ret_blocks)
{
    const struct profile_remedy *remedy = profile_remedy(profile);
    struct answer_blocks b = {.remedy_how = S(""), .remedy_where = S(""), .remedy_until = S("")};
    struct deadline until;
    if (!remedy) {
        *ret_blocks = b;
        return NULL;
    }
    TRY(deadline_of_rule(a, profile, calendar, str_to_c(a, remedy->term), today, &until));
    const struct body *body = directory_body(d, body_id);
    const struct body *above = body && body->parent_id ? directory_body(d, body->parent_id) : NULL;
    struct str to_whom = text3_for(&remedy->to_whom, language);
    struct str after = text3_for(&remedy->after, language);
    b.remedy_how = str_printf(a, "%.*s%s%.*s", STR_FMT(text3_for(&remedy->how, language)), after.n ? " " : "",
                              STR_FMT(after));
    b.remedy_where = to_whom;
    if (above && !above->is_closed) {
        struct str sentence = str_ends(to_whom, S(".")) ? str_slice(to_whom, 0, to_whom.n - 1) : to_whom;
        b.remedy_where = str_printf(a, "%.*s (%.*s%s%.*s).", STR_FMT(sentence),
                                    STR_FMT(text3_for(&above->name, language)), above->address.n ? ", " : "",
                                    STR_FMT(above->address));
    }
    b.remedy_until = day_text(a, until.due_on);
    *ret_blocks = b;
    return NULL;
}
