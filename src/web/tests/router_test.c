/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * router_test.c - decoding, the tree of patterns, and what is refused at start.
 */
#include "tests/test.h"

#include "web/router.h"

static struct err *handler(struct web_request *req)
{
    (void)req;
    return NULL;
}

#define GET(p) {WEB_GET, (p), NULL, WEB_CSRF_READ, WEB_BODY_NONE, handler}
#define POST(p) {WEB_POST, (p), NULL, WEB_CSRF_FORM, WEB_BODY_FORM, handler}

static const struct web_route routes[] = {
    GET("/"),
    GET("/{lang}"),
    GET("/{lang}/appeals/new"),
    GET("/{lang}/appeals/{number}"),
    POST("/{lang}/appeals/{number}"),
    GET("/{lang}/appeals/{number}/files/{no}"),
    GET("/{lang}/{page}"),
    POST("/{lang}/appeals/new/draft"),
    GET("/healthz"),
};

/* The pattern that `path` finds; "" for none, "400" for a path that is refused. */
static const char *found(struct arena *a, enum web_method method, const char *path, struct router_match *ret)
{
    struct router *r;
    assert_null(router_new(a, routes, sizeof routes / sizeof routes[0], &r));
    int status = router_split(a, str_c(path), &ret->path);
    if (status)
        return status == 400 ? "400" : "404";
    router_find(r, method, ret);
    return ret->route ? ret->route->pattern : "";
}

static void the_nearest_pattern_wins(void **state)
{
    static const struct {
        const char *path, *pattern;
    } table[] = {
        {"/", "/"},
        {"/kk", "/{lang}"},
        {"/de", ""},
        {"/kk/appeals/new", "/{lang}/appeals/new"},
        {"/kk/appeals/newer", "/{lang}/appeals/{number}"},
        {"/kk/appeals/12/files/3", "/{lang}/appeals/{number}/files/{no}"},
        {"/kk/appeals/new/files/3", "/{lang}/appeals/{number}/files/{no}"},
        {"/kk/help", "/{lang}/{page}"},
        {"/kk/appeals", "/{lang}/{page}"},
        {"/healthz", "/healthz"},
        {"/health%7A", "/healthz"},
        {"/Healthz", ""},
        {"/KK/help", ""},
        {"/kk/appeals/1/files", ""},
        {"/kk/", "404"},
        {"/kk//help", "404"},
        {"//kk/help", "404"},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", ""},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "404"},
    };
    struct router_match m = {0};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *pattern = found(*state, WEB_GET, table[i].path, &m);
        if (strcmp(pattern, table[i].pattern) != 0)
            fail_msg("%s found \"%s\"", table[i].path, pattern);
    }
}

static void paths_that_are_not_canonical_are_refused(void **state)
{
    static const char *const bad[] = {
        "/kk/%00",       "/kk/a%00b",   "/kk/%2F",    "/kk/%2f",    "/kk/a%2Fb",  "/kk/.",      "/kk/..",
        "/./kk",         "/../kk",      "/kk/%2e",    "/kk/%2E%2E", "/kk/.%2e",   "/kk/%",      "/kk/%4",
        "/kk/%zz",       "/kk/%-1",     "/kk/%u0041", "/kk/%ff",    "/kk/%c0%af", "/kk/%c1%bf", "/kk/%ed%a0%80",
        "/kk/%f4%90%80%80", "/kk/%0a",  "/kk/%0d%0a", "/kk/%7f",    "/kk/%c2%85", "/kk/%e0%80%af", "/kk/%d2",
        "/kk/a\\b",      "/\\evil",
    };
    struct router_match m = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (strcmp(found(*state, WEB_GET, bad[i], &m), "400") != 0)
            fail_msg("%s is taken", bad[i]);
}

static void names_are_decoded_values(void **state)
{
    struct router_match m = {0};
    (void)found(*state, WEB_GET, "/ru/appeals/%D2%9A-1+2/files/a%20b", &m);
    assert_str(router_param(&m, S("lang")), "ru");
    assert_str(router_param(&m, S("number")), "Қ-1+2");
    assert_str(router_param(&m, S("no")), "a b");
    assert_null(router_param(&m, S("other")).p);
}

static void a_wrong_method_learns_the_right_ones(void **state)
{
    struct router_match m = {0};
    assert_string_equal(found(*state, WEB_DELETE, "/kk/appeals/1", &m), "");
    assert_int_equal(m.allow, (1u << WEB_GET) | (1u << WEB_POST));
    assert_string_equal(found(*state, WEB_POST, "/healthz", &m), "");
    assert_int_equal(m.allow, 1u << WEB_GET);
    assert_string_equal(found(*state, WEB_POST, "/nowhere/at/all", &m), "");
    assert_int_equal(m.allow, 0);
}

static void tables_that_cannot_be_right_are_refused_at_start(void **state)
{
    static const struct {
        const char *why;
        struct web_route routes[2];
    } table[] = {
        {"alike", {GET("/{lang}/a"), GET("/{lang}/a")}},
        {"alike but for the name", {GET("/{lang}/{a}"), GET("/{lang}/{b}")}},
        {"POST without a rule", {GET("/"), {WEB_POST, "/a", NULL, WEB_CSRF_READ, WEB_BODY_FORM, handler}}},
        {"DELETE without a rule", {GET("/"), {WEB_DELETE, "/a", NULL, WEB_CSRF_READ, WEB_BODY_NONE, handler}}},
        {"GET with a rule", {GET("/"), {WEB_GET, "/a", NULL, WEB_CSRF_FORM, WEB_BODY_NONE, handler}}},
        {"GET with a body", {GET("/"), {WEB_GET, "/a", NULL, WEB_CSRF_READ, WEB_BODY_FORM, handler}}},
        {"DELETE with a body", {GET("/"), {WEB_DELETE, "/a", NULL, WEB_CSRF_API, WEB_BODY_JSON, handler}}},
        {"no handler", {GET("/"), {WEB_GET, "/a", NULL, WEB_CSRF_READ, WEB_BODY_NONE, NULL}}},
        {"no slash", {GET("/"), GET("a")}},
        {"empty segment", {GET("/"), GET("/a//b")}},
        {"trailing slash", {GET("/"), GET("/a/")}},
        {"half a name", {GET("/"), GET("/{a")}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct router *r;
        struct err *e = router_new(*state, table[i].routes, 2, &r);
        if (!e || e->code != ERR_CONFIG)
            fail_msg("%s: taken", table[i].why);
    }
}

static void encoding_is_the_inverse_of_decoding(void **state)
{
    char all[256];
    struct str back;
    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    struct str plain = {all, 127};
    assert_true(percent_decode(*state, percent_encode(*state, plain, false), PERCENT_QUERY, &back));
    assert_true(str_eq(plain, back));
    assert_str(percent_encode(*state, S("a/b c+қ"), true), "a/b%20c%2B%D2%9B");
    assert_str(percent_encode(*state, S("a/b"), false), "a%2Fb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_nearest_pattern_wins),
        TEST(paths_that_are_not_canonical_are_refused),
        TEST(names_are_decoded_values),
        TEST(a_wrong_method_learns_the_right_ones),
        TEST(tables_that_cannot_be_right_are_refused_at_start),
        TEST(encoding_is_the_inverse_of_decoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
