/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sign_in_test.c - signing in over a real server: the way in, and everything that must not be one.
 */
#include "core/tests/state.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/attempts.h"
#include "core/config.h"
#include "core/password.h"
#include "core/session.h"
#include "core/sign_in.h"
#include "gen/core_queries.h"

#define MINUTE INT64_C(60000)

static struct http_reply sign_in(struct http_client *c, const char *login, const char *password)
{
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    const char *const pairs[] = {"login", login, "password", password, "to", "", NULL};
    return http_post_form(c, "/ru/staff/sign-in", pairs, http_csrf(&form));
}

static struct http_client *signed_in(struct state *s, const char *login)
{
    struct http_client *c = state_client(s);
    struct http_reply r = sign_in(c, login, STATE_PASSWORD);
    assert_int_equal(r.status, 303);
    return c;
}

static const char *location(struct state *s, const struct http_reply *r)
{
    struct str to = http_header(r, "Location");
    return to.p ? str_to_c(s->a, to) : "(none)";
}

static struct str cookie_of(const struct http_client *c)
{
    for (size_t i = 0; i < c->n_cookies; i++)
        if (str_eq(c->cookies[i].name, S("__Host-birge")))
            return c->cookies[i].value;
    return (struct str){0};
}

static void set_cookie(struct http_client *c, struct str value)
{
    for (size_t i = 0; i < c->n_cookies; i++)
        if (str_eq(c->cookies[i].name, S("__Host-birge")))
            c->cookies[i].value = value;
    if (!cookie_of(c).p)
        c->cookies[c->n_cookies++] = (struct http_header){S("__Host-birge"), value};
}

/* Sessions that act in an office; pending ones are nobody yet. */
static int64_t sessions_of(struct state *s, int64_t person_id)
{
    struct core_q_sessions_of_person_row *rows;
    size_t n;
    int64_t acting = 0;
    assert_ok(core_q_sessions_of_person(s->a, s->read, 1, person_id, &rows, &n));
    for (size_t i = 0; i < n; i++)
        acting += rows[i].office_id.has;
    return acting;
}

/* ---- the way in ---- */

static void each_role_begins_where_its_work_is(void **state)
{
    struct state *s = state_new(*state);
    static const struct {
        const char *login, *home;
    } roles[] = {{"admin", "/ru/admin"}, {"auditor", "/ru/admin/journal"}, {"clerk", "/ru/desk"}};
    state_serve(s);
    for (size_t i = 0; i < 3; i++) {
        struct http_client *c = state_client(s);
        struct http_reply r = sign_in(c, roles[i].login, STATE_PASSWORD);
        assert_int_equal(r.status, 303);
        assert_string_equal(location(s, &r), roles[i].home);
    }
    struct http_client *c = signed_in(s, "ADMIN"); /* logins are folded */
    struct http_reply r = http_get(c, "/ru/admin");
    assert_int_equal(r.status, 200);
    assert_true(http_contains(&r, "Person admin"));
    assert_str(http_header(&r, "Cache-Control"), "no-store");
    state_check(s);
}

static void signing_in_leads_back_to_where_one_was(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply refused = http_get(c, "/kk/admin/people");
    assert_int_equal(refused.status, 401);
    assert_true(http_contains(&refused, "/kk/staff/sign-in?to=%2Fkk%2Fadmin%2Fpeople"));
    struct http_reply form = http_get(c, "/kk/staff/sign-in?to=%2Fkk%2Fadmin%2Fpeople");
    assert_true(http_contains(&form, "value=\"/kk/admin/people\""));
    const char *const pairs[] = {"login", "admin", "password", STATE_PASSWORD, "to", "/kk/admin/people", NULL};
    struct http_reply r = http_post_form(c, "/kk/staff/sign-in", pairs, http_csrf(&form));
    assert_string_equal(location(s, &r), "/kk/admin/people");
}

static void nobody_is_sent_out_of_this_site(void **state)
{
    struct state *s = state_new(*state);
    static const char *const bad[] = {
        "//evil.example/",      "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/xx/admin",
        "/kk/\\..\\evil",       "/kk/staff/sign-in?to=x", "/kk/a\xc2\x85", "admin",
    };
    state_serve(s);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_client *c = state_client(s);
        struct http_reply form = http_get(c, "/ru/staff/sign-in");
        const char *const pairs[] = {"login", "admin", "password", STATE_PASSWORD, "to", bad[i], NULL};
        struct http_reply r = http_post_form(c, "/ru/staff/sign-in", pairs, http_csrf(&form));
        if (r.status == 303)
            assert_string_equal(location(s, &r), "/ru/admin");
        else
            assert_int_equal(r.status, 422); /* a control character: the form itself says so */
    }
}

/* ---- what is no way in ---- */

static void unknown_login_and_wrong_password_look_alike(void **state)
{
    struct state *s = state_new(*state);
    struct person_command gone = {.id = s->clerk, .seen = SEEN_ANY};
    static const char *const logins[] = {"admin", "nobody.here", "clerk"};
    struct str bodies[3];
    state_do(s, state_admin(s), do_person_disable, &gone); /* disabled, and the password is right */
    state_serve(s);
    for (size_t i = 0; i < 3; i++) {
        struct http_client *c = state_client(s);
        struct http_reply r = sign_in(c, logins[i], i == 2 ? STATE_PASSWORD : "wrong words in here");
        assert_int_equal(r.status, 422);
        struct str before;
        struct str after;
        size_t at = str_find_str(r.body, S("value=\""));
        assert_true(at != SIZE_MAX);
        /* Compare without the token and without the login that is shown again. */
        at = str_find_str(r.body, S("Логин или пароль неверны"));
        assert_true(at != SIZE_MAX);
        before = str_slice(r.body, 0, 200);
        after = str_slice(r.body, at, at + 400);
        bodies[i] = str_printf(s->a, "%.*s%.*s", STR_FMT(before), STR_FMT(after));
        assert_int_equal(http_get(c, "/ru/admin").status, 401);
    }
    assert_true(str_eq(bodies[0], bodies[1]) && str_eq(bodies[1], bodies[2]));
    assert_int_equal(sessions_of(s, s->clerk), 0);
}

static void tries_at_one_login_wait_longer_each_time(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    for (int i = 0; i < ATTEMPTS_FREE; i++)
        assert_int_equal(sign_in(c, "admin", "wrong words in here").status, 422);
    struct http_reply r = sign_in(c, "admin", STATE_PASSWORD); /* even the right one waits now */
    assert_int_equal(r.status, 429);
    assert_str(http_header(&r, "Retry-After"), "1");
    r = sign_in(c, "nobody.here", "x wrong words");
    assert_int_equal(r.status, 422); /* another login is not held up */
    s->now += 1000;
    assert_int_equal(sign_in(c, "admin", "wrong words in here").status, 422);
    r = sign_in(c, "admin", STATE_PASSWORD);
    assert_str(http_header(&r, "Retry-After"), "2");
    s->now += 2000;
    assert_int_equal(sign_in(c, "admin", STATE_PASSWORD).status, 303); /* and it is forgotten */
    struct http_client *other = state_client(s);
    assert_int_equal(sign_in(other, "admin", "wrong words in here").status, 422);
}

static void delays_grow_to_five_minutes_and_fade_after_an_hour(void **state)
{
    struct attempts *t = arena_alloc(*state, sizeof *t);
    struct hash key = {{1}};
    int64_t now = INT64_C(1785733200000);
    int64_t waits[14];
    for (int i = 0; i < 14; i++) {
        waits[i] = attempts_take(t, &key, now);
        if (waits[i] > 0) {
            now += waits[i] * 1000;
            assert_int_equal(attempts_take(t, &key, now), 0);
        }
    }
    static const int64_t expected[14] = {0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 300, 300};
    for (int i = 0; i < 14; i++)
        assert_int_equal(waits[i], expected[i]);
    assert_int_equal(attempts_take(t, &key, now + 61 * MINUTE), 0);
    /* Flooding the table with other keys needs its whole size; keys are HMACs, so none can be aimed. */
    struct hash other = {{1, 1}};
    assert_int_equal(attempts_take(t, &other, now), 0);
}

/* From one address prefix ten guesses an hour are looked at, whatever logins they name; those who get in are not
 * counted, so an office behind one address can start its day. */
static void one_prefix_has_ten_guesses_an_hour(void **state)
{
    struct state *s = state_new(*state);
    s->proxies = S("127.0.0.1");
    state_serve(s);
    struct http_client *c = NULL;
    for (int i = 0; i < 15; i++) {
        c = state_client(s);
        c->more = S("X-Forwarded-For: 203.0.113.7\r\n");
        assert_int_equal(sign_in(c, "clerk", STATE_PASSWORD).status, 303);
    }
    for (int i = 0; i < 10; i++) {
        c = state_client(s);
        c->more = str_printf(s->a, "X-Forwarded-For: 203.0.113.%d\r\n", i); /* one prefix, a /24 */
        assert_int_equal(sign_in(c, str_printf(s->a, "login-%d", i).p, "wrong words in here").status, 422);
    }
    assert_int_equal(sign_in(c, "clerk", STATE_PASSWORD).status, 429);
    c->more = S("X-Forwarded-For: 198.51.100.7\r\n");
    assert_int_equal(sign_in(c, "clerk", STATE_PASSWORD).status, 303);
}

/* One thread that guesses; together they are two hundred at once. */
struct guesser {
    struct state *s;
    const char *login;
    int n, waited, wrong, busy, other;
};

static void *guess(void *arg)
{
    struct guesser *g = arg;
    struct arena *a = arena_new("guess", 0);
    struct http_client *c = http_connect(a, web_address(g->s->web));
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    for (int i = 0; i < g->n; i++) {
        const char *const pairs[] = {"login", g->login, "password", "wrong words in here", "to", "", NULL};
        struct http_reply r = http_post_form(c, "/ru/staff/sign-in", pairs, http_csrf(&form));
        g->waited += r.status == 429;
        g->wrong += r.status == 422;
        g->busy += r.status == 503;
        g->other += r.status != 429 && r.status != 422 && r.status != 503;
    }
    http_close(c);
    arena_free(a);
    return NULL;
}

static int64_t resident_kib(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%*d %ld", &pages), 1);
    (void)fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

struct watch {
    _Atomic bool is_over;
    int64_t most;
};

static void *watch_memory(void *arg)
{
    struct watch *w = arg;
    while (!w->is_over) {
        int64_t now = resident_kib();
        w->most = now > w->most ? now : w->most;
        (void)usleep(2000);
    }
    return NULL;
}

/* 20 connections, 10 guesses each: most are told to wait before any hash is made, and memory stays that of one
 * hash per core. */
static void two_hundred_guesses_at_once_stay_bounded(void **state)
{
    struct state *s = state_new(*state);
    struct guesser guessers[20];
    pthread_t threads[20];
    pthread_t watcher;
    struct watch w = {0};
    state_serve(s);
    (void)sign_in(state_client(s), "warm.up", "wrong words in here");
    int64_t before = resident_kib();
    assert_int_equal(pthread_create(&watcher, NULL, watch_memory, &w), 0);
    for (int i = 0; i < 20; i++) {
        guessers[i] = (struct guesser){.s = s, .n = 10, .login = "admin"};
        assert_int_equal(pthread_create(&threads[i], NULL, guess, &guessers[i]), 0);
    }
    int waited = 0;
    int wrong = 0;
    for (int i = 0; i < 20; i++) {
        (void)pthread_join(threads[i], NULL);
        waited += guessers[i].waited;
        wrong += guessers[i].wrong;
        assert_int_equal(guessers[i].other, 0);
    }
    w.is_over = true;
    (void)pthread_join(watcher, NULL);
    assert_int_equal(wrong, ATTEMPTS_FREE); /* the clock stands still: not one more was looked at */
    assert_int_equal(waited, 200 - ATTEMPTS_FREE);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
#if !defined(__SANITIZE_ADDRESS__)
    assert_true(w.most - before < (cores + 1) * 19 * 1024 + 32 * 1024);
#else
    (void)cores;
    (void)before;
#endif
}

/* Different logins are not held up by the delay of one: then the semaphore and the queue hold memory. */
static void guesses_at_many_logins_stay_bounded(void **state)
{
    struct state *s = state_new(*state);
    struct guesser guessers[16];
    pthread_t threads[16];
    pthread_t watcher;
    struct watch w = {0};
    state_serve(s);
    (void)sign_in(state_client(s), "warm.up", "wrong words in here");
    int64_t before = resident_kib();
    assert_int_equal(pthread_create(&watcher, NULL, watch_memory, &w), 0);
    for (int i = 0; i < 16; i++) {
        guessers[i] = (struct guesser){.s = s, .n = 2, .login = str_printf(s->a, "login-%d", i).p};
        assert_int_equal(pthread_create(&threads[i], NULL, guess, &guessers[i]), 0);
    }
    for (int i = 0; i < 16; i++) {
        (void)pthread_join(threads[i], NULL);
        assert_int_equal(guessers[i].other, 0);
        assert_int_equal(guessers[i].wrong, 2);
    }
    w.is_over = true;
    (void)pthread_join(watcher, NULL);
#if !defined(__SANITIZE_ADDRESS__)
    assert_true(w.most - before < (sysconf(_SC_NPROCESSORS_ONLN) + 1) * 19 * 1024 + 32 * 1024);
#else
    (void)before;
#endif
}

static void hostile_forms_are_answered_and_open_nothing(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    struct str csrf = http_csrf(&form);
    size_t n = 1024 * 1024;
    char *big = arena_alloc(s->a, n + 1);
    memset(big, 'x', n);
    struct str token = str_printf(s->a, "csrf=%.*s&login=admin&password=", STR_FMT(csrf));
    const struct {
        struct str body;
        int status;
    } bad[] = {
        {str_printf(s->a, "%.*s%s", STR_FMT(token), big), 413},                                    /* 1 MiB and the rest */
        {str_printf(s->a, "%.*s%.*s", STR_FMT(token), 500000, big), 422},                          /* half a MiB */
        {str_printf(s->a, "%.*sthree%%00blue", STR_FMT(token)), 422},                              /* NUL */
        {str_printf(s->a, "%.*s%%ff%%fe", STR_FMT(token)), 422},                                   /* broken UTF-8 */
        {str_printf(s->a, "%.*sx&password=%s", STR_FMT(token), "y"), 422},                         /* twice */
        {str_printf(s->a, "%.*sx&surprise=1", STR_FMT(token)), 422},                               /* unknown field */
        {str_printf(s->a, "csrf=%.*s", STR_FMT(csrf)), 422},                                       /* nothing typed */
        {str_printf(s->a, "%.*s%%zz", STR_FMT(token)), 400},                                       /* no such escape */
        {S("login=admin&password=" STATE_PASSWORD), 403},                                          /* no token */
        {str_printf(s->a, "csrf=%064d&login=admin&password=x", 0), 403},                           /* made-up token */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_reply r = http_post(c, "/ru/staff/sign-in", "application/x-www-form-urlencoded", bad[i].body);
        bool is_known = r.status == bad[i].status || (bad[i].status == 422 && r.status == 400);
        if (!is_known)
            fail_msg("case %zu: %d, expected %d", i, r.status, bad[i].status);
        assert_int_equal(http_get(c, "/ru/admin").status, 401);
    }
    assert_int_equal(sessions_of(s, s->admin), 0);
}

static void forms_of_other_sites_are_refused(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    struct str body = str_printf(s->a, "csrf=%.*s&login=admin&password=three+blue+teapots+sing", STR_FMT(http_csrf(&form)));
    static const char *const lines[] = {
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: https://evil.example\r\n",
    };
    for (size_t i = 0; i < 3; i++) {
        char *headers = str_to_c(s->a, str_printf(s->a, "%sContent-Type: application/x-www-form-urlencoded\r\n", lines[i]));
        struct http_reply r = http_request(c, "POST", "/ru/staff/sign-in", headers, body);
        assert_int_equal(r.status, 403);
    }
    assert_int_equal(sessions_of(s, s->admin), 0);
    /* The token of one visitor is worth nothing with the cookie of another. */
    struct http_client *other = state_client(s);
    (void)http_get(other, "/ru/staff/sign-in");
    assert_int_equal(http_post(other, "/ru/staff/sign-in", "application/x-www-form-urlencoded", body).status, 403);
}

/* ---- sessions ---- */

static void a_planted_cookie_is_not_kept(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *victim = state_client(s);
    struct http_client *attacker = state_client(s);
    (void)http_get(attacker, "/ru/staff/sign-in");
    struct str planted = str_dup(s->a, cookie_of(attacker));
    set_cookie(victim, planted);
    assert_int_equal(sign_in(victim, "admin", STATE_PASSWORD).status, 303);
    assert_false(str_eq(cookie_of(victim), planted));
    assert_int_equal(http_get(victim, "/ru/admin").status, 200);
    assert_int_equal(http_get(attacker, "/ru/admin").status, 401); /* still holds the planted one */
}

static void only_a_hash_of_the_cookie_is_stored(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    struct core_q_sessions_of_person_row *rows;
    size_t n;
    assert_ok(core_q_sessions_of_person(s->a, s->read, 1, s->admin, &rows, &n));
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].hash.n, 32);
    assert_true(str_find_str(cookie_of(c), rows[0].hash) == SIZE_MAX);
}

static void a_cookie_is_worth_nothing_after_signing_out(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    struct http_reply home = http_get(c, "/ru/admin");
    struct str stolen = str_dup(s->a, cookie_of(c));
    const char *const none[] = {NULL};
    struct http_reply out = http_post_form(c, "/ru/staff/sign-out", none, http_csrf(&home));
    assert_int_equal(out.status, 303);
    assert_int_equal(sessions_of(s, s->admin), 0);
    struct http_client *thief = state_client(s);
    set_cookie(thief, stolen);
    assert_int_equal(http_get(thief, "/ru/admin").status, 401);
}

static void sessions_end_after_thirty_idle_minutes_and_twelve_hours(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    s->now += 29 * MINUTE;
    assert_int_equal(http_get(c, "/ru/admin").status, 200); /* moves it on, a moment later */
    for (int i = 0; i < 200 && db_waiting(s->site->db) > 0; i++)
        (void)usleep(1000);
    (void)usleep(20000);
    s->now += 29 * MINUTE;
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    (void)usleep(20000);
    s->now += 31 * MINUTE;
    assert_int_equal(http_get(c, "/ru/admin").status, 401);

    c = signed_in(s, "admin");
    for (int i = 0; i < 12 * 3 - 1; i++) { /* busy every twenty minutes */
        s->now += 20 * MINUTE;
        assert_int_equal(http_get(c, "/ru/admin").status, 200);
        (void)usleep(5000);
    }
    s->now += 21 * MINUTE;
    assert_int_equal(http_get(c, "/ru/admin").status, 401);
}

static void a_busy_session_writes_at_most_once_a_minute(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    struct core_q_sessions_of_person_row *rows;
    size_t n;
    s->now += 10000;
    for (int i = 0; i < 5; i++)
        assert_int_equal(http_get(c, "/ru/admin").status, 200);
    (void)usleep(20000);
    assert_ok(core_q_sessions_of_person(s->a, s->read, 1, s->admin, &rows, &n));
    assert_int_equal(rows[0].seen_at, rows[0].created_at);
    s->now += 60000;
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    (void)usleep(50000);
    assert_ok(core_q_sessions_of_person(s->a, s->read, 1, s->admin, &rows, &n));
    assert_int_equal(rows[0].seen_at, s->now);
}

static void whoever_is_disabled_or_ended_is_out_at_once(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "clerk");
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    assert_ok(core_q_appointments_of_office(s->a, s->read, 1, s->clerk_office, &rows, &n));
    struct appointment_command end = {.id = rows[0].id, .on = S("2026-08-02")};
    state_do(s, state_admin(s), do_appointment_end, &end);
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
    struct http_client *auditor = signed_in(s, "auditor");
    assert_int_equal(http_get(auditor, "/ru/staff").status, 200);
    struct person_command p = {.id = s->auditor, .seen = SEEN_ANY};
    state_do(s, state_admin(s), do_person_disable, &p);
    assert_int_equal(http_get(auditor, "/ru/staff").status, 401);
    assert_int_equal(sessions_of(s, s->auditor), 0);
}

static void garbage_cookies_are_visitors(void **state)
{
    struct state *s = state_new(*state);
    static const char *const bad[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                      "../../etc/passwd", "' OR 1=1 --"};
    state_serve(s);
    (void)signed_in(s, "admin");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_client *c = state_client(s);
        set_cookie(c, str_c(bad[i]));
        assert_int_equal(http_get(c, "/ru/admin").status, 401);
    }
}

static void one_ends_ones_own_sessions_and_nobody_elses(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *here = signed_in(s, "admin");
    struct http_client *there = signed_in(s, "admin");
    struct http_client *auditor = signed_in(s, "auditor");
    struct http_reply account = http_get(here, "/ru/staff");
    assert_true(http_contains(&account, "Этот сеанс"));
    size_t at = str_find_str(account.body, S("name=\"session\" value=\""));
    assert_true(at != SIZE_MAX);
    char *id = str_to_c(s->a, str_slice(account.body, at + 22, at + 22 + 32));
    struct http_reply theirs = http_get(auditor, "/ru/staff");
    const char *const one[] = {"session", id, NULL};
    assert_int_equal(http_post_form(auditor, "/ru/staff/sessions/end", one, http_csrf(&theirs)).status, 303);
    assert_int_equal(http_get(there, "/ru/admin").status, 200); /* it was not theirs */
    assert_int_equal(http_post_form(here, "/ru/staff/sessions/end", one, http_csrf(&account)).status, 303);
    assert_int_equal(http_get(there, "/ru/admin").status, 401);
    assert_int_equal(http_get(here, "/ru/admin").status, 200);
    (void)signed_in(s, "admin");
    (void)signed_in(s, "admin");
    const char *const others[] = {"session", "others", NULL};
    assert_int_equal(http_post_form(here, "/ru/staff/sessions/end", others, http_csrf(&account)).status, 303);
    assert_int_equal(sessions_of(s, s->admin), 1);
}

/* ---- passwords ---- */

static void a_new_password_ends_every_other_session(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    struct http_client *other = signed_in(s, "admin");
    struct http_reply form = http_get(c, "/ru/staff/password");
    struct str old_cookie = str_dup(s->a, cookie_of(c));
    const char *const wrong[] = {"current", "not this one at all", "password", "green kettles whistle", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/password", wrong, http_csrf(&form)).status, 422);
    const char *const weak[] = {"current", STATE_PASSWORD, "password", "password1234", NULL};
    struct http_reply r = http_post_form(c, "/ru/staff/password", weak, http_csrf(&form));
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "легко угадать"));
    const char *const right[] = {"current", STATE_PASSWORD, "password", "green kettles whistle", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/password", right, http_csrf(&form)).status, 303);
    assert_false(str_eq(cookie_of(c), old_cookie));
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    assert_int_equal(http_get(other, "/ru/admin").status, 401);
    assert_int_equal(sign_in(state_client(s), "admin", STATE_PASSWORD).status, 422);
    assert_int_equal(sign_in(state_client(s), "admin", "green kettles whistle").status, 303);
    state_check(s);
}

static void a_password_that_was_handed_over_must_be_changed_first(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = {.id = s->clerk, .seen = SEEN_ANY, .must_change = true};
    assert_ok(password_hash(s->a, S("7KQX-M2D9-V4TC-0RNB"), &p.password_hash));
    state_do(s, state_admin(s), do_person_set_password, &p);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply r = sign_in(c, "clerk", "7KQX-M2D9-V4TC-0RNB");
    assert_string_equal(location(s, &r), "/ru/staff/sign-in");
    assert_int_equal(http_get(c, "/ru/staff").status, 401); /* pending is nobody yet */
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&form, "Новый пароль"));
    /* No step can be left out by calling the address of a later one. */
    char *office = str_to_c(s->a, str_printf(s->a, "%lld", (long long)s->clerk_office));
    const char *const skip[] = {"office", office, "to", "", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/sign-in/office", skip, http_csrf(&form)).status, 422);
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
    r = sign_in(c, "clerk", "7KQX-M2D9-V4TC-0RNB");
    form = http_get(c, "/ru/staff/sign-in");
    const char *const own[] = {"password", "green kettles whistle", "to", "", NULL};
    r = http_post_form(c, "/ru/staff/sign-in/password", own, http_csrf(&form));
    assert_string_equal(location(s, &r), "/ru/desk");
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    assert_int_equal(sign_in(state_client(s), "clerk", "7KQX-M2D9-V4TC-0RNB").status, 422);
    state_check(s);
}

static void a_password_reset_meanwhile_opens_nothing(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = {.id = s->clerk, .seen = SEEN_ANY, .must_change = true};
    struct core_q_person_by_id_row row;
    bool found;
    assert_ok(core_q_person_by_id(s->a, s->read, 1, s->clerk, &row, &found));
    assert_ok(password_hash(s->a, S("7KQX-M2D9-V4TC-0RNB"), &p.password_hash));
    state_do(s, state_admin(s), do_person_set_password, &p);
    state_serve(s);
    /* The old password is refused, and so is a pending step of before the reset. */
    assert_int_equal(sign_in(state_client(s), "clerk", STATE_PASSWORD).status, 422);
    struct http_client *c = state_client(s);
    (void)sign_in(c, "clerk", "7KQX-M2D9-V4TC-0RNB");
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    state_do(s, state_admin(s), do_person_set_password, &p);
    const char *const own[] = {"password", "green kettles whistle", "to", "", NULL};
    struct http_reply r = http_post_form(c, "/ru/staff/sign-in/password", own, http_csrf(&form));
    assert_string_equal(location(s, &r), "/ru/staff/sign-in");
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
}

static void a_pending_session_lasts_ten_minutes(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = {.id = s->clerk, .seen = SEEN_ANY, .must_change = true};
    assert_ok(password_hash(s->a, S("7KQX-M2D9-V4TC-0RNB"), &p.password_hash));
    state_do(s, state_admin(s), do_person_set_password, &p);
    state_serve(s);
    struct http_client *c = state_client(s);
    (void)sign_in(c, "clerk", "7KQX-M2D9-V4TC-0RNB");
    s->now += 9 * MINUTE;
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&form, "Новый пароль"));
    s->now += 2 * MINUTE;
    form = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&form, "Вход для сотрудников"));
}

static void weaker_hashes_are_renewed_at_sign_in(void **state)
{
    struct state *s = state_new(*state);
    struct person_command p = {.id = s->clerk, .seen = SEEN_ANY};
    char weak[crypto_pwhash_STRBYTES];
    assert_int_equal(crypto_pwhash_str(weak, "green kettles whistle", 21, 1, 8 * 1024 * 1024), 0);
    p.password_hash = str_c(weak);
    state_do(s, state_admin(s), do_person_set_password, &p);
    state_serve(s);
    assert_int_equal(sign_in(state_client(s), "clerk", "green kettles whistle").status, 303);
    struct core_q_person_by_id_row row;
    bool found;
    assert_ok(core_q_person_by_id(s->a, s->read, 1, s->clerk, &row, &found));
    assert_true(str_starts(row.password, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_int_equal(sign_in(state_client(s), "clerk", "green kettles whistle").status, 303);
    state_check(s);
}

/* ---- the verbs themselves: what a page has verified is asked again when it is stored ---- */

static struct err *open_session(struct action *x)
{
    return sign_in_open(x, x->command);
}

static struct err *renew_session(struct action *x)
{
    return sign_in_renew(x, x->command);
}

static struct err *disable_quietly(struct action *x)
{
    struct opt_int now = {true, x->now};
    return core_q_person_set_disabled(x->a, x->tx, now, 1, *(int64_t *)x->command, NULL);
}

static struct err *pending_session(struct action *x)
{
    const struct sign_in_command *c = x->command;
    return session_open_staff(x, c->old_cookie, c->person_id, 0);
}

static void a_password_that_changed_since_it_was_verified_opens_nothing(void **state)
{
    struct state *s = state_new(*state);
    struct core_q_person_by_id_row row;
    bool found;
    assert_ok(core_q_person_by_id(s->a, s->read, 1, s->clerk, &row, &found));
    struct sign_in_command c = {.person_id = s->clerk, .cookie = {{1}}, .verified = row.password};
    struct person_command reset = {.id = s->clerk, .seen = SEEN_ANY};
    assert_ok(password_hash(s->a, S("green kettles whistle"), &reset.password_hash));
    state_do(s, state_admin(s), do_person_set_password, &reset);
    state_refuse(s, actor_visitor(), open_session, &c, "SIGN_IN_WRONG");
    c.verified = reset.password_hash;
    state_do(s, actor_visitor(), open_session, &c);
    assert_int_equal(c.office_id, s->clerk_office);
    c.person_id = 4711;
    state_refuse(s, actor_visitor(), open_session, &c, "SIGN_IN_WRONG");
}

static void only_who_must_renews_a_password_without_the_old_one(void **state)
{
    struct state *s = state_new(*state);
    struct sign_in_command c = {.person_id = s->clerk, .has_old_cookie = true, .old_cookie = {{2}}, .cookie = {{3}}};
    assert_ok(password_hash(s->a, S("green kettles whistle"), &c.new_hash));
    state_refuse(s, actor_visitor(), renew_session, &c, "SIGN_IN_LATE"); /* no such session */
    state_do(s, actor_visitor(), pending_session, &c);
    state_refuse(s, actor_visitor(), renew_session, &c, "SIGN_IN_LATE"); /* pending, but nothing is to be renewed */
    c.person_id = s->admin;
    state_refuse(s, actor_visitor(), renew_session, &c, "SIGN_IN_LATE"); /* another's session */
}

/* Even when a session was left behind, the next request asks whether the person may still sign in. */
static void a_session_left_behind_is_worth_nothing(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "clerk");
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    state_do(s, actor_operator(), disable_quietly, &s->clerk);
    assert_int_equal(sessions_of(s, s->clerk), 1);
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
}

/* ---- offices ---- */

static void whoever_holds_several_offices_chooses_one(void **state)
{
    struct state *s = state_new(*state);
    struct office_command o = {.body_id = s->roads, .role = ROLE_EXECUTOR,
                               .title = {S("Орындаушы"), S("Исполнитель дорог"), S("Executor")}, .on = S("2026-08-01")};
    state_do(s, state_admin(s), do_office_add, &o);
    struct appointment_command also = {.office_id = o.id, .person_id = s->clerk, .on = S("2026-08-01")};
    state_do(s, state_admin(s), do_appointment_add, &also);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply r = sign_in(c, "clerk", STATE_PASSWORD);
    assert_string_equal(location(s, &r), "/ru/staff/sign-in");
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&form, "Исполнитель дорог") && http_contains(&form, "Office of clerk"));
    char *admin_office = str_to_c(s->a, str_printf(s->a, "%lld", (long long)s->admin_office));
    const char *const foreign[] = {"office", admin_office, "to", "", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/sign-in/office", foreign, http_csrf(&form)).status, 422);
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
    (void)sign_in(c, "clerk", STATE_PASSWORD);
    form = http_get(c, "/ru/staff/sign-in");
    const char *const nothing[] = {"to", "", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/sign-in/office", nothing, http_csrf(&form)).status, 422);
    char *own = str_to_c(s->a, str_printf(s->a, "%lld", (long long)o.id));
    const char *const right[] = {"office", own, "to", "", NULL};
    r = http_post_form(c, "/ru/staff/sign-in/office", right, http_csrf(&form));
    assert_string_equal(location(s, &r), "/ru/desk");
    struct http_reply account = http_get(c, "/ru/staff");
    assert_true(http_contains(&account, "Исполнитель дорог, roads по-русски"));
    /* And changes to the other one, under a new cookie. */
    struct str before = str_dup(s->a, cookie_of(c));
    char *first = str_to_c(s->a, str_printf(s->a, "%lld", (long long)s->clerk_office));
    const char *const change[] = {"office", first, NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/office", change, http_csrf(&account)).status, 303);
    assert_false(str_eq(before, cookie_of(c)));
    account = http_get(c, "/ru/staff");
    assert_true(http_contains(&account, "Office of clerk, city по-русски"));
    assert_int_equal(sessions_of(s, s->clerk), 1);
    struct http_client *thief = state_client(s);
    set_cookie(thief, before);
    assert_int_equal(http_get(thief, "/ru/staff").status, 401);
}

static void whoever_holds_no_office_cannot_sign_in(void **state)
{
    struct state *s = state_new(*state);
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    assert_ok(core_q_appointments_of_office(s->a, s->read, 1, s->clerk_office, &rows, &n));
    struct appointment_command end = {.id = rows[0].id, .on = S("2026-08-02")};
    state_do(s, state_admin(s), do_appointment_end, &end);
    state_serve(s);
    struct http_reply r = sign_in(state_client(s), "clerk", STATE_PASSWORD);
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "не закреплена ни одна должность"));
    assert_int_equal(sessions_of(s, s->clerk), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_role_begins_where_its_work_is),
        TEST(signing_in_leads_back_to_where_one_was),
        TEST(nobody_is_sent_out_of_this_site),
        TEST(unknown_login_and_wrong_password_look_alike),
        TEST(tries_at_one_login_wait_longer_each_time),
        TEST(one_prefix_has_ten_guesses_an_hour),
        TEST(delays_grow_to_five_minutes_and_fade_after_an_hour),
        TEST(two_hundred_guesses_at_once_stay_bounded),
        TEST(guesses_at_many_logins_stay_bounded),
        TEST(hostile_forms_are_answered_and_open_nothing),
        TEST(forms_of_other_sites_are_refused),
        TEST(a_planted_cookie_is_not_kept),
        TEST(only_a_hash_of_the_cookie_is_stored),
        TEST(a_cookie_is_worth_nothing_after_signing_out),
        TEST(sessions_end_after_thirty_idle_minutes_and_twelve_hours),
        TEST(a_busy_session_writes_at_most_once_a_minute),
        TEST(whoever_is_disabled_or_ended_is_out_at_once),
        TEST(garbage_cookies_are_visitors),
        TEST(one_ends_ones_own_sessions_and_nobody_elses),
        TEST(a_new_password_ends_every_other_session),
        TEST(a_password_that_was_handed_over_must_be_changed_first),
        TEST(a_password_reset_meanwhile_opens_nothing),
        TEST(a_pending_session_lasts_ten_minutes),
        TEST(weaker_hashes_are_renewed_at_sign_in),
        TEST(a_password_that_changed_since_it_was_verified_opens_nothing),
        TEST(only_who_must_renews_a_password_without_the_old_one),
        TEST(a_session_left_behind_is_worth_nothing),
        TEST(whoever_holds_several_offices_chooses_one),
        TEST(whoever_holds_no_office_cannot_sign_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
