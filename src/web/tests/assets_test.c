/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * assets_test.c - addresses with a hash, and which representation a client gets.
 */
#include "tests/test.h"

#include "base/hash.h"
#include "web/assets.h"

static const struct asset *named(const char *name)
{
    size_t n;
    const struct asset *all = assets_all(&n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, str_c(name)))
            return &all[i];
    fail_msg("no asset %s", name);
    return NULL;
}

static void address_holds_the_hash_of_the_content(void **state)
{
    size_t n;
    const struct asset *all = assets_all(&n);
    assert_true(n >= 9);
    for (size_t i = 0; i < n; i++) {
        struct hash h = HASH(all[i].raw);
        struct str hex = str_slice(str_hex(*state, h.b, 32), 0, 8);
        assert_true(str_find_str(all[i].path, hex) != SIZE_MAX);
        assert_true(str_starts(all[i].path, S("/assets/")));
        assert_true(all[i].type.n > 0 && all[i].raw.n > 0);
        assert_true(str_eq(asset_url(str_to_c(*state, all[i].name)), all[i].path));
        struct asset_reply r;
        assert_true(assets_find(all[i].path, (struct str){0}, &r));
        assert_ptr_equal(r.body.p, all[i].raw.p);
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(all[k].path, all[i].path));
    }
}

static void style_sheet_names_addresses_that_exist(void **state)
{
    (void)state;
    struct str css = named("birge.css")->raw;
    size_t n_urls = 0;
    for (size_t at; (at = str_find_str(css, S("url("))) != SIZE_MAX; n_urls++) {
        struct str rest = str_slice(css, at + 4, css.n);
        struct str url;
        assert_true(str_cut(rest, ')', &url, &css));
        if (url.n && url.p[0] == '"')
            url = str_slice(url, 1, url.n - 1);
        struct asset_reply r;
        assert_true(assets_find(str_printf(*state, "/assets/%.*s", STR_FMT(url)), (struct str){0}, &r));
    }
    assert_true(n_urls >= 6);
}

static void unknown_and_old_addresses_are_not_found(void **state)
{
    (void)state;
    struct asset_reply r;
    const char *const paths[] = {"", "/", "/assets/", "/assets/birge.css", "/assets/birge.00000000.css",
                                 "/assets/../assets/birge.css", "birge.css"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_false(assets_find(str_c(paths[i]), (struct str){0}, &r));
    assert_false(assets_find((struct str){0}, (struct str){0}, &r));
    struct str path = named("birge.css")->path;
    assert_false(assets_find(str_slice(path, 0, path.n - 1), (struct str){0}, &r));
}

/* Source: RFC 9110, 12.5.3, its examples and rules. */
static void client_gets_what_it_can_read(void **state)
{
    (void)state;
    const struct {
        const char *accept;
        const char *encoding; /* "" is plain */
    } cases[] = {
        {"gzip, deflate, br, zstd", "br"},
        {"gzip, deflate", "gzip"},
        {"compress, gzip", "gzip"},
        {"x-gzip", "gzip"},
        {"GZIP", "gzip"},
        {"", ""},
        {"*", "br"},
        {"compress;q=0.5, gzip;q=1.0", "gzip"},
        {"gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"},
        {"br;q=0.5, gzip;q=0.8", "gzip"},
        {"br;q=0, gzip;q=0", ""},
        {"br;q=0, *", "gzip"},
        {"br;q=0.0, *;q=0.5", "gzip"},
        {"identity;q=1, gzip;q=0.5, br;q=0.5", ""},
        {"identity", ""},
        {"deflate", ""},
        {"*;q=0", ""},
        {"br;q=1.0001", ""},
        {"br;q=5", ""},
        {"br;q=", ""},
        {"br;level=3;q=0", ""},
        {"brotli", ""},
        {";;,,=,q=1", ""},
    };
    const struct asset *css = named("birge.css");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asset_reply r;
        assert_true(assets_find(css->path, str_c(cases[i].accept), &r));
        if (!str_eq(r.encoding.p ? r.encoding : S(""), str_c(cases[i].encoding)))
            fail_msg("\"%s\" got \"%.*s\"", cases[i].accept, STR_FMT(r.encoding));
        assert_true(r.has_variants);
    }
}

static void each_representation_has_its_own_etag(void **state)
{
    (void)state;
    const struct asset *css = named("birge.css");
    struct asset_reply plain;
    struct asset_reply gzip;
    struct asset_reply brotli;
    assert_true(assets_find(css->path, S(""), &plain));
    assert_true(assets_find(css->path, S("gzip"), &gzip));
    assert_true(assets_find(css->path, S("br"), &brotli));
    assert_false(str_eq(plain.etag, gzip.etag));
    assert_false(str_eq(plain.etag, brotli.etag));
    assert_false(str_eq(gzip.etag, brotli.etag));
    assert_true(brotli.body.n < gzip.body.n && gzip.body.n < plain.body.n);
    assert_int_equal((unsigned char)gzip.body.p[0], 0x1f);
    assert_int_equal((unsigned char)gzip.body.p[1], 0x8b);
    assert_str(plain.cache_control, "public, max-age=31536000, immutable");
    assert_str(plain.type, "text/css; charset=utf-8");
}

static void fonts_are_sent_as_they_are(void **state)
{
    (void)state;
    struct asset_reply r;
    assert_true(assets_find(asset_url("golos-cyrillic-ext-400.woff2"), S("br, gzip"), &r));
    assert_null(r.encoding.p);
    assert_false(r.has_variants);
    assert_str(r.type, "font/woff2");
    assert_memory_equal(r.body.p, "wOF2", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(address_holds_the_hash_of_the_content),
        TEST(style_sheet_names_addresses_that_exist),
        TEST(unknown_and_old_addresses_are_not_found),
        TEST(client_gets_what_it_can_read),
        TEST(each_representation_has_its_own_etag),
        TEST(fonts_are_sent_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
