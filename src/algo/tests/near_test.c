/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * near_test.c - planted copies are found, strangers are not joined, and nothing depends on chance.
 */
#include "tests/test.h"

#include <math.h>

#include "algo/near.h"
#include "base/buf.h"

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

struct desk {
    struct word_tables *tables;
    struct stemmer *stemmer;
};

static struct desk desk_of(struct arena *a)
{
    return (struct desk){word_tables_new(a), stemmer_new(a)};
}

static struct shingles set_of(struct arena *a, struct desk *d, struct str text)
{
    return shingles_of(a, d->tables, d->stemmer, text, 0);
}

static void likeness_is_jaccards(void **state)
{
    static const uint32_t x[] = {1, 2, 3, 4};
    static const uint32_t y[] = {3, 4, 5};
    (void)state;
    struct shingles a = {x, 4};
    struct shingles b = {y, 3};
    struct shingles none = {NULL, 0};
    assert_true(fabs(shingles_likeness(a, b) - 2.0 / 5) < 1e-12);
    assert_true(shingles_likeness(a, a) == 1);
    assert_true(shingles_likeness(a, none) == 0 && shingles_likeness(none, none) == 0);
}

static void endings_and_capitals_do_not_part_two_texts(void **state)
{
    struct arena *a = *state;
    struct desk d = desk_of(a);
    struct shingles x = set_of(a, &d, S("Просим отремонтировать дорогу к нашему селу и поставить фонари."));
    struct shingles y = set_of(a, &d, S("ПРОСИМ отремонтировать дороги к нашим сёлам и поставить фонарь!"));
    struct shingles z = set_of(a, &d, S("Почему в поликлинике третий месяц нет детского врача и очередь на два дня?"));
    assert_true(shingles_likeness(x, y) > 0.9);
    assert_true(shingles_likeness(x, z) == 0);
    struct shingles k = set_of(a, &d, S("Ауылымыздың жолдарын жөндеп, көшелерге шам орнатуды сұраймыз."));
    struct shingles l = set_of(a, &d, S("ауылымыздың жолын жөндеп, көшеге шам орнатуды сұраймыз"));
    assert_true(shingles_likeness(k, l) > 0.9);
}

static void short_texts_are_compared_by_letters(void **state)
{
    struct arena *a = *state;
    struct desk d = desk_of(a);
    struct shingles x = set_of(a, &d, S("ремонт дороги"));
    assert_true(x.n > 0 && shingles_likeness(x, set_of(a, &d, S("Ремонт дороги!"))) == 1);
    assert_true(shingles_likeness(x, set_of(a, &d, S("ремонт дорог"))) > 0.7);
    assert_true(shingles_likeness(x, set_of(a, &d, S("нет воды"))) == 0);
    assert_true(set_of(a, &d, S("я")).n == 1);
    assert_true(set_of(a, &d, S("")).n == 0 && set_of(a, &d, S("!!! ... ")).n == 0);
}

/* A text of made-up words. */
static struct str made_up(struct arena *a, uint64_t *seed, int words)
{
    static const char *const syllables[] = {"ба", "ла", "ко", "ре", "ми", "ту", "не", "со", "жи", "да", "го", "пу"};
    struct buf b;
    buf_init(&b, a, 4096);
    for (int i = 0; i < words; i++) {
        for (uint32_t n = 2 + next_random(seed) % 3; n > 0; n--)
            buf_c(&b, syllables[next_random(seed) % 12]);
        buf_byte(&b, ' ');
    }
    return buf_view(&b);
}

/* A copy with every twelfth word or so replaced. */
static struct str changed(struct arena *a, uint64_t *seed, struct str text)
{
    struct buf b;
    struct str word;
    struct str rest = text;
    buf_init(&b, a, 8192);
    while (rest.n > 0 && str_cut(rest, ' ', &word, &rest)) {
        buf_str(&b, next_random(seed) % 12 == 0 ? str_trim(made_up(a, seed, 1)) : word);
        buf_byte(&b, ' ');
    }
    return buf_view(&b);
}

#define TEXTS 4000

static void planted_copies_are_found_and_strangers_left_alone(void **state)
{
    struct arena *a = *state;
    struct desk d = desk_of(a);
    struct shingles *sets = ARENA_ARRAY(a, TEXTS, struct shingles);
    size_t *origin = ARENA_ARRAY(a, TEXTS, size_t);
    struct str *texts = ARENA_ARRAY(a, TEXTS, struct str);
    uint64_t seed = 42;
    for (size_t i = 0; i < TEXTS; i++) {
        bool is_copy = i > 100 && next_random(&seed) % 5 == 0;
        origin[i] = is_copy ? origin[next_random(&seed) % i] : i;
        texts[i] = is_copy ? changed(a, &seed, texts[origin[i]]) : made_up(a, &seed, 12 + (int)(next_random(&seed) % 28));
        sets[i] = set_of(a, &d, texts[i]);
    }
    struct near_group *groups;
    size_t n;
    near_groups(a, sets, TEXTS, 0.5, NULL, NULL, &groups, &n);
    size_t *group_of = ARENA_ARRAY(a, TEXTS, size_t);
    for (size_t g = 0; g < n; g++) {
        assert_true(groups[g].n >= 2);
        for (size_t k = 0; k < groups[g].n; k++) {
            size_t t = groups[g].members[k].text;
            assert_int_equal(origin[t], origin[groups[g].medoid]); /* precision 1 */
            assert_true(shingles_likeness(sets[t], sets[groups[g].medoid]) >= 0.5);
            assert_int_equal(group_of[t], 0); /* in one group at most */
            group_of[t] = g + 1;
        }
    }
    int near_pairs = 0;
    int found = 0;
    for (size_t i = 0; i < TEXTS; i++) {
        if (origin[i] == i || shingles_likeness(sets[i], sets[origin[i]]) < 0.5)
            continue;
        near_pairs++;
        found += group_of[i] > 0 && group_of[i] == group_of[origin[i]];
    }
    print_message("%d of %d near copies stand with their original\n", found, near_pairs);
    assert_true(near_pairs > 400 && found * 100 >= near_pairs * 95);
}

static void a_form_letter_is_one_group(void **state)
{
    enum { N = 20000 };
    struct arena *a = *state;
    struct desk d = desk_of(a);
    struct shingles *sets = ARENA_ARRAY(a, N, struct shingles);
    struct near_group *groups;
    size_t n;
    for (size_t i = 0; i < N; i++)
        sets[i] = i % 10 == 9 ? (struct shingles){0}
                              : set_of(a, &d, S("Мы, жители, просим не закрывать нашу школу и оставить автобус."));
    near_groups(a, sets, N, 0.5, NULL, NULL, &groups, &n);
    assert_int_equal(n, 1);
    assert_int_equal(groups[0].n, N - N / 10); /* texts without a word are like nothing */
}

static void the_same_input_gives_the_same_groups(void **state)
{
    struct arena *a = *state;
    struct desk d = desk_of(a);
    struct shingles sets[300];
    uint64_t seed = 3;
    struct str base = made_up(a, &seed, 30);
    for (size_t i = 0; i < 300; i++)
        sets[i] = set_of(a, &d, i % 3 ? base = changed(a, &seed, base) : made_up(a, &seed, 30));
    struct near_group *x;
    struct near_group *y;
    size_t n;
    size_t m;
    near_groups(a, sets, 300, 0.5, NULL, NULL, &x, &n);
    near_groups(a, sets, 300, 0.5, NULL, NULL, &y, &m);
    assert_true(n > 3); /* a chain of changes is not one group */
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(x[i].medoid, y[i].medoid);
        assert_int_equal(x[i].n, y[i].n);
        assert_memory_equal(x[i].members, y[i].members, x[i].n * sizeof *x[i].members);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(likeness_is_jaccards),
        TEST(endings_and_capitals_do_not_part_two_texts),
        TEST(short_texts_are_compared_by_letters),
        TEST(planted_copies_are_found_and_strangers_left_alone),
        TEST(a_form_letter_is_one_group),
        TEST(the_same_input_gives_the_same_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
