/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk_actions.c - what is done to a case from its page: one small form, one verb each.
 *
 * A form that is refused comes back with the case, unfolded, with what was typed and the ground of the refusal.
 */
#include "institutions/reception/pages_desk.h"

/* Everything that a small form of the case page can hold. */
struct desk_values {
    struct str choice; /* office, body, kind, language, level */
    struct str line;   /* note */
    struct str text;   /* reason */
};

/* How one form becomes a command. */
struct desk_verb {
    const char *form;             /* "assign": end of the address */
    const char *choice, *line, *text; /* names of the fields; NULL: the form has none */
    bool needs_choice;
    struct err *(*verb)(struct action *x);
    /* Fill x->command; add errors for what cannot be understood. */
    void (*fill)(struct page *p, struct action *x, int64_t appeal_id, const struct desk_values *v,
                 struct web_errors *errors);
    const char *flash_id;
};

/* What the answer needs after the request's values are gone: lives in the action's arena. */
struct desk_job {
    const struct desk_verb *verb;
    struct desk_retry retry;
};

static void fill_assign(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct assign_command *c = ARENA_NEW(x->a, struct assign_command);
    c->appeal_id = id;
    c->reason = desk_kept(x, v->text);
    if (!str_to_int64(v->choice, &c->office_id))
        web_errors_add(p->a, errors, S("office"), pages_t(p, "desk.error.choose"));
    x->command = c;
}

static void fill_forward(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct forward_command *c = ARENA_NEW(x->a, struct forward_command);
    c->appeal_id = id;
    c->reason = desk_kept(x, v->text);
    c->to_body_id = desk_body_of_code(p, v->choice);
    if (c->to_body_id == 0)
        web_errors_add(p->a, errors, S("body"), pages_t(p, "desk.error.choose"));
    x->command = c;
}

static void fill_kind(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct kind_command *c = ARENA_NEW(x->a, struct kind_command);
    c->appeal_id = id;
    c->kind = desk_kept(x, v->choice);
    x->command = c;
}

static void fill_language(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct language_command *c = ARENA_NEW(x->a, struct language_command);
    c->appeal_id = id;
    c->language = desk_kept(x, v->choice);
    x->command = c;
}

static void fill_identity(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct identity_command *c = ARENA_NEW(x->a, struct identity_command);
    c->appeal_id = id;
    c->note = desk_kept(x, v->line);
    c->name = S("");
    if (!appeal_identity_of_name(v->choice, &c->level))
        web_errors_add(p->a, errors, S("level"), pages_t(p, "desk.error.choose"));
    x->command = c;
}

static void fill_code(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct renew_command *c = ARENA_NEW(x->a, struct renew_command);
    c->appeal_id = id;
    c->note = desk_kept(x, v->line);
    x->command = c;
}

static void fill_opening(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                         struct web_errors *errors)
{
    struct opening_command *c = ARENA_NEW(x->a, struct opening_command);
    c->appeal_id = id;
    c->ground = desk_kept(x, v->choice);
    c->note = desk_kept(x, str_trim(v->line));
    x->command = c;
}

static void fill_redact(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                        struct web_errors *errors)
{
    struct redact_command *c = ARENA_NEW(x->a, struct redact_command);
    c->appeal_id = id;
    c->passages = desk_kept(x, v->text);
    c->reason = desk_kept(x, v->choice);
    x->command = c;
}

static void fill_release(struct page *p, struct action *x, int64_t id, const struct desk_values *v,
                         struct web_errors *errors)
{
    struct release_command *c = ARENA_NEW(x->a, struct release_command);
    c->appeal_id = id;
    if (!str_to_int64(v->choice, &c->file_no))
        web_errors_add(p->a, errors, S("released"), pages_t(p, "desk.error.choose"));
    x->command = c;
}

static const struct desk_verb verbs[] = {
    {"assign", "office", NULL, "reason", true, reception_assign, fill_assign, "desk.flash.assigned"},
    {"forward", "body", NULL, "reason", true, reception_forward, fill_forward, "desk.flash.forwarded"},
    {"kind", "kind", NULL, NULL, true, reception_correct_kind, fill_kind, "desk.flash.corrected"},
    {"language", "language", NULL, NULL, true, reception_correct_language, fill_language, "desk.flash.corrected"},
    {"identity", "level", "note", NULL, true, reception_check_identity, fill_identity, "desk.flash.confirmed"},
    {"opening", "ground", "note", NULL, true, reception_ask_identity, fill_opening, "see.flash.asked"},
    {"redact", "why", NULL, "passages", true, reception_redact, fill_redact, "see.flash.redacted"},
    {"release", "released", NULL, NULL, true, reception_release, fill_release, "see.flash.released"},
    {"showing", NULL, "note", NULL, false, reception_ask_showing, fill_opening, "see.flash.asked"},
    {"code", NULL, "note", NULL, false, reception_renew_code, fill_code, NULL},
};

/* ---- reading the form ---- */

static struct err *read_values(struct web_request *req, const struct desk_verb *v, struct desk_values *ret_values,
                               struct web_errors *ret_errors)
{
    struct web_field fields[3];
    struct web_form form = {fields, 0};
    if (v->choice)
        fields[form.n_fields++] = (struct web_field){v->choice, FIELD_LINE, v->needs_choice, 0, 100, NULL,
                                                     "desk.choose", offsetof(struct desk_values, choice)};
    if (v->line)
        fields[form.n_fields++] = (struct web_field){v->line, FIELD_LINE, false, 0, 200, NULL,
                                                     "desk.form.identity.note", offsetof(struct desk_values, line)};
    if (v->text)
        fields[form.n_fields++] = (struct web_field){v->text, FIELD_TEXT, false, 0, 2000, NULL,
                                                     "desk.form.assign.reason", offsetof(struct desk_values, text)};
    return web_form_read(req, &form, ret_values, ret_errors);
}

/* Which field does a refusal speak of? */
static struct str field_of(const struct desk_verb *verb, const char *code)
{
    struct str c = str_c(code);
    if (verb->text && (str_find_str(c, S("_REASON")) != SIZE_MAX || str_find_str(c, S("_PASSAGE")) != SIZE_MAX))
        return str_c(verb->text);
    if (verb->line && str_find_str(c, S("_NOTE")) != SIZE_MAX)
        return str_c(verb->line);
    return str_c(verb->choice ? verb->choice : verb->line);
}

/* ---- running it ---- */

static struct err *show_code(struct page *p)
{
    struct action *x = p->user;
    const struct renew_result *result = x->result;
    struct desk_given given = {.title_id = "desk.given.title.code", .number = result->number, .code = result->code};
    return desk_show_given(p, &given);
}

static struct err *answered(struct web_request *req, struct action *x)
{
    struct desk_job *job = x->user;
    if (action_is_refused(x)) {
        page_add_refusal(req, &job->retry.errors, field_of(job->verb, x->verdict.code), &x->verdict);
        job->retry.status = page_refusal_status(&x->verdict);
        return desk_show_case(req, &job->retry);
    }
    if (!job->verb->flash_id)
        return pages_run_with(req, show_code, x);
    return desk_done(req, job->retry.number, job->verb->flash_id);
}

struct desk_post {
    const struct desk_verb *verb;
    struct desk_values values;
    struct web_errors errors;
};

static struct desk_retry retry_of(struct arena *a, const struct page *p, const struct desk_post *post)
{
    return (struct desk_retry){
        .number = str_dup(a, web_param(p->req, "number")),
        .form = post->verb->form,
        .select = str_dup(a, post->values.choice),
        .line = str_dup(a, post->values.line),
        .text = str_dup(a, post->values.text),
    };
}

/* Find the case, make the command, queue the verb. False in *ret_ok: the form must come back. */
static struct err *start(struct page *p)
{
    struct desk_post *post = p->user;
    int64_t id = 0;
    TRY(reception_store_find(p->a, p->loop->read, p->site->realm, web_param(p->req, "number"), &id));
    if (id == 0)
        return web_error(p->req, 404);
    struct action *x = action_new(p->req);
    if (post->errors.n_items == 0)
        post->verb->fill(p, x, id, &post->values, &post->errors);
    if (post->errors.n_items > 0)
        return NULL; /* the action goes with the request */
    struct desk_job *job = ARENA_NEW(x->a, struct desk_job);
    job->verb = post->verb;
    job->retry = retry_of(x->a, p, post);
    x->user = job;
    return action_submit(p->req, x, post->verb->verb, answered);
}

static struct err *post_verb(struct web_request *req, const char *form)
{
    struct desk_post post = {0};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (str_eq(str_c(verbs[i].form), str_c(form)))
            post.verb = &verbs[i];
    TRY(read_values(req, post.verb, &post.values, &post.errors));
    TRY(pages_run_with(req, start, &post));
    if (post.errors.n_items == 0)
        return NULL;
    struct desk_retry retry = {.number = web_param(req, "number"), .form = post.verb->form, .status = 422,
                               .errors = post.errors, .select = post.values.choice, .line = post.values.line,
                               .text = post.values.text};
    return desk_show_case(req, &retry);
}

static struct err *post_assign(struct web_request *req)
{
    return post_verb(req, "assign");
}

static struct err *post_forward(struct web_request *req)
{
    return post_verb(req, "forward");
}

static struct err *post_kind(struct web_request *req)
{
    return post_verb(req, "kind");
}

static struct err *post_language(struct web_request *req)
{
    return post_verb(req, "language");
}

static struct err *post_identity(struct web_request *req)
{
    return post_verb(req, "identity");
}

static struct err *post_opening(struct web_request *req)
{
    return post_verb(req, "opening");
}

static struct err *post_redact(struct web_request *req)
{
    return post_verb(req, "redact");
}

static struct err *post_release(struct web_request *req)
{
    return post_verb(req, "release");
}

static struct err *post_showing(struct web_request *req)
{
    return post_verb(req, "showing");
}

static struct err *post_code(struct web_request *req)
{
    return post_verb(req, "code");
}

struct err *desk_done(struct web_request *req, struct str number, const char *flash_id)
{
    web_flash(req, "success", flash_id);
    return web_redirect(req, str_printf(web_arena(req), "/%.*s/desk/appeals/%.*s", STR_FMT(lang_code(web_lang(req))),
                                        STR_FMT(number)));
}

#define CASE "/{lang}/desk/appeals/{number}"
static const struct web_route routes[] = {
    {WEB_POST, CASE "/assign", RECEPTION_ASSIGN, WEB_CSRF_FORM, WEB_BODY_FORM, post_assign},
    {WEB_POST, CASE "/forward", RECEPTION_FORWARD, WEB_CSRF_FORM, WEB_BODY_FORM, post_forward},
    {WEB_POST, CASE "/kind", RECEPTION_CORRECT_KIND, WEB_CSRF_FORM, WEB_BODY_FORM, post_kind},
    {WEB_POST, CASE "/language", RECEPTION_DESK, WEB_CSRF_FORM, WEB_BODY_FORM, post_language},
    {WEB_POST, CASE "/identity", RECEPTION_CHECK_IDENTITY, WEB_CSRF_FORM, WEB_BODY_FORM, post_identity},
    {WEB_POST, CASE "/opening", RECEPTION_ASK_IDENTITY, WEB_CSRF_FORM, WEB_BODY_FORM, post_opening},
    {WEB_POST, CASE "/redact", RECEPTION_REDACT, WEB_CSRF_FORM, WEB_BODY_FORM, post_redact},
    {WEB_POST, CASE "/release", RECEPTION_REDACT, WEB_CSRF_FORM, WEB_BODY_FORM, post_release},
    {WEB_POST, CASE "/showing", RECEPTION_REDACT, WEB_CSRF_FORM, WEB_BODY_FORM, post_showing},
    {WEB_POST, CASE "/code", RECEPTION_RENEW_CODE, WEB_CSRF_FORM, WEB_BODY_FORM, post_code},
};
const struct route_table reception_routes_desk_actions = {routes, sizeof routes / sizeof routes[0]};
