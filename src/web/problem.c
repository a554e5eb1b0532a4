/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * problem.c - everything that is not what was asked for: error pages for people, problem+json for programs.
 *
 * Source: RFC 9457; contract.md, HTTP.
 */
#include "web/web_private.h"

#include "base/json.h"

#define PROBLEM_MAX ((size_t)256 * 1024)

static bool wants_problem(const struct web_request *req)
{
    if (str_starts(req->path, S("/api/")) || str_starts(req->path, S("/open311/")))
        return true;
    return req->match.route && req->match.route->body == WEB_BODY_JSON;
}

/* One sentence about a status, in the page's language. */
static struct str sentence(const struct web_request *req, int status)
{
    struct str id = str_printf(req->a, "web.status.%d", status);
    return t_has(id.p) ? t(req->lang, id.p) : t(req->lang, "web.status.other");
}

/* Headers that a status asks for. Source: RFC 9110, 10.2.3, 11.6.1, 15.5.6; RFC 6585, 4. */
static void add_status_headers(struct web_request *req, int status)
{
    static const struct str verbs[] = {STR("GET, HEAD"), STR("POST"), STR("DELETE")};
    if (status == 503)
        web_header(req, "Retry-After", S("5"));
    if (status == 429)
        web_header(req, "Retry-After", S("60"));
    if (status == 401)
        web_header(req, "WWW-Authenticate", S("Bearer realm=\"birge\""));
    if (status != 405)
        return;
    struct buf b;
    buf_init(&b, req->a, 64);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!(req->match.allow & (1u << i)))
            continue;
        buf_c(&b, b.n > 0 ? ", " : "");
        buf_str(&b, verbs[i]);
    }
    web_header(req, "Allow", buf_view(&b));
}

/* ---- problem+json ---- */

static void put_errors(struct json *j, const struct web_errors *errors)
{
    json_key(j, "errors");
    json_array(j);
    for (size_t i = 0; i < errors->n_items; i++) {
        json_object(j);
        json_put_str(j, "field", errors->items[i].field);
        json_put_str(j, "message", errors->items[i].message);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_verdict(struct web_request *req, struct json *j, const struct verdict *v)
{
    struct str next = t_verdict_next(req->a, req->lang, v);
    if (v->code)
        json_put_str(j, "code", str_c(v->code));
    if (v->law.p)
        json_put_str(j, "law", v->law);
    if (next.n > 0)
        json_put_str(j, "next", next);
}

static struct err *send_problem(struct web_request *req, int status, struct str detail, const struct web_errors *errors,
                                const struct verdict *v)
{
    struct buf b;
    struct json j;
    buf_init(&b, req->a, PROBLEM_MAX);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "type", S("about:blank"));
    json_put_str(&j, "title", str_c(reply_phrase(status)));
    json_put_int(&j, "status", status);
    json_put_str(&j, "detail", detail);
    json_put_str(&j, "request", str_c(req->id));
    if (v)
        put_verdict(req, &j, v);
    if (errors && errors->n_items > 0)
        put_errors(&j, errors);
    json_object_end(&j);
    json_end(&j);
    TRY(buf_check(&b, "problem"));
    return web_reply(req, status, "application/problem+json", buf_view(&b));
}

struct err *web_problem(struct web_request *req, int status, struct str detail, const struct web_errors *errors)
{
    add_status_headers(req, status);
    return send_problem(req, status, detail.p ? detail : sentence(req, status), errors, NULL);
}

/* ---- pages ---- */

struct err *reply_plain(struct web_request *req, int status)
{
    struct str text = str_printf(req->a, "%d %s\n\n%.*s\n\n%s\n", status, reply_phrase(status),
                                 STR_FMT(sentence(req, status)), req->id);
    return web_reply(req, status, "text/plain; charset=utf-8", text);
}

static struct err *send_page(struct web_request *req, int status, const struct verdict *v)
{
    const struct web_options *o = &req->loop->web->options;
    struct str html = {0};
    struct err *e = o->draw_error ? o->draw_error(req, status, v, &html) : NULL;
    if (e || !html.p || req->is_replied)
        return reply_plain(req, status);
    return web_page(req, status, html);
}

struct err *web_refuse(struct web_request *req, int status, const struct verdict *v)
{
    add_status_headers(req, status);
    if (!wants_problem(req))
        return send_page(req, status, v);
    struct str detail = v ? t_verdict(req->a, req->lang, v) : (struct str){0};
    return send_problem(req, status, detail.n > 0 ? detail : sentence(req, status), NULL, v);
}

struct err *web_error(struct web_request *req, int status)
{
    return web_refuse(req, status, NULL);
}
