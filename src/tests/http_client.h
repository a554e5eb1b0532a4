/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * http_client.h - a plain blocking client for tests: raw bytes out, one reply in.
 *
 *     struct http_client *c = http_connect(a, web_address(web));
 *     struct http_reply r = http_get(c, "/kk/");
 *     assert_int_equal(r.status, 200);
 *
 * It keeps the visitor's cookies, as a browser would, and finds the CSRF token in a page. It checks what every
 * reply of ours must have (a length, no Server header); a test fails when it is missing. Give up after 10 seconds.
 */
#ifndef BIRGE_TESTS_HTTP_CLIENT_H
#define BIRGE_TESTS_HTTP_CLIENT_H

#include "base/arena.h"
#include "base/str.h"

struct http_header {
    struct str name, value;
};

struct http_reply {
    int status;         /* 0: the connection was closed without one */
    struct http_header headers[64];
    size_t n_headers;
    struct str body;
    bool is_closed;     /* "Connection: close" */
    struct str raw;     /* all of it, head and body */
};

struct http_client {
    struct arena *a;    /* where replies live */
    struct str address; /* "127.0.0.1:8480" */
    int fd;             /* -1: not connected */
    char *rest;         /* bytes behind the last reply */
    size_t n_rest;
    struct http_header cookies[8];
    size_t n_cookies;
    struct str more;    /* header lines for every request, each with CR LF; "" at first */
};

/* A client for `address`; connects when it first sends. Memory: `a`. */
struct http_client *http_connect(struct arena *a, struct str address);
/* Close the connection; cookies stay. */
void http_close(struct http_client *c);

/* ---- whole requests: Host, cookies and `more` are added ---- */

struct http_reply http_get(struct http_client *c, const char *target);
/* `type` such as "application/json"; Sec-Fetch-Site: same-origin is said, as a browser does. */
struct http_reply http_post(struct http_client *c, const char *target, const char *type, struct str body);
/* A form of "name", "value" pairs, NULL at the end; the token of the last page seen is added as "csrf". */
struct http_reply http_post_form(struct http_client *c, const char *target, const char *const *pairs, struct str csrf);
/* Any method, header lines of the caller (each with CR LF), body may be absent. */
struct http_reply http_request(struct http_client *c, const char *method, const char *target, const char *headers,
                               struct str body);

/* ---- raw bytes ---- */

/* Connect if necessary and send these bytes as they are. */
void http_send(struct http_client *c, struct str bytes);
/* Read one reply; status 0 when the server closed without one. `is_head`: it has no body whatever its length says. */
struct http_reply http_read(struct http_client *c, bool is_head);
/* Did the server close the connection, with nothing more to read? Waits up to `ms`. */
bool http_is_closed(struct http_client *c, int ms);
/* One request as raw bytes on a connection of its own. */
struct http_reply http_raw(struct arena *a, struct str address, struct str bytes);

/* ---- looking at a reply ---- */

/* Value of a header, in any case; absent without it. */
struct str http_header(const struct http_reply *r, const char *name);
/* The value of <input name="csrf" ... value="...">; absent without one. */
struct str http_csrf(const struct http_reply *r);
bool http_contains(const struct http_reply *r, const char *text);

#endif
