/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk_answer.c - writing an answer or a reasoned refusal, and the files that go with it.
 *
 * The blocks are those of the profile; how to complain is filled in by the law before anybody writes. What was typed
 * comes back with every refusal.
 */
#include "institutions/reception/pages_desk.h"

#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/download.h"
#include "institutions/reception/upload.h"

#define BLOCK_CHARS 20000

struct answer_values {
    bool refuse;
    struct str ground, language, reason;
    struct answer_blocks blocks;
};

#define BLOCK(name)                                                                                            \
    {#name, FIELD_TEXT, false, 0, BLOCK_CHARS, NULL, "desk.answer." #name, offsetof(struct answer_values, blocks.name)}
static const struct web_field fields[] = {
    {"refuse", FIELD_FLAG, false, 0, 0, NULL, NULL, offsetof(struct answer_values, refuse)},
    {"ground", FIELD_LINE, false, 0, 60, NULL, "desk.answer.ground", offsetof(struct answer_values, ground)},
    {"language", FIELD_LINE, false, 0, 2, NULL, "desk.answer.language", offsetof(struct answer_values, language)},
    {"reason", FIELD_TEXT, false, 0, 2000, NULL, "desk.answer.reason", offsetof(struct answer_values, reason)},
    BLOCK(facts),
    BLOCK(rule),
    BLOCK(reasons),
    BLOCK(outcome),
    BLOCK(next_step),
    BLOCK(remedy_how),
    BLOCK(remedy_where),
    {"remedy_until", FIELD_LINE, false, 0, 10, NULL, "desk.answer.remedy_until",
     offsetof(struct answer_values, blocks.remedy_until)},
};
static const struct web_form form = WEB_FORM(fields);

/* What the page is drawn with: fresh, or as it came back. */
struct answer_page {
    struct str number;
    struct answer_values values;
    bool is_retry;
    int status; /* of the page; 0: 200 */
    struct web_errors errors;
};

/* ---- drawing ---- */

static struct str hint_of(struct page *p, const char *code)
{
    size_t n;
    const struct profile_block *blocks = profile_blocks(p->site->profile, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(blocks[i].code, str_c(code)))
            return text3_for(&blocks[i].hint, p->code);
    return (struct str){0};
}

static void fill_choices(struct page *p, const struct answer_page *ap, struct reception_view_desk_answer *v)
{
    size_t n;
    const struct profile_ground *grounds = profile_grounds(p->site->profile, "refuse", &n);
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct core_option){.value = grounds[i].code, .label = text3_for(&grounds[i].text, p->code),
                                          .checked = str_eq(grounds[i].code, ap->values.ground)};
    v->grounds = options;
    v->n_grounds = n;
    v->n_languages = desk_languages(p, ap->values.language, &v->languages);
}

/* A fresh form: language of the appeal, remedy by the law. */
static struct err *fill_standard(struct page *p, const struct reception_case *c, struct answer_page *ap)
{
    ap->values.language = c->appeal.language;
    return reception_remedy(p->a, p->site->profile, p->calendar, p->directory, p->who->body_id, c->appeal.language,
                            p->today, &ap->values.blocks);
}

static void fill_values(const struct answer_page *ap, struct reception_view_desk_answer *v)
{
    const struct answer_blocks *b = &ap->values.blocks;
    v->facts = b->facts;
    v->rule = b->rule;
    v->reasons = b->reasons;
    v->outcome = b->outcome;
    v->next_step = b->next_step;
    v->remedy_how = b->remedy_how;
    v->remedy_where = b->remedy_where;
    v->remedy_until = b->remedy_until;
    v->reason = ap->values.reason;
}

static struct err *fill_page(struct page *p, const struct reception_case *c, struct answer_page *ap,
                             struct reception_view_desk_answer *v)
{
    struct answer_blocks law;
    const struct appeal *a = &c->appeal;
    v->is_refusal = ap->values.refuse;
    v->is_version = c->n_answers > 0;
    const char *title = v->is_version   ? "desk.answer.title.version"
                        : v->is_refusal ? "desk.answer.title.refusal"
                                        : "desk.answer.title";
    TRY(session_layout(p->req, pages_t(p, title), &v->layout));
    TRY(reception_remedy(p->a, p->site->profile, p->calendar, p->directory, p->who->body_id, a->language, p->today,
                         &law));
    v->layout.width = CORE_WIDTH_DESK;
    v->layout.back_href = page_href(p->req, "/desk/appeals/%.*s", STR_FMT(a->number));
    v->layout.errors = ap->errors.n_items ? page_errors(p->req, &ap->errors) : NULL;
    v->lang = p->code;
    v->number = a->number;
    v->subject = a->subject;
    v->text = a->text;
    v->language = a->language;
    v->action = page_href(p->req, "/desk/appeals/%.*s/answer", STR_FMT(a->number));
    v->facts_hint = hint_of(p, "facts");
    v->rule_hint = hint_of(p, "rule");
    v->reasons_hint = hint_of(p, "reasons");
    v->outcome_hint = hint_of(p, "outcome");
    v->next_step_hint = hint_of(p, "next_step");
    v->until_hint = T(p->a, p->lang, "desk.answer.until_hint", TEXT_ARG("date", pages_date(p, law.remedy_until)));
    v->draft = str_printf(p->a, "d%lld", (long long)a->id); /* neutral: tells nothing on a shared desk */
    v->due = pages_due(p, "reception.due.label", a->due_on, a->closed_at, (struct str){0});
    fill_choices(p, ap, v);
    fill_values(ap, v);
    return NULL;
}

static struct err *draw(struct page *p)
{
    struct answer_page *ap = p->user;
    const struct reception_case *c;
    struct verdict verdict;
    struct html h;
    struct str html;
    TRY(reception_store_open(p->a, p->loop->read, p->site, p->who, ap->number, S(""), false, &c, &verdict));
    if (verdict.allowed)
        verdict = reception_store_may(p->site, p->who, ap->values.refuse ? RECEPTION_REFUSE : RECEPTION_ANSWER, &c->appeal);
    if (!verdict.allowed)
        return web_refuse(p->req, str_eq(str_c(verdict.code), S("CASE_UNKNOWN")) ? 404 : 403, &verdict);
    struct reception_view_desk_answer v = {0};
    if (!ap->is_retry)
        TRY(fill_standard(p, c, ap));
    TRY(fill_page(p, c, ap, &v));
    page_begin(p->req, &h);
    reception_view_desk_answer(&h, &v);
    TRY(page_html(&h, &html));
    return action_page_after_reading(p->req, &c->reading, ap->status ? ap->status : 200, html);
}

static struct err *get_answer(struct web_request *req)
{
    struct answer_page ap = {.number = web_param(req, "number")};
    ap.values.refuse = str_eq(web_query(req, "refuse"), S("1"));
    return pages_run_with(req, draw, &ap);
}

/* ---- sending ---- */

static struct answer_values values_kept(struct action *x, const struct answer_values *v)
{
    const struct answer_blocks *b = &v->blocks;
    return (struct answer_values){
        .refuse = v->refuse,
        .ground = desk_kept(x, v->ground),
        .language = desk_kept(x, v->language),
        .reason = desk_kept(x, v->reason),
        .blocks = {.facts = desk_kept(x, b->facts),
                   .rule = desk_kept(x, b->rule),
                   .reasons = desk_kept(x, b->reasons),
                   .outcome = desk_kept(x, b->outcome),
                   .next_step = desk_kept(x, b->next_step),
                   .remedy_how = desk_kept(x, b->remedy_how),
                   .remedy_where = desk_kept(x, b->remedy_where),
                   .remedy_until = desk_kept(x, b->remedy_until)},
    };
}

/* The field that a refusal speaks of: the block it names, or the one its code is about. */
static struct str field_of(const struct verdict *v)
{
    struct str code = str_c(v->code);
    for (size_t i = 0; i < v->n_facts; i++)
        if (str_eq(str_c(v->facts[i].name), S("field")))
            return v->facts[i].value;
    if (str_find_str(code, S("GROUND")) != SIZE_MAX)
        return S("ground");
    if (str_find_str(code, S("LANGUAGE")) != SIZE_MAX)
        return S("language");
    if (str_find_str(code, S("REMEDY")) != SIZE_MAX)
        return S("remedy_until");
    if (str_find_str(code, S("REASON")) != SIZE_MAX)
        return S("reason");
    return S("facts");
}

static struct err *show_refused(struct page *p)
{
    struct action *x = p->user;
    struct answer_page *ap = x->user;
    page_add_refusal(p->req, &ap->errors, field_of(&x->verdict), &x->verdict);
    ap->status = page_refusal_status(&x->verdict);
    p->user = ap;
    return draw(p);
}

static struct err *answered(struct web_request *req, struct action *x)
{
    struct answer_page *ap = x->user;
    if (action_is_refused(x))
        return pages_run_with(req, show_refused, x);
    return desk_done(req, ap->number, "desk.flash.answered");
}

static struct err *start(struct page *p)
{
    struct answer_page *ap = p->user;
    int64_t id = 0;
    TRY(reception_store_find(p->a, p->loop->read, p->site->realm, ap->number, &id));
    if (id == 0)
        return web_error(p->req, 404);
    struct action *x = action_new(p->req);
    struct answer_page *mine = ARENA_NEW(x->a, struct answer_page);
    mine->number = desk_kept(x, ap->number);
    mine->values = values_kept(x, &ap->values);
    mine->is_retry = true;
    struct answer_command *c = ARENA_NEW(x->a, struct answer_command);
    *c = (struct answer_command){.appeal_id = id, .is_refusal = mine->values.refuse, .ground = mine->values.ground,
                                 .language = mine->values.language, .blocks = mine->values.blocks,
                                 .reason = mine->values.reason};
    x->command = c;
    x->user = mine;
    return action_submit(p->req, x, reception_answer, answered);
}

static struct err *post_answer(struct web_request *req)
{
    struct answer_page ap = {.number = web_param(req, "number"), .is_retry = true, .status = 422};
    TRY(web_form_read(req, &form, &ap.values, &ap.errors));
    return pages_run_with(req, ap.errors.n_items ? draw : start, &ap);
}

/* ---- files of an answer ---- */

struct file_values {
    struct web_file file;
};
static const struct web_field file_fields[] = {
    {"file", FIELD_FILE, true, 0, 0, NULL, "desk.form.file.file", offsetof(struct file_values, file)},
};
static const struct web_form file_form = WEB_FORM(file_fields);

static struct err *file_refused(struct web_request *req, struct str number, const struct verdict *v)
{
    struct desk_retry retry = {.number = number, .form = "file", .status = page_refusal_status(v)};
    page_add_refusal(req, &retry.errors, S("file"), v);
    return desk_show_case(req, &retry);
}

static struct err *file_added(struct web_request *req, struct action *x)
{
    if (action_is_refused(x))
        return file_refused(req, web_param(req, "number"), &x->verdict);
    return desk_done(req, web_param(req, "number"), "desk.flash.file");
}

static struct err *start_file(struct page *p)
{
    const struct upload *u = p->user;
    int64_t id = 0;
    TRY(reception_store_find(p->a, p->loop->read, p->site->realm, web_param(p->req, "number"), &id));
    if (id == 0)
        return web_error(p->req, 404);
    struct action *x = action_new(p->req);
    struct file_command *c = ARENA_NEW(x->a, struct file_command);
    c->appeal_id = id;
    c->file = pages_copy_file(x->a, &u->file);
    x->command = c;
    return action_submit(p->req, x, reception_add_answer_file, file_added);
}

static struct err *file_stored(struct web_request *req, struct upload *u)
{
    if (!u->verdict.allowed)
        return file_refused(req, web_param(req, "number"), &u->verdict);
    return pages_run_with(req, start_file, u);
}

static struct err *post_file(struct web_request *req)
{
    struct file_values v = {0};
    struct desk_retry retry = {.number = web_param(req, "number"), .form = "file", .status = 422};
    TRY(web_form_read(req, &file_form, &v, &retry.errors));
    if (retry.errors.n_items > 0)
        return desk_show_case(req, &retry);
    return upload_run(req, session_site(req), &v.file, file_stored, NULL);
}

/* ---- downloads ---- */

static struct err *fetched(struct web_request *req, const struct download *d)
{
    return action_download_after_reading(req, &d->reading, d->type, d->name, d->bytes);
}

static struct err *open_file(struct page *p)
{
    bool is_reading;
    struct attachment f;
    struct reading reading;
    struct verdict v;
    TRY(reception_store_file(p->a, p->loop->read, p->site, p->who, web_param(p->req, "number"),
                             page_id(web_param(p->req, "no")), &f, &is_reading, &reading, &v));
    if (!v.allowed)
        return web_refuse(p->req, 404, &v);
    return download_run(p->req, p->site, &f, &reading, fetched);
}

static struct err *get_file(struct web_request *req)
{
    return pages_run(req, open_file);
}

#define CASE "/{lang}/desk/appeals/{number}"
static const struct web_route routes[] = {
    {WEB_GET, CASE "/answer", RECEPTION_ANSWER, WEB_CSRF_READ, WEB_BODY_NONE, get_answer},
    {WEB_POST, CASE "/answer", RECEPTION_ANSWER, WEB_CSRF_FORM, WEB_BODY_FORM, post_answer},
    {WEB_POST, CASE "/file", RECEPTION_ADD_ANSWER_FILE, WEB_CSRF_FORM, WEB_BODY_UPLOAD, post_file},
    {WEB_GET, CASE "/files/{no}", RECEPTION_DESK, WEB_CSRF_READ, WEB_BODY_NONE, get_file},
};
const struct route_table reception_routes_desk_answer = {routes, sizeof routes / sizeof routes[0]};
