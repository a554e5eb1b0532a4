/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api_appeal.c - a case as JSON: what GET /api/v1/appeals/{number} shows its author.
 *
 * Needs no request, so that the benchmark can draw the same page without a server around it.
 */
#include "institutions/reception/api.h"

#include "base/json.h"
#include "institutions/reception/pages.h"

static void write_holders(struct page *p, const struct reception_case *c, struct json *j)
{
    json_key(j, "holders");
    json_array(j);
    for (size_t i = 0; i < c->n_moves; i++) {
        const struct move *m = &c->moves[i];
        const struct body *body = directory_body(p->directory, m->to_body_id);
        json_object(j);
        json_put_str(j, "kind", m->kind);
        json_put_str(j, "body", body ? body->code : S(""));
        json_put_str(j, "body_name", pages_body(p, m->to_body_id));
        json_put_str(j, "office", pages_office(p, m->to_office_id));
        json_put_str(j, "from", instant_text(p->a, m->at));
        json_put_str(j, "reason", m->reason);
        json_put_str(j, "law", m->law);
        json_object_end(j);
    }
    json_array_end(j);
}

static struct err *write_due(struct page *p, const struct reception_case *c, struct json *j)
{
    struct deadline d;
    const struct appeal_deadline *last = &c->deadlines[c->n_deadlines - 1];
    TRY(deadline_from_json(p->a, last->trace, &d));
    json_key(j, "due");
    json_object(j);
    json_put_str(j, "on", c->appeal.due_on);
    json_put_str(j, "registered_on", day_text(p->a, d.registered_on));
    json_put_str(j, "starts_on", day_text(p->a, d.starts_on));
    json_put_str(j, "rule", d.rule);
    json_put_str(j, "profile", d.profile);
    json_key(j, "steps");
    json_array(j);
    for (size_t i = 0; i < d.n_steps; i++) {
        json_object(j);
        json_put_str(j, "text", deadline_step_text(p->a, p->lang, &d, &d.steps[i]));
        json_put_str(j, "law", d.steps[i].has_cite ? d.steps[i].cite.law : (struct str){0});
        json_object_end(j);
    }
    json_array_end(j);
    json_object_end(j);
    return NULL;
}

static void write_answers(struct page *p, const struct reception_case *c, struct json *j)
{
    json_key(j, "answers");
    json_array(j);
    for (size_t i = 0; i < c->n_answers; i++) {
        const struct answer *s = &c->answers[i];
        json_object(j);
        json_put_int(j, "version", s->no);
        json_put_bool(j, "is_refusal", s->is_refusal);
        json_put_str(j, "ground", s->ground);
        json_put_str(j, "language", s->language);
        json_put_str(j, "at", instant_text(p->a, s->at));
        json_put_str(j, "body_name", pages_body(p, s->body_id));
        json_put_str(j, "outcome", s->blocks.outcome);
        json_put_str(j, "facts", s->blocks.facts);
        json_put_str(j, "rule", s->blocks.rule);
        json_put_str(j, "reasons", s->blocks.reasons);
        json_put_str(j, "next_step", s->blocks.next_step);
        json_put_str(j, "remedy_how", s->blocks.remedy_how);
        json_put_str(j, "remedy_where", s->blocks.remedy_where);
        json_put_str(j, "remedy_until", s->blocks.remedy_until);
        json_object_end(j);
    }
    json_array_end(j);
}

static void write_files(struct page *p, const struct reception_case *c, struct json *j)
{
    json_key(j, "files");
    json_array(j);
    for (size_t i = 0; i < c->n_files; i++) {
        const struct attachment *f = &c->files[i];
        json_object(j);
        json_put_str(j, "name", f->name);
        json_put_str(j, "type", f->media_type);
        json_put_int(j, "size", f->size);
        json_put_str(j, "sha256", str_hex(p->a, f->hash.p, f->hash.n));
        json_put_bool(j, "of_answer", f->answer_no != 0);
        json_object_end(j);
    }
    json_array_end(j);
}

struct err *api_appeal_json(struct page *p, const struct reception_case *c, struct str *ret_json)
{
    struct buf b;
    struct json j;
    buf_init(&b, p->a, 8 * ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "number", c->appeal.number);
    json_put_str(&j, "subject", c->appeal.subject);
    json_put_str(&j, "text", c->appeal.text);
    json_put_str(&j, "status", appeal_state_name(c->appeal.state));
    json_put_str(&j, "kind", c->appeal.kind);
    json_put_str(&j, "language", c->appeal.language);
    json_put_str(&j, "registered_at", instant_text(p->a, c->appeal.received_at));
    write_holders(p, c, &j);
    TRY(write_due(p, c, &j));
    write_answers(p, c, &j);
    write_files(p, c, &j);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "reply"));
    *ret_json = buf_view(&b);
    return NULL;
}
