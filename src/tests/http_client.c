/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * http_client.c - the blocking client of the tests.
 */
#include "tests/http_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tests/test.h"

#define PATIENCE_MS 10000
#define REPLY_MAX ((size_t)64 * 1024 * 1024)

struct http_client *http_connect(struct arena *a, struct str address)
{
    struct http_client *c = ARENA_NEW(a, struct http_client);
    c->a = a;
    c->address = str_dup(a, address);
    c->fd = -1;
    c->more = S("");
    return c;
}

void http_close(struct http_client *c)
{
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
    c->n_rest = 0;
}

static void open_connection(struct http_client *c)
{
    int64_t port = 0;
    size_t colon = c->address.n;
    int on = 1;
    while (colon > 0 && c->address.p[colon - 1] != ':')
        colon--;
    assert_true(colon > 1 && str_to_int64(str_slice(c->address, colon, c->address.n), &port));
    struct str host = str_slice(c->address, 0, colon - 1);
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    bool is_v6 = host.p[0] == '[';
    if (is_v6)
        assert_int_equal(inet_pton(AF_INET6, str_to_c(c->a, str_slice(host, 1, host.n - 1)), &v6.sin6_addr), 1);
    else
        assert_int_equal(inet_pton(AF_INET, str_to_c(c->a, host), &v4.sin_addr), 1);
    c->fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(c->fd >= 0);
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    assert_int_equal(is_v6 ? connect(c->fd, (struct sockaddr *)&v6, sizeof v6)
                           : connect(c->fd, (struct sockaddr *)&v4, sizeof v4), 0);
    c->n_rest = 0;
}

void http_send(struct http_client *c, struct str bytes)
{
    if (c->fd < 0)
        open_connection(c);
    for (size_t at = 0; at < bytes.n;) {
        ssize_t n = send(c->fd, bytes.p + at, bytes.n - at, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* refused in the middle: the reply tells why */
        at += (size_t)n;
    }
}

static ssize_t read_some(struct http_client *c, void *p, size_t n, int ms)
{
    struct pollfd wait = {.fd = c->fd, .events = POLLIN};
    if (poll(&wait, 1, ms) <= 0)
        return -2;
    return recv(c->fd, p, n, 0);
}

bool http_is_closed(struct http_client *c, int ms)
{
    char byte;
    return c->fd < 0 || (c->n_rest == 0 && (read_some(c, &byte, 1, ms) == 0 || errno == ECONNRESET));
}

/* ---- reading ---- */

static void parse_head(struct http_reply *r, struct str head)
{
    struct str line, rest = head;
    size_t end = str_find(rest, '\r');
    int64_t status = 0;
    assert_true(str_starts(head, S("HTTP/1.1 ")) && str_to_int64(str_slice(head, 9, 12), &status));
    r->status = (int)status;
    rest = str_slice(rest, end + 2, rest.n);
    while ((end = str_find(rest, '\r')) > 0 && end != SIZE_MAX) {
        line = str_slice(rest, 0, end);
        rest = str_slice(rest, end + 2, rest.n);
        struct str name, value;
        assert_true(str_cut(line, ':', &name, &value));
        assert_true(r->n_headers < sizeof r->headers / sizeof r->headers[0]);
        r->headers[r->n_headers++] = (struct http_header){name, str_trim(value)};
    }
}

struct str http_header(const struct http_reply *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++)
        if (str_eq_nocase(r->headers[i].name, str_c(name)))
            return r->headers[i].value;
    return (struct str){0};
}

static void keep_cookie(struct http_client *c, struct str line)
{
    struct str pair, rest, name, value;
    if (!str_cut(line, ';', &pair, &rest) || !str_cut(pair, '=', &name, &value))
        return;
    size_t i = 0;
    while (i < c->n_cookies && !str_eq(c->cookies[i].name, name))
        i++;
    assert_true(i < sizeof c->cookies / sizeof c->cookies[0]);
    c->cookies[i] = (struct http_header){name, value};
    c->n_cookies += i == c->n_cookies;
    if (str_find_str(rest, S("Max-Age=0")) != SIZE_MAX)
        c->cookies[i] = c->cookies[--c->n_cookies];
}

static void look_at_head(struct http_client *c, struct http_reply *r)
{
    assert_null(http_header(r, "Server").p);
    r->is_closed = str_eq_nocase(http_header(r, "Connection"), S("close"));
    for (size_t i = 0; i < r->n_headers; i++)
        if (str_eq_nocase(r->headers[i].name, S("Set-Cookie")))
            keep_cookie(c, r->headers[i].value);
}

/* Read until `b` holds `n` bytes; false when the server closed before. */
static bool fill(struct http_client *c, struct buf *b, size_t n)
{
    while (b->n < n) {
        char part[16384];
        ssize_t got = read_some(c, part, sizeof part, PATIENCE_MS);
        if (got == -2)
            fail_msg("no reply within %d ms", PATIENCE_MS);
        if (got <= 0)
            return false;
        buf_add(b, part, (size_t)got);
    }
    return true;
}

static size_t body_length(const struct http_reply *r, bool is_head)
{
    int64_t n = 0;
    if (is_head || r->status == 204 || r->status == 304 || r->status < 200)
        return 0;
    assert_true(str_to_int64(http_header(r, "Content-Length"), &n));
    return (size_t)n;
}

struct http_reply http_read(struct http_client *c, bool is_head)
{
    struct http_reply r = {0};
    struct buf b;
    size_t end;
    buf_init(&b, c->a, REPLY_MAX);
    buf_add(&b, c->rest, c->n_rest);
    c->n_rest = 0;
    while ((end = str_find_str(buf_view(&b), S("\r\n\r\n"))) == SIZE_MAX) {
        if (!fill(c, &b, b.n + 1)) {
            http_close(c);
            return r;
        }
    }
    end += 4;
    parse_head(&r, str_dup(c->a, str_slice(buf_view(&b), 0, end)));
    look_at_head(c, &r);
    size_t n = body_length(&r, is_head);
    if (!fill(c, &b, end + n))
        fail_msg("the body is shorter than its Content-Length");
    r.raw = str_slice(buf_view(&b), 0, end + n);
    r.body = str_slice(r.raw, end, end + n);
    c->n_rest = b.n - end - n;
    c->rest = b.p + end + n;
    if (r.is_closed)
        assert_int_equal(c->n_rest, 0);
    return r;
}

/* ---- requests ---- */

struct http_reply http_request(struct http_client *c, const char *method, const char *target, const char *headers,
                               struct str body)
{
    struct buf b;
    buf_init(&b, c->a, REPLY_MAX);
    buf_printf(&b, "%s %s HTTP/1.1\r\nHost: %.*s\r\n", method, target, STR_FMT(c->address));
    for (size_t i = 0; i < c->n_cookies; i++)
        buf_printf(&b, "%s%.*s=%.*s%s", i == 0 ? "Cookie: " : "; ", STR_FMT(c->cookies[i].name),
                   STR_FMT(c->cookies[i].value), i + 1 == c->n_cookies ? "\r\n" : "");
    buf_str(&b, c->more);
    buf_c(&b, headers);
    if (body.p)
        buf_printf(&b, "Content-Length: %zu\r\n", body.n);
    buf_c(&b, "\r\n");
    buf_str(&b, body);
    http_send(c, buf_view(&b));
    struct http_reply r = http_read(c, strcmp(method, "HEAD") == 0);
    if (r.is_closed)
        http_close(c);
    return r;
}

struct http_reply http_get(struct http_client *c, const char *target)
{
    return http_request(c, "GET", target, "", (struct str){0});
}

struct http_reply http_post(struct http_client *c, const char *target, const char *type, struct str body)
{
    struct str headers = str_printf(c->a, "Content-Type: %s\r\nSec-Fetch-Site: same-origin\r\n", type);
    return http_request(c, "POST", target, headers.p, body);
}

static void put_encoded(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_printf(b, "%%%02X", (unsigned)(unsigned char)s.p[i]);
}

struct http_reply http_post_form(struct http_client *c, const char *target, const char *const *pairs, struct str csrf)
{
    struct buf b;
    buf_init(&b, c->a, REPLY_MAX);
    for (size_t i = 0; pairs[i]; i += 2) {
        put_encoded(&b, str_c(pairs[i]));
        buf_c(&b, "=");
        put_encoded(&b, str_c(pairs[i + 1]));
        buf_c(&b, "&");
    }
    buf_c(&b, "csrf=");
    buf_str(&b, csrf);
    return http_post(c, target, "application/x-www-form-urlencoded", buf_view(&b));
}

struct http_reply http_raw(struct arena *a, struct str address, struct str bytes)
{
    struct http_client *c = http_connect(a, address);
    http_send(c, bytes);
    struct http_reply r = http_read(c, false);
    http_close(c);
    return r;
}

/* ---- looking ---- */

struct str http_csrf(const struct http_reply *r)
{
    size_t at = str_find_str(r->body, S("name=\"csrf\""));
    if (at == SIZE_MAX)
        return (struct str){0};
    size_t open = at;
    while (open > 0 && r->body.p[open] != '<')
        open--;
    struct str tag = str_slice(r->body, open, r->body.n), value, rest;
    size_t from = str_find_str(tag, S("value=\""));
    if (from == SIZE_MAX || !str_cut(str_slice(tag, from + 7, tag.n), '"', &value, &rest))
        return (struct str){0};
    return value;
}

bool http_contains(const struct http_reply *r, const char *text)
{
    return str_find_str(r->body, str_c(text)) != SIZE_MAX;
}
