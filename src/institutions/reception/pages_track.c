/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_track.c - number and code open a case on this device, leaving closes it.
 *
 * Keeps:  an unknown number and a wrong code get the same answer in the same time; a typing error that the check
 *         digit shows is told apart, since it says nothing about any case; only wrong tries are counted.
 * Source: trust.md section 5 (identifiers), section 6; experience.md section 9.
 */
#include "institutions/reception/pages.h"

#include "algo/number.h"
#include "core/views.h"
#include "gen/reception_views.h"

struct track_values {
    struct str number, code;
};

static const struct web_field track_fields[] = {
    {.name = "number", .type = FIELD_LINE, .is_required = true, .max = 100, .label_id = "reception.number",
     .offset = offsetof(struct track_values, number)},
    {.name = "code", .type = FIELD_SECRET, .is_required = true, .max = 200, .label_id = "reception.code",
     .offset = offsetof(struct track_values, code)},
};
static const struct web_form track_form = WEB_FORM(track_fields);

static const struct web_field number_fields[] = {
    {.name = "number", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct track_values, number)},
};
static const struct web_form number_form = WEB_FORM(number_fields);

/* One POST of number and code. In the request's arena. */
struct tracking {
    struct track_values v;
    struct web_errors errors;
    struct actor who; /* the applicant of the case that was opened */
    struct str number;
    int status;
};

static struct err *show_track(struct page *p)
{
    const struct tracking *s = p->user;
    struct reception_view_track m = {.lang = p->code, .number = s->v.number};
    TRY(pages_private(p, pages_t(p, "reception.track.title"), &m.layout));
    m.layout.errors = page_errors(p->req, &s->errors);
    if (s->status != 200)
        m.layout.path = S("/track");
    struct html h;
    page_begin(p->req, &h);
    reception_view_track(&h, &m);
    web_compress(p->req);
    return page_end(p->req, s->status, &h);
}

static struct err *get_track(struct web_request *req)
{
    struct tracking s = {.status = 200};
    web_query_read(req, &number_form, &s.v);
    return pages_run_with(req, show_track, &s);
}

/* Does it open? Otherwise say at which field to look. */
static struct err *try_code(struct page *p)
{
    struct tracking *s = p->user;
    struct verdict v;
    TRY(reception_store_by_code(p->a, p->loop->read, p->site->realm, s->v.number, s->v.code, &s->who, &v));
    if (v.allowed) {
        MUST(number_read(p->a, s->v.number, &s->number) == NUMBER_OK);
        return NULL;
    }
    if (str_eq(str_c(v.code), S("CODE_NUMBER"))) {
        struct str ignored;
        bool is_typo = number_read(p->a, s->v.number, &ignored) == NUMBER_CHECK;
        const char *id = is_typo ? "reception.track.number.check" : "reception.track.number.shape";
        web_errors_add(p->a, &s->errors, S("number"), pages_t(p, id));
    } else if (str_eq(str_c(v.code), S("CODE_SHAPE"))) {
        web_errors_add(p->a, &s->errors, S("code"), pages_t(p, "reception.track.code.shape"));
    } else {
        web_errors_add(p->a, &s->errors, S("code"), pages_t(p, "reception.track.wrong"));
        s->status = 404;
    }
    return NULL;
}

/* The verb's command: who opens what under which cookie. */
struct open_job {
    struct hash cookie;
    int64_t appeal_id;
    struct str number;
};

static struct err *open_session(struct action *x)
{
    const struct open_job *job = x->command;
    return session_open_applicant(x, job->cookie, APPEAL_NOUN, job->appeal_id);
}

static struct err *opened(struct web_request *req, struct action *x)
{
    const struct open_job *job = x->command;
    if (action_is_refused(x))
        return web_refuse(req, 403, &x->verdict);
    return web_redirect(req, page_href(req, "/appeals/%.*s", STR_FMT(job->number)));
}

static struct err *post_track(struct web_request *req)
{
    struct tracking *s = ARENA_NEW(web_arena(req), struct tracking);
    s->status = 422;
    TRY(web_form_read(req, &track_form, &s->v, &s->errors));
    if (s->errors.n_items == 0)
        TRY(pages_run_with(req, try_code, s));
    if (s->errors.n_items > 0) {
        if (!web_limit(req, "codes", PAGES_CODE_TRIES_PER_HOUR))
            return web_error(req, 429);
        return pages_run_with(req, show_track, s);
    }
    struct action *x = action_new(req);
    struct open_job *job = ARENA_NEW(x->a, struct open_job);
    job->cookie = web_cookie_renew(req);
    job->appeal_id = s->who.noun_id;
    job->number = str_dup(x->a, s->number);
    x->command = job;
    x->needs_space = false; /* reading must stay possible when the disk is short */
    return action_submit(req, x, open_session, opened);
}

/* ---- leaving ---- */

static struct err *end_session(struct action *x)
{
    const struct hash *cookie = x->command;
    return session_end(x, *cookie);
}

static struct err *ended(struct web_request *req, struct action *x)
{
    (void)x;
    web_cookie_clear(req);
    return web_redirect(req, page_href(req, "/track"));
}

static struct err *post_leave(struct web_request *req)
{
    struct action *x = action_new(req);
    struct hash *cookie = ARENA_NEW(x->a, struct hash);
    if (!web_cookie_hash(req, cookie))
        return web_redirect(req, page_href(req, "/track"));
    x->command = cookie;
    x->needs_space = false;
    web_flash(req, "success", "reception.appeal.left");
    return action_submit(req, x, end_session, ended);
}

/* ---- the address of the QR code ---- */

static struct err *get_number(struct web_request *req)
{
    struct str number = page_url_part(web_arena(req), web_param(req, "number"));
    web_header(req, "Vary", S("Accept-Language"));
    return web_redirect(req, page_href(req, "/track?number=%.*s", STR_FMT(number)));
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/track", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_track},
    {WEB_POST, "/{lang}/track", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_track},
    {WEB_POST, "/{lang}/leave", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_leave},
    {WEB_GET, "/v/{number}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_number},
};

const struct route_table reception_routes_track = {routes, sizeof routes / sizeof routes[0]};
