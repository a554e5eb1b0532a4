/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * reply.c - the one reply: made by the handler, sent when it returned.
 *
 * Every reply carries the same security headers, documents one more; pages are not stored by anybody unless the
 * handler said that they depend on nobody. The body is not copied: evhttp gets a reference, and the request's arena
 * lives until the last byte is with the kernel.
 *
 * Source: trust.md section 7, "Headers"; RFC 9110.
 */
#include "web/web_private.h"

#include <string.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#define CSP_PAGE                                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; form-action 'self'; " \
    "base-uri 'none'; frame-ancestors 'none'"
#define CSP_DOWNLOAD "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define PERMISSIONS                                                                                                  \
    "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), encrypted-media=(), "          \
    "fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), "       \
    "midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), "     \
    "usb=(), xr-spatial-tracking=()"

struct fixed_header {
    const char *name, *value;
};

static const struct fixed_header security[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

/* What is never a document of its own: Permissions-Policy says nothing to it, and costs a slow line 370 bytes a file. */
static bool is_part_of_a_page(const char *type)
{
    static const char *const types[] = {"text/css; charset=utf-8", "text/javascript; charset=utf-8", "font/woff2"};
    for (size_t i = 0; type && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

const char *reply_phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {206, "Partial Content"},
        {303, "See Other"}, {304, "Not Modified"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
        {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
        {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"}, {409, "Conflict"},
        {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"}, {413, "Content Too Large"},
        {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
        {422, "Unprocessable Content"}, {423, "Locked"}, {428, "Precondition Required"}, {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"}, {451, "Unavailable For Legal Reasons"},
        {500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Status";
}

/* ---- made by the handler ---- */

void web_header(struct web_request *req, const char *name, struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        MUST(value.p[i] != '\r' && value.p[i] != '\n' && value.p[i] != '\0');
    struct reply_header *h = ARENA_NEW(req->a, struct reply_header);
    *h = (struct reply_header){.name = name, .value = str_dup(req->a, value.p ? value : S(""))};
    *req->headers_end = h;
    req->headers_end = &h->next;
}

static bool has_header(const struct web_request *req, const char *name)
{
    for (const struct reply_header *h = req->headers; h; h = h->next)
        if (str_eq_nocase(str_c(h->name), str_c(name)))
            return true;
    return false;
}

struct err *web_reply(struct web_request *req, int status, const char *type, struct str body)
{
    MUST(!req->is_replied && !req->ticket.is_parked);
    req->is_replied = true;
    req->status = status;
    req->type = type;
    req->reply = body.p ? body : S("");
    if (req->may_compress)
        reply_compress(req);
    return NULL;
}

struct err *web_page(struct web_request *req, int status, struct str html)
{
    return web_reply(req, status, "text/html; charset=utf-8", html);
}

/* Does it stay on this site, and in one line? Browsers read "//" and "/\\" as another host. */
static bool is_local_path(struct str path)
{
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] <= 0x20 || (unsigned char)path.p[i] >= 0x7f || path.p[i] == '\\')
            return false;
    return path.n > 0 && path.p[0] == '/' && !(path.n > 1 && path.p[1] == '/');
}

struct err *web_redirect(struct web_request *req, struct str path)
{
    web_header(req, "Location", is_local_path(path) ? path : S("/"));
    return web_reply(req, 303, NULL, S(""));
}

void web_compress(struct web_request *req)
{
    req->may_compress = true;
}

void web_cacheable(struct web_request *req, int seconds)
{
    MUST(seconds > 0);
    req->cacheable = seconds;
}

/* A name for people who save the file: no path, no quotes, no controls. */
static struct str plain_name(struct arena *a, struct str name)
{
    char *p = arena_alloc(a, name.n + 1);
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        bool is_safe = c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '/' && c != ';' && c != '%';
        p[i] = is_safe ? (char)c : '_';
    }
    return (struct str){p, name.n};
}

struct err *web_download(struct web_request *req, const char *type, struct str name, struct str body)
{
    struct str shown = name.n > 0 ? name : S("file");
    web_header(req, "Content-Disposition",
               str_printf(req->a, "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s",
                          STR_FMT(plain_name(req->a, shown)), STR_FMT(percent_encode(req->a, shown, false))));
    req->csp = CSP_DOWNLOAD;
    return web_reply(req, 200, type, body);
}

void reply_forget(struct web_request *req)
{
    req->is_replied = false;
    req->headers = NULL;
    req->headers_end = &req->headers;
    req->cacheable = 0;
    req->may_compress = false;
    req->csp = NULL;
    req->sets_cookie = false;
}

/* ---- sent ---- */

static void add(struct evkeyvalq *to, const char *name, const char *value)
{
    MUST(evhttp_add_header(to, name, value) == 0);
}

static void add_cache_control(struct web_request *req, struct evkeyvalq *to)
{
    if (has_header(req, "Cache-Control"))
        return;
    bool is_public = req->cacheable > 0 && !req->sets_cookie && req->status < 400;
    if (is_public)
        add(to, "Cache-Control",
            str_printf(req->a, "public, max-age=%d, s-maxage=%d", req->cacheable, req->cacheable).p);
    else
        add(to, "Cache-Control", "no-store");
}

static void add_headers(struct web_request *req, struct evkeyvalq *to)
{
    bool has_body = req->status != 204 && req->status != 304;
    for (size_t i = 0; i < sizeof security / sizeof security[0]; i++)
        add(to, security[i].name, security[i].value);
    if (!is_part_of_a_page(req->type))
        add(to, "Permissions-Policy", PERMISSIONS);
    add(to, "Content-Security-Policy", req->csp ? req->csp : CSP_PAGE);
    peer_look(req);
    if (req->is_tls)
        add(to, "Strict-Transport-Security", "max-age=31536000");
    add(to, "X-Request-Id", req->id);
    add_cache_control(req, to);
    for (const struct reply_header *h = req->headers; h; h = h->next)
        add(to, h->name, h->value.p);
    if (req->type && has_body)
        add(to, "Content-Type", req->type);
    if (has_body)
        add(to, "Content-Length", str_printf(req->a, "%zu", req->reply.n).p);
    if (req->closes)
        add(to, "Connection", "close");
}

static void body_sent(const void *bytes, size_t n, void *arg)
{
    (void)bytes;
    (void)n;
    request_release(arg);
}

void reply_send(struct web_request *req)
{
    struct evhttp_request *ev = req->ev;
    struct conn *c = req->conn;
    MUST(ev && req->is_replied);
    req->ev = NULL;
    req->conn = NULL;
    struct evbuffer *body = evbuffer_new();
    MUST(body);
    if (c) {
        req->closes = req->closes || req->loop->is_draining;
        add_headers(req, evhttp_request_get_output_headers(ev));
        bool sends_body = req->head.method != HEAD_HEAD && req->reply.n > 0 && req->status != 204 && req->status != 304;
        if (sends_body) {
            req->refs++;
            MUST(evbuffer_add_reference(body, req->reply.p, req->reply.n, body_sent, req) == 0);
        }
        conn_expect_reply(c, ev, req->closes);
    }
    /* Without a connection evhttp only frees its request. */
    evhttp_send_reply(ev, req->status, reply_phrase(req->status), body);
    evbuffer_free(body);
    if (c)
        conn_send(c);
    request_release(req);
}
