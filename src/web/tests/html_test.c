/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * html_test.c - no value leaves its place; links lead where they may; the element stack cannot be wrong.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/test.h"
#include "web/html.h"
#include "web/html_gen.h"
#include "web/tests/html_check.h"

typedef void put_function(struct html *h, struct str s);

static struct html begin(void **state)
{
    struct html h;
    html_init(&h, *state, lang_find(S("en")), NULL, 0);
    return h;
}

static struct str put(void **state, put_function *f, struct str s)
{
    struct html h = begin(state);
    f(&h, s);
    struct str out;
    assert_null(html_done(&h, &out));
    return out;
}

static void text_becomes_entities(void **state)
{
    assert_str(put(state, html_put_text, S("a <b> & \"c\" 'd'")),
               "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    assert_str(put(state, html_put_text, S("Қазақ тілі, әке, 5 > 3\n\tx")), "Қазақ тілі, әке, 5 &gt; 3\n\tx");
    assert_str(put(state, html_put_attr, S("\"\n'")), "&quot;\n&#39;");
    assert_str(put(state, html_put_text, (struct str){0}), "");
    assert_str(put(state, html_put_text, S("😀👩‍👩‍👧")),
               "😀👩‍👩‍👧"); /* joiners of emoji stay */
}

static void hidden_power_is_seen(void **state)
{
    static const struct {
        struct str in;
        const char *out;
    } rows[] = {
        {STR("a\xE2\x80\xAE"
             "b"),
         "a[U+202E]b"},
        {STR("\xE2\x81\xA6"), "[U+2066]"},
        {STR("\xE2\x81\xA9"), "[U+2069]"},
        {STR("\xE2\x80\x8F"), "[U+200F]"},
        {STR("\xD8\x9C"), "[U+061C]"},
        {STR("x\0y"), "x[U+0000]y"},
        {STR("\x1B[1m"), "[U+001B][1m"},
        {STR("\x7F"), "[U+007F]"},
        {STR("\xC2\x85"), "[U+0085]"},
        {STR("a\r\nb"), "a\nb"},
        {STR("a\rb"), "a[U+000D]b"},
        {STR("\r"), "[U+000D]"},
        {STR("\xE2\x80\x8D"), "\xE2\x80\x8D"},
        {STR("\xC2\xA0"), "\xC2\xA0"},
        {STR("\xE2\x81\xA5"), "\xE2\x81\xA5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_str(put(state, html_put_text, rows[i].in), rows[i].out);
        assert_str(put(state, html_put_attr, rows[i].in), rows[i].out);
    }
}

static void broken_utf8_is_replaced(void **state)
{
    static const struct {
        struct str in;
        const char *out;
    } rows[] = {
        {STR("\x80"), "\uFFFD"},
        {STR("a\xFF<"), "a\uFFFD&lt;"},
        {STR("\xC3\""), "\uFFFD&quot;"},
        {STR("\xC3"), "\uFFFD"},
        {STR("\xC0\xBC"), "\uFFFD\uFFFD"},
        {STR("\xE2\x80<"), "\uFFFD\uFFFD&lt;"},
        {STR("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD"},           /* a surrogate */
        {STR("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD"}, /* above U+10FFFF */
        {STR("\xF0\x82\x82\xAC"), "\uFFFD\uFFFD\uFFFD\uFFFD"}, /* overlong */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_str(put(state, html_put_text, rows[i].in), rows[i].out);
    assert_str(put(state, html_put_url_part, S("\xC3")), "%EF%BF%BD");
}

/* Every other character of Unicode comes out as it went in. */
static void all_letters_are_left_alone(void **state)
{
    struct buf all;
    buf_init(&all, *state, HTML_MAX);
    for (uint32_t u = 0xA0; u <= 0x10FFFF; u++) {
        bool is_hidden = u == 0x061C || u == 0x200E || u == 0x200F || (u >= 0x202A && u <= 0x202E) ||
                         (u >= 0x2066 && u <= 0x2069);
        if (!is_hidden && (u < 0xD800 || u > 0xDFFF))
            buf_utf8(&all, u);
    }
    struct str out = put(state, html_put_text, buf_view(&all));
    assert_int_equal(out.n, all.n);
    assert_memory_equal(out.p, all.p, all.n);
}

static void links_lead_where_they_may(void **state)
{
    static const struct {
        struct str in;
        const char *out;
    } rows[] = {
        {STR("https://a.kz/b?c=1&d=2#e"), "https://a.kz/b?c=1&amp;d=2#e"},
        {STR("HTTP://a.kz"), "HTTP://a.kz"},
        {STR("mailto:a@b.kz"), "mailto:a@b.kz"},
        {STR("tel:+7-700"), "tel:+7-700"},
        {STR("/kk/appeals"), "/kk/appeals"},
        {STR("?page=2"), "?page=2"},
        {STR("#main"), "#main"},
        {STR("appeals/new"), "appeals/new"},
        {STR(""), ""},
        {STR("/a:b"), "/a:b"},
        {STR("?to=javascript:x"), "?to=javascript:x"},
        {STR("/қала"), "/%D2%9B%D0%B0%D0%BB%D0%B0"},
        {STR("/a b\"<>"), "/a%20b%22%3C%3E"},
        {STR("/it's"), "/it&#39;s"},
        {STR("/50%25"), "/50%25"},
        {STR("javascript:alert(1)"), "#blocked"},
        {STR("JAVASCRIPT:x"), "#blocked"},
        {STR("java\nscript:x"), "#blocked"},
        {STR(" javascript:x"), "#blocked"},
        {STR("\x01javascript:x"), "#blocked"},
        {STR("javascript\0:x"), "#blocked"},
        {STR("data:text/html,x"), "#blocked"},
        {STR("vbscript:x"), "#blocked"},
        {STR(":x"), "#blocked"},
        {STR("//evil.example/x"), "#blocked"},
        {STR("/\\evil.example"), "/%5Cevil.example"},
        {STR("\\\\evil.example"), "%5C%5Cevil.example"},
        {STR("/\t/evil.example"), "/%09/evil.example"},
        {STR("\t//evil.example"), "%09//evil.example"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_str(put(state, html_put_url, rows[i].in), rows[i].out);
}

static void the_rest_of_an_address_is_data(void **state)
{
    assert_str(put(state, html_put_url_part, S("a/b?c=d&e#f:g h%")), "a%2Fb%3Fc%3Dd%26e%23f%3Ag%20h%25");
    assert_str(put(state, html_put_url_part, S("Az09-._~")), "Az09-._~");
    assert_str(put(state, html_put_url_part, S("..")), "%23blocked");
    assert_str(put(state, html_put_url_part, S(".")), "%23blocked");
    assert_str(put(state, html_put_url_part, S("...")), "...");
    assert_str(put(state, html_put_url_path, S("/a/b?c=d&e#f%20:g")), "/a/b?c=d&amp;e#f%20%3Ag");
    assert_str(put(state, html_put_url_path, S("//evil.example")), "/%2Fevil.example");

    struct html h = begin(state);
    html_lit(&h, "/", 1);
    html_put_url_path(&h, S("/evil.example"));
    struct str out;
    assert_null(html_done(&h, &out));
    assert_str(out, "/%2Fevil.example");
}

/* Every hostile value in every place: the page must be made of what it is made of with "x". */
static void no_value_leaves_its_place(void **state)
{
    static const struct {
        const char *before, *after;
        put_function *put;
    } places[] = {
        {"<p>", "</p>", html_put_text},
        {"<textarea>", "</textarea>", html_put_text},
        {"<title>", "</title>", html_put_text},
        {"<p title=\"", "\"></p>", html_put_attr},
        {"<p title='", "'></p>", html_put_attr},
        {"<a href=\"", "\"></a>", html_put_url},
        {"<form action=\"", "\"></form>", html_put_url},
        {"<img src=\"", "\" alt=\"\">", html_put_url},
        {"<a href=\"/a/", "\"></a>", html_put_url_part},
        {"<a href=\"/a?b=", "&amp;c=1\"></a>", html_put_url_part},
        {"<a href=\"/", "\"></a>", html_put_url_path},
    };
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        struct html_count calm = {0};
        for (size_t i = 0; i <= HTML_HOSTILE_N; i++) {
            struct html h = begin(state);
            html_lit(&h, places[k].before, strlen(places[k].before));
            places[k].put(&h, i == 0 ? S("x") : html_hostile[i - 1]);
            html_lit(&h, places[k].after, strlen(places[k].after));
            struct str page;
            assert_null(html_done(&h, &page));
            struct html_count c = html_check(page);
            if (c.fault)
                fail_msg("place %zu, value %zu: %s at %zu in %.*s", k, i, c.fault, c.at, STR_FMT(page));
            if (i == 0)
                calm = c;
            assert_int_equal(c.elements, calm.elements);
            assert_int_equal(c.attributes, calm.attributes);
        }
    }
}

static void values_of_every_type_become_text(void **state)
{
    struct html h = begin(state);
    assert_str(HTML_STR(&h, S("a")), "a");
    assert_str(HTML_STR(&h, (const char *)"b"), "b");
    assert_int_equal(HTML_STR(&h, (const char *)NULL).n, 0);
    assert_str(HTML_STR(&h, -5), "-5");
    assert_str(HTML_STR(&h, INT64_MIN), "-9223372036854775808");
    assert_str(HTML_STR(&h, UINT64_MAX), "18446744073709551615");
    assert_str(HTML_STR(&h, ((struct opt_int){true, 7})), "7");
    assert_int_equal(HTML_STR(&h, ((struct opt_int){0})).n, 0);
    assert_true(HTML_TRUE(S("0")));
    assert_false(HTML_TRUE(S("")));
    assert_false(HTML_TRUE(((struct opt_int){0})));
    assert_true(HTML_TRUE(((struct opt_int){true, 0}))); /* it is there */
    assert_false(HTML_TRUE((void *)NULL));
    assert_false(HTML_TRUE((int64_t)0));
    const int64_t large = INT64_C(1) << 40;
    assert_true(HTML_TRUE(large));
    assert_true(HTML_SAME(S("a"), S("a")));
    assert_true(HTML_SAME((struct str){0}, S("")));
    assert_false(HTML_SAME((const char *)"a", S("ab")));
}

static void filters_know_zone_and_language(void **state)
{
    struct html h = begin(state);
    int64_t at = 1774861500000; /* 2026-03-30T09:05:00Z */
    struct zone *almaty;
    assert_null(zone_open(*state, S("Asia/Almaty"), &almaty));
    h.now = at;
    assert_str(html_f_isodate(&h, 20542), "2026-03-30");
    assert_str(html_f_isotime(&h, at), "2026-03-30T09:05:00Z");
    assert_str(html_f_moment(&h, at), "30/03/2026 09:05");
    h.zone = almaty;
    assert_str(html_f_moment(&h, at), "30/03/2026 14:05");
    struct str today = lang_in_days(*state, h.lang, 0);
    assert_true(str_eq(html_f_in_days(&h, 20542), today));
    h.now = 1774899000000; /* 19:30Z: already the 31st in Almaty */
    assert_false(str_eq(html_f_in_days(&h, 20542), today));
    assert_true(str_eq(html_f_in_days(&h, 20543), today));
    h.zone = NULL;
    h.now = -1; /* the last millisecond of 1969 */
    assert_true(str_eq(html_f_in_days(&h, -1), today));
    assert_str(HTML_FILTER(isodate, &h, ((struct opt_int){true, 20542})), "2026-03-30");
    assert_int_equal(HTML_FILTER(isodate, &h, ((struct opt_int){0})).n, 0);
    assert_int_equal(HTML_FILTER(isodate, &h, ((struct opt_int){true, INT64_MAX})).n, 0);
    assert_str(HTML_FILTER_NUMBER(number, &h, (size_t)12345), "12,345");
}

static void elements_nest_and_escape(void **state)
{
    struct html h = begin(state);
    html_open(&h, "svg");
    html_attr(&h, "viewBox", S("0 0 10 10"));
    html_open(&h, "a");
    html_attr(&h, "href", S("javascript:x"));
    html_open(&h, "rect");
    html_attr_fixed(&h, "width", 12345, 2);
    html_attr_fixed(&h, "x", -5, 2);
    html_attr_fixed(&h, "y", INT64_MIN, 0);
    html_attr_int(&h, "height", -3);
    html_attr(&h, "data-x", S("\"><x>"));
    html_close(&h, "rect");
    html_say(&h, S("<&>"));
    html_open(&h, "br");
    html_close(&h, "br");
    html_close(&h, "a");
    html_close(&h, "svg");
    struct safe_html chart = html_take(&h);

    struct html page = begin(state);
    html_put_raw(&page, chart);
    struct str out;
    assert_null(html_done(&page, &out));
    assert_str(out, "<svg viewBox=\"0 0 10 10\"><a href=\"#blocked\"><rect width=\"123.45\" x=\"-0.05\""
                    " y=\"-9223372036854775808\" height=\"-3\" data-x=\"&quot;&gt;&lt;x&gt;\"></rect>"
                    "&lt;&amp;&gt;<br></a></svg>");
    assert_null(html_check(out).fault);
}

static void a_page_has_a_bound(void **state)
{
    struct html h = begin(state);
    static char kib[1024];
    memset(kib, 'x', sizeof kib);
    for (size_t i = 0; i < HTML_MAX / sizeof kib; i++)
        html_lit(&h, kib, sizeof kib);
    struct str out;
    assert_null(html_done(&h, &out));
    assert_int_equal(out.n, HTML_MAX);
    html_put_text(&h, S("x"));
    struct err *e = html_done(&h, &out);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_LIMIT);
    assert_int_equal(html_take(&h).made_by_html_c.n, 0);
}

/* ---- what must abort: each in a child ---- */

static void opens_script(struct html *h)
{
    html_open(h, "script");
}
static void opens_a_name_with_markup(struct html *h)
{
    html_open(h, "a onclick");
}
static void gives_an_event_handler(struct html *h)
{
    html_open(h, "a");
    html_attr(h, "onclick", S("x"));
}
static void gives_style(struct html *h)
{
    html_open(h, "a");
    html_attr(h, "style", S("x"));
}
static void gives_an_attribute_after_text(struct html *h)
{
    html_open(h, "a");
    html_say(h, S("x"));
    html_attr(h, "href", S("x"));
}
static void closes_another_element(struct html *h)
{
    html_open(h, "a");
    html_open(h, "b");
    html_close(h, "a");
}
static void takes_with_open_elements(struct html *h)
{
    html_open(h, "a");
    (void)html_take(h);
}
static void fills_a_void_element(struct html *h)
{
    html_open(h, "br");
    html_say(h, S("x"));
}
static void writes_into_an_open_tag(struct html *h)
{
    html_open(h, "a");
    html_lit(h, "x", 1);
}

static void misuse_aborts(void **state)
{
    static void (*const misuses[])(struct html *) = {
        opens_script,
        opens_a_name_with_markup,
        gives_an_event_handler,
        gives_style,
        gives_an_attribute_after_text,
        closes_another_element,
        takes_with_open_elements,
        fills_a_void_element,
        writes_into_an_open_tag,
    };
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            (void)signal(SIGABRT, SIG_DFL);
            (void)close(STDERR_FILENO);
            struct html h = begin(state);
            misuses[i](&h);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
            fail_msg("misuse %zu went through", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_becomes_entities),
        TEST(hidden_power_is_seen),
        TEST(broken_utf8_is_replaced),
        TEST(all_letters_are_left_alone),
        TEST(links_lead_where_they_may),
        TEST(the_rest_of_an_address_is_data),
        TEST(no_value_leaves_its_place),
        TEST(values_of_every_type_become_text),
        TEST(filters_know_zone_and_language),
        TEST(elements_nest_and_escape),
        TEST(a_page_has_a_bound),
        TEST(misuse_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
