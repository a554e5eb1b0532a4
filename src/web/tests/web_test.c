/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * web_test.c - the server over a real socket: routes, replies, cookies, CSRF, waiting, limits, the end.
 */
#include "web/tests/fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "web/assets.h"

static int setup(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct fixture *f = fixture_new(a);
    fixture_start(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fixture_stop(f, 5);
    arena_free(f->a);
    return 0;
}

#define SERVED(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- routes ---- */

static void a_path_finds_its_route_and_its_language(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/hello?x=1");
    assert_int_equal(r.status, 200);
    assert_str(r.body, "<p>hello kk /kk/hello?x=1 /hello?x=1</p>");
    assert_str(http_get(c, "/ru/items/a%20b").body, "a b");
    assert_str(http_get(c, "/en/items/%D2%9B").body, "қ");
    assert_str(http_get(c, "/en/items/new").body, "a new one");
    assert_str(http_get(c, "/en/items/7/parts/3").body, "7/3");
    assert_str(http_get(c, "/en/items/new/parts/3").body, "new/3");
    http_close(c);
}

static void the_root_speaks_the_browsers_language(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_request(c, "GET", "/", "Accept-Language: ru-RU,ru;q=0.9\r\n", (struct str){0});
    assert_int_equal(r.status, 303);
    assert_str(http_header(&r, "Location"), "/ru/hello");
    assert_str(http_header(&r, "Content-Length"), "0");
    http_close(c);
}

static void a_redirect_stays_on_this_site(void **state)
{
    static const char *const bad[] = {"",          "//evil",    "/%5Cevil", "http://evil", "evil", "/%0D%0AX:1", "/a%20b",
                                      "/a%0D%0Ab", "%5C%5Cevil", "/%D2%9B", "/a%5Cb",      "/%09/evil"};
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_reply r = http_get(c, str_printf(f->a, "/kk/redirect?to=%s", bad[i]).p);
        assert_int_equal(r.status, 303);
        assert_str(http_header(&r, "Location"), "/");
    }
    struct http_reply r = http_get(c, "/kk/redirect?to=/kk/a%3Fb=%2525");
    assert_str(http_header(&r, "Location"), "/kk/a?b=%25");
    http_close(c);
}

static void a_slash_too_many_leads_to_the_page(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/hello/?a=b&c");
    assert_int_equal(r.status, 308);
    assert_str(http_header(&r, "Location"), "/kk/hello?a=b&c");
    assert_int_equal(http_get(c, "/kk/nowhere/").status, 404);
    assert_int_equal(http_get(c, "/log/tile/0/1/").status, 404);
    assert_int_equal(http_get(c, "/kk/hello//").status, 404);
    assert_int_equal(http_get(c, "//kk/hello/").status, 404);
    assert_int_equal(http_get(c, "/").status, 303);
    assert_int_equal(http_post(c, "/kk/form/", "application/x-www-form-urlencoded", S("a=b")).status, 404);
    http_close(c);
}

static void a_head_is_a_get_without_its_body(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_request(c, "HEAD", "/kk/items/abc", "", (struct str){0});
    assert_int_equal(r.status, 200);
    assert_str(http_header(&r, "Content-Length"), "3");
    assert_str(http_get(c, "/kk/items/abc").body, "abc"); /* the connection is in step */
    http_close(c);
}

static void a_parked_request_is_answered_when_it_is_resumed(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S("GET /kk/park?q=later HTTP/1.1\r\nHost: x\r\n\r\n"));
    fixture_wait_parked(f, 1);
    fixture_resume(f);
    struct http_reply r = http_read(c, false);
    assert_int_equal(r.status, 200);
    assert_str(r.body, "later");
    assert_str(http_get(c, "/kk/items/next").body, "next");
    http_close(c);
}

static void slow_work_runs_elsewhere(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    assert_str(http_get(c, "/kk/offload").body, "5050");
    assert_int_equal(http_get(c, "/kk/offload-fails").status, 503);
    http_close(c);
}

/* ---- replies ---- */

static void every_reply_carries_the_security_headers(void **state)
{
    static const struct {
        const char *name, *value;
    } table[] = {
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; form-action 'self'; "
         "base-uri 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cache-Control", "no-store"},
    };
    static const char *const targets[] = {"/kk/hello", "/kk/nowhere", "/kk/fails", "/api/v1/fails", "/kk/empty", "/"};
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
        struct http_reply r = http_get(c, targets[t]);
        for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
            assert_str(http_header(&r, table[i].name), table[i].value);
        assert_true(str_find_str(http_header(&r, "Permissions-Policy"), S("camera=()")) != SIZE_MAX);
        assert_int_equal(http_header(&r, "X-Request-Id").n, 16);
        assert_non_null(http_header(&r, "Date").p);
        assert_null(http_header(&r, "Strict-Transport-Security").p);
        for (size_t i = 0; i < r.n_headers; i++) /* each once */
            assert_true(str_eq(http_header(&r, str_to_c(f->a, r.headers[i].name)), r.headers[i].value));
    }
    http_close(c);
}

static void only_public_pages_may_be_kept(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/public");
    assert_str(http_header(&r, "Cache-Control"), "public, max-age=60, s-maxage=60");
    assert_str(http_header(&r, "ETag"), "\"1\"");
    assert_str(http_header(&r, "Content-Type"), "text/html; charset=utf-8");
    r = http_get(c, "/kk/public-form"); /* the first time it carries somebody's cookie */
    assert_non_null(http_header(&r, "Set-Cookie").p);
    assert_str(http_header(&r, "Cache-Control"), "no-store");
    http_close(c);
}

static void a_reply_without_a_body_has_no_type(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/empty");
    assert_int_equal(r.status, 204);
    assert_null(http_header(&r, "Content-Length").p);
    assert_null(http_header(&r, "Content-Type").p);
    assert_str(http_get(c, "/kk/items/next").body, "next");
    http_close(c);
}

static void a_large_reply_comes_whole(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (int i = 0; i < 3; i++) {
        struct http_reply r = http_get(c, "/kk/big");
        assert_int_equal(r.body.n, 4 * ARENA_MIB);
        assert_true(r.body.p[0] == 'x' && r.body.p[r.body.n - 1] == 'x');
    }
    struct http_reply r = http_request(c, "GET", "/kk/big", "Connection: close\r\n", (struct str){0});
    assert_true(r.is_closed && r.body.n == 4 * ARENA_MIB);
    http_close(c);
}

static void a_download_is_saved_and_sandboxed(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/file");
    assert_str(http_header(&r, "Content-Disposition"),
               "attachment; filename=\"________1_.txt\"; filename*=UTF-8''%D1%85%D0%B0%D1%82%20%221%22.txt");
    assert_true(str_find_str(http_header(&r, "Content-Security-Policy"), S("sandbox")) != SIZE_MAX);
    assert_str(r.body, "bytes");
    http_close(c);
}

static void queries_are_decoded_or_refused(void **state)
{
    static const char *const bad[] = {"/kk/query?q=%00", "/kk/query?q=%ff", "/kk/query?q=%4", "/kk/query?%zz=1",
                                      "/kk/query?a=1&q=%c0%af"};
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    assert_str(http_get(c, "/kk/query?q=a+b%2B%D2%9B&q=second").body, "a b+қ");
    assert_str(http_get(c, "/kk/query?q").body, "");
    assert_str(http_get(c, "/kk/query?r=1").body, "(absent)");
    assert_str(http_get(c, "/kk/query?").body, "(absent)");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(http_get(c, bad[i]).status, 400);
    struct http_reply r = http_get(c, "/kk/filter?kind=complaint&pages=7&sent_on=2026-02-30&what=ever");
    assert_true(http_contains(&r, "kind=[complaint] pages=7"));
    r = http_get(c, "/kk/filter?kind=wrong&pages=700");
    assert_true(http_contains(&r, "kind=[] pages=-1"));
    http_close(c);
}

/* ---- errors ---- */

static void a_failure_is_answered_by_its_code(void **state)
{
    static const struct {
        enum err_code code;
        int status;
    } table[] = {{ERR_INTERNAL, 500}, {ERR_INPUT, 400}, {ERR_LIMIT, 503}, {ERR_NOT_FOUND, 404}, {ERR_CONFLICT, 409},
                 {ERR_BUSY, 503},     {ERR_FULL, 503},  {ERR_IO, 500},    {ERR_DB, 500},        {ERR_TIMEOUT, 503}};
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct http_reply r = http_get(c, str_printf(f->a, "/ru/fails?code=%d", table[i].code).p);
        assert_int_equal(r.status, table[i].status);
        assert_true(http_contains(&r, "- ru"));
        assert_false(http_contains(&r, "as asked")); /* that is for the log */
        assert_null(http_header(&r, "X-Lost").p);
        assert_true((r.status == 503) == (http_header(&r, "Retry-After").p != NULL));
    }
    assert_int_equal(http_get(c, "/ru/silent").status, 500);
    struct http_reply r = http_get(c, "/ru/fails?draw=no");
    assert_int_equal(r.status, 500);
    assert_str(http_header(&r, "Content-Type"), "text/plain; charset=utf-8");
    assert_true(http_contains(&r, "500 Internal Server Error"));
    assert_true(str_find_str(r.body, http_header(&r, "X-Request-Id")) != SIZE_MAX);
    http_close(c);
}

static void full_memory_is_answered_too(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    assert_int_equal(http_get(c, "/kk/fills").status, 503);
    struct http_reply r = http_get(c, "/api/v1/fills");
    assert_int_equal(r.status, 503);
    assert_true(http_contains(&r, "503 Service Unavailable"));
    assert_int_equal(http_get(c, "/kk/hello").status, 200);
    http_close(c);
}

static void programs_get_problems(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_request(c, "GET", "/api/v1/fails", "Accept-Language: en\r\n", (struct str){0});
    assert_int_equal(r.status, 500);
    assert_str(http_header(&r, "Content-Type"), "application/problem+json");
    assert_true(http_contains(&r, "\"status\":500") && http_contains(&r, "\"title\":\"Internal Server Error\"") &&
                http_contains(&r, "\"detail\":\"Something failed on our side.") && http_contains(&r, "\"request\":\""));
    r = http_get(c, "/api/v1/nowhere");
    assert_int_equal(r.status, 404);
    assert_str(http_header(&r, "Content-Type"), "application/problem+json");
    r = http_request(c, "GET", "/api/v1/refused", "Accept-Language: en\r\n", (struct str){0});
    assert_int_equal(r.status, 409);
    assert_true(http_contains(&r, "\"code\":\"TOO_LATE\",\"law\":\"APPC 65\",\"next\":\"There is no such page."));
    r = http_post(c, "/api/v1/things", "application/json", S("{\"subject\":7,\"x\":1}"));
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "\"errors\":[{\"field\":\"subject\",") && http_contains(&r, "{\"field\":\"x\","));
    http_close(c);
}

static void people_get_pages_that_say_why(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/refused");
    assert_int_equal(r.status, 409);
    assert_str(r.body, "<h1>409</h1><p>TOO_LATE kk</p>");
    r = http_get(c, "/en/nowhere");
    assert_str(r.body, "<h1>404</h1><p>- en</p>");
    http_close(c);
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_request(c, "DELETE", "/kk/form", "", (struct str){0});
    assert_int_equal(r.status, 405);
    assert_str(http_header(&r, "Allow"), "GET, HEAD, POST");
    r = http_request(c, "OPTIONS", "/api/v1/things/1", "", (struct str){0});
    assert_int_equal(r.status, 405);
    assert_str(http_header(&r, "Allow"), "DELETE");
    r = http_request(c, "PATCH", "/assets/x", "", S(""));
    assert_str(http_header(&r, "Allow"), "GET, HEAD");
    assert_int_equal(http_request(c, "DELETE", "/api/v1/things/7", "", (struct str){0}).status, 200);
    http_close(c);
}

static void a_permission_is_asked_before_the_handler(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/secret");
    assert_int_equal(r.status, 401);
    assert_non_null(http_header(&r, "WWW-Authenticate").p);
    assert_int_equal(f->n_handled, 0);
    assert_int_equal(http_get(c, "/kk/secret?open=1").status, 200);
    (void)http_get(c, "/kk/form"); /* a cookie: somebody */
    r = http_get(c, "/kk/secret");
    assert_int_equal(r.status, 403);
    assert_true(http_contains(&r, "POLICY_ROLE"));
    http_close(c);
}

static void tiles_and_assets_ask_nobody(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    assert_str(http_get(c, "/log/tile/0/x001").body, "open");
    assert_int_equal(http_get(c, "/assets/no-such.css").status, 404);
    assert_int_equal(f->n_identified, 0);
    (void)http_get(c, "/kk/hello");
    assert_int_equal(f->n_identified, 1);
    http_close(c);
}

static void assets_are_kept_for_ever(void **state)
{
    size_t n;
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    const struct asset *all = assets_all(&n);
    assert_true(n > 0);
    const char *path = str_to_c(f->a, all[0].path);
    struct http_reply r = http_get(c, path);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(r.body, all[0].raw) && str_eq(http_header(&r, "Content-Type"), all[0].type));
    assert_str(http_header(&r, "Cache-Control"), "public, max-age=31536000, immutable");
    struct str etag = http_header(&r, "ETag");
    struct str ask = str_printf(f->a, "If-None-Match: \"x\", W/%.*s\r\n", STR_FMT(etag));
    r = http_request(c, "GET", path, ask.p, (struct str){0});
    assert_int_equal(r.status, 304);
    assert_true(str_eq(http_header(&r, "ETag"), etag));
    r = http_request(c, "HEAD", path, "", (struct str){0});
    assert_true(r.status == 200 && http_header(&r, "Content-Length").n > 0);
    assert_int_equal(http_get(c, "/kk/hello").status, 200);
    http_close(c);
}

/* ---- forms and where they come from ---- */

static void a_token_looks_different_on_each_page_and_stays_good(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    const char *const fields[] = {"subject", "Hello", "text", "one", NULL};
    struct http_reply first = http_get(c, "/kk/form");
    struct http_reply second = http_get(c, "/kk/form");
    struct str a = str_dup(f->a, http_csrf(&first));
    struct str b = http_csrf(&second);
    assert_false(str_eq(a, b));
    assert_int_equal(http_post_form(c, "/kk/form", fields, a).status, 200);
    assert_int_equal(http_post_form(c, "/kk/form", fields, b).status, 200);
    static char zeros[65];
    memset(zeros, '0', 64);
    assert_int_equal(http_post_form(c, "/kk/form", fields, str_c(zeros)).status, 403);
    assert_int_equal(http_post_form(c, "/kk/form", fields, str_slice(a, 0, 62)).status, 403);
    http_close(c);
}

/* Inflate what came with Content-Encoding: gzip. */
static struct str unpacked(struct arena *a, const struct http_reply *r)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)r->body.p, .avail_in = (uInt)r->body.n};
    char *out = arena_alloc(a, 1 << 20);
    z.next_out = (Bytef *)out;
    z.avail_out = 1 << 20;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    struct str all = {out, (1 << 20) - z.avail_out};
    assert_int_equal(inflateEnd(&z), Z_OK);
    return all;
}

static void a_page_without_secrets_is_compressed_for_those_who_ask(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply plain = http_get(c, "/kk/long");
    assert_null(http_header(&plain, "Content-Encoding").p);
    assert_str(http_header(&plain, "Vary"), "Accept-Encoding");
    c->more = S("Accept-Encoding: br, gzip;q=0.5\r\n");
    struct http_reply small = http_get(c, "/kk/long");
    assert_str(http_header(&small, "Content-Encoding"), "gzip");
    assert_true(small.body.n < plain.body.n / 4);
    assert_true(str_eq(unpacked(f->a, &small), plain.body));
    static const char *const refused[] = {"Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: identity, gzip;q=0.1\r\n",
                                          "Accept-Encoding: br\r\n"};
    for (size_t i = 0; i < 3; i++) {
        c->more = str_c(refused[i]);
        struct http_reply r = http_get(c, "/kk/long");
        assert_null(http_header(&r, "Content-Encoding").p);
        assert_true(str_eq(r.body, plain.body));
    }
    c->more = S("Accept-Encoding: gzip\r\n");
    struct http_reply form = http_get(c, "/kk/form"); /* nobody said that it holds no secret */
    assert_null(http_header(&form, "Content-Encoding").p);
    http_close(c);
}

static void a_form_needs_its_token(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply page = http_get(c, "/kk/form");
    struct str csrf = http_csrf(&page);
    const char *const fields[] = {"subject", "Hello", "text", "one\r\ntwo", NULL};
    assert_int_equal(csrf.n, 64);
    struct http_reply r = http_post_form(c, "/kk/form", fields, csrf);
    assert_int_equal(r.status, 200);
    assert_true(http_contains(&r, "subject=[Hello] text=[one\ntwo]"));
    assert_int_equal(http_post_form(c, "/kk/form", fields, S("")).status, 403);
    struct str other = str_dup(f->a, csrf);
    *(char *)(uintptr_t)other.p ^= 1;
    assert_int_equal(http_post_form(c, "/kk/form", fields, other).status, 403);
    struct http_client *stranger = fixture_client(f); /* the token without its cookie */
    assert_int_equal(http_post_form(stranger, "/kk/form", fields, csrf).status, 403);
    (void)http_get(stranger, "/kk/form");
    assert_int_equal(http_post_form(stranger, "/kk/form", fields, csrf).status, 403);
    http_close(c);
    http_close(stranger);
}

static void another_site_may_not_send_our_forms(void **state)
{
    static const struct {
        int status;
        const char *headers;
    } table[] = {
        {200, "Sec-Fetch-Site: same-origin\r\n"},
        {200, "Sec-Fetch-Site: none\r\n"},
        {200, "Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n"}, /* our own Referrer-Policy does that */
        {200, ""},                                               /* an old phone: the token alone */
        {200, "Origin: null\r\n"},
        {200, "Origin: http://birge.example\r\n"},
        {403, "Sec-Fetch-Site: cross-site\r\n"},
        {403, "Sec-Fetch-Site: same-site\r\n"},
        {403, "Sec-Fetch-Site: \r\n"},
        {403, "Sec-Fetch-Site: cross-site\r\nOrigin: http://birge.example\r\n"},
        {403, "Origin: http://evil.example\r\n"},
        {403, "Origin: https://birge.example\r\n"},
        {403, "Origin: http://birge.example.evil\r\n"},
        {403, "Origin: http://birge.example:8480\r\n"},
        {403, "Origin: \r\n"},
    };
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply page = http_get(c, "/kk/form");
    struct str body = str_printf(f->a, "subject=Hello&csrf=%.*s", STR_FMT(http_csrf(&page)));
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        http_send(c, str_printf(f->a,
                                "POST /kk/form HTTP/1.1\r\nHost: birge.example\r\nCookie: %.*s=%.*s\r\n"
                                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n%s\r\n%.*s",
                                STR_FMT(c->cookies[0].name), STR_FMT(c->cookies[0].value), body.n, table[i].headers,
                                STR_FMT(body)));
        int status = http_read(c, false).status;
        if (status != table[i].status)
            fail_msg("%s: %d", table[i].headers, status);
    }
    http_close(c);
}

static void the_api_takes_no_foreign_page_and_no_cookie(void **state)
{
    static const struct {
        int status;
        const char *headers;
    } table[] = {
        {200, ""},
        {200, "Sec-Fetch-Site: same-origin\r\n"},
        {200, "Origin: http://birge.example\r\n"},
        {403, "Sec-Fetch-Site: cross-site\r\n"},
        {403, "Origin: http://evil.example\r\n"},
        {403, "Origin: null\r\n"},
    };
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        http_send(c, str_printf(f->a, "POST /api/v1/things HTTP/1.1\r\nHost: birge.example\r\nContent-Length: 19\r\n"
                                      "Content-Type: application/json\r\n%s\r\n{\"subject\":\"Hello\"}", table[i].headers));
        struct http_reply r = http_read(c, false);
        if (r.status != table[i].status)
            fail_msg("%s: %d", table[i].headers, r.status);
        if (r.status == 403)
            assert_str(http_header(&r, "Content-Type"), "application/problem+json");
    }
    http_close(c);
}

static void a_body_has_its_type(void **state)
{
    static const struct {
        int status;
        const char *target, *type, *body;
    } table[] = {
        {200, "/api/v1/things", "application/json", "{\"subject\":\"Hello\"}"},
        {200, "/api/v1/things", "Application/JSON; charset=UTF-8", "{\"subject\":\"Hello\"}"},
        {415, "/api/v1/things", "text/json", "{\"subject\":\"Hello\"}"},
        {415, "/api/v1/things", "application/x-www-form-urlencoded", "subject=Hello"},
        {415, "/api/v1/things", "application/json; charset=koi8-r", "{\"subject\":\"Hello\"}"},
        {400, "/api/v1/things", "application/json", "{\"subject\":"},
        {400, "/api/v1/things", "application/json", ""},
        {422, "/api/v1/things", "application/json", "{\"subject\":\"a\\u0000b\"}"},
        {415, "/kk/form", "text/plain", "subject=Hello"},
        {415, "/kk/form", "", "subject=Hello"},
        {400, "/kk/form", "multipart/form-data", "--b--"},
        {400, "/kk/form", "multipart/form-data; boundary=\"a b\"", "--a b--"},
        {400, "/kk/form", "application/x-www-form-urlencoded", "subject=%"},
        {400, "/kk/form", "multipart/form-data; boundary=b", "--c--"},
    };
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        int status = http_post(c, table[i].target, table[i].type, str_c(table[i].body)).status;
        if (status != table[i].status)
            fail_msg("%s %s: %d", table[i].type, table[i].body, status);
    }
    http_close(c);
}

static void a_file_is_uploaded_whole(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply page = http_get(c, "/kk/form");
    struct buf b;
    buf_init(&b, f->a, 12 * ARENA_MIB);
    buf_printf(&b, "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n", STR_FMT(http_csrf(&page)));
    buf_c(&b, "--b\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nHello\r\n"
              "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n");
    for (int i = 0; i < 100000; i++)
        buf_byte(&b, (char)i);
    buf_c(&b, "\r\n--b--\r\n");
    struct http_reply r = http_post(c, "/kk/upload", "multipart/form-data; boundary=b", buf_view(&b));
    assert_int_equal(r.status, 200);
    assert_true(http_contains(&r, "file=[a.png] 100000"));
    /* the other form takes no file */
    assert_int_equal(http_post(c, "/kk/form", "multipart/form-data; boundary=b", buf_view(&b)).status, 400);
    http_close(c);
}

static void a_form_tells_how_long_it_was_open(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply page = http_get(c, "/kk/form");
    size_t at = str_find_str(page.body, S("<i>"));
    struct str stamp = str_slice(page.body, at + 3, page.body.n - 4);
    const char *good[] = {"subject", "Hello", "stamp", str_to_c(f->a, stamp), NULL};
    struct http_reply r = http_post_form(c, "/kk/form", good, http_csrf(&page));
    assert_true(http_contains(&r, "stamp=0\n"));
    char *forged = str_to_c(f->a, stamp);
    forged[0] = (char)(forged[0] ^ 1);
    const char *bad[] = {"subject", "Hello", "stamp", forged, NULL};
    r = http_post_form(c, "/kk/form", bad, http_csrf(&page));
    assert_true(http_contains(&r, "stamp=-1\n"));
    http_close(c);
}

/* ---- cookies ---- */

static void the_cookie_is_for_this_host_only(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/form");
    struct str line = http_header(&r, "Set-Cookie");
    assert_true(str_starts(line, S("__Host-birge=")));
    assert_true(str_ends(line, S("; Path=/; Secure; HttpOnly; SameSite=Lax")));
    r = http_get(c, "/kk/form"); /* it is kept */
    assert_null(http_header(&r, "Set-Cookie").p);
    http_close(c);
}

static void a_cookie_that_is_none_is_not_taken(void **state)
{
    static const char *const bad[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", /* 42 */
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",         /* 44 */
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"}; /* trailing bits */
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct str line = str_printf(f->a, "Cookie: a=b; __Host-birge=%s; c=d\r\n", bad[i]);
        struct http_reply r = http_request(c, "GET", "/kk/form", line.p, (struct str){0});
        if (!http_header(&r, "Set-Cookie").p)
            fail_msg("\"%s\" is taken", bad[i]);
        c->n_cookies = 0;
    }
    /* two different ones: somebody else set one of them */
    struct http_reply r = http_request(c, "GET", "/kk/form",
                                       "Cookie: __Host-birge=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; "
                                       "__Host-birge=BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", (struct str){0});
    assert_non_null(http_header(&r, "Set-Cookie").p);
    http_close(c);
}

static void signing_in_changes_the_cookie_and_the_next_page_says_so(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    const char *const none[] = {NULL};
    struct http_reply page = http_get(c, "/kk/form");
    struct str before = str_dup(f->a, c->cookies[0].value);
    assert_str(http_post_form(c, "/kk/sign-in", none, http_csrf(&page)).body, "renewed");
    assert_false(str_eq(before, c->cookies[0].value));
    /* the old token is bound to the old cookie */
    assert_int_equal(http_post_form(c, "/kk/sign-in", none, http_csrf(&page)).status, 403);
    struct str flash = c->cookies[1].value;
    assert_str(http_get(c, "/kk/flash").body, "success core.error.title");
    assert_str(http_get(c, "/kk/flash").body, "none");
    char *forged = str_to_c(f->a, flash);
    forged[0] = 'x';
    struct str line = str_printf(f->a, "Cookie: __Host-birge-flash=%s\r\n", forged);
    c->n_cookies = 0;
    assert_str(http_request(c, "GET", "/kk/flash", line.p, (struct str){0}).body, "none");
    http_close(c);
}

/* ---- limits and proxies ---- */

static void behind_a_proxy(void **state)
{
    struct fixture *f = *state;
    fixture_stop(f, 5);
    f->options.proxies = S("127.0.0.1, 10.0.0.7");
    f->options.workers = 1;
    fixture_start(f);
}

static int status_for(struct http_client *c, const char *target, const char *forwarded)
{
    struct str line = str_printf(c->a, "X-Forwarded-For: %s\r\n", forwarded);
    return http_request(c, "GET", target, line.p, (struct str){0}).status;
}

static void limits_count_the_prefix(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    for (int i = 0; i < 50; i++) /* loopback itself is not limited, and may not pretend to be somebody */
        assert_int_equal(status_for(c, "/kk/limited", "198.51.100.1"), 200);
    http_close(c);
    behind_a_proxy(state);
    c = fixture_client(f);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_for(c, "/kk/limited", i == 1 ? "198.51.100.200" : "198.51.100.1"), 200);
    assert_int_equal(status_for(c, "/kk/limited", "198.51.100.77"), 429);
    assert_int_equal(status_for(c, "/kk/limited", "203.0.113.9, 198.51.100.77"), 429);
    assert_int_equal(status_for(c, "/kk/limited", "203.0.113.9, 198.51.100.77, 10.0.0.7"), 429);
    assert_int_equal(status_for(c, "/kk/limited", "198.51.101.1"), 200);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_for(c, "/kk/limited", "2001:db8:0:1200::1"), 200);
    assert_int_equal(status_for(c, "/kk/limited", "2001:db8:0:12ff::2"), 429);
    assert_int_equal(status_for(c, "/kk/limited", "2001:db8:0:1300::1"), 200);
    http_close(c);
}

/* Many people behind one address draw on what the server has to spare; what others have stays theirs. */
static void an_address_draws_on_what_is_spare(void **state)
{
    struct fixture *f = *state;
    behind_a_proxy(state);
    struct http_client *c = fixture_client(f);
    char from[32];
    for (int i = 0; i < 4; i++)
        assert_int_equal(status_for(c, "/kk/shared", "198.51.100.1"), 200);
    assert_int_equal(status_for(c, "/kk/shared", "198.51.100.2"), 429);
    int more = 0;
    for (int i = 0; i < 60; i++) { /* 60 addresses would have 180 to spare, all together have 30 */
        (void)snprintf(from, sizeof from, "203.0.%d.1", i);
        assert_int_equal(status_for(c, "/kk/shared", from), 200); /* its own */
        for (int k = 0; k < 3; k++)
            more += status_for(c, "/kk/shared", from) == 200;
    }
    assert_int_equal(more, 30 - 3);
    http_close(c);
}

static void a_client_may_not_ask_too_often(void **state)
{
    struct fixture *f = *state;
    behind_a_proxy(state);
    struct http_client *c = fixture_client(f);
    int n = 0;
    while (n < 100 && status_for(c, "/kk/hello", "198.51.100.1") == 200)
        n++;
    assert_in_range(n, 20, 25); /* the burst, and what was refilled meanwhile */
    struct http_reply r = http_request(c, "GET", "/kk/hello", "X-Forwarded-For: 198.51.100.1\r\n", (struct str){0});
    assert_int_equal(r.status, 429);
    assert_str(http_header(&r, "Retry-After"), "60");
    assert_int_equal(status_for(c, "/log/tile/0/1", "198.51.100.1"), 200);
    assert_int_equal(status_for(c, "/assets/x", "198.51.100.1"), 404);
    assert_int_equal(status_for(c, "/kk/hello", "198.51.101.1"), 200);
    http_close(c);
}

static void forwarded_words_count_from_a_proxy_only(void **state)
{
    struct fixture *f = *state;
    const char *forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: birge.example\r\n";
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_request(c, "GET", "/kk/base-url", forwarded, (struct str){0});
    assert_true(str_eq(r.body, str_printf(f->a, "http://%.*s", STR_FMT(web_address(f->web)))));
    assert_null(http_header(&r, "Strict-Transport-Security").p);
    http_close(c);
    behind_a_proxy(state);
    c = fixture_client(f);
    r = http_request(c, "GET", "/kk/base-url", forwarded, (struct str){0});
    assert_str(r.body, "https://birge.example");
    assert_str(http_header(&r, "Strict-Transport-Security"), "max-age=31536000");
    r = http_request(c, "GET", "/kk/base-url", "X-Forwarded-Host: a\"b\r\n", (struct str){0});
    assert_true(str_eq(r.body, str_printf(f->a, "http://%.*s", STR_FMT(web_address(f->web)))));
    http_close(c);
}

/* ---- beginning and end ---- */

static void what_cannot_start_says_why(void **state)
{
    static const struct {
        const char *listen;
        enum err_code code;
    } table[] = {{"127.0.0.1", ERR_CONFIG},   {"", ERR_CONFIG},           {"localhost:1", ERR_CONFIG},
                 {"127.0.0.1:", ERR_CONFIG},  {"127.0.0.1:x", ERR_CONFIG}, {"127.0.0.1:65536", ERR_CONFIG},
                 {"[::1:80", ERR_CONFIG},     {"::1:80", ERR_CONFIG},      {"192.0.2.1:0", ERR_IO}};
    struct fixture *f = *state;
    struct web *w;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct web_options o = f->options;
        o.listen = table[i].listen;
        struct err *e = web_start(f->a, &o, &w);
        if (!e || e->code != table[i].code)
            fail_msg("%s: started", table[i].listen);
    }
    struct web_options o = f->options;
    o.listen = str_to_c(f->a, web_address(f->web));
    struct err *e = web_start(f->a, &o, &w);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_IO);
    assert_non_null(strstr(e->msg, "in use"));
    o = f->options;
    o.proxies = S("10.0.0.1,example");
    e = web_start(f->a, &o, &w);
    assert_true(e && e->code == ERR_CONFIG);
    const struct web_route *twice[] = {f->options.tables[0], f->options.tables[0]};
    size_t sizes[] = {1, 1};
    o = f->options;
    o.tables = twice;
    o.table_sizes = sizes;
    e = web_start(f->a, &o, &w);
    assert_true(e && e->code == ERR_CONFIG && strstr(e->msg, "alike"));
}

static struct err *no_loop(void *app, struct arena *a, int index, void **ret_loop)
{
    (void)app;
    (void)ret_loop;
    return index == 1 ? ERR(a, ERR_DB, "no connection") : NULL;
}

static void a_loop_that_cannot_start_stops_all(void **state)
{
    struct fixture *f = *state;
    struct web *w;
    struct web_options o = f->options;
    o.loop_start = no_loop;
    o.loop_end = NULL;
    struct err *e = web_start(f->a, &o, &w);
    assert_true(e && e->code == ERR_DB);
    assert_non_null(strstr(err_text(f->a, e).p, "no connection"));
}

static void routes_can_be_listed(void **state)
{
    struct fixture *f = *state;
    size_t n;
    const struct web_route *routes = web_routes(f->web, &n);
    assert_int_equal(n, f->options.table_sizes[0] + f->options.table_sizes[1]);
    assert_string_equal(routes[0].pattern, "/");
}

static void *resume_soon(void *arg)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    fixture_resume(arg);
    return NULL;
}

static void stopping_answers_what_was_begun(void **state)
{
    struct fixture *f = *state;
    struct http_client *idle = fixture_client(f), *parked = fixture_client(f);
    pthread_t thread;
    (void)http_get(idle, "/kk/hello");
    http_send(parked, S("GET /kk/park?q=late HTTP/1.1\r\nHost: a\r\n\r\n"));
    fixture_wait_parked(f, 1);
    assert_int_equal(pthread_create(&thread, NULL, resume_soon, f), 0);
    fixture_stop(f, 10);
    struct http_reply r = http_read(parked, false);
    assert_str(r.body, "late");
    assert_true(r.is_closed && http_is_closed(parked, 1000) && http_is_closed(idle, 1000));
    assert_int_equal(pthread_join(thread, NULL), 0);
    http_close(idle);
    http_close(parked);
    fixture_start(f); /* the same address again, and for the teardown */
    assert_int_equal(http_get(fixture_client(f), "/kk/hello").status, 200);
}

/* Whoever still holds a ticket when the patience is over may resume it: nothing is there, and nothing breaks. */
static void a_ticket_outlives_the_server(void **state)
{
    static struct fixture *kept; /* memory that nobody can free any more stays reachable */
    (void)state;
    kept = fixture_new(arena_new("kept", 0));
    kept->options.workers = 1;
    fixture_start(kept);
    struct http_client *c = fixture_client(kept);
    http_send(c, S("GET /kk/park?q=late HTTP/1.1\r\nHost: a\r\n\r\n"));
    fixture_wait_parked(kept, 1);
    fixture_stop(kept, 0);
    fixture_resume(kept);
    http_close(c);
}

static void running_out_of_descriptors_is_survived(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, few;
    int fds[200], n = 0;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int64_t port;
    assert_true(str_to_int64(str_slice(web_address(f->web), 10, web_address(f->web).n), &port));
    at.sin_port = htons((uint16_t)port);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 120;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    while (n < 200 && (fds[n] = socket(AF_INET, SOCK_STREAM, 0)) >= 0) {
        (void)connect(fds[n], (struct sockaddr *)&at, sizeof at);
        n++;
    }
    assert_true(n < 200);
    (void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    while (n > 0)
        (void)close(fds[--n]);
    struct http_client *c = fixture_client(f);
    assert_int_equal(http_get(c, "/kk/hello").status, 200);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    http_close(c);
}

static void descriptors_are_raised_to_what_connections_need(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, r;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    fixture_stop(f, 5);
    r = before;
    r.rlim_cur = 100;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &r), 0);
    f->options.limits.connections = 500;
    fixture_start(f);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &r), 0);
    assert_true(r.rlim_cur >= 756 || r.rlim_cur == r.rlim_max);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void ipv6_is_served_where_there_is_any(void **state)
{
    struct fixture *f = *state;
    struct web *w = f->web;
    f->options.listen = "[::1]:0";
    struct err *e = web_start(f->a, &f->options, &f->web);
    if (e) {
        f->web = w;
        print_message("skipped: no IPv6 here\n");
        skip(); /* a machine without IPv6 cannot bind [::1]; all other tests run over IPv4 */
    }
    assert_true(str_starts(web_address(f->web), S("[::1]:")));
    struct http_client *c = fixture_client(f);
    struct http_reply r = http_get(c, "/kk/base-url");
    assert_true(str_eq(r.body, str_printf(f->a, "http://%.*s", STR_FMT(web_address(f->web)))));
    http_close(c);
    fixture_stop(f, 5);
    f->web = w;
}

static void the_same_address_is_free_again_after_the_end(void **state)
{
    struct fixture *f = *state;
    char *address = str_to_c(f->a, web_address(f->web));
    struct http_client *c = fixture_client(f);
    (void)http_get(c, "/kk/hello");
    fixture_stop(f, 5);
    f->options.listen = address;
    fixture_start(f);
    assert_int_equal(http_get(fixture_client(f), "/kk/hello").status, 200);
    http_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(a_path_finds_its_route_and_its_language),
        SERVED(the_root_speaks_the_browsers_language),
        SERVED(a_redirect_stays_on_this_site),
        SERVED(a_slash_too_many_leads_to_the_page),
        SERVED(a_head_is_a_get_without_its_body),
        SERVED(a_parked_request_is_answered_when_it_is_resumed),
        SERVED(slow_work_runs_elsewhere),
        SERVED(every_reply_carries_the_security_headers),
        SERVED(only_public_pages_may_be_kept),
        SERVED(a_reply_without_a_body_has_no_type),
        SERVED(a_large_reply_comes_whole),
        SERVED(a_download_is_saved_and_sandboxed),
        SERVED(queries_are_decoded_or_refused),
        SERVED(a_failure_is_answered_by_its_code),
        SERVED(full_memory_is_answered_too),
        SERVED(programs_get_problems),
        SERVED(people_get_pages_that_say_why),
        SERVED(a_wrong_method_is_told_the_right_ones),
        SERVED(a_permission_is_asked_before_the_handler),
        SERVED(tiles_and_assets_ask_nobody),
        SERVED(assets_are_kept_for_ever),
        SERVED(a_token_looks_different_on_each_page_and_stays_good),
        SERVED(a_page_without_secrets_is_compressed_for_those_who_ask),
        SERVED(a_form_needs_its_token),
        SERVED(another_site_may_not_send_our_forms),
        SERVED(the_api_takes_no_foreign_page_and_no_cookie),
        SERVED(a_body_has_its_type),
        SERVED(a_file_is_uploaded_whole),
        SERVED(a_form_tells_how_long_it_was_open),
        SERVED(the_cookie_is_for_this_host_only),
        SERVED(a_cookie_that_is_none_is_not_taken),
        SERVED(signing_in_changes_the_cookie_and_the_next_page_says_so),
        SERVED(limits_count_the_prefix),
        SERVED(an_address_draws_on_what_is_spare),
        SERVED(a_client_may_not_ask_too_often),
        SERVED(forwarded_words_count_from_a_proxy_only),
        SERVED(what_cannot_start_says_why),
        SERVED(a_loop_that_cannot_start_stops_all),
        SERVED(routes_can_be_listed),
        SERVED(stopping_answers_what_was_begun),
        cmocka_unit_test(a_ticket_outlives_the_server),
        SERVED(running_out_of_descriptors_is_survived),
        SERVED(descriptors_are_raised_to_what_connections_need),
        SERVED(ipv6_is_served_where_there_is_any),
        SERVED(the_same_address_is_free_again_after_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
