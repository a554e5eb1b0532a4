/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_sent.c - the page to keep: number, code, receipt, due date and what happens next.
 *
 * The code is on this page and nowhere else. Nobody is signed in by it, since others may use the phone: the forms
 * below carry number and code, and a signed token lets files follow.
 */
#include "institutions/reception/pages.h"

#include "core/config.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "core/qr.h"

struct str pages_code_in_groups(struct arena *a, struct str code)
{
    struct buf b;
    buf_init(&b, a, 2 * code.n + 1);
    for (size_t i = 0; i < code.n; i++) {
        if (i > 0 && i % 4 == 0)
            buf_byte(&b, '-');
        buf_byte(&b, code.p[i]);
    }
    return buf_view(&b);
}

static void sent_summary(struct page *p, const struct submit_result *r, struct reception_view_sent *m)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 6, struct core_row);
    const struct profile_kind *kind = profile_kind(p->site->profile, r->kind);
    const struct profile_identity *level = profile_identity(p->site->profile, S("none"));
    size_t n = 0;
    rows[n++] = (struct core_row){.key = pages_t(p, "reception.send.body"), .value = pages_body(p, r->body_id)};
    if (kind)
        rows[n++] = (struct core_row){.key = pages_t(p, "reception.send.kind"),
                                      .value = text3_for(&kind->name, p->code)};
    rows[n++] = (struct core_row){.key = pages_t(p, "reception.sent.language"),
                                  .value = pages_t_of(p, "reception.language.", r->language)};
    rows[n++] = (struct core_row){.key = pages_t(p, "reception.sent.accepted"), .value = pages_time(p, r->received_at)};
    rows[n++] = (struct core_row){.key = pages_t(p, "reception.sent.registered_on"),
                                  .value = pages_date(p, r->registered_on)};
    if (level)
        rows[n++] = (struct core_row){.key = pages_t(p, "reception.sent.effect"),
                                      .value = text3_for(&level->effect, p->code)};
    m->summary = rows;
    m->n_summary = n;
}

static void sent_steps(struct page *p, const struct submit_result *r, struct reception_view_sent *m)
{
    struct core_step *steps = ARENA_ARRAY(p->a, 3, struct core_step);
    steps[0].title = pages_t(p, "reception.sent.next.register");
    steps[0].text = T(p->a, p->lang, "reception.sent.next.register.text", TEXT_ARG("body", pages_body(p, r->body_id)));
    steps[1].title = pages_t(p, "reception.sent.next.answer");
    steps[1].text = T(p->a, p->lang, "reception.sent.next.answer.text", TEXT_ARG("day", pages_date(p, r->due_on)));
    steps[2].title = pages_t(p, "reception.sent.next.opinion");
    steps[2].text = pages_t(p, "reception.sent.next.opinion.text");
    m->steps = steps;
    m->n_steps = 3;
}

/* "birge.example/v/1": as people type it. */
static struct str without_scheme(struct str address)
{
    size_t at = str_find_str(address, S("://"));
    return at == SIZE_MAX ? address : str_slice(address, at + 3, address.n);
}

/* The steps that decided the due date, as they were stored; days of rest, one by one, are left to the page of the
 * appeal: this one has to reach an old phone. */
static struct err *sent_due(struct page *p, const struct submit_result *r, struct reception_view_sent *m)
{
    struct actor author = reception_applicant_of(r->id);
    const struct reception_case *c;
    struct verdict v;
    struct deadline d;
    TRY(reception_store_open(p->a, p->loop->read, p->site, &author, r->number, S("own_case"), false, &c, &v));
    MUST(v.allowed && c->n_deadlines > 0); /* it was registered a moment ago */
    TRY(deadline_from_json(p->a, c->deadlines[0].trace, &d));
    struct core_row *rows = ARENA_ARRAY(p->a, d.n_steps, struct core_row);
    for (size_t i = 0; i < d.n_steps; i++) {
        const struct deadline_step *s = &d.steps[i];
        if (s->kind == STEP_SKIPPED_REST)
            continue;
        struct str law = s->has_cite ? citation_text(p->a, p->lang, &s->cite) : S("");
        struct str text = deadline_step_text(p->a, p->lang, &d, s);
        rows[m->n_due_steps++] = (struct core_row){
            .key = deadline_step_title(p->lang, s),
            .value = law.n > 0 ? str_printf(p->a, "%.*s (%.*s)", STR_FMT(text), STR_FMT(law)) : text,
        };
    }
    m->due_steps = rows;
    return NULL;
}

struct err *pages_show_sent(struct page *p, const struct submit_result *r, int64_t n_files)
{
    struct str base = p->site->base_url.n > 0 ? p->site->base_url : web_base_url(p->req);
    struct str address = str_printf(p->a, "%.*s/v/%.*s", STR_FMT(base), STR_FMT(r->number));
    struct reception_view_sent m = {
        .lang = p->code,
        .number = r->number,
        .code = pages_code_in_groups(p->a, r->code),
        .code_plain = r->code,
        .qr_caption = T(p->a, p->lang, "reception.sent.qr", TEXT_ARG("address", without_scheme(address))),
        .due = pages_due(p, "reception.due.label", r->due_on, 0, (struct str){0}),
        .file_token = pages_file_token(p, r->number),
        .n_files = n_files,
        .max_files = p->site->config->attachments,
        .file_hint = pages_file_hint(p, false),
    };
    TRY(sent_due(p, r, &m));
    m.qr = qr_svg(p->a, p->lang, address, r->number);
    sent_summary(p, r, &m);
    sent_steps(p, r, &m);
    TRY(pages_private(p, pages_t(p, "reception.sent.title"), &m.layout));
    m.layout.path = S("/appeals/new");
    struct html h;
    page_begin(p->req, &h);
    reception_view_sent(&h, &m);
    web_compress(p->req); /* nobody else can make this page come again, since it answers a form with its token */
    return page_end(p->req, 201, &h);
}
