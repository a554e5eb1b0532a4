/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * web.h - the server as handlers see it: a request comes in whole and judged, one reply goes out.
 *
 * evhttp lies behind this header and nowhere else. Each loop thread has one event base; a request is
 * handled on its thread from start to end. What must wait for the writer or for slow work is parked: the
 * connection reads nothing more, its request stays alive although the client may hang up, and the reply
 * is sent from the same thread when the work is done.
 *
 * A handler returns NULL after exactly one of: web_reply and its friends, web_park. An error it returns is
 * logged once with the request's id and answered by the error page of its code.
 *
 * Keeps:  nothing reaches a handler that the framing filter would not vouch for; every state-changing
 *         route has a CSRF rule; a parked request is answered once or, when its client is gone, dropped.
 * Source: architecture.md section 3, trust.md sections 5 and 7, RFC 9110, RFC 9112, RFC 9457.
 */
#ifndef BIRGE_WEB_WEB_H
#define BIRGE_WEB_WEB_H

#include "base/err.h"
#include "base/hash.h"
#include "base/verdict.h"
#include "web/i18n.h"

struct web;         /* the server */
struct web_request; /* one request, its reply, and the arena of both */

/* ---- routes ---- */

enum web_method { WEB_GET, WEB_POST, WEB_DELETE }; /* HEAD is answered as GET without a body */

/* What a route accepts as body; the limits stand in birge.ini [limits]. */
enum web_body {
    WEB_BODY_NONE,
    WEB_BODY_FORM,   /* application/x-www-form-urlencoded, or multipart without a file */
    WEB_BODY_UPLOAD, /* multipart/form-data with at most one file */
    WEB_BODY_JSON,   /* application/json; anything else is 415 */
};

/* How a route that changes state knows that its own page sent the request. There is no "off". */
enum web_csrf {
    WEB_CSRF_READ,  /* GET: changes nothing */
    WEB_CSRF_FORM,  /* Sec-Fetch-Site or Origin, and the token bound to the cookie */
    WEB_CSRF_API,   /* takes no cookie: the caller shows a code or nothing, and a foreign Origin is 403 */
};

typedef struct err *web_handler(struct web_request *req);

/* One line of a route table. Patterns: "/{lang}/appeals/{number}/files/{no}"; a `{name}` is one segment;
 * "{lang}" takes kk, ru, en only. A route without {lang} speaks the language of Accept-Language. */
struct web_route {
    enum web_method method;
    const char *pattern;
    const char *permission; /* action for the coarse policy question; NULL: open to everybody */
    enum web_csrf csrf;
    enum web_body body;
    web_handler *handler;
};

/* ---- the request ---- */

struct arena *web_arena(struct web_request *req);
void *web_app(struct web_request *req);  /* struct site * of core */
void *web_loop(struct web_request *req); /* what loop_start returned: struct loop * of core */
void *web_who(struct web_request *req);  /* what identify returned: struct actor * of core; never NULL in handlers,
                                          * NULL in draw_error when the request failed before it */
/* ms UTC when the request was read; one value for the whole request. */
int64_t web_now(struct web_request *req);
const struct lang *web_lang(struct web_request *req);
/* Path and query as sent, percent-encoded, canonical: "/kk/appeals?x=1". */
struct str web_path(struct web_request *req);
/* The same behind "/{lang}", for links to the other languages. */
struct str web_path_behind_lang(struct web_request *req);
/* A segment of the pattern, percent-decoded and valid UTF-8. Aborts for a name that the pattern lacks. */
struct str web_param(struct web_request *req, const char *name);
/* A parameter of the query, decoded; absent when it is not there. The first of several. */
struct str web_query(struct web_request *req, const char *name);
/* A request header, or absent. Name in any case. */
struct str web_header_in(struct web_request *req, const char *name);
/* Host as the client sees it ("birge.example:8443") and whether it came by TLS: X-Forwarded-* from a
 * configured proxy only. For absolute links: "https://host". */
struct str web_base_url(struct web_request *req);
/* 16 hex digits, in the log, in X-Request-Id, on error pages. */
struct str web_id(struct web_request *req);
/* The raw body (JSON routes, and tests). */
struct str web_body(struct web_request *req);

/* ---- the one reply ---- */

/* A header of the reply; CR, LF and NUL in the value abort (values come from code or are cleaned). */
void web_header(struct web_request *req, const char *name, struct str value);
/* `body` must live until the reply is sent: in the request's arena, or static. */
struct err *web_reply(struct web_request *req, int status, const char *type, struct str body) WARN_UNUSED;
/* text/html; no-store unless web_cacheable was called. */
struct err *web_page(struct web_request *req, int status, struct str html) WARN_UNUSED;
/* 303 into this site; `path` begins with '/'. A path that leads elsewhere, or is not ASCII without blanks, becomes "/". */
struct err *web_redirect(struct web_request *req, struct str path) WARN_UNUSED;
/* The reply to come holds no secret beside what its reader typed: send it compressed when the client can and it is
 * worth it. Not for pages with private words, whose length would tell something about them (BREACH). */
void web_compress(struct web_request *req);
/* Public page: may be kept for `seconds` (s-maxage too). Only for replies that depend on nobody. */
void web_cacheable(struct web_request *req, int seconds);
/* A file to download: Content-Disposition: attachment, nosniff, CSP sandbox. `name` any UTF-8. */
struct err *web_download(struct web_request *req, const char *type, struct str name, struct str body) WARN_UNUSED;

/* One field that is wrong, for forms and for problem+json. `field` "" speaks of the whole input. */
struct web_field_error {
    struct str field;
    struct str message; /* in the page's language: what is wrong and what to do */
};
struct web_errors {
    struct web_field_error *items;
    size_t n_items;
};
/* application/problem+json (RFC 9457): type, title, status, detail, request, errors[]. `errors` may be NULL. */
struct err *web_problem(struct web_request *req, int status, struct str detail,
                        const struct web_errors *errors) WARN_UNUSED;
/* A refusal: 403 (401 when signing in would help, 404 for what must not be known, 409 for a state, 422 ...),
 * as error page or, under /api/ and /open311/, as problem+json with the verdict's code, law and next step. */
struct err *web_refuse(struct web_request *req, int status, const struct verdict *v) WARN_UNUSED;
/* The error page (or problem+json) of a status: 400 404 405 413 415 429 500 503 ... */
struct err *web_error(struct web_request *req, int status) WARN_UNUSED;

/* ---- waiting ---- */

/* A parked request, handed to other threads. */
struct web_ticket;

/* Park `req`: its handler returns NULL now; `resume` is called later on this loop's thread and must reply.
 * `user` must outlive it and must not lie in the request's arena when another thread writes to it. */
struct web_ticket *web_park(struct web_request *req, struct err *(*resume)(struct web_request *req, void *user),
                            void *user);
/* The work is done. Any thread, exactly once. */
void web_resume(struct web_ticket *t);
/* Run `work(user)` on the pool for slow work (files, PDF, Argon2), then `resume` on this loop. Parks. False
 * when the pool's queue is full: answer 503. */
bool web_offload(struct web_request *req, void (*work)(void *user),
                 struct err *(*resume)(struct web_request *req, void *user), void *user);

/* ---- cookie, CSRF, limits ---- */

/* The token for hidden fields named "csrf"; sets the visitor's cookie when there is none yet. */
struct str web_csrf_token(struct web_request *req);
/* SHA-256 of the cookie's 32 bytes; false when the request has none. */
bool web_cookie_hash(struct web_request *req, struct hash *ret_hash);
/* Give the client a fresh random cookie (sign-in, change of rights) and return its hash. */
struct hash web_cookie_renew(struct web_request *req);
/* The same in two halves, for a step that may be refused and then leaves the client what it has: make a cookie and
 * return its hash; give it to the client once the step is done. */
struct hash web_cookie_prepare(struct web_request *req);
void web_cookie_take_up(struct web_request *req);
void web_cookie_clear(struct web_request *req);
/* A short message for the next page, signed, in a cookie that lives one page: text id and kind. */
void web_flash(struct web_request *req, const char *kind, const char *text_id);
bool web_flash_take(struct web_request *req, struct str *ret_kind, struct str *ret_text_id);

/* Take one from the bucket `name` of this client's address prefix: `per_hour` refill, the same as burst.
 * False: answer web_error(req, 429). A loopback peer that is no configured proxy is not limited. */
bool web_limit(struct web_request *req, const char *name, int64_t per_hour);
/* The same, but where an address has used up its own, it draws on what the server has to spare: many people share one
 * address (a village behind one line, a provider), and their number alone is no attack. `spare` may come at once from
 * one address and `spare_per_hour` in the long run; from all addresses together SPARE_ALL times as much. So one address
 * cannot use up what others have, and made-up ones cannot use up the server.
 * Source: trust.md P14 ("1,000 honest senders behind one address"); docs/adr/0067. */
bool web_limit_spare(struct web_request *req, const char *name, int64_t per_hour, int64_t spare, int64_t spare_per_hour);
/* Put one back: what was counted turned out to be no attempt at anything (a sign-in that succeeded). So many
 * people behind one address may sign in, and their guesses are still counted before they are looked at. */
void web_limit_give_back(struct web_request *req, const char *name);
/* HMAC of `parts` under the form key, hex: signed hidden fields (time stamps, upload tokens). */
struct str web_sign(struct web_request *req, struct str text);
bool web_sign_ok(struct web_request *req, struct str text, struct str signature);

/* ---- serving ---- */

struct web_limits {
    int64_t header_bytes, header_fields, header_seconds, url_bytes;
    int64_t form_bytes, upload_bytes, inflight_bytes, connections;
    int64_t requests_per_second, requests_burst; /* of one cookie or prefix */
    int64_t requests_spare;                      /* beyond that, of one prefix, while there is room */
    int64_t body_bytes_per_second;               /* slower bodies are closed; default 1024 */
};

struct web_options {
    const char *listen; /* "127.0.0.1:8480", "[::1]:8480" */
    int workers;        /* loop threads; 0: one per core, at most 4 */
    struct web_limits limits;
    const uint8_t *form_key;  /* 32 bytes */
    struct str proxies;       /* addresses whose X-Forwarded-* count, comma-separated */
    const struct web_route *const *tables; /* route tables, one per slice */
    const size_t *table_sizes;
    size_t n_tables;
    void *app;
    /* Called on each loop's thread at start and end; `a` lives as long as the loop. */
    struct err *(*loop_start)(void *app, struct arena *a, int index, void **ret_loop);
    void (*loop_end)(void *app, void *loop);
    /* Who sends this? Called once per routed request, before the permission; `cookie` is NULL without one, and on
     * routes with WEB_CSRF_API. Static assets and routes that open with /log/tile are not asked for. */
    struct err *(*identify)(struct web_request *req, const struct hash *cookie, void **ret_who);
    /* A "no" is answered 403, or 401 when its code is POLICY_SIGN_IN or POLICY_CODE. */
    struct verdict (*permit)(struct web_request *req, const char *permission);
    /* Draw an error page in the request's language. `v` may be NULL. Must not fail: on an error the server
     * sends a plain page of its own. */
    struct err *(*draw_error)(struct web_request *req, int status, const struct verdict *v,
                              struct str *ret_html);
};

/* Bind, start the loops. Errors: ERR_CONFIG for a bad address or two routes alike, ERR_IO "in use".
 * Memory: `app`. */
struct err *web_start(struct arena *app, const struct web_options *options, struct web **ret_web) WARN_UNUSED;
/* The address that was bound: "127.0.0.1:8480" (port 0 in `listen` takes a free one). */
struct str web_address(struct web *w);
/* Stop accepting, finish what is running and parked (at most `seconds`), end the loops. A ticket that was not resumed
 * by then may still be: its request keeps its memory and answers nobody. */
void web_stop(struct web *w, int seconds);
/* All routes, for docs and tests. */
const struct web_route *web_routes(struct web *w, size_t *ret_n);

#endif
