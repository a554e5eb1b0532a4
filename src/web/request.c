/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * request.c - one request: from the judged head through route, limits, identity, CSRF and permission to its
 * handler.
 *
 * What the head alone can refuse (no such path, wrong method, wrong type, too large) is refused before the body
 * is read. Each later step stands in `steps`, in the order in which they run.
 *
 * Keeps:  a handler runs only when every step said yes; the request and its arena live until its reply is sent,
 *         whatever the client does.
 */
#include "web/web_private.h"

#include <malloc.h>

#include <event2/buffer.h>

#include "base/clock.h"
#include "base/log.h"

#define LOG_LINES 20
#define SPARE_ARENAS 64
#define LARGE_BODY (1024 * 1024)

/* ---- life ---- */

static struct arena *arena_take(struct web_loop *loop)
{
#ifndef ARENA_MALLOC
    if (loop->n_arenas > 0)
        return loop->arenas[--loop->n_arenas];
#endif
    return arena_new("request", REQUEST_MEMORY);
}

static void arena_give(struct web_loop *loop, struct arena *a)
{
#ifndef ARENA_MALLOC
    if (!loop->arenas)
        loop->arenas = ARENA_ARRAY(loop->a, SPARE_ARENAS, struct arena *);
    if (loop->n_arenas < SPARE_ARENAS) {
        arena_clear(a);
        loop->arenas[loop->n_arenas++] = a;
        return;
    }
#endif
    arena_free(a);
}

static void make_id(struct web_loop *loop, char id[17])
{
    static const char hex[] = "0123456789abcdef";
    uint64_t x = loop->id_key + ++loop->id_next * UINT64_C(0x9e3779b97f4a7c15); /* splitmix64: no two alike */
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    for (int i = 0; i < 16; i++, x >>= 4)
        id[i] = hex[x & 15];
    id[16] = '\0';
}

void request_release(struct web_request *req)
{
    MUST(req->refs > 0);
    if (--req->refs > 0)
        return;
    struct web_loop *loop = req->loop;
    atomic_fetch_sub(&loop->web->inflight, req->inflight);
    loop->n_requests--;
    bool was_large = req->inflight > LARGE_BODY;
    arena_give(loop, req->a);
    if (was_large)
        (void)malloc_trim(0); /* libc would keep what an upload took, thread by thread */
    loop_end_if_done(loop);
}

/* ---- what the head alone tells ---- */

static bool is_asset(const struct web_request *req)
{
    return str_starts(req->path, S("/assets/"));
}

static int method_of_head(enum head_method m)
{
    switch (m) {
    case HEAD_GET:
    case HEAD_HEAD:
        return WEB_GET;
    case HEAD_POST:
        return WEB_POST;
    case HEAD_DELETE:
        return WEB_DELETE;
    case HEAD_PUT:
    case HEAD_PATCH:
    case HEAD_OPTIONS:
        break;
    }
    return -1;
}

static int find_route(struct web_request *req)
{
    int status = router_split(req->a, req->path, &req->match.path);
    if (status)
        return status;
    int method = method_of_head(req->head.method);
    if (is_asset(req)) {
        req->match.allow = 1u << WEB_GET;
        return method == WEB_GET ? 0 : 405;
    }
    router_find(req->loop->web->router, method < 0 ? WEB_GET : (enum web_method)method, &req->match);
    if (method < 0)
        req->match.route = NULL;
    if (req->match.route)
        return 0;
    return req->match.allow ? 405 : 404;
}

/* "/kk/" where only "/kk" is a page: people type that. 308 then, to the one address of the page; programs get a 404. */
static int find_route_or_slash(struct web_request *req)
{
    int status = find_route(req);
    bool is_read = req->head.method == HEAD_GET || req->head.method == HEAD_HEAD;
    if (status != 404 || !is_read || req->path.n < 3 || !str_ends(req->path, S("/")))
        return status;
    struct str as_typed = req->path;
    req->path = str_slice(as_typed, 0, as_typed.n - 1);
    if (find_route(req) == 0 && req->match.route && lang_find(req->match.path.segments[0]))
        return 308;
    req->path = as_typed;
    req->match = (struct router_match){0};
    return 404;
}

static struct err *redirect_to_path(struct web_request *req)
{
    web_header(req, "Location", str_printf(req->a, "%.*s%s%.*s", STR_FMT(req->path), req->query.p ? "?" : "",
                                           STR_FMT(req->query)));
    return web_reply(req, 308, NULL, S(""));
}

static int check_type(struct web_request *req, struct media_type *ret)
{
    const struct web_route *r = req->match.route;
    struct str type = head_find(&req->head, S("content-type"));
    if (!type.p || !media_type_parse(type, ret))
        return 415;
    bool is_utf8 = !ret->charset.p || str_eq_nocase(ret->charset, S("utf-8"));
    if (!is_utf8)
        return 415;
    if (r->body == WEB_BODY_JSON)
        return str_eq_nocase(ret->name, S("application/json")) ? 0 : 415;
    if (str_eq_nocase(ret->name, S("multipart/form-data")))
        return ret->boundary.n > 0 ? 0 : 400;
    return str_eq_nocase(ret->name, S("application/x-www-form-urlencoded")) ? 0 : 415;
}

static int check_body(struct web_request *req)
{
    const struct web_route *r = req->match.route;
    const struct web_limits *limits = &req->loop->web->options.limits;
    struct media_type type;
    if (!r || r->body == WEB_BODY_NONE)
        return req->head.length > 0 ? 415 : 0;
    int status = check_type(req, &type);
    if (status)
        return status;
    int64_t max = r->body == WEB_BODY_UPLOAD ? limits->upload_bytes : limits->form_bytes;
    return req->head.length > max ? 413 : 0;
}

/* The page's language: its path, else what the browser asks for. */
static void choose_lang(struct web_request *req)
{
    const struct path *p = &req->match.path;
    req->behind_lang = req->head.target;
    if (p->n > 0)
        req->lang = lang_find(p->segments[0]);
    if (!req->lang) {
        req->lang = lang_negotiate(head_find(&req->head, S("accept-language")));
        return;
    }
    size_t n = 1 + lang_code(req->lang).n;
    bool is_as_written = str_starts(str_slice(req->path, 1, req->path.n), lang_code(req->lang));
    req->behind_lang = is_as_written ? str_slice(req->head.target, n, req->head.target.n) : S("/");
}

static bool params_ok(struct web_request *req);

static int judge(struct web_request *req)
{
    struct str query = {0};
    if (!str_cut(req->head.target, '?', &req->path, &query))
        req->path = req->head.target;
    req->query = query;
    int status = find_route_or_slash(req);
    choose_lang(req);
    if (!status && !params_ok(req))
        status = 400;
    if (!status)
        status = check_body(req);
    return status;
}

struct web_request *request_new(struct conn *c, struct str head, int *ret_status)
{
    struct web_loop *loop = c->loop;
    struct arena *a = arena_take(loop);
    struct web_request *req = ARENA_NEW(a, struct web_request);
    req->a = a;
    req->loop = loop;
    req->refs = 1;
    loop->n_requests++;
    *ret_status = filter_judge(a, str_dup(a, head), &loop->web->filter, &req->head);
    if (*ret_status) {
        request_release(req);
        return NULL;
    }
    req->conn = c;
    req->headers_end = &req->headers;
    req->now = clock_now();
    req->began = clock_monotonic();
    req->closes = req->head.wants_close;
    make_id(loop, req->id);
    req->refused = judge(req);
    return req;
}

/* ---- the steps before the handler; each 0 or the status that refuses ---- */

static bool is_open_route(const struct web_request *req)
{
    return str_starts(str_c(req->match.route->pattern), S("/log/tile"));
}

#define SPARE_REFILLS 36 /* an hour: what is spare for requests is there again after 100 seconds */

static int step_rate(struct web_request *req)
{
    struct web *w = req->loop->web;
    const struct web_limits *l = &w->options.limits;
    uint8_t prefix[16];
    size_t n = is_open_route(req) || l->requests_per_second <= 0 ? 0 : peer_prefix(req, prefix);
    if (n == 0)
        return 0;
    /* Anybody can make up cookies, so the prefix is counted too, with room for ten people behind one address. */
    int64_t factor = req->has_cookie ? 10 : 1;
    struct str key = {(const char *)prefix, n};
    bool is_own = ratelimit_take(w->buckets, S("requests"), key, l->requests_per_second * 3600 * factor,
                                 l->requests_burst * factor, req->began);
    if (!is_own && !ratelimit_spare(w->buckets, S("requests"), key, l->requests_spare * SPARE_REFILLS, l->requests_spare,
                                    req->began))
        return 429;
    struct str cookie = {(const char *)req->cookie, COOKIE_BYTES};
    if (req->has_cookie && !ratelimit_take(w->buckets, S("cookie"), cookie, l->requests_per_second * 3600,
                                           l->requests_burst, req->began))
        return 429;
    return 0;
}

static int step_form(struct web_request *req)
{
    const struct web_route *r = req->match.route;
    if (r->body != WEB_BODY_FORM && r->body != WEB_BODY_UPLOAD)
        return 0;
    struct media_type type;
    int status = check_type(req, &type);
    if (status)
        return status;
    req->form = ARENA_NEW(req->a, struct form_data);
    if (type.boundary.p && str_eq_nocase(type.name, S("multipart/form-data")))
        return form_parse_multipart(req->a, req->body, type.boundary, r->body == WEB_BODY_UPLOAD, req->form);
    return form_parse_urlencoded(req->a, req->body, req->form);
}

static struct err *identify(struct web_request *req)
{
    const struct web_options *o = &req->loop->web->options;
    bool shows_cookie = req->has_cookie && req->match.route->csrf != WEB_CSRF_API;
    if (!o->identify || is_open_route(req))
        return NULL;
    struct hash h;
    if (shows_cookie)
        h = HASH({(const char *)req->cookie, COOKIE_BYTES});
    return o->identify(req, shows_cookie ? &h : NULL, &req->who);
}

/* A visitor who may not is told to sign in (401); anybody else that it is not theirs (403). */
static int status_of_refusal(const struct verdict *v)
{
    struct str code = str_c(v->code);
    return str_eq(code, S("POLICY_SIGN_IN")) || str_eq(code, S("POLICY_CODE")) ? 401 : 403;
}

static struct err *serve(struct web_request *req)
{
    const struct web_route *r = req->match.route;
    const struct web_options *o = &req->loop->web->options;
    if (req->refused == 308)
        return redirect_to_path(req);
    if (req->refused)
        return web_error(req, req->refused);
    if (!r)
        return asset_serve(req);
    cookie_read(req);
    int status = step_rate(req);
    if (!status)
        status = step_form(req);
    if (status)
        return web_error(req, status);
    TRY(identify(req));
    if (!csrf_ok(req))
        return web_error(req, 403);
    if (r->permission && o->permit) {
        struct verdict v = o->permit(req, r->permission);
        if (!v.allowed)
            return web_refuse(req, status_of_refusal(&v), &v);
    }
    return r->handler(req);
}

static void take_body(struct web_request *req, struct evbuffer *body)
{
    size_t n = body ? evbuffer_get_length(body) : 0;
    char *p = arena_alloc(req->a, n + 1);
    if (n > 0)
        MUST(evbuffer_remove(body, p, n) == (int)n);
    req->body = (struct str){p, n};
}

void request_run(struct web_request *req, struct evhttp_request *ev, struct evbuffer *body)
{
    req->ev = ev;
    take_body(req, body);
    request_after(req, serve(req));
}

/* ---- after the handler ---- */

static int status_of_error(const struct web_request *req, const struct err *e)
{
    switch (e->code) {
    case ERR_INPUT:
        return 400;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_CONFLICT:
        return 409;
    case ERR_LIMIT:
        return req->body.n > 0 ? 413 : 503;
    case ERR_BUSY:
    case ERR_FULL:
    case ERR_TIMEOUT:
        return 503;
    default:
        return 500;
    }
}

/* At most so many lines a second and loop: when everything fails, the first lines tell why, and the disk must not fill. */
static bool may_log(struct web_loop *loop)
{
    int64_t second = clock_monotonic() / 1000;
    if (second != loop->log_second) {
        char n[24];
        (void)snprintf(n, sizeof n, "%lld", (long long)loop->n_unlogged);
        if (loop->n_unlogged > 0)
            LOG(LOG_WARN, "failed requests were not logged", {"count", str_c(n)});
        loop->log_second = second;
        loop->n_logged = loop->n_unlogged = 0;
    }
    bool ok = loop->n_logged++ < LOG_LINES;
    loop->n_unlogged += !ok;
    return ok;
}

static struct str route_name(const struct web_request *req)
{
    return req->match.route ? str_c(req->match.route->pattern) : S("-");
}

static void log_error(struct web_request *req, int status, const struct err *e)
{
    if (!may_log(req->loop))
        return;
    struct str why = err_text(req->a, e);
    if (why.n == 0) /* the request's memory is full */
        why = str_c(e->msg);
    LOG(status >= 500 ? LOG_ERROR : LOG_WARN, "a request failed", {"id", str_c(req->id)},
        {"route", route_name(req)}, {"status", str_printf(req->a, "%d", status)}, {"error", why});
}

/* One line for a slow request, and for a 5xx that no error explained already. */
static void log_reply(struct web_request *req, bool is_explained)
{
    int64_t ms = clock_monotonic() - req->began;
    bool is_bad = req->status >= 500 && !is_explained;
    if ((!is_bad && ms < SLOW_REQUEST_MS) || !may_log(req->loop))
        return;
    LOG(is_bad ? LOG_WARN : LOG_INFO, is_bad ? "a request was not served" : "a slow request",
        {"id", str_c(req->id)}, {"route", route_name(req)}, {"status", str_printf(req->a, "%d", req->status)},
        {"ms", str_printf(req->a, "%lld", (long long)ms)});
}

void request_after(struct web_request *req, struct err *e)
{
    if (!e && req->ticket.is_parked)
        return;
    MUST(!req->ticket.is_parked); /* a handler that parked must not fail: somebody else will resume it */
    if (!e && !req->is_replied)
        e = ERR(req->a, ERR_INTERNAL, "the handler returned without a reply");
    bool failed = e != NULL;
    if (failed) {
        int status = status_of_error(req, e);
        log_error(req, status, e);
        reply_forget(req);
        if (web_error(req, status)) { /* the request's memory is full */
            reply_forget(req);
            MUST(!reply_plain(req, status));
        }
    }
    log_reply(req, failed);
    reply_send(req);
}

/* ---- what handlers ask ---- */

struct arena *web_arena(struct web_request *req)
{
    return req->a;
}

void *web_app(struct web_request *req)
{
    return req->loop->web->options.app;
}

void *web_loop(struct web_request *req)
{
    return req->loop->app;
}

void *web_who(struct web_request *req)
{
    return req->who;
}

int64_t web_now(struct web_request *req)
{
    return req->now;
}

const struct lang *web_lang(struct web_request *req)
{
    return req->lang;
}

struct str web_path(struct web_request *req)
{
    return req->head.target;
}

struct str web_path_behind_lang(struct web_request *req)
{
    return req->behind_lang;
}

struct str web_param(struct web_request *req, const char *name)
{
    MUST(req->match.route);
    struct str s = router_param(&req->match, str_c(name));
    MUST(s.p); /* the pattern has no such name */
    return s;
}

struct str web_header_in(struct web_request *req, const char *name)
{
    return head_find(&req->head, str_c(name));
}

struct str web_base_url(struct web_request *req)
{
    peer_look(req);
    return req->base_url;
}

struct str web_id(struct web_request *req)
{
    return str_c(req->id);
}

struct str web_body(struct web_request *req)
{
    return req->body;
}

/* ---- the query ---- */

static size_t count(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

/* Decode the query. False when it is not decodable: then the whole request is wrong. */
static bool params_ok(struct web_request *req)
{
    if (req->query.n == 0)
        return true;
    req->params = ARENA_ARRAY(req->a, count(req->query, '&') + 1, struct str_pair);
    struct str one, rest = req->query;
    bool more = true;
    while (more) {
        struct str name, value = S("");
        more = str_cut(rest, '&', &one, &rest);
        if (one.n == 0)
            continue;
        if (!str_cut(one, '=', &name, &value))
            value = S("");
        struct str_pair *p = &req->params[req->n_params++];
        if (!percent_decode(req->a, name, PERCENT_QUERY, &p->name) ||
            !percent_decode(req->a, value, PERCENT_QUERY, &p->value))
            return false;
    }
    return true;
}

struct str web_query(struct web_request *req, const char *name)
{
    for (size_t i = 0; i < req->n_params; i++)
        if (str_eq(req->params[i].name, str_c(name)))
            return req->params[i].value;
    return (struct str){0};
}
