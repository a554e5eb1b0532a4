/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log_pages_test.c - the public log over HTTP: what programs fetch, and what people read and check.
 */
#include "core/tests/state.h"

#include "algo/merkle.h"
#include "base/buf.h"
#include "core/keys.h"
#include "core/receipt.h"
#include "gen/core_queries.h"

/* ---- a log with something in it ---- */

static struct err *do_many(struct action *x)
{
    for (int i = 0; i < 300; i++) {
        struct event *e = ARENA_NEW(x->a, struct event);
        *e = (struct event){.noun = S("realm"), .noun_id = 1, .verb = S("noted"), .actor = actor_operator()};
        TRY(journal_append(x->site->journal, x->tx, e));
    }
    return NULL;
}

struct registration {
    struct str lines, salt, text;
    int64_t leaf, size;
};

static struct err *do_register(struct action *x)
{
    struct registration *g = x->command;
    struct event *e = ARENA_NEW(x->a, struct event);
    *e = (struct event){.noun = S("appeal"), .noun_id = 1, .verb = S("registered"), .actor = actor_visitor(),
                        .lines = g->lines, .salt = g->salt};
    x->result = e;
    return journal_append(x->site->journal, x->tx, e);
}

/* A registration with its receipt. */
static struct registration state_register(struct state *s)
{
    struct registration g = {.salt = random_str(s->a, RECEIPT_SALT)};
    struct receipt rc = {.number = S("2026-0000001-5"), .registered_at = s->now, .body = S("Жол басқармасы")};
    rc.content = receipt_content(g.salt, S("Light"), S("The lamp is broken."));
    assert_ok(receipt_lines(s->a, &rc, &g.lines));
    state_do(s, actor_operator(), do_register, &g);
    struct event *e = s->last.result;
    assert_ok(receipt_of_event(s->a, s->site->journal, s->read, g.lines, g.salt, e->leaf, e->size, &g.text));
    return g;
}

static struct vkey state_vkey(struct state *s)
{
    return log_key_public(s->site->keys->log);
}

/* ---- for programs ---- */

static void checkpoint_and_key_belong_together(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply r = http_get(c, "/log/key");
    struct vkey v;
    struct tree_head head;
    assert_int_equal(r.status, 200);
    assert_str(http_header(&r, "Content-Type"), "text/plain; charset=utf-8");
    assert_ok(vkey_parse(s->a, r.body, &v));
    r = http_get(c, "/log/checkpoint");
    assert_int_equal(r.status, 200);
    assert_str(http_header(&r, "Cache-Control"), "no-store");
    assert_ok(checkpoint_open(s->a, &v, r.body, &head));
    assert_int_equal(head.size, journal_size(s->site->journal));
    state_do(s, actor_operator(), do_many, NULL);
    r = http_get(c, "/log/checkpoint");
    assert_ok(checkpoint_open(s->a, &v, r.body, &head));
    assert_int_equal(head.size, journal_size(s->site->journal));
    /* The older ones stay there. */
    r = http_get(c, str_printf(s->a, "/log/checkpoint/%lld", (long long)head.size - 301).p);
    assert_int_equal(r.status, 200);
    assert_ok(checkpoint_open(s->a, &v, r.body, &head));
    assert_int_equal(http_get(c, "/log/checkpoint/1000000").status, 404);
    assert_int_equal(http_get(c, "/log/checkpoint/-1").status, 404);
    assert_int_equal(http_get(c, "/log/checkpoint/x").status, 404);
}

static void tiles_hash_to_the_checkpoint(void **state)
{
    struct state *s = state_new(*state);
    state_do(s, actor_operator(), do_many, NULL);
    state_serve(s);
    struct http_client *c = state_client(s);
    int size = (int)journal_size(s->site->journal);
    assert_in_range(size, 257, 511);
    const char *names[] = {"000", str_printf(s->a, "001.p/%d", size - 256).p};
    struct merkle_frontier tree = {0};
    for (int n = 0; n < 2; n++) {
        struct http_reply tile = http_get(c, str_printf(s->a, "/log/tile/0/%s", names[n]).p);
        struct http_reply bundle = http_get(c, str_printf(s->a, "/log/tile/entries/%s", names[n]).p);
        int width = n == 0 ? 256 : size - 256;
        assert_int_equal(tile.status, 200);
        assert_int_equal(bundle.status, 200);
        assert_str(http_header(&tile, "Content-Type"), "application/octet-stream");
        assert_str(http_header(&tile, "Cache-Control"), n == 0 ? "public, max-age=31536000, immutable"
                                                               : "public, max-age=86400, s-maxage=86400");
        assert_int_equal(tile.body.n, width * HASH_BYTES);
        assert_int_equal(bundle.body.n, width * (2 + LOG_ENTRY_BYTES));
        for (int i = 0; i < width; i++) {
            struct hash leaf = merkle_leaf((struct str){bundle.body.p + i * 56 + 2, LOG_ENTRY_BYTES});
            assert_memory_equal(leaf.b, tile.body.p + i * HASH_BYTES, HASH_BYTES);
            merkle_append(&tree, &leaf);
        }
    }
    struct tree_head head;
    struct vkey v = state_vkey(s);
    struct hash root = merkle_root(&tree);
    assert_ok(checkpoint_open(s->a, &v, http_get(c, "/log/checkpoint").body, &head));
    assert_memory_equal(head.root.b, root.b, HASH_BYTES);
    assert_int_equal(http_get(c, "/log/tile/1/000.p/1").status, 200);
}

static void a_tile_has_one_address_and_what_is_not_there_is_404(void **state)
{
    static const char *const bad[] = {
        "/log/tile/0/0", "/log/tile/0/00", "/log/tile/0/0000", "/log/tile/0/x000/000", "/log/tile/0/000/000",
        "/log/tile/0/x000", "/log/tile/0/001", "/log/tile/0/000.p/0", "/log/tile/0/000.p/256", "/log/tile/0/000.p/01",
        "/log/tile/0/000.p/", "/log/tile/0/000.p", "/log/tile/0/000.p/1/1", "/log/tile/00/000", "/log/tile/-1/000",
        "/log/tile/64/000", "/log/tile/8/000.p/1", "/log/tile/1/000", "/log/tile/1/000.p/2", "/log/tile/2/000.p/1",
        "/log/tile/0/x001/000", "/log/tile/0/x999/x999/999", "/log/tile/0/x999/x999/x999/999", "/log/tile/entries/001",
        "/log/tile/entries/x000/000", "/log/tile/Entries/000", "/log/tile/0/0%300", "/log/tile/0/+00", "/log/tile/0/a00",
    };
    struct state *s = state_new(*state);
    state_do(s, actor_operator(), do_many, NULL);
    state_serve(s);
    struct http_client *c = state_client(s);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_reply r = http_get(c, bad[i]);
        if (r.status != 404 && r.status != 400)
            fail_msg("%s: %d", bad[i], r.status);
    }
    assert_int_equal(http_get(c, "/log/tile/0/000").status, 200);
    assert_int_equal(http_get(c, "/log/tile/0/000.p/255").status, 200);
    assert_int_equal(http_get(c, "/log/tile/0/000?x=1").status, 200);
}

/* ---- for people ---- */

static int64_t notes_linked(const struct http_reply *r)
{
    struct str rest = r->body;
    int64_t n = 0;
    for (size_t at; (at = str_find_str(rest, S("\"/log/checkpoint/"))) != SIZE_MAX; n++)
        rest = str_slice(rest, at + 1, rest.n);
    return n;
}

/* The link to older checkpoints, without the language; behind the heading, since the frame links to itself. */
static struct str older_link(const struct http_reply *r)
{
    struct str rest = str_slice(r->body, str_find_str(r->body, S("</h1>")), r->body.n);
    size_t at = str_find_str(rest, S("/log?before="));
    if (at == SIZE_MAX)
        return (struct str){0};
    rest = str_slice(rest, at, rest.n);
    return str_slice(rest, 0, str_find(rest, '"'));
}

static void the_page_of_the_log_shows_key_checkpoint_and_the_way(void **state)
{
    static const char *const languages[] = {"kk", "ru", "en"};
    struct state *s = state_new(*state);
    struct vkey v = state_vkey(s);
    for (int i = 0; i < 30; i++)
        state_register(s);
    state_serve(s);
    struct http_client *c = state_client(s);
    for (int i = 0; i < 3; i++) {
        struct http_reply r = http_get(c, str_printf(s->a, "/%s/log", languages[i]).p);
        assert_int_equal(r.status, 200);
        struct str key = vkey_text(s->a, &v);
        assert_true(http_contains(&r, str_printf(s->a, "birge verify --key &#39;%.*s&#39;", STR_FMT(key)).p) ||
                    http_contains(&r, key.p));
        assert_true(http_contains(&r, "verify.py"));
        assert_false(http_contains(&r, "log.")); /* a text that is missing would show its id */
        /* Through all pages to the oldest: every head is there once. */
        int64_t heads = notes_linked(&r);
        for (struct str older; (older = older_link(&r)).p;) {
            r = http_get(c, str_printf(s->a, "/%s%.*s", languages[i], STR_FMT(older)).p);
            assert_int_equal(r.status, 200);
            heads += notes_linked(&r);
        }
        struct core_q_head_last_row last;
        bool found;
        assert_ok(core_q_head_last(s->a, s->read, 1, &last, &found));
        assert_true(last.batch > 30);
        assert_int_equal(heads, last.batch);
    }
}

static struct http_reply check(struct state *s, struct http_client *c, struct str receipt)
{
    struct http_reply page = http_get(c, "/en/log/check");
    const char *pairs[] = {"receipt", str_to_c(s->a, receipt), NULL};
    return http_post_form(c, "/en/log/check", pairs, http_csrf(&page));
}

static void a_receipt_can_be_checked_on_the_page(void **state)
{
    struct state *s = state_new(*state);
    struct registration g = state_register(s);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply r = check(s, c, g.text);
    assert_int_equal(r.status, 200);
    assert_true(http_contains(&r, "The receipt holds"));
    assert_true(http_contains(&r, "2026-0000001-5"));
    assert_true(http_contains(&r, "Жол басқармасы"));
    r = check(s, c, str_slice(g.text, 0, g.text.n - 1)); /* the last line end is easily lost */
    assert_true(http_contains(&r, "The receipt holds"));
    struct str rest = g.text;
    struct buf crlf;
    buf_init(&crlf, s->a, 2 * g.text.n); /* as a browser sends it */
    for (size_t i = 0; i < rest.n; i++)
        buf_c(&crlf, rest.p[i] == '\n' ? "\r\n" : (char[]){rest.p[i], '\0'});
    r = check(s, c, buf_view(&crlf));
    assert_true(http_contains(&r, "The receipt holds"));

    char *p = str_to_c(s->a, g.text);
    p[str_find_str(g.text, S("0000001"))] = '1';
    r = check(s, c, str_c(p));
    assert_int_equal(r.status, 200);
    assert_false(http_contains(&r, "The receipt holds"));
    assert_true(http_contains(&r, "the log does not hold what this receipt says"));
    p = str_to_c(s->a, g.text);
    p[str_find_str(g.text, S("birge.example/core\n"))] = 'c';
    r = check(s, c, str_c(p));
    assert_true(http_contains(&r, "The signature is not that of this log."));
    r = check(s, c, S("Birge receipt v1\nhello"));
    assert_true(http_contains(&r, "The text is not a receipt as it was given out"));
    r = check(s, c, S(""));
    assert_int_equal(r.status, 422);
    r = check(s, c, S("<script>alert(1)</script>"));
    assert_false(http_contains(&r, "<script>alert"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(checkpoint_and_key_belong_together),
        TEST(tiles_hash_to_the_checkpoint),
        TEST(a_tile_has_one_address_and_what_is_not_there_is_404),
        TEST(the_page_of_the_log_shows_key_checkpoint_and_the_way),
        TEST(a_receipt_can_be_checked_on_the_page),
    };
    return cmocka_run_group_tests_name("log_pages", tests, NULL, NULL);
}
