/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * slow_test.c - clients that send or take too slowly, in every phase. The fixture allows one second for a head and
 * four for standing still.
 */
#include "web/tests/fixture.h"

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define JSON_HEAD "POST /api/v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

static int setup(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct fixture *f = fixture_new(a);
    f->options.limits.header_seconds = 1;
    f->options.limits.body_bytes_per_second = 100000;
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

static void slow_clients_are_closed_in_every_phase(void **state)
{
    struct fixture *f = *state;
    int64_t began = clock_monotonic();
    struct http_client *silent = fixture_client(f), *head = fixture_client(f), *body = fixture_client(f);
    struct http_client *trickle = fixture_client(f), *deaf = fixture_client(f), *parked = fixture_client(f);
    struct http_client *slow = fixture_client(f);
    http_send(silent, S(""));
    http_send(head, S("GET /kk/items/1 HTTP/1.1\r\nHo"));
    http_send(body, S(JSON_HEAD "Content-Length: 21\r\n\r\n{\"subj"));
    http_send(trickle, S(JSON_HEAD "Content-Length: 1000000\r\n\r\n"));
    http_send(parked, S("GET /kk/park?q=patient HTTP/1.1\r\nHost: a\r\n\r\n"));
    char some[65536];
    int small = 4096;
    http_send(deaf, S(""));
    assert_int_equal(setsockopt(deaf->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    for (int i = 0; i < 4; i++)
        http_send(deaf, S("GET /kk/big HTTP/1.1\r\nHost: a\r\n\r\n"));
    http_send(slow, S("GET /kk/big?mib=24 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    for (int i = 0; i < 55; i++) { /* 100 bytes in 100 ms, where 10,000 are asked for */
        http_send(trickle, S("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
        assert_true(read(slow->fd, some, sizeof some) > 0); /* 650,000 bytes a second */
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        if (i == 14)
            assert_true(http_is_closed(silent, 0));
    }
    assert_true(clock_monotonic() - began >= 5400);
    assert_int_equal(http_read(head, false).status, 408);
    assert_int_equal(http_read(body, false).status, 408);
    assert_int_equal(http_read(trickle, false).status, 408);
    assert_true(http_is_closed(head, 0) && http_is_closed(body, 0));
    fixture_resume(f); /* waiting for us is not the client's fault */
    assert_str(http_read(parked, false).body, "patient");
    size_t got = 0;
    for (ssize_t n; (n = recv(deaf->fd, some, sizeof some, 0)) > 0;)
        got += (size_t)n;
    assert_true(got < 4 * 4 * ARENA_MIB);
    got = 0;
    for (ssize_t n; (n = recv(slow->fd, some, sizeof some, 0)) > 0;)
        got += (size_t)n;
    assert_true(got > 20 * ARENA_MIB); /* it was given the time */
    http_close(silent);
    http_close(head);
    http_close(body);
    http_close(trickle);
    http_close(deaf);
    http_close(slow);
    http_close(parked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(slow_clients_are_closed_in_every_phase, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
