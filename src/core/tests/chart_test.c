/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * chart_test.c - picture, table and file say the same, and nothing that is hidden.
 */
#include "core/chart.h"
#include "core/csv.h"
#include "tests/test.h"
#include "web/tests/html_check.h"

#define POINTS 5
#define SERIES 3

static const struct chart_point points[POINTS] = {
    {STR("2026-01"), STR("January 2026"), STR("Jan"), {0}},
    {STR("2026-02"), STR("February 2026"), STR("Feb"), STR("/en/figures/2026-02")},
    {STR("2026-03"), STR("\"<b>March</b>, 'n &"), STR("Mar"), {0}},
    {STR("2026-04"), STR("April 2026"), STR("Apr"), {0}},
    {STR("=2026"), STR("May 2026"), {0}, {0}},
};
static const struct chart_series series[SERIES] = {
    {STR("on_time"), STR("In time")}, {STR("late"), STR("Late")}, {STR("open"), STR("Open, <i>still</i>")}};

static struct chart sample(enum chart_kind kind, struct chart_value *values)
{
    const struct chart_value v[POINTS * SERIES] = {
        {CHART_KNOWN, 31}, {CHART_HIDDEN, 0},  {CHART_KNOWN, 0},  {CHART_KNOWN, 1234}, {CHART_KNOWN, 7},
        {CHART_EMPTY, 0},  {CHART_KNOWN, 941}, {CHART_HIDDEN, 0}, {CHART_HIDDEN, 0},   {CHART_EMPTY, 0},
        {CHART_EMPTY, 0},  {CHART_EMPTY, 0},   {CHART_KNOWN, 5},  {CHART_KNOWN, 60},   {CHART_KNOWN, 700}};
    memcpy(values, v, sizeof v);
    return (struct chart){.kind = kind,
                          .id = S("sample"),
                          .title = S("A sample"),
                          .point_code = S("month"),
                          .point_title = S("Month"),
                          .hidden = S("fewer than 5"),
                          .points = points,
                          .n_points = POINTS,
                          .series = series,
                          .n_series = SERIES,
                          .values = values};
}

/* `s` as a page holds it in an element. */
static struct str escaped(struct arena *a, struct str s)
{
    struct html h;
    html_init(&h, a, lang_find(S("en")), NULL, 0);
    html_open(&h, "p");
    html_say(&h, s);
    html_close(&h, "p");
    struct str page;
    MUST(!html_done(&h, &page));
    return str_slice(page, 3, page.n - 4);
}

static bool holds(struct str text, struct str what)
{
    return str_find_str(text, what) != SIZE_MAX;
}

static struct str drawn(struct arena *a, const struct chart *c, bool is_narrow)
{
    struct safe_html svg = chart_svg(a, lang_find(S("en")), c, is_narrow);
    struct html_count n = html_check(svg.made_by_html_c);
    if (n.fault)
        fail_msg("%s at %zu", n.fault, n.at);
    return svg.made_by_html_c;
}

/* Each value of the table stands in the picture beside its point and series, as often as it should. */
static void test_the_three_agree(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct chart_value values[POINTS * SERIES];
    (void)state;
    for (int kind = CHART_BARS; kind <= CHART_ROWS; kind++) {
        struct chart c = sample((enum chart_kind)kind, values);
        struct core_view_table table;
        chart_table(a, lang_find(S("en")), &c, &table);
        assert_int_equal(table.n_rows, POINTS);
        assert_int_equal(table.n_columns, SERIES + 1);
        for (int narrow = 0; narrow < 2; narrow++) {
            struct str svg = drawn(a, &c, narrow == 1);
            for (size_t i = 0; i < POINTS * SERIES; i++) {
                const struct core_cell *cell = &table.rows[i / SERIES].cells[1 + i % SERIES];
                struct str words = str_printf(a, "%.*s, %.*s: %.*s", STR_FMT(points[i / SERIES].name),
                                              STR_FMT(series[i % SERIES].name), STR_FMT(cell->text));
                struct str title = str_printf(a, "<title>%.*s</title>", STR_FMT(escaped(a, words)));
                if (holds(svg, title) != (values[i].mark != CHART_EMPTY))
                    fail_msg("kind %d: %.*s", kind, STR_FMT(title));
            }
        }
    }
    arena_free(a);
}

static void test_the_file_says_the_same(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct chart_value values[POINTS * SERIES];
    struct chart c = sample(CHART_STACKED, values);
    (void)state;
    assert_str(chart_csv(a, &c), "\xEF\xBB\xBF"
                                 "month,on_time,late,open\r\n"
                                 "2026-01,31,hidden,0\r\n"
                                 "2026-02,1234,7,\r\n"
                                 "2026-03,941,hidden,hidden\r\n"
                                 "2026-04,,,\r\n"
                                 "'=2026,5,60,700\r\n");
    c.unit = CHART_PERMILLE;
    assert_true(holds(chart_csv(a, &c), S("2026-02,123.4,0.7,\r\n")));
    arena_free(a);
}

/* What a hidden value is changes nothing: the three are the same whatever stands beneath. */
static void test_hidden_is_hidden(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct chart_value values[POINTS * SERIES];
    (void)state;
    for (int kind = CHART_BARS; kind <= CHART_ROWS; kind++) {
        struct chart c = sample((enum chart_kind)kind, values);
        struct str wide = drawn(a, &c, false);
        assert_false(holds(wide, S("style=")));
        assert_true(holds(wide, S("fewer than 5")));
        struct core_chart view;
        chart_view(a, lang_find(S("ru")), &c, S("/exports/x.csv"), &view);
        assert_int_equal(view.n_keys, SERIES + 1);
        assert_str(view.keys[SERIES].kind, "hidden");
        assert_str(view.table.rows[0].cells[2].text, "fewer than 5");
    }
    arena_free(a);
}

static void test_shares(void **state)
{
    (void)state;
    struct chart_value v = chart_share(chart_known(2), chart_known(3));
    assert_int_equal(v.mark, CHART_KNOWN);
    assert_int_equal(v.n, 667);
    assert_int_equal(chart_share(chart_known(0), chart_known(0)).mark, CHART_EMPTY);
    assert_int_equal(chart_share(chart_hidden(), chart_known(9)).mark, CHART_HIDDEN);
    assert_int_equal(chart_share(chart_known(1), chart_hidden()).mark, CHART_HIDDEN);
    assert_int_equal(chart_share(chart_empty(), chart_known(9)).mark, CHART_EMPTY);
}

/* Nothing, one zero, one huge number, one point: each still a picture. */
static void test_extremes(void **state)
{
    struct arena *a = arena_new("test", 0);
    const struct chart_value huge[] = {{CHART_KNOWN, INT64_MAX}};
    const struct chart_value zero[] = {{CHART_KNOWN, 0}};
    (void)state;
    for (int kind = CHART_BARS; kind <= CHART_ROWS; kind++) {
        struct chart c = sample((enum chart_kind)kind, (struct chart_value[POINTS * SERIES]){{0}});
        c.n_series = 1;
        c.n_points = 1;
        c.values = huge;
        assert_true(drawn(a, &c, false).n > 0);
        c.values = zero;
        assert_true(drawn(a, &c, true).n > 0);
        c.n_points = 0;
        assert_int_equal(chart_svg(a, lang_find(S("en")), &c, false).made_by_html_c.n, 0);
    }
    arena_free(a);
}

/* A picture as it is kept: changes are looked at. */
static void test_golden(void **state)
{
    struct arena *a = arena_new("test", 0);
    const struct chart_value v[] = {{CHART_KNOWN, 8}, {CHART_HIDDEN, 0}};
    struct chart c = sample(CHART_BARS, (struct chart_value[POINTS * SERIES]){{0}});
    (void)state;
    c.values = v;
    c.n_points = 2;
    c.n_series = 1;
    struct str svg = drawn(a, &c, true);
    assert_str(svg,
               "<svg viewBox=\"0 0 328 84\" width=\"328\" height=\"84\" class=\"b-chart__picture\" role=\"img\" "
               "aria-labelledby=\"sample-narrow-title sample-narrow-desc\" font-size=\"13\">"
               "<title id=\"sample-narrow-title\">A sample</title><desc id=\"sample-narrow-desc\">A sample</desc>"
               "<text x=\"0\" y=\"15\" text-anchor=\"start\" class=\"b-chart__name\">January 2026</text>"
               "<rect x=\"0\" y=\"20\" width=\"272\" height=\"12\" class=\"b-chart__s1\" fill=\"#0a5661\">"
               "<title>January 2026, In time: 8</title></rect>"
               "<text x=\"277\" y=\"31\" text-anchor=\"start\" class=\"b-chart__value\">8</text>"
               "<text x=\"0\" y=\"55\" text-anchor=\"start\" class=\"b-chart__name\">February 2026</text>"
               "<rect x=\"0\" y=\"60\" width=\"10\" height=\"12\" class=\"b-chart__hidden\" fill=\"none\" "
               "stroke=\"#4a5e62\" stroke-dasharray=\"3 2\"><title>February 2026, In time: fewer than 5</title></rect>"
               "<text x=\"15\" y=\"71\" text-anchor=\"start\" class=\"b-chart__value\">fewer than 5</text></svg>");
    arena_free(a);
}

static void test_csv_cells(void **state)
{
    struct arena *a = arena_new("test", 0);
    struct buf b;
    struct csv c;
    (void)state;
    buf_init(&b, a, 4096);
    csv_begin(&c, &b);
    csv_text(&c, S("a,b"));
    csv_text(&c, S("say \"no\""));
    csv_text(&c, S("+1"));
    csv_text(&c, S("@x\ny"));
    csv_text(&c, (struct str){0});
    csv_int(&c, -7);
    csv_fixed(&c, -941, 1);
    csv_line(&c);
    assert_str(buf_view(&b), "\xEF\xBB\xBF\"a,b\",\"say \"\"no\"\"\",'+1,\"'@x\ny\",,-7,-94.1\r\n");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_three_agree), cmocka_unit_test(test_the_file_says_the_same),
        cmocka_unit_test(test_hidden_is_hidden), cmocka_unit_test(test_shares),
        cmocka_unit_test(test_extremes), cmocka_unit_test(test_golden),
        cmocka_unit_test(test_csv_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
