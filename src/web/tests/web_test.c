/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * web_test.c - the server over a real socket: routes, replies, cookies, CSRF, waiting, limits, the end.
 */
#include "web/tests/fixture.h"

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
    http_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(a_path_finds_its_route_and_its_language),
        SERVED(the_root_speaks_the_browsers_language),
        SERVED(a_head_is_a_get_without_its_body),
        SERVED(a_parked_request_is_answered_when_it_is_resumed),
        SERVED(slow_work_runs_elsewhere),
        SERVED(a_form_needs_its_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
