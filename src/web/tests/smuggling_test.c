/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * smuggling_test.c - every probe over a socket, pipelining, bodies, vanishing clients, too many of them.
 */
#include "web/tests/fixture.h"

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "web/tests/smuggling_probes.h"

static int setup(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct fixture *f = fixture_new(a);
    f->options.limits.inflight_bytes = 24 * ARENA_MIB;
    f->options.limits.connections = 40;
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

static void every_probe_is_refused_and_the_connection_closed(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < N_PROBES; i++) {
        struct http_client *c = fixture_client(f);
        http_send(c, probes[i].bytes);
        struct http_reply r = http_read(c, false);
        if (r.status != probes[i].status)
            fail_msg("%s: %d", probes[i].name, r.status);
        if (!r.is_closed || !http_is_closed(c, 8000))
            fail_msg("%s: the connection stays open", probes[i].name);
        assert_false(http_contains(&r, "SMUGGLED") || http_contains(&r, "<HTML>"));
        http_close(c);
    }
    assert_int_equal(f->n_handled, 0);
}

static void unusual_but_sound_requests_are_served(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < N_SOUND_PROBES; i++) {
        struct http_reply r = http_raw(f->a, web_address(f->web), sound_probes[i].bytes);
        if (r.status != 200)
            fail_msg("%s: %d", sound_probes[i].name, r.status);
        assert_str(r.body, "1");
    }
}

/* The second of two pipelined requests is judged as strictly as the first. */
static void every_probe_is_refused_behind_a_sound_request_too(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < N_PROBES; i++) {
        struct http_client *c = fixture_client(f);
        struct buf b;
        buf_init(&b, f->a, 1 << 16);
        buf_c(&b, "GET /kk/items/first HTTP/1.1\r\nHost: a\r\n\r\n");
        buf_str(&b, probes[i].bytes);
        http_send(c, buf_view(&b));
        struct http_reply first = http_read(c, false);
        assert_str(first.body, "first");
        struct http_reply second = http_read(c, false);
        if (second.status != probes[i].status)
            fail_msg("%s: %d", probes[i].name, second.status);
        assert_true(http_is_closed(c, 8000));
        http_close(c);
    }
    assert_int_equal(f->n_handled, N_PROBES);
}

/* ---- pipelining ---- */

#define JSON_HEAD "POST /api/v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

static void two_pipelined_posts_are_two_requests_in_order(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S(JSON_HEAD "Content-Length: 21\r\n\r\n{\"subject\":\"number1\"}"
                   JSON_HEAD "Content-Length: 21\r\n\r\n{\"subject\":\"number2\"}"
                   "GET /kk/items/3 HTTP/1.1\r\nHost: a\r\n\r\n"));
    struct http_reply one = http_read(c, false);
    struct http_reply two = http_read(c, false);
    assert_true(http_contains(&one, "number1") && http_contains(&two, "number2"));
    assert_str(http_read(c, false).body, "3");
    assert_int_equal(f->n_handled, 3);
    http_close(c);
}

static void a_body_that_looks_like_a_request_is_a_body(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S(JSON_HEAD "Content-Length: 44\r\n\r\n" HIDDEN "GET /kk/items/2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(http_read(c, false).status, 400); /* it is no JSON */
    assert_str(http_read(c, false).body, "2");
    assert_int_equal(f->n_handled, 2);
    http_close(c);
}

static void what_is_pipelined_behind_a_parked_request_waits(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S("GET /kk/park?q=a HTTP/1.1\r\nHost: a\r\n\r\nGET /kk/items/2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    fixture_wait_parked(f, 1);
    http_send(c, S("GET /kk/items/3 HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(f->n_handled, 1);
    fixture_resume(f);
    assert_str(http_read(c, false).body, "a");
    assert_str(http_read(c, false).body, "2");
    assert_str(http_read(c, false).body, "3");
    http_close(c);
}

static void a_head_may_come_byte_by_byte(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    struct str bytes = S(JSON_HEAD "Content-Length: 21\r\n\r\n{\"subject\":\"number1\"}");
    for (size_t i = 0; i < bytes.n; i++)
        http_send(c, str_slice(bytes, i, i + 1));
    struct http_reply r = http_read(c, false);
    assert_true(http_contains(&r, "number1"));
    http_close(c);
}

/* ---- connections ---- */

static void http_1_0_is_answered_with_close(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S("GET /kk/items/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    struct http_reply r = http_read(c, false);
    assert_int_equal(r.status, 200);
    assert_str(http_header(&r, "Connection"), "close");
    assert_true(r.is_closed && http_is_closed(c, 8000));
    http_close(c);
}

static void a_half_closed_client_gets_its_reply(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S("GET /kk/big?mib=24 HTTP/1.1\r\nHost: a\r\n\r\n")); /* more than the kernel takes at once */
    assert_int_equal(shutdown(c->fd, SHUT_WR), 0);
    (void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    assert_int_equal(http_read(c, false).body.n, 24 * ARENA_MIB);
    assert_true(http_is_closed(c, 8000));
    http_close(c);
}

static void a_client_that_hangs_up_while_parked_loses_nothing_of_ours(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 20; i++) {
        struct http_client *c = fixture_client(f);
        http_send(c, S("GET /kk/park?q=nobody HTTP/1.1\r\nHost: a\r\n\r\nGET /kk/items/"));
        fixture_wait_parked(f, i + 1);
        if (i % 2 == 0) { /* a reset, not a polite end */
            struct linger now = {.l_onoff = 1, .l_linger = 0};
            assert_int_equal(setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
        }
        http_close(c);
    }
    fixture_resume(f);
    struct http_client *c = fixture_client(f);
    assert_str(http_get(c, "/kk/items/after").body, "after");
    for (int i = 0; i < 1000 && f->n_resumed < 20; i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_int_equal(f->n_resumed, 20);
    http_close(c);
}

static void a_client_that_hangs_up_in_the_middle_of_a_reply_harms_nobody(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++) {
        char some[4096];
        struct http_client *c = fixture_client(f);
        http_send(c, S("GET /kk/big HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_true(read(c->fd, some, sizeof some) > 0);
        http_close(c);
    }
    assert_str(http_get(fixture_client(f), "/kk/items/after").body, "after");
}

/* ---- bodies ---- */

static void expect_is_answered_before_the_body_is_sent(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    http_send(c, S(JSON_HEAD "Content-Length: 21\r\nExpect: 100-continue\r\n\r\n"));
    char line[64] = "";
    assert_true(recv(c->fd, line, 25, MSG_WAITALL) == 25);
    assert_memory_equal(line, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    http_send(c, S("{\"subject\":\"number1\"}"));
    assert_int_equal(http_read(c, false).status, 200);
    http_close(c);
    /* and what would be refused is refused at once */
    c = fixture_client(f);
    http_send(c, S(JSON_HEAD "Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n"));
    struct http_reply r = http_read(c, false);
    assert_int_equal(r.status, 413);
    assert_str(http_header(&r, "Content-Type"), "application/problem+json");
    assert_true(http_is_closed(c, 8000));
    http_close(c);
}

static void what_the_head_refuses_is_refused_before_the_body(void **state)
{
    static const struct {
        int status;
        const char *head;
    } table[] = {
        {413, "POST /api/v1/things HTTP/1.1\r\nContent-Type: application/json\r\n"},
        {413, "POST /kk/form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"},
        {413, "POST /kk/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=a\r\n"},
        {415, "POST /api/v1/things HTTP/1.1\r\nContent-Type: text/plain\r\n"},
        {415, "POST /api/v1/things HTTP/1.1\r\n"},
        {404, "POST /nowhere HTTP/1.1\r\n"},
        {405, "POST /kk/hello HTTP/1.1\r\n"},
        {405, "PUT /kk/form HTTP/1.1\r\n"},
        {400, "POST /kk/%00 HTTP/1.1\r\n"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct http_client *c = fixture_client(f);
        http_send(c, str_printf(f->a, "%sHost: a\r\nContent-Length: 100000000\r\n\r\nthe first bytes", table[i].head));
        struct http_reply r = http_read(c, false);
        if (r.status != table[i].status)
            fail_msg("%s: %d", table[i].head, r.status);
        assert_true(r.is_closed && http_is_closed(c, 8000));
        http_close(c);
    }
    assert_int_equal(f->n_handled, 0);
}

/* The client is still writing when it is refused; it must see the reply and no reset. */
static void a_refusal_reaches_a_client_that_is_still_sending(void **state)
{
    struct fixture *f = *state;
    struct http_client *c = fixture_client(f);
    char *part = arena_alloc(f->a, 900000);
    memset(part, 'x', 900000);
    http_send(c, S(JSON_HEAD "Content-Length: 2000000\r\n\r\n"));
    http_send(c, (struct str){part, 900000});
    assert_int_equal(http_read(c, false).status, 413);
    for (int i = 0; i < 3; i++) { /* it may go on: the end comes politely */
        char byte;
        assert_int_equal(send(c->fd, part, 1000, MSG_NOSIGNAL), 1000);
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        assert_int_equal(recv(c->fd, &byte, 1, 0), 0);
    }
    http_close(c);
}

static void bodies_in_flight_are_bounded_in_sum(void **state)
{
    struct fixture *f = *state;
    struct http_client *holders[4];
    size_t n = 8 * ARENA_MIB - 1;
    char *part = arena_alloc(f->a, n);
    struct str head = str_printf(f->a, "POST /kk/upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; "
                                       "boundary=a\r\nContent-Length: %zu\r\n\r\n", n + 1);
    for (int i = 0; i < 3; i++) { /* together 24 MiB but for three bytes, which never come */
        holders[i] = fixture_client(f);
        http_send(holders[i], head);
        http_send(holders[i], (struct str){part, n});
    }
    struct http_reply r = {0};
    for (int tries = 0; tries < 100 && r.status != 503; tries++) {
        r = http_raw(f->a, web_address(f->web), S(JSON_HEAD "Content-Length: 21\r\n\r\n{\"subject\":\"number1\"}"));
        (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    assert_int_equal(r.status, 503);
    assert_non_null(http_header(&r, "Retry-After").p);
    for (int i = 0; i < 3; i++)
        http_close(holders[i]);
    for (int tries = 0; tries < 100 && r.status != 200; tries++) {
        r = http_raw(f->a, web_address(f->web), S(JSON_HEAD "Content-Length: 21\r\n\r\n{\"subject\":\"number1\"}"));
        (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    assert_int_equal(r.status, 200); /* given back */
}

/* Each alone fits, and did when its head came; together they do not. */
static void bodies_that_grow_beyond_the_sum_are_refused_on_the_way(void **state)
{
    struct fixture *f = *state;
    struct http_client *clients[3];
    size_t n = 11 * ARENA_MIB;
    char *part = arena_alloc(f->a, n);
    int refused = 0;
    for (int i = 0; i < 3; i++) {
        clients[i] = fixture_client(f);
        http_send(clients[i], str_printf(f->a, "POST /kk/upload HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n"
                                               "Content-Type: multipart/form-data; boundary=a\r\n\r\n", n));
    }
    (void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    for (int i = 0; i < 3; i++)
        http_send(clients[i], (struct str){part, n - 1});
    for (int tries = 0; tries < 1000 && refused == 0; tries++) {
        char byte;
        struct http_client *c = clients[tries % 3];
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        if (recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
            refused = http_read(c, false).status;
    }
    assert_int_equal(refused, 503);
    for (int i = 0; i < 3; i++)
        http_close(clients[i]);
}

/* ---- too many connections ---- */

static void the_longest_waiting_connection_makes_room(void **state)
{
    struct fixture *f = *state;
    struct http_client *idle[80];
    for (int i = 0; i < 80; i++) { /* twice the limit */
        idle[i] = fixture_client(f);
        assert_int_equal(http_get(idle[i], "/kk/items/1").status, 200);
    }
    assert_true(http_is_closed(idle[0], 1000));
    assert_str(http_get(fixture_client(f), "/kk/items/2").body, "2");
    for (int i = 0; i < 80; i++)
        http_close(idle[i]);
}

static void when_all_are_busy_one_more_is_told_so(void **state)
{
    struct fixture *f = *state;
    struct http_client *busy[120];
    int told = 0;
    for (int i = 0; i < 120; i++) {
        busy[i] = fixture_client(f);
        http_send(busy[i], S("GET /kk/park?q=1 HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    for (int tries = 0; tries < 200 && told < 80; tries++) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        for (int i = 0; i < 120; i++) {
            char byte;
            if (busy[i]->fd < 0 || recv(busy[i]->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
                continue;
            struct http_reply r = http_read(busy[i], false);
            assert_int_equal(r.status, 503);
            assert_str(http_header(&r, "Retry-After"), "5");
            http_close(busy[i]);
            told++;
        }
    }
    assert_true(told >= 80 && f->n_parked > 0);
    fixture_resume(f);
    for (int i = 0; i < 120; i++)
        http_close(busy[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(every_probe_is_refused_and_the_connection_closed),
        SERVED(unusual_but_sound_requests_are_served),
        SERVED(every_probe_is_refused_behind_a_sound_request_too),
        SERVED(two_pipelined_posts_are_two_requests_in_order),
        SERVED(a_body_that_looks_like_a_request_is_a_body),
        SERVED(what_is_pipelined_behind_a_parked_request_waits),
        SERVED(a_head_may_come_byte_by_byte),
        SERVED(http_1_0_is_answered_with_close),
        SERVED(a_half_closed_client_gets_its_reply),
        SERVED(a_client_that_hangs_up_while_parked_loses_nothing_of_ours),
        SERVED(a_client_that_hangs_up_in_the_middle_of_a_reply_harms_nobody),
        SERVED(expect_is_answered_before_the_body_is_sent),
        SERVED(what_the_head_refuses_is_refused_before_the_body),
        SERVED(a_refusal_reaches_a_client_that_is_still_sending),
        SERVED(bodies_in_flight_are_bounded_in_sum),
        SERVED(bodies_that_grow_beyond_the_sum_are_refused_on_the_way),
        SERVED(the_longest_waiting_connection_makes_room),
        SERVED(when_all_are_busy_one_more_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
