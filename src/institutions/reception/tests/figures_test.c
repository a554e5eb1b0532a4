/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * figures_test.c - what is published: pages, file and tables of one state, read as an outsider reads them.
 *
 * The outsider takes the file, writes down every sum that must hold, and looks for a count below k, or for a sum in
 * which one number alone is missing.
 */
#include "institutions/reception/tests/served.h"

#include "core/border.h"
#include "core/place.h"
#include "institutions/reception/figures.h"

#define K 5

/* Four months of work: many cases at some bodies, single ones at others; solved, not solved, nothing said. */
static void four_months(struct fixture *f)
{
    static const int cases_of[N_F_BODIES] = {9, 1, 14, 6, 3, 0, 2};
    for (int month = 0; month < 4; month++) {
        for (int b = 0; b < N_F_BODIES; b++) {
            for (int i = 0; i < cases_of[b] + month; i++) {
                struct submit_result *r = fixture_submit(f, f->at[b].body, 0);
                if (i % 4 == 3)
                    continue;
                fixture_assign(f, r->id);
                f->now += (i % 5 == 4 ? 30 : 1) * (i % 5 == 4 && b == F_ROADS) * MS_PER_DAY / 4;
                fixture_answer(f, r->id, i % 7 == 5);
                struct opinion_command said = {r->id, 1, i % 3 != 1, S("")};
                if (i % 3)
                    (void)fixture_do(f, reception_applicant_of(r->id), reception_say_opinion, &said);
            }
        }
        f->now += 24 * MS_PER_DAY;
    }
}

/* == the outsider == */

#define COLUMNS 17
#define LINES 400

struct sheet {
    struct str cell[LINES][COLUMNS];
    size_t n;
};

static struct sheet *read_sheet(struct arena *a, struct str text)
{
    struct sheet *s = ARENA_NEW(a, struct sheet);
    struct str line;
    assert_true(str_starts(text, S("\xEF\xBB\xBFmonth,body,name_kk,name_ru,name_en,registered,forwarded,closed,")));
    while (str_cut(text, '\n', &line, &text) && line.n > 0) {
        line = str_slice(line, 0, line.n - 1);
        for (size_t c = 0; c < COLUMNS; c++) {
            assert_int_equal(str_cut(line, ',', &s->cell[s->n][c], &line), c + 1 < COLUMNS);
        }
        assert_true(++s->n < LINES);
    }
    return s;
}

static bool is_count(struct str s, int64_t *ret)
{
    return str_to_int64(s, ret);
}

/* Of a group of cells that make a sum: is one alone not known? Then it is. Known ones must add up. */
static void look_for_gap(struct sheet *s, const size_t *lines, size_t n, size_t column, size_t total)
{
    int64_t sum = 0;
    int64_t v;
    size_t n_hidden = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_count(s->cell[lines[i]][column], &v))
            sum += v;
        else
            n_hidden++;
    }
    bool total_known = is_count(s->cell[total][column], &v);
    if (total_known && n_hidden == 1 && v - sum > 0 && v - sum < K)
        fail_msg("column %zu: %lld is missing in line %zu", column, (long long)(v - sum), total);
    if (total_known && n_hidden == 0)
        assert_int_equal(v, sum);
    if (!total_known && n_hidden == 0 && sum > 0)
        assert_true(sum >= K);
}

static void look_through(struct sheet *s)
{
    for (size_t column = 5; column <= 14; column++) {
        for (size_t total = 1; total < s->n; total++) {
            size_t parts[LINES];
            size_t n = 0;
            bool is_all = str_eq(s->cell[total][1], S("all"));
            bool is_year = s->cell[total][0].n == 4;
            int64_t v;
            if (is_count(s->cell[total][column], &v))
                assert_true(v == 0 || v >= K);
            for (size_t i = 1; is_all && i < s->n; i++) /* bodies of a month */
                if (i != total && str_eq(s->cell[i][0], s->cell[total][0]))
                    parts[n++] = i;
            bool by_body = n > 0 && (is_year || column <= 9);
            if (by_body)
                look_for_gap(s, parts, n, column, total);
            n = 0;
            for (size_t i = 1; is_year && i < s->n; i++) /* months of a body */
                if (i != total && str_eq(s->cell[i][1], s->cell[total][1]))
                    parts[n++] = i;
            if (n > 0 && (is_all || column <= 9))
                look_for_gap(s, parts, n, column, total);
        }
    }
}

static void nothing_small_is_in_the_file(void **state)
{
    struct arena *a = *state;
    struct served *s = served_new(a);
    four_months(s->f);
    struct http_client *c = served_client(s);
    struct http_reply r = http_get(c, "/exports/figures.csv?year=2026");
    assert_int_equal(r.status, 200);
    struct sheet *sheet = read_sheet(a, r.body);
    assert_true(sheet->n > 30);
    look_through(sheet);
    int64_t v;
    size_t n_known = 0;
    for (size_t i = 1; i < sheet->n; i++)
        n_known += is_count(sheet->cell[i][5], &v) && v > 0;
    assert_true(n_known > 12); /* and much is told */
    assert_int_equal(http_get(c, "/exports/figures.csv?year=1999").status, 200);
    assert_int_equal(http_get(c, "/en/figures/months/2026-13").status, 404);
    assert_int_equal(http_get(c, "/en/figures/months/abcdefg").status, 404);
    assert_int_equal(http_get(c, "/en/figures/bodies/nobody").status, 404);
    assert_int_equal(http_get(c, "/en/figures?year=99999").status, 200);
}

/* Sums of columns: closed is what was in time and late, answered and refused; all that can be known of them. */
static void columns_add_up(void **state)
{
    static const enum figure parts[][3] = {{FIGURE_ON_TIME, FIGURE_LATE, FIGURE_LATE},
                                           {FIGURE_ANSWERED, FIGURE_REFUSED, FIGURE_REFUSED},
                                           {FIGURE_SOLVED, FIGURE_NOT_SOLVED, FIGURE_SILENT}};
    struct fixture *f = fixture_new(*state, NULL);
    struct figures *y;
    four_months(f);
    int32_t today = site_today(f->site, f->now);
    assert_ok(figures_load(f->a, f->a, f->read, f->site, 2026, today, &y));
    assert_int_equal(y->k, K);
    size_t n_checked = 0;
    for (size_t row = 0; row <= y->n_bodies; row++) {
        for (size_t month = y->first_month; month <= FIGURES_YEAR; month++) {
            struct chart_value closed = figures_at(y, row, month, FIGURE_CLOSED);
            for (size_t i = 0; i < 3; i++) {
                int64_t sum = 0;
                size_t n = 0;
                for (size_t k = 0; k < (i == 2 ? 3 : 2); k++) {
                    struct chart_value v = figures_at(y, row, month, parts[i][k]);
                    n += v.mark == CHART_KNOWN;
                    sum += v.n;
                }
                if (closed.mark != CHART_KNOWN || n < (i == 2 ? 3U : 2U))
                    continue;
                assert_int_equal(sum, closed.n);
                n_checked++;
            }
        }
    }
    assert_true(n_checked > 10);
    struct open_figures *o;
    assert_ok(figures_load_open(f->a, f->a, f->read, f->site, today, &o));
    struct chart_value open = figures_open(o, 0, OPEN_ALL);
    assert_int_equal(open.mark, CHART_KNOWN);
    assert_true(open.n > 20);
}

/* Half of the answers and nine of ten, counted off by hand. */
static void days_are_exact(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct figures *y;
    for (int i = 0; i < 10; i++) {
        struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
        fixture_assign(f, r->id);
        if (i >= 4)
            f->now += (i - 3) * MS_PER_DAY; /* 0 0 0 0, then 1 to 6 days */
        fixture_answer(f, r->id, false);
    }
    assert_ok(figures_load(f->a, f->a, f->read, f->site, 2026, site_today(f->site, f->now), &y));
    size_t row = figures_row(y, f->at[F_ROADS].body);
    assert_int_equal(figures_days(y, row, FIGURES_YEAR, DAYS_MEDIAN).n, 1);
    assert_int_equal(figures_days(y, row, FIGURES_YEAR, DAYS_P90).n, 5);
    assert_int_equal(figures_days(y, y->n_bodies, 7, DAYS_P90).n, 5);
    assert_int_equal(figures_days(y, row, 8, DAYS_MEDIAN).mark, CHART_EMPTY);
}

/* == places == */

static const struct place_item territory[] = {
    {STR("10"), STR(""), PLACE_REGION, {STR("Бұлақты облысы"), STR("Булактинская область"), STR("Bulakty Region")}},
    {STR("20"), STR("10"), PLACE_DISTRICT, {STR("Шалғын ауданы"), STR("Шалгынский район"), STR("Shalgyn District")}},
    {STR("21"), STR("20"), PLACE_SETTLEMENT, {STR("Өзен а."), STR("с.Узень"), STR("")}},
    {STR("30"), STR("10"), PLACE_DISTRICT, {STR("Қамысты ауданы"), STR("Камыстинский район"), STR("Kamysty")}},
};

static struct http_reply get(struct http_client *c, const char *path, const char *holds, const char *lacks)
{
    struct http_reply r = http_get(c, path);
    assert_int_equal(r.status, 200);
    if (holds && str_find_str(r.body, str_c(holds)) == SIZE_MAX)
        fail_msg("%s lacks %s", path, holds);
    if (lacks && str_find_str(r.body, str_c(lacks)) != SIZE_MAX)
        fail_msg("%s holds %s", path, lacks);
    return r;
}

/* A made-up border for the place of `code`. */
static void take_border(struct fixture *f, int64_t region_id, const char *code)
{
    static const struct point points[] = {{0, 0}, {2000000, 0}, {2000000, 1000000}, {0, 0}};
    static const struct border_ring ring = {points, 4};
    static const struct border border = {&ring, 1};
    struct place place;
    bool found;
    assert_ok(place_by_code(f->a, f->read, 1, str_c(code), &place, &found));
    assert_int_equal(place.region_id, region_id);
    struct border_item item = {place.id, &border, NULL};
    struct borders_command c = {.items = &item, .n = 1, .source = S("a survey")};
    (void)fixture_do(f, actor_operator(), borders_take, &c);
    assert_int_equal(c.n_added, 1);
}

/* From region to village by links, or by letters; the appeal names it, its author and the figures show it. */
static void a_place_is_chosen_and_counted(void **state)
{
    struct served *s = served_new(*state);
    struct fixture *f = s->f;
    struct http_client *c = served_client(s);
    get(c, "/ru/appeals/new/write", NULL, "/appeals/new/place");
    struct places_command take = {.items = territory, .n = sizeof territory / sizeof territory[0]};
    (void)fixture_do(f, actor_operator(), places_take, &take);
    get(c, "/ru/appeals/new/write?kind=complaint", "/ru/appeals/new/place?kind=complaint", NULL);
    get(c, "/ru/appeals/new/place?kind=complaint", "place=10", "place=20");
    get(c, "/ru/appeals/new/place?in=20", "place=21", "place=30");
    get(c, "/kk/appeals/new/place?q=%D2%9A%D0%B0%D0%BC", "place=30", "place=20"); /* Қам */
    get(c, "/kk/appeals/new/place?q=zzz", NULL, "place=20");
    get(c, "/ru/appeals/new/write?place=21", "с.Узень, Шалгынский район", NULL);
    struct submit_command command = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    command.place_id = 99999;
    fixture_refuse(f, actor_visitor(), reception_submit, &command, "PLACE_UNKNOWN");
    struct place village;
    bool found;
    assert_ok(place_by_code(f->a, f->read, 1, S("21"), &village, &found));
    for (int i = 0; i < 7; i++) {
        command = fixture_submit_command(f, f->at[F_ROADS].body, 0);
        command.place_id = village.id;
        struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &command);
        assert_true(fixture_digest_holds(f, r->id));
        struct sent sent = {.number = r->number, .code = r->code, .id = r->id};
        struct http_reply own = served_open(served_client(s), "en", &sent);
        assert_true(str_find_str(own.body, S("Shalgyn District, Bulakty Region")) != SIZE_MAX);
    }
    fixture_check_figures(f);
    get(c, "/en/figures/places?year=2026", "id=\"place-20\"", "b-map");
    take_border(f, village.region_id, "20");
    get(c, "/en/figures/places?year=2026", "<title>Shalgyn District: 7</title>", "#place-30");
    get(c, "/en/figures/places?year=2026", "href=\"#place-20\"", NULL);
    get(c, "/ru/figures/places?year=2026", "Нет на карте, так как границы здесь не известны: Камыстинский район.", NULL);
    get(c, "/kk/figures/places?year=2026", "Шекаралар: a survey.", NULL);
    struct http_reply r = get(c, "/exports/places.csv?year=2026", "20,7\r\n30,0\r\nall,7\r\n", NULL);
    get(c, "/en/figures/places?year=2026", "Shalgyn District", NULL);
    assert_ok(place_by_code(f->a, f->read, 1, S("30"), &village, &found));
    command = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    command.place_id = village.id;
    (void)fixture_do(f, actor_visitor(), reception_submit, &command);
    r = get(c, "/exports/places.csv?year=2026", "30,hidden", ",7");
    assert_true(str_find_str(r.body, S("all,8")) != SIZE_MAX); /* 20 is hidden too: 8 - 7 would tell */
    assert_true(str_find_str(r.body, S("20,hidden")) != SIZE_MAX);
    get(c, "/en/figures/places?year=2026", "<title>Shalgyn District: not shown</title>", "Shalgyn District: 7");
    get(c, "/en/figures/places?year=2026", "b-chart__key--hidden\">not shown", "b-chart__key--c4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_small_is_in_the_file),
        TEST(columns_add_up),
        TEST(days_are_exact),
        TEST(a_place_is_chosen_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
