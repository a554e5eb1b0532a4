/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place_test.c - territory: lists looked over, editions taken, places found; at last the whole classifier of
 * Kazakhstan where its file is at hand.
 */
#include "core/tests/state.h"

#include "base/csv.h"
#include "base/file.h"
#include "core/place.h"

#define ITEM(code, parent, kind, kk, ru) {STR(code), STR(parent), kind, {STR(kk), STR(ru), STR("")}}

static const struct place_item small[] = {
    ITEM("20", "10", PLACE_DISTRICT, "Шалғын ауданы", "Шалгинский район"),
    ITEM("10", "", PLACE_REGION, "Бұлақты облысы", "Булактинская область"),
    ITEM("31", "30", PLACE_SETTLEMENT, "Өзен а.", "с.Узень"),
    ITEM("30", "20", PLACE_SUBDISTRICT, "Өзен а.о.", "Узенский с.о."),
    ITEM("40", "10", PLACE_DISTRICT, "Бұлақты қ.", "г.Булакты"),
    ITEM("50", "", PLACE_REGION, "Дала облысы", "область Дала"),
};
#define N_SMALL (sizeof small / sizeof small[0])

struct faults {
    size_t n, item;
    const char *field;
};

static void note_fault(void *user, size_t item, const char *field, const char *why)
{
    struct faults *f = user;
    *f = (struct faults){f->n + 1, item, field};
    assert_true(strlen(why) > 10);
}

static void a_list_is_looked_over(void **state)
{
    static const struct {
        struct place_item item;
        const char *field;
    } wrong[] = {
        {ITEM("20", "10", PLACE_DISTRICT, "Тағы", "Ещё"), "code"},
        {ITEM("", "10", PLACE_DISTRICT, "Тағы", "Ещё"), "code"},
        {ITEM("a b", "10", PLACE_DISTRICT, "Тағы", "Ещё"), "code"},
        {ITEM("123456789012345678901", "10", PLACE_DISTRICT, "Тағы", "Ещё"), "code"},
        {ITEM("60", "11", PLACE_DISTRICT, "Тағы", "Ещё"), "parent"},
        {ITEM("60", "60", PLACE_DISTRICT, "Тағы", "Ещё"), "kind"},
        {ITEM("60", "31", PLACE_DISTRICT, "Тағы", "Ещё"), "kind"},
        {ITEM("60", "", PLACE_DISTRICT, "Тағы", "Ещё"), "parent"},
        {ITEM("60", "10", PLACE_DISTRICT, "", "Ещё"), "name"},
        {ITEM("60", "10", PLACE_DISTRICT, "Тағы", "\xff"), "name"},
    };
    struct arena *a = *state;
    struct place_item items[N_SMALL + 1];
    memcpy(items, small, sizeof small);
    assert_true(places_check(a, items, N_SMALL, note_fault, NULL));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct faults f = {0};
        items[N_SMALL] = wrong[i].item;
        assert_false(places_check(a, items, N_SMALL + 1, note_fault, &f));
        assert_int_equal(f.n, 1);
        assert_int_equal(f.item, N_SMALL);
        assert_string_equal(f.field, wrong[i].field);
    }
}

static struct place by_code(struct state *s, const char *code)
{
    struct place p = {0};
    bool found;
    assert_ok(place_by_code(s->a, s->read, 1, str_c(code), &p, &found));
    assert_true(found);
    return p;
}

/* How many are found, and the code of the first. */
static size_t find(struct state *s, const char *typed, struct str *ret_first)
{
    struct place *places;
    size_t n;
    assert_ok(places_named(s->a, s->read, 1, str_c(typed), 20, &places, &n));
    *ret_first = n > 0 ? places[0].code : S("");
    return n;
}

static void an_edition_is_taken(void **state)
{
    struct state *s = state_new(*state);
    struct places_command c = {.items = small, .n = N_SMALL};
    int64_t before = state_events(s);
    state_do(s, state_admin(s), places_take, &c);
    assert_int_equal(c.n_added, N_SMALL);
    assert_int_equal(state_events(s), before + 2); /* one for each region */
    struct place river = by_code(s, "31");
    assert_int_equal(river.region_id, by_code(s, "10").id);
    struct place chain[N_PLACE_KINDS];
    size_t n;
    assert_ok(place_chain(s->a, s->read, 1, river.id, chain, &n));
    assert_int_equal(n, 4);
    assert_str(chain[3].code, "10");
    state_check_digest(s, S("territory"), river.region_id);
    struct str first;
    assert_int_equal(find(s, "узень", &first), 1);
    assert_str(first, "31");
    assert_int_equal(find(s, "ӨЗЕН", &first), 2);
    assert_int_equal(find(s, " булак", &first), 2);
    assert_int_equal(find(s, "облысы", &first), 2);
    assert_int_equal(find(s, "зень", &first), 0);
    assert_int_equal(find(s, "", &first), 0);
    assert_int_equal(find(s, "%", &first), 0);
    state_refuse(s, state_staff(s->clerk, s->clerk_office, s->city, ROLE_REGISTRAR), places_take, &c, "POLICY_ROLE");
}

/* A new edition: one renamed, one moved to another region, one gone, one new; the rest is the same. */
static void a_new_edition_changes_what_it_says(void **state)
{
    struct state *s = state_new(*state);
    struct places_command c = {.items = small, .n = N_SMALL};
    state_do(s, state_admin(s), places_take, &c);
    state_do(s, state_admin(s), places_take, &c); /* counts of the first are added to */
    assert_int_equal(c.n_same, N_SMALL);
    int64_t before = state_events(s);
    int64_t old_id = by_code(s, "20").id;
    struct place_item next[N_SMALL];
    memcpy(next, small, sizeof next);
    next[0].name.ru = S("Шалгынский район");
    next[4] = (struct place_item)ITEM("41", "10", PLACE_DISTRICT, "Жаңа қ.", "г.Жана"); /* 40 is gone */
    next[5].kind = PLACE_REGION;
    next[3].parent = S("20");
    next[2] = (struct place_item)ITEM("31", "50", PLACE_SETTLEMENT, "Өзен а.", "с.Узень"); /* moved */
    c = (struct places_command){.items = next, .n = N_SMALL};
    state_do(s, state_admin(s), places_take, &c);
    assert_int_equal(c.n_added, 1);
    assert_int_equal(c.n_changed, 2);
    assert_int_equal(c.n_ended, 1);
    assert_int_equal(state_events(s), before + 2);
    assert_int_equal(by_code(s, "20").id, old_id);
    assert_str(by_code(s, "20").name.ru, "Шалгынский район");
    assert_true(by_code(s, "40").to_on.n == 10);
    assert_int_equal(by_code(s, "31").region_id, by_code(s, "50").id);
    state_check_digest(s, S("territory"), by_code(s, "10").id);
    state_check_digest(s, S("territory"), by_code(s, "50").id);
    struct str first;
    assert_int_equal(find(s, "шалгинский", &first), 0); /* old names are not found any more */
    assert_int_equal(find(s, "шалгынский", &first), 1);
    assert_int_equal(find(s, "булакты", &first), 0);    /* nor is what ended */
    next[1].code = S("10 ");
    assert_non_null(state_run(s, state_admin(s), places_take, &c));
}

/* == the classifier == */

struct text_source {
    struct str left;
};

static struct err *give(void *user, char *bytes, size_t max, size_t *ret_n)
{
    struct text_source *t = user;
    *ret_n = t->left.n < max ? t->left.n : max;
    memcpy(bytes, t->left.p, *ret_n);
    t->left = str_slice(t->left, *ret_n, t->left.n);
    return NULL;
}

static enum place_kind kind_of(struct str level)
{
    return str_eq(level, S("oblast"))         ? PLACE_REGION
           : str_eq(level, S("district"))     ? PLACE_DISTRICT
           : str_eq(level, S("sub_district")) ? PLACE_SUBDISTRICT
                                              : PLACE_SETTLEMENT;
}

static size_t read_kato(struct arena *a, struct str text, struct place_item *items, size_t counts[N_PLACE_KINDS])
{
    struct text_source source = {text};
    struct csv_options options = {0};
    struct csv_reader *csv;
    bool more = true;
    size_t n = 0;
    assert_ok(csv_open(a, give, &source, &options, &csv));
    for (size_t line = 0; more; line++) {
        struct csv_row row;
        assert_ok(csv_next(a, csv, &row, &more));
        if (!more || line == 0)
            continue;
        items[n] = (struct place_item){.code = row.fields[0], .kind = kind_of(row.fields[2]),
                                       .name = {row.fields[5], row.fields[4], S("")}};
        counts[items[n++].kind]++;
    }
    return n;
}

/* Source: kz-kato: 20 regions, 209 districts, 2,379 sub-districts, 12,986 settlements; each has its parent. */
static void the_classifier_of_a_country(void **state)
{
    struct state *s = state_new(*state);
    struct str text;
    size_t counts[N_PLACE_KINDS] = {0};
    struct err *e = file_read(s->a, SHARED_DIR "/data/kz-kato/kato.csv", 4 * ARENA_MIB, &text);
    if (e)
        skip(); /* the file is not part of the repository */
    struct place_item *items = ARENA_ARRAY(s->a, 16000, struct place_item);
    size_t n = read_kato(s->a, text, items, counts);
    assert_int_equal(n, 15594);
    assert_int_equal(counts[PLACE_REGION], 20);
    assert_int_equal(counts[PLACE_DISTRICT], 209);
    assert_int_equal(counts[PLACE_SUBDISTRICT], 2379);
    assert_true(places_check(s->a, items, n, note_fault, &(struct faults){0}));
    struct places_command c = {.items = items, .n = n};
    int64_t before = state_events(s);
    state_do(s, state_admin(s), places_take, &c);
    assert_int_equal(c.n_added, 15594);
    assert_int_equal(state_events(s), before + 20);
    struct str first;
    assert_true(find(s, "г.Семей", &first) >= 1);
    assert_str(first, "101010000");
    assert_true(find(s, "Семей Қ.Ә.", &first) == 1);
    assert_str(first, "101000000");
    assert_int_equal(by_code(s, "101010000").parent_id, by_code(s, "101000000").id);
    struct place *regions;
    size_t n_regions;
    int64_t above;
    assert_ok(places_main(s->a, s->read, 1, &regions, &n_regions, &above));
    assert_int_equal(n_regions, 20);
    assert_int_equal(above, 0);
    state_check_digest(s, S("territory"), regions[0].id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_is_looked_over),
        TEST(an_edition_is_taken),
        TEST(a_new_edition_changes_what_it_says),
        TEST(the_classifier_of_a_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
