/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_own.c - what the author does on the page of the appeal: solved or not, the language, the contact and its change.
 *
 * Each is a form on that page. Refused, the page comes back with the reason at the form and what was typed; done,
 * the browser is sent to the page anew, so that a reload does nothing twice.
 */
#include "institutions/reception/pages.h"

#include "institutions/reception/actions.h"

/* One POST of the author. In the request's arena. */
struct doing {
    const char *done_id; /* text of the notice */
    const char *field;   /* where a refusal is shown */
    const char *anchor;  /* part of the page to return to */
    struct err *(*verb)(struct action *x);
    int64_t appeal_id;   /* 0: not the author; the reply was sent */
    struct str number;
    struct own_retry retry;
};

/* A command and whose page waits for it: first the command, so that x->command may point to it. */
struct own_job {
    union {
        struct opinion_command opinion;
        struct language_command language;
        struct contact_send_command contact_send;
        struct contact_confirm_command contact_confirm;
        struct contact_change_command contact_change;
        struct apart_command apart;
    } command;
    struct doing *doing;
};

static struct err *find_own(struct page *p)
{
    struct doing *d = p->user;
    const struct reception_case *c = NULL;
    TRY(pages_open_own(p, &c));
    if (c) {
        d->appeal_id = c->appeal.id;
        d->number = c->appeal.number;
    }
    return NULL;
}

static struct err *show_retry(struct page *p)
{
    const struct doing *d = p->user;
    return pages_show_own(p, &d->retry);
}

static struct err *refused(struct web_request *req, struct doing *d, const struct verdict *v)
{
    page_add_refusal(req, &d->retry.errors, str_c(d->field), v);
    d->retry.status = page_refusal_status(v);
    return pages_run_with(req, show_retry, d);
}

static struct err *done(struct web_request *req, struct action *x)
{
    const struct own_job *job = x->command;
    struct doing *d = job->doing;
    const struct contact_confirm_result *confirmed = x->result;
    if (action_is_refused(x))
        return refused(req, d, &x->verdict);
    if (d->verb == reception_contact_confirm && !confirmed->verdict.allowed)
        return refused(req, d, &confirmed->verdict);
    if (confirmed && d->verb == reception_contact_confirm && confirmed->is_change)
        d->done_id = "reception.contact.changed";
    web_flash(req, "success", d->done_id);
    return web_redirect(req, page_href(req, "/appeals/%.*s%s", STR_FMT(d->number), d->anchor));
}

static struct own_job *new_job(struct web_request *req, struct doing *d, struct action **ret_action)
{
    struct action *x = action_new(req);
    struct own_job *job = ARENA_NEW(x->a, struct own_job);
    job->doing = d;
    x->command = job;
    *ret_action = x;
    return job;
}

static struct doing *begin(struct web_request *req, struct doing what)
{
    struct doing *d = ARENA_NEW(web_arena(req), struct doing);
    *d = what;
    d->retry.status = 422;
    return d;
}

/* ---- solved or not ---- */

struct opinion_values {
    struct opt_int answer;
    struct str solved, comment;
};

static const char *const solved_choices[] = {"1", "0", NULL};
static const struct web_field opinion_fields[] = {
    {.name = "answer", .type = FIELD_INT, .is_required = true, .min = 1, .max = 1000000,
     .offset = offsetof(struct opinion_values, answer)},
    {.name = "solved", .type = FIELD_CHOICE, .choices = solved_choices, .label_id = "reception.opinion.legend",
     .offset = offsetof(struct opinion_values, solved)},
    {.name = "comment", .type = FIELD_TEXT, .max = COMMENT_CHARS, .label_id = "reception.opinion.comment",
     .offset = offsetof(struct opinion_values, comment)},
};
static const struct web_form opinion_form = WEB_FORM(opinion_fields);

static struct err *post_opinion(struct web_request *req)
{
    struct doing *d = begin(req, (struct doing){.done_id = "reception.opinion.thanks",
                                                .field = "solved",
                                                .anchor = "#opinion",
                                                .verb = reception_say_opinion});
    struct opinion_values v = {0};
    TRY(web_form_read(req, &opinion_form, &v, &d->retry.errors));
    if (v.solved.n == 0 && d->retry.errors.n_items == 0)
        web_errors_add(web_arena(req), &d->retry.errors, S("solved"), t(web_lang(req), "reception.opinion.missing"));
    d->retry.comment = v.comment;
    if (d->retry.errors.n_items > 0)
        return pages_run_with(req, show_retry, d);
    TRY(pages_run_with(req, find_own, d));
    if (!d->appeal_id)
        return NULL;
    struct action *x;
    struct own_job *job = new_job(req, d, &x);
    job->command.opinion = (struct opinion_command){
        .appeal_id = d->appeal_id,
        .answer_no = v.answer.v,
        .is_solved = str_eq(v.solved, S("1")),
        .comment = str_dup(x->a, v.comment.p ? v.comment : S("")),
    };
    return action_submit(req, x, d->verb, done);
}

/* ---- language ---- */

static const char *const language_choices[] = {"kk", "ru", "en", NULL};
struct language_values {
    struct str language;
};
static const struct web_field language_fields[] = {
    {.name = "language", .type = FIELD_CHOICE, .is_required = true, .choices = language_choices,
     .label_id = "reception.send.language", .offset = offsetof(struct language_values, language)},
};
static const struct web_form language_form = WEB_FORM(language_fields);

static struct err *post_language(struct web_request *req)
{
    struct doing *d = begin(req, (struct doing){.done_id = "reception.appeal.language.changed",
                                                .field = "language",
                                                .anchor = "#text",
                                                .verb = reception_correct_language});
    struct language_values v = {0};
    TRY(web_form_read(req, &language_form, &v, &d->retry.errors));
    if (d->retry.errors.n_items > 0)
        return pages_run_with(req, show_retry, d);
    TRY(pages_run_with(req, find_own, d));
    if (!d->appeal_id)
        return NULL;
    struct action *x;
    struct own_job *job = new_job(req, d, &x);
    job->command.language = (struct language_command){d->appeal_id, str_dup(x->a, v.language)};
    return action_submit(req, x, d->verb, done);
}

/* ---- contact ---- */

static const struct web_form empty_form = {NULL, 0};

/* A form without fields: a code again, or the address stays as it was. */
static struct err *post_plain(struct web_request *req, struct doing what)
{
    struct doing *d = begin(req, what);
    TRY(web_form_read(req, &empty_form, NULL, &d->retry.errors));
    TRY(pages_run_with(req, find_own, d));
    if (!d->appeal_id)
        return NULL;
    struct action *x;
    struct own_job *job = new_job(req, d, &x);
    job->command.contact_send = (struct contact_send_command){d->appeal_id};
    return action_submit(req, x, d->verb, done);
}

static struct err *post_contact(struct web_request *req)
{
    return post_plain(req, (struct doing){.done_id = "reception.contact.sent",
                                          .field = "contact_code",
                                          .anchor = "#contact",
                                          .verb = reception_contact_send});
}

static struct err *post_contact_keep(struct web_request *req)
{
    return post_plain(req, (struct doing){.done_id = "reception.contact.kept",
                                          .field = "contact_code",
                                          .anchor = "#contact",
                                          .verb = reception_contact_keep});
}

struct change_values {
    struct str email;
};
static const struct web_field change_fields[] = {
    {.name = "new_email", .type = FIELD_EMAIL, .is_required = true, .max = 254,
     .label_id = "reception.contact.change.email", .offset = offsetof(struct change_values, email)},
};
static const struct web_form change_form = WEB_FORM(change_fields);

static struct err *post_contact_change(struct web_request *req)
{
    struct doing *d = begin(req, (struct doing){.done_id = "reception.contact.change.sent",
                                                .field = "new_email",
                                                .anchor = "#contact",
                                                .verb = reception_contact_change});
    struct change_values v = {0};
    TRY(web_form_read(req, &change_form, &v, &d->retry.errors));
    d->retry.new_email = v.email;
    if (d->retry.errors.n_items > 0)
        return pages_run_with(req, show_retry, d);
    TRY(pages_run_with(req, find_own, d));
    if (!d->appeal_id)
        return NULL;
    struct action *x;
    struct own_job *job = new_job(req, d, &x);
    job->command.contact_change = (struct contact_change_command){d->appeal_id, str_dup(x->a, v.email)};
    return action_submit(req, x, d->verb, done);
}

struct contact_values {
    struct str code;
};
static const struct web_field contact_fields[] = {
    {.name = "contact_code", .type = FIELD_LINE, .max = 40, .label_id = "reception.contact.code",
     .offset = offsetof(struct contact_values, code)},
};
static const struct web_form contact_form = WEB_FORM(contact_fields);

static struct err *post_contact_code(struct web_request *req)
{
    struct doing *d = begin(req, (struct doing){.done_id = "reception.contact.done",
                                                .field = "contact_code",
                                                .anchor = "#contact",
                                                .verb = reception_contact_confirm});
    struct contact_values v = {0};
    TRY(web_form_read(req, &contact_form, &v, &d->retry.errors));
    if (v.code.n == 0 && d->retry.errors.n_items == 0)
        web_errors_add(web_arena(req), &d->retry.errors, S("contact_code"),
                       t(web_lang(req), "reception.contact.missing"));
    if (d->retry.errors.n_items > 0)
        return pages_run_with(req, show_retry, d);
    TRY(pages_run_with(req, find_own, d));
    if (!d->appeal_id)
        return NULL;
    struct action *x;
    struct own_job *job = new_job(req, d, &x);
    job->command.contact_confirm = (struct contact_confirm_command){d->appeal_id, str_dup(x->a, v.code)};
    return action_submit(req, x, d->verb, done);
}

/* ---- who wrote, kept apart ---- */

struct apart_values {
    struct str apart;
};
static const char *const apart_choices[] = {"1", "0", NULL};
static const struct web_field apart_fields[] = {
    {.name = "apart", .type = FIELD_CHOICE, .is_required = true, .choices = apart_choices,
     .offset = offsetof(struct apart_values, apart)},
};
static const struct web_form apart_form = WEB_FORM(apart_fields);

static struct err *post_apart(struct web_request *req)
{
    struct apart_values v = {0};
    struct doing *d = begin(req, (struct doing){.field = "apart", .anchor = "#apart", .verb = reception_set_apart});
    TRY(web_form_read(req, &apart_form, &v, &d->retry.errors));
    if (d->retry.errors.n_items > 0)
        return pages_run_with(req, show_retry, d);
    bool is_apart = str_eq(v.apart, S("1"));
    d->done_id = is_apart ? "see.apart.kept" : "see.apart.told";
    TRY(pages_run_with(req, find_own, d));
    if (!d->appeal_id)
        return NULL;
    struct action *x;
    struct own_job *job = new_job(req, d, &x);
    job->command.apart = (struct apart_command){d->appeal_id, is_apart};
    return action_submit(req, x, d->verb, done);
}

static const struct web_route routes[] = {
    {WEB_POST, "/{lang}/appeals/{number}/opinion", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_opinion},
    {WEB_POST, "/{lang}/appeals/{number}/language", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_language},
    {WEB_POST, "/{lang}/appeals/{number}/apart", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_apart},
    {WEB_POST, "/{lang}/appeals/{number}/contact", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_contact},
    {WEB_POST, "/{lang}/appeals/{number}/contact/change", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_contact_change},
    {WEB_POST, "/{lang}/appeals/{number}/contact/keep", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_contact_keep},
    {WEB_POST, "/{lang}/appeals/{number}/contact/code", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_contact_code},
};

const struct route_table reception_routes_own = {routes, sizeof routes / sizeof routes[0]};
