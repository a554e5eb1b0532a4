/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * draw_test.c - what generated templates draw: every kind of statement, white space, and hostile values in
 * every place of a page.
 */
#include "gen/demo_views.h"
#include "tests/test.h"
#include "web/tests/html_check.h"

static struct html begin(void **state)
{
    struct html h;
    html_init(&h, *state, lang_find(S("en")), NULL, 0);
    return h;
}

static struct str done(struct html *h)
{
    struct str page;
    assert_null(html_done(h, &page));
    return page;
}

static void a_page_is_drawn_within_its_layout(void **state)
{
    static const struct str notes[] = {STR("<n1>"), STR("n2")};
    static const struct demo_item items[] = {
        {.text = STR("one"), .href = "/1", .state = DEMO_DONE, .notes = notes, .n_notes = 2},
        {.text = STR("<two>"), .href = "javascript:x"},
    };
    const struct demo_person person = {S("A & B")};
    struct html chart = begin(state);
    html_open(&chart, "b");
    html_say(&chart, S("<"));
    html_close(&chart, "b");

    struct html h = begin(state);
    demo_view_page(&h, &(struct demo_view_page){.layout = {.title = S("T"), .staff = &person},
                                                .title = S("Title"),
                                                .kind = S("late"),
                                                .items = items,
                                                .n_items = 2,
                                                .n = 12345,
                                                .day = 20542,
                                                .tag = {.text = S("tag"), .small = true},
                                                .chart = html_take(&chart)});
    assert_str(
        done(&h),
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n<title>T</title>\n</head>\n<body>\n"
        "<p class=\"staff\">A &amp; B</p>\n<main>\n"
        "<h1>Title (T)</h1>\n<p>late</p>\n<ul>\n"
        "<li class=\"first\">\n1. <a href=\"/1\">one</a> "
        "done\n<em>&lt;n1&gt;</em>\n<em>n2</em>\n<br>\n</li>\n"
        "<li>\n2. <a href=\"#blocked\">&lt;two&gt;</a>\n<i>no notes</i>\n\n</li>\n"
        "</ul>\n<p>12345 12,345  2026-03-30</p>\n"
        "<strong class=\"tag tag--small\">tag</strong>\n<strong class=\"tag tag--small "
        "tag--green\">Title</strong>\n"
        "<b>&lt;</b>\n<input type=\"text\" aria-label=\"Title\" name=\"q\" value='Title'\ndisabled\n>\n"
        "</main>\n</body>\n</html>");
}

static void what_is_not_there_is_left_out(void **state)
{
    struct html h = begin(state);
    demo_view_page(&h, &(struct demo_view_page){.n = 0});
    struct str page = done(&h);
    assert_true(str_find_str(page, S("<p>none</p>")) != SIZE_MAX);
    assert_true(str_find_str(page, S("<li>nothing</li>")) != SIZE_MAX);
    assert_true(str_find_str(page, S("staff")) == SIZE_MAX);
    assert_true(str_find_str(page, S("disabled")) == SIZE_MAX);
    assert_null(html_check(page).fault);
}

static void conditions_are_as_written(void **state)
{
    static const struct {
        struct demo_view_logic m;
        const char *drawn;
    } rows[] = {
        {{.a = STR("x")}, "a or bc. not b. c small."},
        {{.a = STR("x"), .b = STR("x"), .c = 2}, "a or bc. a==b. c!=1."},
        {{.b = STR("y"), .c = 1}, "a or bc. c small."},
        {{.c = 3, .p = ""}, "not b. c!=1."},
        {{.c = 3, .p = "late"}, "not b. c!=1. p. p late."},
        {{.c = 1, .o = {true, 0}}, "not b. c small. o."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct html h = begin(state);
        demo_view_logic(&h, &rows[i].m);
        assert_str(done(&h), rows[i].drawn);
    }
}

static void loops_know_where_they_are(void **state)
{
    static const struct demo_view_tag tags[] = {{.text = STR("a")}, {.text = STR("b")}, {.text = STR("c")}};
    struct html h = begin(state);
    demo_view_loops(&h, &(struct demo_view_loops){.tags = tags, .n_tags = 3, .n_shown = 2});
    assert_str(done(&h), "first 0/1 a=a, \n1/2 b=b, \n2/3 c=c last\n[a][b]\n"
                         "<strong class=\"tag\">a</strong><strong class=\"tag\">a</strong>"
                         "<strong class=\"tag\">b</strong><strong class=\"tag\">b</strong>"
                         "<strong class=\"tag\">c</strong><strong class=\"tag\">c</strong>");
}

static void texts_speak_the_page_s_language(void **state)
{
    struct html h = begin(state);
    demo_view_texts(&h, &(struct demo_view_texts){.n = 12345, .who = S("<A>"), .text_id = NULL});
    /* No catalogue has these ids: a hole is seen, and does not open an element. */
    assert_str(done(&h), "<p title=\"demo.title\">demo.title demo.count|demo.name </p>\n"
                         "<strong class=\"tag\">demo.tag</strong>");
}

static void white_space_is_kept_where_it_counts(void **state)
{
    struct html h = begin(state);
    demo_view_space(&h, &(struct demo_view_space){.x = S("\n v ")});
    assert_str(
        done(&h),
        "<p>a b\nc</p>\n<pre>\n  two\n\n  lines\n v  end\n</pre>\n"
        "<label>x <textarea>\n\n v </textarea></label>\n<i>x</i><i>y</i><b\nclass=\"a  b\"\nid=\"c\"></b>");
}

/* Each hostile value in all places of one page: it is made of what it is made of with "x". */
static void no_value_leaves_its_place(void **state)
{
    struct html h = begin(state);
    demo_view_places(&h, &(struct demo_view_places){S("x")});
    struct html_count calm = html_check(done(&h));
    assert_null(calm.fault);
    assert_int_equal(calm.addresses, 5);
    for (size_t i = 0; i < HTML_HOSTILE_N; i++) {
        h = begin(state);
        demo_view_places(&h, &(struct demo_view_places){html_hostile[i]});
        struct str page = done(&h);
        struct html_count c = html_check(page);
        if (c.fault)
            fail_msg("value %zu: %s at %zu in %.*s", i, c.fault, c.at, STR_FMT(page));
        assert_int_equal(c.elements, calm.elements);
        assert_int_equal(c.attributes, calm.attributes);
        assert_int_equal(c.addresses, calm.addresses);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_page_is_drawn_within_its_layout), TEST(what_is_not_there_is_left_out),
        TEST(conditions_are_as_written),         TEST(loops_know_where_they_are),
        TEST(texts_speak_the_page_s_language),   TEST(white_space_is_kept_where_it_counts),
        TEST(no_value_leaves_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
