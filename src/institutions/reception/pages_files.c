/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_files.c - further files of an appeal, its receipt as a file, and downloads.
 *
 * One file a request. Right after sending a signed token stands for the author, so that nobody has to sign in on a
 * phone that others use; later the session does. Both ask the same policy as the applicant of that case.
 *
 * Keeps:  bytes that others made leave as attachment, sandboxed, never shown in a page; a download on this path is
 *         the author's own and no reading; staff have their own.
 * Source: trust.md sections 5, 6 and 7.
 */
#include "institutions/reception/pages.h"

#include "algo/number.h"
#include "core/config.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/download.h"
#include "institutions/reception/upload.h"

#define TOKEN_MS MS_PER_DAY


/* ---- the token of a fresh appeal ---- */

static struct str token_text(struct arena *a, struct str number, int64_t until)
{
    return str_printf(a, "files:%.*s:%lld", STR_FMT(number), (long long)until);
}

struct str pages_file_token(struct page *p, struct str number)
{
    int64_t until = p->now + TOKEN_MS;
    struct str signature = web_sign(p->req, token_text(p->a, number, until));
    return str_printf(p->a, "%lld.%.*s", (long long)until, STR_FMT(signature));
}

static bool token_is_good(struct web_request *req, struct str number, struct str token)
{
    struct str until_text;
    struct str signature;
    int64_t until;
    if (!str_cut(token, '.', &until_text, &signature) || !str_to_int64(until_text, &until))
        return false;
    return until > web_now(req) && web_sign_ok(req, token_text(web_arena(req), number, until), signature);
}

/* ---- adding a file ---- */

struct file_values {
    struct str number, token;
    struct web_file file;
};

static const struct web_field file_fields[] = {
    {.name = "number", .type = FIELD_LINE, .max = 40, .offset = offsetof(struct file_values, number)},
    {.name = "token", .type = FIELD_LINE, .max = 200, .offset = offsetof(struct file_values, token)},
    {.name = "file", .type = FIELD_FILE, .label_id = "reception.files.label", .offset = offsetof(struct file_values, file)},
};
static const struct web_form file_form = WEB_FORM(file_fields);

/* One POST of a file. In the request's arena. */
struct adding {
    struct file_values v;
    struct web_errors errors;
    struct str number;   /* canonical */
    struct actor who;    /* the applicant, by session or token */
    int64_t appeal_id;
    bool by_token;
    bool is_added;
    int status;
    struct action *x;
};

/* The page of files, after adding or with errors. `p->user` is a struct adding. */
static struct err *show_files(struct page *p)
{
    struct adding *s = p->user;
    const struct reception_case *c = NULL;
    struct verdict v;
    TRY(reception_store_open(p->a, p->loop->read, p->site, &s->who, s->number, S("own_case"), false, &c, &v));
    if (!v.allowed)
        return web_refuse(p->req, 404, &v);
    struct core_file *files = ARENA_ARRAY(p->a, c->n_files, struct core_file);
    struct reception_view_files m = {
        .lang = p->code,
        .number = s->number,
        .files = files,
        .max_files = p->site->config->attachments,
        .file_hint = pages_file_hint(p, false),
    };
    for (size_t i = 0; i < c->n_files; i++) {
        if (c->files[i].answer_no != 0)
            continue;
        files[m.n_files] = pages_file(p, &c->files[i], s->number);
        if (s->by_token)
            files[m.n_files].href = (struct str){0}; /* nobody is signed in: names only */
        m.n_files++;
    }
    m.left = m.max_files - (int64_t)m.n_files;
    if (s->by_token) {
        m.token = s->v.token;
        m.action = page_href(p->req, "/appeals/files");
    } else {
        m.action = pages_appeal_href(p, s->number, "/files");
        m.appeal_href = pages_appeal_href(p, s->number, "");
    }
    const char *title = s->is_added ? "reception.files.title.added" : "reception.files.title";
    TRY(pages_private(p, pages_t(p, title), &m.layout));
    m.layout.errors = page_errors(p->req, &s->errors);
    if (s->by_token)
        m.layout.path = S("/appeals/new");
    struct html h;
    page_begin(p->req, &h);
    reception_view_files(&h, &m);
    return page_end(p->req, s->status, &h);
}

struct file_job {
    struct file_command command; /* first: what x->command points to */
    struct adding *adding;
};

static struct err *added(struct web_request *req, struct action *x)
{
    const struct file_job *job = x->command;
    struct adding *s = job->adding;
    s->is_added = !action_is_refused(x);
    s->status = s->is_added ? 200 : page_refusal_status(&x->verdict);
    if (!s->is_added)
        page_add_refusal(req, &s->errors, S("file"), &x->verdict);
    return pages_run_with(req, show_files, s);
}

static struct err *stored(struct web_request *req, struct upload *u)
{
    struct adding *s = u->user;
    struct file_job *job = s->x->command;
    if (!u->verdict.allowed) {
        page_add_refusal(req, &s->errors, S("file"), &u->verdict);
        s->status = 422;
        return pages_run_with(req, show_files, s);
    }
    job->command.file = pages_copy_file(s->x->a, &u->file);
    return action_submit(req, s->x, reception_add_file, added);
}

/* The sender is known: take the file in. */
static struct err *add_file(struct web_request *req, struct adding *s)
{
    if (s->v.file.bytes.n == 0 && s->errors.n_items == 0)
        web_errors_add(web_arena(req), &s->errors, S("file"), t(web_lang(req), "reception.files.missing"));
    if (s->errors.n_items > 0) {
        s->status = 422;
        return pages_run_with(req, show_files, s);
    }
    struct action *x = action_new(req);
    struct file_job *job = ARENA_NEW(x->a, struct file_job);
    job->command.appeal_id = s->appeal_id;
    job->adding = s;
    x->command = &job->command;
    x->who = s->who;
    s->x = x;
    return upload_run(req, x->site, &s->v.file, stored, s);
}

/* Which case does the token open? */
static struct err *find_by_token(struct page *p)
{
    struct adding *s = p->user;
    if (number_read(p->a, s->v.number, &s->number) != NUMBER_OK || !token_is_good(p->req, s->number, s->v.token))
        return NULL;
    TRY(reception_store_find(p->a, p->loop->read, p->site->realm, s->number, &s->appeal_id));
    s->who = reception_applicant_of(s->appeal_id);
    return NULL;
}

static struct err *post_by_token(struct web_request *req)
{
    struct adding *s = ARENA_NEW(web_arena(req), struct adding);
    s->by_token = true;
    TRY(web_form_read(req, &file_form, &s->v, &s->errors));
    TRY(pages_run_with(req, find_by_token, s));
    if (s->appeal_id == 0) {
        web_flash(req, "warning", "reception.files.expired");
        return web_redirect(req, page_href(req, "/track"));
    }
    return add_file(req, s);
}

/* Which case is the applicant signed in to? */
static struct err *find_by_session(struct page *p)
{
    struct adding *s = p->user;
    const struct reception_case *c = NULL;
    TRY(pages_open_own(p, &c));
    if (!c)
        return NULL;
    s->who = *p->who;
    s->number = c->appeal.number;
    s->appeal_id = c->appeal.id;
    return NULL;
}

static struct err *post_by_session(struct web_request *req)
{
    struct adding *s = ARENA_NEW(web_arena(req), struct adding);
    TRY(web_form_read(req, &file_form, &s->v, &s->errors));
    TRY(pages_run_with(req, find_by_session, s));
    return s->appeal_id ? add_file(req, s) : NULL;
}

static struct err *get_files(struct web_request *req)
{
    struct adding *s = ARENA_NEW(web_arena(req), struct adding);
    s->status = 200;
    TRY(pages_run_with(req, find_by_session, s));
    return s->appeal_id ? pages_run_with(req, show_files, s) : NULL;
}

/* ---- receipts ---- */

static struct err *send_receipt(struct page *p, int64_t appeal_id, struct str number)
{
    struct str text;
    TRY(reception_store_receipt(p->a, p->loop->read, p->site, appeal_id, true, &text));
    struct str name = str_printf(p->a, "%s%.*s.txt", p->site->is_demo ? "example-" : "", STR_FMT(number));
    return web_download(p->req, "text/plain; charset=utf-8", name, text);
}

static struct err *receipt_by_session(struct page *p)
{
    const struct reception_case *c = NULL;
    TRY(pages_open_own(p, &c));
    return c ? send_receipt(p, c->appeal.id, c->appeal.number) : NULL;
}

static struct err *get_receipt(struct web_request *req)
{
    return pages_run(req, receipt_by_session);
}

struct receipt_values {
    struct str number, code;
};

static const struct web_field receipt_fields[] = {
    {.name = "number", .type = FIELD_LINE, .is_required = true, .max = 40, .label_id = "reception.number",
     .offset = offsetof(struct receipt_values, number)},
    {.name = "code", .type = FIELD_SECRET, .is_required = true, .max = 100, .label_id = "reception.code",
     .offset = offsetof(struct receipt_values, code)},
};
static const struct web_form receipt_form = WEB_FORM(receipt_fields);

/* From the page that followed sending: its form carries number and code. */
static struct err *receipt_by_code(struct page *p)
{
    const struct receipt_values *values = p->user;
    struct actor who;
    struct verdict v;
    TRY(reception_store_by_code(p->a, p->loop->read, p->site->realm, values->number, values->code, &who, &v));
    if (v.allowed) {
        struct str number;
        MUST(number_read(p->a, values->number, &number) == NUMBER_OK);
        return send_receipt(p, who.noun_id, number);
    }
    if (!web_limit(p->req, "codes", PAGES_CODE_TRIES_PER_HOUR))
        return web_error(p->req, 429);
    web_flash(p->req, "warning", "reception.track.wrong");
    return web_redirect(p->req, page_href(p->req, "/track"));
}

static struct err *post_receipt(struct web_request *req)
{
    struct receipt_values *v = ARENA_NEW(web_arena(req), struct receipt_values);
    struct web_errors errors = {0};
    TRY(web_form_read(req, &receipt_form, v, &errors));
    return pages_run_with(req, receipt_by_code, v);
}

/* ---- downloads ---- */

static struct err *fetched(struct web_request *req, const struct download *d)
{
    return web_download(req, d->type, d->name, d->bytes);
}

static struct err *open_file(struct page *p)
{
    const struct reception_case *c = NULL;
    struct attachment f;
    struct verdict v;
    struct reading reading;
    bool is_reading = false;
    TRY(pages_open_own(p, &c));
    if (!c)
        return NULL;
    TRY(reception_store_file(p->a, p->loop->read, p->site, p->who, c->appeal.number, page_id(web_param(p->req, "no")), &f,
                             &is_reading, &reading, &v));
    if (!v.allowed || is_reading)
        return web_error(p->req, 404);
    return download_run(p->req, p->site, &f, NULL, fetched);
}

static struct err *get_file(struct web_request *req)
{
    return pages_run(req, open_file);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_POST, "/{lang}/appeals/files", NULL, WEB_CSRF_FORM, WEB_BODY_UPLOAD, post_by_token},
    {WEB_POST, "/{lang}/appeals/receipt", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_receipt},
    {WEB_GET, "/{lang}/appeals/{number}/files", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_files},
    {WEB_POST, "/{lang}/appeals/{number}/files", NULL, WEB_CSRF_FORM, WEB_BODY_UPLOAD, post_by_session},
    {WEB_GET, "/{lang}/appeals/{number}/files/{no}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_file},
    {WEB_GET, "/{lang}/appeals/{number}/receipt", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_receipt},
};

const struct route_table reception_routes_files = {routes, sizeof routes / sizeof routes[0]};
