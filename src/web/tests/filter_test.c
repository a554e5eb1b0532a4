/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * filter_test.c - the framing filter without a socket: every probe, in every cut.
 */
#include "tests/test.h"

#include "base/buf.h"
#include "web/filter.h"
#include "web/tests/smuggling_probes.h"

static const struct filter_limits limits = {.head_bytes = 8192, .head_fields = 64, .url_bytes = 2048};

/* Feed `bytes` in pieces of `step`; the status, 0 for a sound head, -1 when more is wanted. */
static int feed(struct arena *a, struct str bytes, size_t step, struct head *ret)
{
    struct filter_scan s = {0};
    for (size_t n = step;; n += step) {
        if (n > bytes.n)
            n = bytes.n;
        switch (filter_scan(&s, bytes.p, n, &limits)) {
        case FILTER_REFUSED:
            return s.status;
        case FILTER_WHOLE:
            return filter_judge(a, str_slice(bytes, s.start, s.at), &limits, ret);
        case FILTER_MORE:
            break;
        }
        if (n == bytes.n)
            return -1;
    }
}

static void every_probe_is_refused_in_every_cut(void **state)
{
    struct head h;
    assert_true(N_PROBES >= 100);
    for (size_t i = 0; i < N_PROBES; i++) {
        for (size_t step = 1; step <= probes[i].bytes.n; step++) {
            int status = feed(*state, probes[i].bytes, step, &h);
            if (status != probes[i].status)
                fail_msg("%s, in pieces of %zu: %d", probes[i].name, step, status);
        }
    }
}

static void unusual_but_sound_requests_pass(void **state)
{
    struct head h;
    for (size_t i = 0; i < N_SOUND_PROBES; i++) {
        for (size_t step = 1; step <= sound_probes[i].bytes.n; step++) {
            int status = feed(*state, sound_probes[i].bytes, step, &h);
            if (status != 0)
                fail_msg("%s, in pieces of %zu: %d", sound_probes[i].name, step, status);
            assert_str(h.target, "/kk/items/1");
        }
    }
}

static void a_head_is_taken_apart(void **state)
{
    struct head h;
    struct str bytes = S("POST /kk/form?x=1 HTTP/1.1\r\nHost: birge.example:8443\r\nContent-Length: 12\r\n"
                         "Expect: 100-Continue\r\nConnection: close\r\nX-A: 1\r\nX-A: 2\r\n\r\n");
    assert_int_equal(feed(*state, bytes, 7, &h), 0);
    assert_int_equal(h.method, HEAD_POST);
    assert_str(h.target, "/kk/form?x=1");
    assert_str(h.host, "birge.example:8443");
    assert_int_equal(h.length, 12);
    assert_true(h.expects_continue && h.wants_close && !h.is_http10);
    assert_int_equal(h.n_fields, 6);
    assert_str(head_find(&h, S("x-a")), "1");
    assert_null(head_find(&h, S("x-b")).p);
}

static void http_1_0_closes(void **state)
{
    struct head h;
    assert_int_equal(feed(*state, S("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 9, &h), 0);
    assert_true(h.is_http10 && h.wants_close);
    assert_null(h.host.p);
}

/* `n` times 'x' between `before` and `after`. */
static struct str stretched(struct arena *a, const char *before, size_t n, const char *after)
{
    struct buf b;
    buf_init(&b, a, 1 << 20);
    buf_c(&b, before);
    for (size_t i = 0; i < n; i++)
        buf_byte(&b, 'x');
    buf_c(&b, after);
    return buf_view(&b);
}

static void limits_hold_to_the_byte(void **state)
{
    struct head h;
    struct arena *a = *state;
    const char *behind = " HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_int_equal(feed(a, stretched(a, "GET /", 2047, behind), 100, &h), 0);
    assert_int_equal(feed(a, stretched(a, "GET /", 2048, behind), 100, &h), 414);
    assert_int_equal(feed(a, stretched(a, "GET /", 5000, ""), 100, &h), 414); /* before its end is seen */
    size_t frame = sizeof "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n" - 1;
    assert_int_equal(feed(a, stretched(a, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 8192 - frame, "\r\n\r\n"), 100, &h), 0);
    assert_int_equal(feed(a, stretched(a, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 8193 - frame, "\r\n\r\n"), 100, &h), 431);
    assert_int_equal(feed(a, stretched(a, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 100000, ""), 100, &h), 431);
}

static void fields_are_counted(void **state)
{
    struct head h;
    struct buf b;
    for (int n = 64; n <= 65; n++) {
        buf_init(&b, *state, 1 << 16);
        buf_c(&b, "GET / HTTP/1.1\r\nHost: a\r\n");
        for (int i = 1; i < n; i++)
            buf_c(&b, "X: y\r\n");
        buf_c(&b, "\r\n");
        assert_int_equal(feed(*state, buf_view(&b), 64, &h), n == 64 ? 0 : 431);
    }
}

static void an_unfinished_head_waits(void **state)
{
    struct head h;
    struct str whole = S("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    for (size_t n = 0; n < whole.n; n++)
        assert_int_equal(feed(*state, str_slice(whole, 0, n), 1, &h), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_probe_is_refused_in_every_cut),
        TEST(unusual_but_sound_requests_pass),
        TEST(a_head_is_taken_apart),
        TEST(http_1_0_closes),
        TEST(limits_hold_to_the_byte),
        TEST(fields_are_counted),
        TEST(an_unfinished_head_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
