/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * map_test.c - a map says what its chart says, in classes that words name, and nothing that is hidden.
 */
#include "core/map.h"
#include "tests/test.h"
#include "web/tests/html_check.h"

#define AREAS 7

static const struct point corners[AREAS][5] = {
    {{0, 0}, {4000000, 0}, {4000000, 4000000}, {0, 4000000}, {0, 0}},
    {{4000000, 0}, {8000000, 0}, {8000000, 4000000}, {4000000, 4000000}, {4000000, 0}},
    {{0, -4000000}, {4000000, -4000000}, {4000000, 0}, {0, 0}, {0, -4000000}},
    {{4000000, -4000000}, {8000000, -4000000}, {8000000, 0}, {4000000, 0}, {4000000, -4000000}},
    {{8000000, 0}, {9000000, 0}, {9000000, 1000000}, {8000000, 1000000}, {8000000, 0}},
    {{8000000, 2000000}, {8050000, 2000000}, {8050000, 2050000}, {8000000, 2050000}, {8000000, 2000000}},
    {{8000000, 3000000}, {9000000, 3000000}, {9000000, 4000000}, {8000000, 4000000}, {8000000, 3000000}},
};

struct sample {
    struct border_ring rings[AREAS];
    struct border borders[AREAS];
    const struct border *list[AREAS];
    struct chart_point points[AREAS];
    struct chart_series series;
    struct chart_value values[AREAS];
    struct chart chart;
    struct map map;
};

static struct sample *sample_new(struct arena *a, const int64_t values[AREAS])
{
    static const struct str names[AREAS] = {STR("North"), STR("East & \"<i>"), STR("South"), STR("West"),
                                            STR("Hill"),  STR("Town"),         STR("Lake")};
    struct sample *s = ARENA_NEW(a, struct sample);
    *s = (struct sample){.series = {STR("registered"), STR("Registered")}};
    for (size_t i = 0; i < AREAS; i++) {
        s->rings[i] = (struct border_ring){corners[i], 5};
        s->borders[i] = (struct border){&s->rings[i], 1};
        s->list[i] = &s->borders[i];
        s->points[i] = (struct chart_point){.name = names[i], .id = str_printf(a, "place-%zu", i)};
        s->values[i] = values[i] < 0 ? chart_hidden() : chart_known(values[i]);
    }
    s->chart = (struct chart){.hidden = S("not shown"), .points = s->points, .n_points = AREAS, .series = &s->series,
                              .n_series = 1, .values = s->values};
    s->map = (struct map){.id = S("map"), .title = S("A map"), .chart = &s->chart, .borders = s->list,
                          .n_areas = AREAS, .source = S("a survey")};
    return s;
}

static bool holds(struct str text, const char *what)
{
    return str_find_str(text, str_c(what)) != SIZE_MAX;
}

static struct str drawn(struct arena *a, const struct sample *s)
{
    struct safe_html svg = map_svg(a, lang_find(S("en")), &s->map);
    struct html_count n = html_check(svg.made_by_html_c);
    if (n.fault)
        fail_msg("%s at %zu", n.fault, n.at);
    return svg.made_by_html_c;
}

static void a_picture_as_it_is_kept(void **state)
{
    struct arena *a = *state;
    struct sample *s = sample_new(a, (int64_t[AREAS]){8, -1, 0, 0, 0, 0, 0});
    s->map.n_areas = 2;
    struct str svg = drawn(a, s);
    size_t at = str_find_str(svg, S("</defs>"));
    assert_true(at != SIZE_MAX);
    assert_true(str_starts(svg, S("<svg viewBox=\"0 0 480 249\" width=\"480\" height=\"249\" class=\"b-chart__picture\" "
                                  "role=\"group\" aria-labelledby=\"map-title map-desc\"><title id=\"map-title\">A map"
                                  "</title><desc id=\"map-desc\">A map</desc><defs><pattern id=\"map-c0\" ")));
    assert_str(str_slice(svg, at + 7, svg.n),
               "<a href=\"#place-0\" class=\"b-map__link\" aria-label=\"North: 8\"><title>North: 8</title>"
               "<path d=\"M8 240.1L240 240.1L240 8L8 8Z\" fill-rule=\"evenodd\" class=\"b-map__area b-map__area--c4\" "
               "fill=\"url(#map-c4)\" stroke=\"#16282c\"></path></a>"
               "<a href=\"#place-1\" class=\"b-map__link\" aria-label=\"East &amp; &quot;&lt;i&gt;: not shown\">"
               "<title>East &amp; &quot;&lt;i&gt;: not shown</title>"
               "<path d=\"M240 240.1L472 240.1L472 8L240 8Z\" fill-rule=\"evenodd\" "
               "class=\"b-map__area b-map__area--hidden\" fill=\"url(#map-hidden)\" stroke=\"#16282c\" "
               "stroke-dasharray=\"3 2\"></path></a></svg>");
}

/* Each value stands with its place; a place too small to be hit is a disc and comes last. */
static void map_and_chart_agree(void **state)
{
    struct arena *a = *state;
    struct sample *s = sample_new(a, (int64_t[AREAS]){8, -1, 0, 40, 12, 7, 900});
    struct str svg = drawn(a, s);
    static const char *const titles[] = {"<title>North: 8</title>", "not shown</title>",       "<title>South: 0</title>",
                                         "<title>West: 40</title>", "<title>Hill: 12</title>", "<title>Town: 7</title>",
                                         "<title>Lake: 900</title>"};
    for (size_t i = 0; i < AREAS; i++)
        assert_true(holds(svg, titles[i]));
    size_t disc = str_find_str(svg, S("<circle"));
    assert_true(disc != SIZE_MAX && disc > str_find_str(svg, S("Lake: 900")));
    assert_false(holds(svg, "style="));
    assert_false(holds(svg, "<script"));
    s->points[0].id = (struct str){0};
    assert_false(holds(drawn(a, s), "#place-0"));
}

/* Classes hold about equally many places, each at least one; equal values are in one class; words name them. */
static void classes_are_named(void **state)
{
    struct arena *a = *state;
    struct sample *s = sample_new(a, (int64_t[AREAS]){8, -1, 0, 40, 12, 7, 900});
    int64_t limits[MAP_CLASSES - 1];
    struct core_map view;
    assert_int_equal(map_classes(a, &s->map, limits), 4);
    assert_int_equal(limits[0], 8);
    assert_int_equal(limits[3], 900);
    assert_true(map_view(a, lang_find(S("en")), &s->map, &view));
    static const char *const words[] = {"0", "1–8", "9–12", "13–40", "41–900", "not shown"};
    static const char *const kinds[] = {"c0", "c1", "c2", "c3", "c4", "hidden"};
    assert_int_equal(view.n_keys, 6);
    for (size_t i = 0; i < view.n_keys; i++) {
        assert_str(view.keys[i].name, words[i]);
        assert_str(view.keys[i].kind, kinds[i]);
    }
    s = sample_new(a, (int64_t[AREAS]){5, 5, 5, 5, 5, 5, 5});
    assert_int_equal(map_classes(a, &s->map, limits), 1);
    assert_true(map_view(a, lang_find(S("en")), &s->map, &view));
    assert_int_equal(view.n_keys, 1);
    assert_str(view.keys[0].name, "1–5");
    s = sample_new(a, (int64_t[AREAS]){-1, -1, -1, -1, -1, -1, -1});
    assert_true(map_view(a, lang_find(S("en")), &s->map, &view));
    assert_int_equal(view.n_keys, 1);
    assert_str(view.keys[0].kind, "hidden");
}

/* Nothing of the picture depends on what a hidden value is. */
static void hidden_is_hidden(void **state)
{
    struct arena *a = *state;
    struct sample *s = sample_new(a, (int64_t[AREAS]){8, -1, 0, 40, 12, 7, 900});
    struct str before = drawn(a, s);
    s->values[1].n = 3;
    assert_true(str_eq(drawn(a, s), before));
}

static void without_borders_there_is_no_map(void **state)
{
    struct arena *a = *state;
    struct sample *s = sample_new(a, (int64_t[AREAS]){8, -1, 0, 40, 12, 7, 900});
    struct core_map view;
    s->list[1] = s->list[4] = NULL;
    assert_true(map_view(a, lang_find(S("en")), &s->map, &view));
    assert_str(view.missing, "East & \"<i>, Hill");
    assert_false(holds(view.picture.made_by_html_c, "Hill"));
    for (size_t i = 0; i < AREAS; i++)
        s->list[i] = NULL;
    assert_false(map_view(a, lang_find(S("en")), &s->map, &view));
    s->map.n_areas = 0;
    assert_false(map_view(a, lang_find(S("en")), &s->map, &view));
}

/* The whole Earth, its poles, a single point of it: no length is infinite, nothing leaves the frame. */
static void extremes_stay_within_the_frame(void **state)
{
    static const struct point earth[] = {{-180000000, -90000000}, {180000000, -90000000}, {180000000, 90000000},
                                         {-180000000, 90000000}, {-180000000, -90000000}};
    static const struct point pole[] = {{-180000000, 90000000}, {180000000, 90000000}, {0, 90000000},
                                        {-180000000, 90000000}};
    static const struct point dot[] = {{7, 7}, {7, 7}, {7, 7}, {7, 7}};
    struct arena *a = *state;
    struct sample *s = sample_new(a, (int64_t[AREAS]){1, 1, 1, 1, 1, 1, 1});
    s->map.n_areas = 1;
    s->rings[0] = (struct border_ring){earth, 5};
    assert_true(holds(drawn(a, s), "viewBox=\"0 0 480 248\""));
    s->rings[0] = (struct border_ring){pole, 4};
    assert_true(holds(drawn(a, s), "viewBox=\"0 0 480 16\""));
    s->rings[0] = (struct border_ring){dot, 4};
    assert_true(holds(drawn(a, s), "<circle cx=\"8.0\" cy=\"8.0\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_picture_as_it_is_kept),
        TEST(map_and_chart_agree),
        TEST(classes_are_named),
        TEST(hidden_is_hidden),
        TEST(without_borders_there_is_no_map),
        TEST(extremes_stay_within_the_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
