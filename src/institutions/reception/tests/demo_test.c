/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo_test.c - the made-up region: every state, three languages, some overdue, and nothing that breaks a
 * rule.
 */
#include "institutions/reception/tests/fixture.h"

#include "base/hasher.h"
#include "core/border.h"
#include "institutions/reception/demo_private.h"

static struct fixture *demo(struct arena *a, const char *profile, struct buf *accounts)
{
    struct fixture *f = fixture_new_realm(a, str_c(profile));
    buf_init(accounts, a, 64 * ARENA_KIB);
    fixture_pass_days(f, 96);
    struct err *e = reception_demo(a, f->site, f->now, accounts);
    assert_ok(e);
    fixture_look(f);
    return f;
}

struct tally {
    int64_t by_state[N_APPEAL_STATES];
    int64_t by_language[3];
    int64_t all, overdue, late, with_file, complaints, forwarded;
    int64_t first_at, last_at;
};

static struct tally count(struct fixture *f)
{
    struct tally t = {.first_at = INT64_MAX};
    struct case_roots *roots;
    size_t n;
    struct str today = day_text(f->a, site_today(f->site, f->now));
    assert_ok(reception_load_roots(f->a, f->read, 1, 0, 1000, &roots, &n));
    for (size_t i = 0; i < n; i++) {
        struct appeal p = fixture_appeal(f, roots[i].id);
        struct attachment *files;
        struct move *moves;
        size_t n_files;
        size_t n_moves;
        assert_ok(reception_load_files(f->a, f->read, 1, p.id, &files, &n_files));
        assert_ok(reception_load_moves(f->a, f->read, 1, p.id, &moves, &n_moves));
        t.all++;
        t.by_state[p.state]++;
        t.by_language[str_eq(p.language, S("kk")) ? 0 : str_eq(p.language, S("ru")) ? 1 : 2]++;
        t.overdue += appeal_state_is_open(p.state) && str_cmp(p.due_on, today) < 0;
        t.late += p.is_late;
        t.with_file += n_files > 0;
        t.complaints += p.accused_body_id != 0;
        for (size_t k = 0; k < n_moves; k++)
            t.forwarded += str_eq(moves[k].kind, S("forward"));
        t.first_at = p.received_at < t.first_at ? p.received_at : t.first_at;
        t.last_at = p.received_at > t.last_at ? p.received_at : t.last_at;
    }
    return t;
}

static void check_appeals(struct fixture *f)
{
    struct tally t = count(f);
    assert_true(t.all >= 290 && t.all <= 310);
    for (int i = 0; i < N_APPEAL_STATES; i++)
        assert_true(t.by_state[i] >= 4);
    assert_true(t.by_language[0] > 100 && t.by_language[1] > 80 && t.by_language[2] > 10);
    assert_true(t.overdue >= 5 && t.overdue < 60);
    assert_true(t.late >= 5 && t.late < 60);
    assert_true(t.with_file > 10 && t.complaints > 10 && t.forwarded > 10);
    assert_true(f->now - t.first_at < 91 * MS_PER_DAY && f->now - t.first_at > 80 * MS_PER_DAY);
    assert_true(t.last_at < f->now && f->now - t.last_at < 3 * MS_PER_DAY);
    fixture_check(f); /* through the real verbs: nothing differs from a real state */
}

static void check_region(struct fixture *f, const struct buf *accounts)
{
    size_t lines = 0;
    struct str rest = buf_view(accounts);
    struct str line;
    assert_int_equal(f->directory->n_bodies, DEMO_BODIES);
    assert_true(f->directory->n_offices >= 30);
    while (rest.n > 0 && str_cut(rest, '\n', &line, &rest)) {
        struct str login;
        struct str password;
        struct str office;
        assert_true(str_cut(line, '\t', &login, &password));
        assert_true(str_cut(password, '\t', &password, &office));
        assert_true(login.n > 0 && password.n >= 16 && office.n > 0);
        lines++;
    }
    assert_true(lines >= 25 && lines <= 30);
    for (size_t i = 0; i < f->directory->n_bodies; i++) {
        const struct body *b = &f->directory->bodies[i];
        assert_true(b->name.kk.n > 0 && b->name.ru.n > 0 && b->name.en.n > 0);
        assert_true(b->about.kk.n > 0 && b->about.ru.n > 0 && b->about.en.n > 0);
    }
}

static size_t shared(const struct border *a, const struct border *b)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < a->rings[0].n; i++)
        for (size_t k = 0; k + 1 < b->rings[0].n; k++)
            n += a->rings[0].points[i].x == b->rings[0].points[k].x && a->rings[0].points[i].y == b->rings[0].points[k].y;
    return n;
}

/* Every district has a border and a neighbour on the same line; a second demonstration has the same. */
static void check_borders(struct fixture *f)
{
    struct place *places;
    struct border_drawn *borders;
    size_t n;
    int64_t above;
    struct hasher h;
    assert_ok(places_main(f->a, f->read, 1, &places, &n, &above));
    assert_int_equal(n, DEMO_DISTRICTS);
    assert_ok(borders_below(f->a, f->read, 1, above, 100, &borders, &n));
    assert_int_equal(n, DEMO_DISTRICTS);
    hasher_begin(&h);
    for (size_t i = 0; i < n; i++) {
        size_t most = 0;
        struct str bytes = border_bytes(f->a, &borders[i].border);
        for (size_t k = 0; k < n; k++)
            if (k != i && shared(&borders[i].border, &borders[k].border) > most)
                most = shared(&borders[i].border, &borders[k].border);
        assert_true(most >= 4); /* what is drawn has fewer points */
        hasher_add(&h, bytes.p, bytes.n);
    }
    struct hash hash = hasher_end(&h);
    assert_memory_equal(hash_str(&hash).p, "\x02\x4b\xf4\x7b\xb8\x39", 6);
}

/* The clock is the system's again, and the next appeal comes after the demo's last. */
static void check_that_it_goes_on(struct fixture *f)
{
    struct submit_command c = fixture_submit_command(f, 0, 0);
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    assert_true(r->received_at > count(f).first_at);
    assert_int_equal(r->body_id, f->directory->bodies[0].id);
    fixture_check(f);
}

static void a_region_with_three_hundred_appeals_in_every_state(void **state)
{
    struct buf accounts;
    struct fixture *f = demo(*state, "kz-2026", &accounts);
    check_appeals(f);
    check_region(f, &accounts);
    check_borders(f);
    check_that_it_goes_on(f);
}

static void it_works_under_every_law(void **state)
{
    static const char *const profiles[] = {"kz-2019", "city-default"};
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        struct buf accounts;
        struct fixture *f = demo(*state, profiles[i], &accounts);
        assert_true(count(f).all >= 290);
        fixture_check(f);
    }
}

/* Texts: enough of them, each once, in its language's letters, with nothing left to fill in. */
static void texts_are_many_and_each_stands_once(void **state)
{
    const struct demo_language *const languages[] = {&demo_kk, &demo_ru, &demo_en};
    static const size_t at_least[] = {40, 40, 25};
    (void)state;
    for (size_t l = 0; l < 3; l++) {
        const struct demo_language *d = languages[l];
        assert_true(d->n_texts >= at_least[l]);
        for (size_t i = 0; i < d->n_texts; i++) {
            assert_true(str_find_str(str_c(d->texts[i].text), S("{place}")) != SIZE_MAX);
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(d->texts[i].text, d->texts[k].text);
        }
        for (size_t i = 0; i < N_TOPICS; i++)
            assert_non_null(d->answers[i].facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_are_many_and_each_stands_once),
        TEST(a_region_with_three_hundred_appeals_in_every_state),
        TEST(it_works_under_every_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
