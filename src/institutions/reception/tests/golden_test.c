/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * golden_test.c - the main pages of citizens as the server sends them, against golden files, in three languages.
 *
 *     reception_golden_test FOLDER           compare
 *     reception_golden_test FOLDER --write   a change that is meant: write, then read the difference
 *
 * Only <main> is compared: the frame has its own golden files. Tokens, keys, codes and hashes of rules are masked;
 * everything else, dates and numbers included, is the same at every run, since the clock stands still.
 */
#include "institutions/reception/tests/served.h"

#include <ctype.h>

#include "base/clock.h"
#include "base/file.h"
#include "core/keys.h"

static const char *folder;
static bool is_writing;

/* ---- masking ---- */

/* What differs from run to run stands behind one of these, up to the closing quote. */
static const char *const masked[] = {"name=\"csrf\" value=\"", "name=\"key\" value=\"", "name=\"stamp\" value=\"",
                                     "name=\"token\" value=\"", "name=\"code\" value=\""};

static bool is_code_char(char c)
{
    return isdigit((unsigned char)c) || (c >= 'A' && c <= 'Z');
}

/* "AAAA-BBBB-CCCC-DDDD-EEEE": the code in groups. */
static bool is_code(struct str s)
{
    if (s.n < 24)
        return false;
    for (size_t i = 0; i < 24; i++)
        if (i % 5 == 4 ? s.p[i] != '-' : !is_code_char(s.p[i]))
            return false;
    return true;
}

static struct str main_of(struct arena *a, struct str page)
{
    size_t from = str_find_str(page, S("<main"));
    size_t to = str_find_str(page, S("</main>"));
    assert_true(from != SIZE_MAX && to != SIZE_MAX);
    struct str rest = str_slice(page, from, to + 8);
    struct buf b;
    buf_init(&b, a, 8 * ARENA_MIB);
    while (rest.n > 0) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof masked / sizeof masked[0] && skip == 0; i++) {
            if (!str_starts(rest, str_c(masked[i])))
                continue;
            buf_c(&b, masked[i]);
            buf_c(&b, "...");
            skip = strlen(masked[i]);
            skip += str_find(str_slice(rest, skip, rest.n), '"');
        }
        if (skip == 0 && is_code(rest)) {
            buf_c(&b, "CODE");
            skip = 24;
        }
        if (skip == 0 && str_starts(rest, S("kz-2026@"))) {
            buf_c(&b, "kz-2026@...");
            skip = 8 + 12;
        }
        if (skip == 0) {
            buf_byte(&b, rest.p[0]);
            skip = 1;
        }
        rest = str_slice(rest, skip, rest.n);
    }
    return buf_view(&b);
}

static void compare(struct arena *a, const char *lang, const char *name, const struct http_reply *r)
{
    struct str page = main_of(a, r->body);
    struct str path = str_printf(a, "%s/%s/%s.html", folder, lang, name);
    struct str golden;
    if (is_writing) {
        assert_ok(file_mkdir(a, str_printf(a, "%s/%s", folder, lang).p, 0755));
        assert_ok(file_swap(a, path.p, page, 0644));
        return;
    }
    assert_ok(file_read(a, path.p, 8 * ARENA_MIB, &golden));
    size_t at = 0;
    while (at < page.n && at < golden.n && page.p[at] == golden.p[at])
        at++;
    if (at == page.n && at == golden.n)
        return;
    struct str is = str_slice(page, at, at + 120);
    struct str was = str_slice(golden, at, at + 120);
    fail_msg("%s at byte %zu: \"%.*s\", golden: \"%.*s\"; meant? run it again with --write", path.p, at, STR_FMT(is),
             STR_FMT(was));
}

/* ---- pages ---- */

static void get(struct http_client *c, const char *lang, const char *name, const char *path)
{
    struct http_reply r = http_get(c, str_to_c(c->a, str_printf(c->a, "/%s%s", lang, path)));
    assert_int_equal(r.status, 200);
    compare(c->a, lang, name, &r);
}

static void sending(struct served *s, const char *lang)
{
    struct http_client *c = served_client(s);
    get(c, lang, "choose", "/appeals/new");
    get(c, lang, "send", "/appeals/new/write?kind=complaint&body=roads&about=roads");
    char *path = str_to_c(c->a, str_printf(c->a, "/%s/appeals/new/write", lang));
    struct http_reply form = http_get(c, path);
    const char *const pairs[] = {"key", str_to_c(c->a, served_value(&form, "key")), "subject", "", "text", "Words & <words>",
                                 "email", "nobody", NULL};
    struct http_reply r = served_upload(c, path, pairs, http_csrf(&form), NULL, S(""));
    assert_int_equal(r.status, 422);
    compare(c->a, lang, "send-errors", &r);
    r = served_send(c, lang, "Көшеде шам жанбайды", "Жастар көшесінде үш апта шам жанбайды.");
    assert_int_equal(r.status, 201);
    compare(c->a, lang, "sent", &r);
}

static void following(struct served *s, const char *lang)
{
    struct http_client *c = served_client(s);
    struct submit_result *made = fixture_submit(s->f, s->f->at[F_ROADS].body, 0);
    struct sent sent = {.number = made->number, .code = made->code, .id = made->id};
    get(c, lang, "track", "/track");
    struct http_reply own = served_open(c, lang, &sent);
    compare(c->a, lang, "appeal-registered", &own);
    get(c, lang, "due", str_printf(c->a, "/appeals/%.*s/due", STR_FMT(sent.number)).p);
    s->f->now += 2 * MS_PER_DAY;
    fixture_assign(s->f, sent.id);
    s->f->now += 40 * MS_PER_DAY;
    fixture_answer(s->f, sent.id, true);
    struct opinion_command opinion = {sent.id, 1, false, S("Шам әлі жанбайды.")};
    fixture_do(s->f, reception_applicant_of(sent.id), reception_say_opinion, &opinion);
    struct http_reply closed = served_open(c, lang, &sent);
    compare(c->a, lang, "appeal-refused-late", &closed);
    get(c, lang, "home", "");
    get(c, lang, "bodies", "/bodies");
    get(c, lang, "body", "/bodies/roads");
    get(c, lang, "who-sees-what", "/who-sees-what");
}

/* Enough cases that something can be told, and few enough that something is not. */
static void counting(struct served *s, const char *lang)
{
    struct http_client *c = served_client(s);
    get(c, lang, "figures-none", "/figures?year=2025");
    for (int i = 0; i < 36; i++) {
        struct submit_result *r = fixture_submit(s->f, s->f->at[i % 9 ? F_ROADS : F_WATER].body, 0);
        s->f->now += MS_PER_DAY / 2;
        if (i % 4 == 0)
            continue;
        fixture_assign(s->f, r->id);
        fixture_answer(s->f, r->id, i % 6 == 5);
    }
    get(c, lang, "figures", "/figures");
    get(c, lang, "figures-body", "/figures/bodies/roads");
    get(c, lang, "figures-month", "/figures/months/2026-09");
}

static void pages_are_the_golden_ones(void **state)
{
    static const char *const languages[] = {"kk", "ru", "en"};
    for (size_t i = 0; i < 3; i++) {
        struct arena *a = arena_new("golden", 0);
        struct served *s = served_new(a);
        sending(s, languages[i]);
        following(s, languages[i]);
        counting(s, languages[i]);
        arena_free(a);
    }
    (void)state;
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "src/institutions/reception/tests/golden";
    is_writing = argc > 2 && strcmp(argv[2], "--write") == 0;
    const struct CMUnitTest tests[] = {TEST(pages_are_the_golden_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
