/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * notice_test.c - letters stand and fall with their action, say nothing of the case, and are delivered once;
 * and edges of the trace are found from both ends.
 */
#include "core/tests/journal_fixture.h"

#include <dirent.h>

#include "base/buf.h"
#include "base/file.h"
#include "core/config.h"
#include "core/notice.h"
#include "core/trace.h"

struct post {
    struct folder f;
    struct config config;
    struct site site;
    struct notice notice;
    bool fails; /* the action that writes it */
};

static struct post post_new(struct arena *a)
{
    struct post p = {.f = folder_new(a), .config = config_default()};
    folder_open(&p.f);
    p.site = (struct site){.db = p.f.db, .journal = p.f.journal, .realm = REALM, .base_url = S("https://birge.test:8443"),
                           .data_dir = str_dup(a, str_c(p.f.dir))};
    p.notice = (struct notice){.noun = S("appeal"), .noun_id = 7, .kind = "answered", .transport = S("email"),
                               .recipient = S("aigul@example.org"), .language = S("kk"), .number = S("2026-0000007-1"),
                               .link = S("https://birge.test:8443/kk/track?number=2026-0000007-1")};
    return p;
}

static struct err *add_run(struct db_job *job, struct db_tx *tx)
{
    struct post *p = job->user;
    TRY(notice_add(job->a, tx, &p->site, INT64_C(1774861200000), &p->notice));
    return p->fails ? ERR(job->a, ERR_INPUT, "asked to fail") : NULL;
}

static struct err *post_add(struct post *p)
{
    struct db_job job = {.a = p->f.a, .user = p, .run = add_run};
    p->site.config = &p->config;
    return db_run(p->f.db, &job);
}

static struct str outbox_file(struct post *p, const char *name)
{
    struct str bytes = {0};
    struct err *e = file_read(p->f.a, str_printf(p->f.a, "%s/outbox/%s", p->f.dir, name).p, 65536, &bytes);
    return e ? (struct str){0} : bytes;
}

static int outbox_count(struct post *p)
{
    DIR *d = opendir(str_printf(p->f.a, "%s/outbox", p->f.dir).p);
    int n = 0;
    if (!d)
        return 0;
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

static int hex(char c)
{
    return c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* The text of a letter: its body decoded from quoted-printable. */
static struct str letter_text(struct post *p, struct str letter)
{
    size_t i = str_find_str(letter, S("\r\n\r\n")) + 4;
    struct buf b;
    buf_init(&b, p->f.a, 65536);
    while (i < letter.n) {
        bool is_soft = letter.p[i] == '=' && letter.p[i + 1] == '\r';
        if (is_soft)
            i += 3;
        else if (letter.p[i] == '=') {
            buf_byte(&b, (char)(hex(letter.p[i + 1]) * 16 + hex(letter.p[i + 2])));
            i += 3;
        } else
            buf_byte(&b, letter.p[i++]);
    }
    return buf_view(&b);
}

/* Letters that wait. */
static struct core_q_deliveries_open_row *waiting(struct post *p, size_t *ret_n)
{
    struct core_q_deliveries_open_row *rows;
    assert_ok(core_q_deliveries_open(p->f.a, p->f.read, REALM, 0, 10, &rows, ret_n));
    return rows;
}

static void a_letter_becomes_a_file_once(void **state)
{
    struct post p = post_new(*state);
    assert_ok(post_add(&p));
    assert_int_equal(outbox_count(&p), 0);
    assert_ok(notice_deliver(p.f.a, &p.site));
    struct str letter = outbox_file(&p, "000000000001.eml");
    assert_non_null(letter.p);
    assert_true(str_starts(letter, S("Date: Mon, 30 Mar 2026 09:00:00 +0000\r\n"
                                     "From: =?UTF-8?B?QmlyZ2U=?=\r\n <no-reply@birge.test>\r\n"
                                     "To: <aigul@example.org>\r\nMessage-ID: <notice-1-1-1774861200000@birge.test>\r\n"
                                     "In-Reply-To: <appeal-1-7@birge.test>\r\n")));
    assert_true(str_find_str(letter, S("\r\nSubject: =?UTF-8?B?")) != SIZE_MAX);
    for (size_t i = 0, line = 0; i < letter.n; i++) { /* RFC 5322: CRLF, short lines; ASCII, since all is encoded */
        assert_true((uint8_t)letter.p[i] < 0x80);
        line = letter.p[i] == '\n' ? 0 : line + 1;
        assert_true(line <= 77);
        assert_true(letter.p[i] != '\n' || letter.p[i - 1] == '\r');
    }
    struct str text = letter_text(&p, letter);
    assert_true(str_starts(text, S("2026-0000007-1 өтінішіңізге жауап берілді.")));
    assert_true(str_find_str(text, S("https://birge.test:8443/kk/track?number=2026-0000007-1")) != SIZE_MAX);
    /* Delivered is delivered: nothing is written again. */
    run_shell(str_printf(p.f.a, "rm %s/outbox/*", p.f.dir).p);
    assert_ok(notice_deliver(p.f.a, &p.site));
    assert_int_equal(outbox_count(&p), 0);
    folder_end(&p.f);
}

static void a_letter_of_an_action_that_failed_is_never_sent(void **state)
{
    struct post p = post_new(*state);
    p.fails = true;
    assert_int_equal(post_add(&p)->code, ERR_INPUT);
    p.fails = false;
    assert_ok(post_add(&p));
    assert_ok(notice_deliver(p.f.a, &p.site));
    assert_int_equal(outbox_count(&p), 1);
    folder_end(&p.f);
}

static void a_letter_that_cannot_be_written_waits_and_says_why(void **state)
{
    struct post p = post_new(*state);
    struct core_q_deliveries_open_row *rows;
    size_t n;
    assert_ok(post_add(&p));
    /* A folder lies where the file should: rename cannot replace it. */
    run_shell(str_printf(p.f.a, "mkdir -p %s/outbox/000000000001.eml/x", p.f.dir).p);
    assert_ok(notice_deliver(p.f.a, &p.site));
    rows = waiting(&p, &n);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].tries, 1);
    run_shell(str_printf(p.f.a, "rm -r %s/outbox/000000000001.eml", p.f.dir).p);
    assert_ok(notice_deliver(p.f.a, &p.site));
    assert_non_null(outbox_file(&p, "000000000001.eml").p);
    (void)waiting(&p, &n);
    assert_int_equal(n, 0);
    folder_end(&p.f);
}

static void many_letters_are_all_delivered(void **state)
{
    struct post p = post_new(*state);
    for (int i = 0; i < 103; i++)
        assert_ok(post_add(&p));
    assert_ok(notice_deliver(p.f.a, &p.site));
    assert_int_equal(outbox_count(&p), 103);
    folder_end(&p.f);
}

static void a_message_to_a_phone_is_short(void **state)
{
    struct post p = post_new(*state);
    p.notice.transport = S("phone");
    p.notice.recipient = S("+7 701 000 00 00");
    p.notice.language = S("ru");
    p.notice.kind = "contact_code";
    p.notice.code = S("123456");
    p.notice.link = S("/ru/track?number=2026-0000007-1"); /* the site does not know its address */
    assert_ok(post_add(&p));
    assert_ok(notice_deliver(p.f.a, &p.site));
    struct str text = outbox_file(&p, "000000000001.sms");
    assert_true(str_starts(text, S("+7 701 000 00 00\n\nВаш код: 123456.")));
    assert_true(str_find_str(text, S("«Моё обращение»")) != SIZE_MAX);
    assert_int_equal(str_find_str(text, S("{")), SIZE_MAX);
    assert_int_equal(str_find_str(text, S("/ru/track")), SIZE_MAX);
    folder_end(&p.f);
}

static void a_recipient_cannot_add_headers(void **state)
{
    static const char *const bad[] = {"", "a@b\r\nBcc: c@d", "a@b\nX: y", "a\x7F@b", "a@b\x01", "\xFF@b"};
    struct post p = post_new(*state);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        p.notice.recipient = str_c(bad[i]);
        struct err *e = post_add(&p);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_INPUT);
    }
    char *longest = arena_alloc(p.f.a, 400);
    memset(longest, 'a', 321);
    p.notice.recipient = (struct str){longest, 321};
    assert_int_equal(post_add(&p)->code, ERR_INPUT);
    folder_end(&p.f);
}

static void every_kind_has_its_words_in_every_language(void **state)
{
    static const char *const kinds[] = {"registered", "forwarded", "answered", "refused", "answer_changed",
                                        "answer_file_added", "extended", "code_renewed", "contact_code", "contact_changed"};
    static const char *const languages[] = {"kk", "ru", "en"};
    struct post p = post_new(*state);
    struct str seen[64];
    int n = 0;
    p.notice.code = S("654321");
    for (size_t l = 0; l < 3; l++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            p.notice.kind = kinds[k];
            p.notice.language = str_c(languages[l]);
            assert_ok(post_add(&p));
            assert_ok(notice_deliver(p.f.a, &p.site));
            struct str text = letter_text(&p, outbox_file(&p, str_printf(p.f.a, "%012d.eml", n + 1).p));
            assert_int_equal(str_find_str(text, S("{")), SIZE_MAX);      /* all filled in */
            assert_int_equal(str_find_str(text, S("notice.")), SIZE_MAX); /* none missing */
            assert_true(str_find_str(text, S("2026-0000007-1")) != SIZE_MAX);
            for (int i = 0; i < n; i++)
                assert_false(str_eq(seen[i], text));
            seen[n++] = text;
        }
    }
    p.notice.kind = "something_else";
    assert_ok(post_add(&p));
    assert_ok(notice_deliver(p.f.a, &p.site));
    struct str text = letter_text(&p, outbox_file(&p, str_printf(p.f.a, "%012d.eml", n + 1).p));
    assert_true(str_starts(text, S("There is something new about your appeal 2026-0000007-1.")));
    folder_end(&p.f);
}

/* ---- trace ---- */

static struct err *trace_run(struct db_job *job, struct db_tx *tx)
{
    struct trace_end appeal = {S("appeal"), 7};
    struct trace_end answer = {S("answer"), 70};
    struct trace_end body = {S("body"), 3};
    TRY(trace_add(job->a, tx, REALM, appeal, S("held_by"), body, 100));
    TRY(trace_add(job->a, tx, REALM, appeal, S("answered_by"), answer, 200));
    TRY(trace_add(job->a, tx, REALM, answer, S("given_by"), body, 200));
    return trace_add(job->a, tx, REALM, appeal, S("held_by"), body, 300); /* known already */
}

static void edges_are_found_from_both_ends(void **state)
{
    struct folder f = folder_new(*state);
    struct db_job job = {.a = f.a, .run = trace_run};
    struct trace_edge *edges;
    size_t n;
    folder_open(&f);
    assert_ok(db_run(f.db, &job));
    assert_ok(trace_from(f.a, f.read, REALM, (struct trace_end){S("appeal"), 7}, &edges, &n));
    assert_int_equal(n, 2);
    assert_str(edges[0].edge, "answered_by");
    assert_int_equal(edges[0].end.id, 70);
    assert_str(edges[1].edge, "held_by");
    assert_int_equal(edges[1].at, 100);
    assert_ok(trace_to(f.a, f.read, REALM, (struct trace_end){S("body"), 3}, &edges, &n));
    assert_int_equal(n, 2);
    assert_str(edges[0].end.noun, "answer");
    assert_str(edges[1].end.noun, "appeal");
    assert_ok(trace_from(f.a, f.read, REALM, (struct trace_end){S("body"), 3}, &edges, &n));
    assert_int_equal(n, 0);
    assert_ok(trace_from(f.a, f.read, REALM + 1, (struct trace_end){S("appeal"), 7}, &edges, &n));
    assert_int_equal(n, 0);
    folder_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_letter_becomes_a_file_once),
        TEST(a_letter_of_an_action_that_failed_is_never_sent),
        TEST(a_letter_that_cannot_be_written_waits_and_says_why),
        TEST(many_letters_are_all_delivered),
        TEST(a_message_to_a_phone_is_short),
        TEST(a_recipient_cannot_add_headers),
        TEST(every_kind_has_its_words_in_every_language),
        TEST(edges_are_found_from_both_ends),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
