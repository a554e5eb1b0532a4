/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_test.c - what an answer means for a letter, how letters are handed out and recorded, and that nothing
 * typed by people becomes a header or reaches a log.
 */
#include "core/tests/journal_fixture.h"

#include "base/buf.h"
#include "base/clock.h"
#include "core/config.h"
#include "core/courier.h"
#include "core/letter.h"
#include "core/notice.h"
#include "gen/core_queries.h"

/* ---- letters as bytes ---- */

static struct str letter_of(struct arena *a, const char *to, const char *subject, const char *text)
{
    struct letter l = {.at = INT64_C(1774861200000), .from = S("office@birge.test"), .from_name = S("Қабылдау"),
                       .to = str_c(to), .message_id = S("1@birge.test"), .thread = S("appeal-1@birge.test"),
                       .subject = str_c(subject), .language = S("kk"), .text = str_c(text)};
    struct str bytes;
    assert_ok(letter_write(a, &l, &bytes));
    return bytes;
}

static size_t header_lines(struct str letter)
{
    size_t end = str_find_str(letter, S("\r\n\r\n"));
    size_t n = 1;
    for (size_t i = 0; i < end; i++)
        n += letter.p[i] == '\n';
    return n;
}

static void what_people_typed_never_becomes_a_header(void **state)
{
    static const char *const bad[] = {
        "a@b\r\nBcc: c@d", "a@b\nX: y", "a b@c", "<a@b>", "a@b>", "a@b,c@d", "a@b@c", "\"a\"@b", "@b", "a@", "a@-b", "-a@b",
        "a@b..c", "a@.b", "a@b.", ".a@b", "a@[127.0.0.1]", "a\x7F@b", "\xD0\xB0@b", "a@\xD0\xB0", "a;b@c", "a@b c", "a:b@c",
        "a(b)@c", "a\\b@c", "",
    };
    size_t lines = header_lines(letter_of(*state, "aigul@example.org", "x", "y"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(letter_address_ok(str_c(bad[i])));
        struct str letter = letter_of(*state, bad[i], "x", "y");
        assert_int_equal(header_lines(letter), lines);
        assert_true(str_find_str(letter, S("\r\nTo: undisclosed-recipients:;\r\n")) != SIZE_MAX);
    }
    struct str letter = letter_of(*state, "aigul@example.org", "x\r\nBcc: c@d\r\n\r\nbody", "y");
    assert_int_equal(header_lines(letter), lines);
    assert_int_equal(str_find_str(letter, S("Bcc")), SIZE_MAX);
    struct letter l = {.from = S("a@b\r\nBcc: c@d"), .message_id = S("1@x"), .subject = S("x"), .text = S("y")};
    struct str bytes = S("untouched");
    assert_int_equal(letter_write(*state, &l, &bytes)->code, ERR_INPUT);
    assert_str(bytes, "untouched");
}

static void plain_addresses_are_taken(void **state)
{
    static const char *const good[] = {"a@b", "first.last+tag@sub.example.org", "o'neil_x-y@example-1.kz", "A@B.KZ"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(letter_address_ok(str_c(good[i])));
    assert_str(letter_domain(*state, S("A@Sub.Example.ORG")), "sub.example.org");
    assert_str(letter_domain(*state, S("nobody")), "");
}

static void lines_of_a_letter_are_short_and_ascii(void **state)
{
    char text[4000];
    (void)memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[500] = text[501] = ' ';
    text[1000] = '\n';
    text[1001] = '.';
    text[1002] = '\n';
    text[1500] = '=';
    struct str letter = letter_of(*state, "a@b", "ҚазақшаТақырыпҰзақҰзақҰзақҰзақҰзақҰзақҰзақҰзақ", text);
    size_t line = 0;
    for (size_t i = 0; i < letter.n; i++) {
        assert_true((uint8_t)letter.p[i] < 0x80 && letter.p[i] != '\0');
        assert_true(letter.p[i] != '\n' || letter.p[i - 1] == '\r');
        line = letter.p[i] == '\n' ? 0 : line + 1;
        assert_true(line <= 78);
    }
    assert_true(str_find_str(letter, S("\r\n.\r\n")) != SIZE_MAX); /* stuffing is the transport's */
    assert_true(str_find_str(letter, S("=3D")) != SIZE_MAX);
    assert_true(str_find_str(letter_of(*state, "a@b", "x", "blank \nend"), S("blank=20\r\n")) != SIZE_MAX);
}

/* ---- judging ---- */

static void an_answer_means_sent_later_never_or_nothing_about_the_letter(void **state)
{
    static const struct {
        enum courier_phase phase;
        int code;
        const char *text;
        enum courier_outcome outcome;
    } cases[] = {
        {PHASE_RELAY, 0, "could not connect", OUTCOME_RELAY},
        {PHASE_RELAY, 554, "554 no service", OUTCOME_RELAY},
        {PHASE_RELAY, 535, "535 5.7.8 wrong password", OUTCOME_RELAY},
        {PHASE_FROM, 550, "550 sender rejected", OUTCOME_RELAY},
        {PHASE_TO, 530, "530 5.7.0 authentication required", OUTCOME_RELAY},
        {PHASE_TO, 421, "421 shutting down", OUTCOME_RELAY},
        {PHASE_TO, 451, "451 4.7.1 greylisted", OUTCOME_LATER},
        {PHASE_TO, 450, "450 busy", OUTCOME_LATER},
        {PHASE_TO, 550, "550 5.1.1 no such user", OUTCOME_NEVER},
        {PHASE_TO, 550, "550 no such user", OUTCOME_NEVER},
        {PHASE_TO, 554, "554 5.7.1 relay access denied", OUTCOME_LATER},
        {PHASE_TO, 0, "connection lost", OUTCOME_LATER},
        {PHASE_DATA, 0, "connection lost", OUTCOME_LATER},
        {PHASE_DATA, 452, "452 4.3.1 disk full", OUTCOME_LATER},
        {PHASE_DATA, 554, "554 5.6.0 content refused", OUTCOME_NEVER},
        {PHASE_DATA, 421, "421 bye", OUTCOME_RELAY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct courier_answer answer = {.phase = cases[i].phase, .code = cases[i].code, .text = str_c(cases[i].text)};
        assert_int_equal(courier_judge(&answer), cases[i].outcome);
        enum courier_phase parsed;
        assert_true(courier_phase_parse(str_c(courier_phase_name(cases[i].phase)), &parsed));
        assert_int_equal(parsed, cases[i].phase);
    }
    assert_int_equal(courier_judge(&(struct courier_answer){.is_accepted = true}), OUTCOME_SENT);
}

static void pauses_double_stay_bounded_and_differ(void **state)
{
    int64_t seen_low = INT64_MAX;
    int64_t seen_high = 0;
    for (int64_t n = 1; n < 80; n++) {
        int64_t plain = n < 8 ? INT64_C(60000) << (n - 1) : 3600000;
        plain = plain < 3600000 ? plain : 3600000;
        for (uint64_t seed = 0; seed < 50; seed++) {
            int64_t pause = courier_pause(60000, 3600000, n, seed);
            assert_true(pause >= plain - plain / 4 && pause <= plain + plain / 4);
            assert_int_equal(pause, courier_pause(60000, 3600000, n, seed));
            if (n == 1) {
                seen_low = pause < seen_low ? pause : seen_low;
                seen_high = pause > seen_high ? pause : seen_high;
            }
        }
    }
    assert_true(seen_high - seen_low > 15000);
}

static void a_kept_answer_names_no_address(void **state)
{
    assert_str(courier_clean(*state, S("550 5.1.1 <aigul@example.org>: Recipient unknown"), S("aigul@example.org")),
               "550 5.1.1 <...@example.org>: Recipient unknown");
    assert_str(courier_clean(*state, S("550 user Aigul unknown, ask post@b.kz"), S("aigul@example.org")),
               "550 user ... unknown, ask ...@b.kz");
    assert_str(courier_clean(*state, S("450 a\r\nX: b\x01\x7F c"), S("")), "450 a  X: b   c");
    assert_str(courier_clean(*state, S("450 \xFF bad"), S("")), "450   bad");
    char big[3000];
    (void)memset(big, 'x', sizeof big);
    assert_true(courier_clean(*state, (struct str){big, sizeof big}, S("")).n <= 300);
}

/* ---- handing out ---- */

struct office {
    struct folder f;
    struct config config;
    struct site site;
    struct mail_settings m;
    struct notice notice;
    const char *to;
    int64_t at;
};

static struct office office_new(struct arena *a)
{
    struct office o = {.f = folder_new(a), .config = config_default()};
    folder_open(&o.f);
    o.site = (struct site){.db = o.f.db, .journal = o.f.journal, .realm = REALM, .base_url = S("https://birge.test"),
                           .data_dir = str_dup(a, str_c(o.f.dir))};
    o.notice = (struct notice){.noun = S("appeal"), .noun_id = 7, .kind = "answered", .transport = S("email"),
                               .language = S("en"), .number = S("2026-0000007-1"), .link = S("https://birge.test/en")};
    o.m = (struct mail_settings){.is_smtp = true, .connections = 4, .domain_connections = 2, .seconds = 60,
                                 .first_pause = 60000, .give_up_after = 3600000};
    o.at = clock_now() - 1000;
    return o;
}

static struct err *add_run(struct db_job *job, struct db_tx *tx)
{
    struct office *o = job->user;
    o->notice.recipient = str_c(o->to);
    return notice_add(job->a, tx, &o->site, o->at, &o->notice);
}

static void add(struct office *o, const char *to, int n)
{
    o->site.config = &o->config;
    o->to = to;
    for (int i = 0; i < n; i++) {
        struct db_job job = {.a = o->f.a, .user = o, .run = add_run};
        assert_ok(db_run(o->f.db, &job));
    }
}

static struct courier_letter *visit(struct office *o, struct courier_visit v, size_t *ret_n)
{
    struct courier_letter *letters;
    if (!v.by.p)
        v.by = S("here");
    assert_ok(courier_visit(o->f.a, &o->site, o->f.read, &o->m, &v, &letters, ret_n));
    return letters;
}

static void tell(struct office *o, int64_t id, struct courier_answer answer)
{
    struct courier_result r = {id, answer};
    size_t n;
    (void)visit(o, (struct courier_visit){.results = &r, .n_results = 1}, &n);
    assert_int_equal(n, 0);
}

static struct core_q_delivery_of_row row_of(struct office *o, int64_t id)
{
    struct core_q_delivery_of_row row;
    bool found;
    assert_ok(core_q_delivery_of(o->f.a, o->f.read, REALM, id, &row, &found));
    assert_true(found);
    return row;
}

static struct core_q_mail_domain_of_row domain_of(struct office *o, const char *domain)
{
    struct core_q_mail_domain_of_row row = {0};
    bool found;
    assert_ok(core_q_mail_domain_of(o->f.a, o->f.read, REALM, str_c(domain), &row, &found));
    return row;
}

static const struct courier_answer accepted = {.is_accepted = true, .phase = PHASE_DATA, .code = 250, .text = STR("250 ok")};
static const struct courier_answer greylisted = {.phase = PHASE_TO, .code = 451, .text = STR("451 4.7.1 later")};
static const struct courier_answer unknown = {.phase = PHASE_TO, .code = 550, .text = STR("550 5.1.1 <a@x.kz> unknown")};
static const struct courier_answer down = {.phase = PHASE_RELAY, .text = STR("could not connect")};

static void a_letter_is_handed_out_once_and_recorded(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    add(&o, "a@x.kz", 1);
    struct courier_letter *letters = visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 1);
    assert_str(letters[0].recipient, "a@x.kz");
    assert_str(letters[0].domain, "x.kz");
    assert_true(str_find_str(letters[0].bytes, S("Message-ID: <notice-1-1-")) != SIZE_MAX);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0);
    tell(&o, 1, accepted);
    assert_str(row_of(&o, 1).state, "sent");
    assert_int_equal(domain_of(&o, "x.kz").sent, 1);
    assert_int_equal(domain_of(&o, "x.kz").waiting, 0);
    tell(&o, 1, unknown); /* told twice: the first word stands */
    assert_str(row_of(&o, 1).state, "sent");
    folder_end(&o.f);
}

static void a_domain_that_puts_off_delays_no_other_and_has_its_bound(void **state)
{
    struct office o = office_new(*state);
    struct str busy[] = {S("x.kz"), S("x.kz")};
    size_t n;
    add(&o, "a@x.kz", 5);
    add(&o, "b@y.kz", 1);
    struct courier_letter *letters = visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 3); /* two of x.kz, one of y.kz */
    (void)visit(&o, (struct courier_visit){.n_wanted = 4, .busy = busy, .n_busy = 2}, &n);
    assert_int_equal(n, 0);
    for (size_t i = 0; i < 3; i++)
        tell(&o, letters[i].id, str_eq(letters[i].domain, S("x.kz")) ? greylisted : accepted);
    letters = visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 1); /* one at a time while it puts letters off */
    tell(&o, letters[0].id, greylisted);
    assert_true(domain_of(&o, "x.kz").pause_until > clock_now()); /* the third in a row */
    add(&o, "c@y.kz", 1);
    letters = visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 1);
    assert_str(letters[0].domain, "y.kz");
    struct core_q_delivery_of_row row = row_of(&o, 1);
    assert_str(row.state, "waiting");
    assert_int_equal(row.tries, 1);
    assert_true(row.next_at > clock_now() + 40000);
    folder_end(&o.f);
}

static void a_refused_letter_is_given_up_with_the_reason(void **state)
{
    struct office o = office_new(*state);
    struct courier_trouble *troubles;
    size_t n;
    add(&o, "a@x.kz", 2);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    tell(&o, 1, unknown);
    o.m.give_up_after = 0;
    tell(&o, 2, greylisted);
    for (int64_t id = 1; id <= 2; id++)
        assert_str(row_of(&o, id).state, "failed");
    assert_str(row_of(&o, 1).problem, "550 5.1.1 <...@x.kz> unknown");
    assert_int_equal(domain_of(&o, "x.kz").failed, 2);
    assert_ok(courier_trouble_of(o.f.a, o.f.read, REALM, S("appeal"), 7, &troubles, &n));
    assert_int_equal(n, 2);
    assert_true(troubles[0].is_given_up);
    folder_end(&o.f);
}

static void a_relay_that_is_down_is_held_against_no_letter(void **state)
{
    struct office o = office_new(*state);
    struct courier_status s;
    size_t n;
    add(&o, "a@x.kz", 1);
    add(&o, "b@y.kz", 3);
    o.m.give_up_after = 0;
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 3);
    tell(&o, 1, down);
    tell(&o, 2, down);
    assert_int_equal(domain_of(&o, "+relay").failures, 1); /* on their way together */
    assert_int_equal(row_of(&o, 1).tries, 0);
    assert_str(row_of(&o, 1).state, "waiting");
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0); /* it pauses */
    assert_ok(courier_status(o.f.a, o.f.read, REALM, &s));
    assert_int_equal(s.waiting, 4);
    assert_int_equal(s.relay_failures, 1);
    assert_str(s.relay_answer, "could not connect");
    assert_int_equal(s.oldest_at, o.at);
    tell(&o, 3, accepted); /* it serves again */
    assert_int_equal(domain_of(&o, "+relay").failures, 0);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 3);
    folder_end(&o.f);
}

static void what_a_lost_courier_had_waits_again(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    add(&o, "a@x.kz", 1);
    struct courier_letter *before = visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 1);
    assert_ok(courier_gone(o.f.a, &o.site, &o.m, S("elsewhere")));
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0);
    assert_ok(courier_gone(o.f.a, &o.site, &o.m, S("here")));
    struct courier_letter *after = visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 1);
    assert_true(str_eq(before[0].bytes, after[0].bytes)); /* the Message-ID too */
    for (int i = 0; i < 3; i++)
        assert_ok(courier_gone(o.f.a, &o.site, &o.m, S("here")));
    folder_end(&o.f);
}

static void a_letter_that_ends_couriers_waits_longer(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    add(&o, "a@x.kz", 1);
    for (int i = 0; i < 3; i++) {
        (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
        assert_int_equal(n, 1);
        assert_ok(courier_gone(o.f.a, &o.site, &o.m, S("here")));
    }
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0);
    folder_end(&o.f);
}

static void a_code_that_has_run_out_is_not_sent(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    o.notice.kind = "contact_code";
    o.notice.code = S("123456");
    o.notice.expires_at = clock_now() - 1;
    add(&o, "a@x.kz", 1);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0);
    assert_str(row_of(&o, 1).state, "failed");
    folder_end(&o.f);
}

static void a_domain_gets_no_more_than_its_letters_a_minute(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    o.m.domain_per_minute = 3;
    add(&o, "a@x.kz", 6);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 2);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 1);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0);
    folder_end(&o.f);
}

static void messages_to_phones_are_not_for_the_courier(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    o.notice.transport = S("phone");
    add(&o, "+7 701 000 00 00", 1);
    (void)visit(&o, (struct courier_visit){.n_wanted = 4}, &n);
    assert_int_equal(n, 0);
    o.config.mail_transport = S("smtp");
    o.config.mail_url = S("smtp://127.0.0.1:25");
    o.config.mail_from = S("a@b.kz");
    assert_ok(notice_deliver(o.f.a, &o.site));
    assert_str(row_of(&o, 1).state, "sent");
    folder_end(&o.f);
}

static void a_site_without_an_address_names_its_letters_by_the_sender(void **state)
{
    struct office o = office_new(*state);
    size_t n;
    o.site.base_url = S("");
    o.config.mail_from = S("office@sender.kz");
    add(&o, "a@x.kz", 1);
    struct courier_letter *letters = visit(&o, (struct courier_visit){.n_wanted = 1}, &n);
    assert_int_equal(n, 1);
    assert_true(str_find_str(letters[0].bytes, S("@sender.kz>\r\nIn-Reply-To: <appeal-1-7@sender.kz>")) != SIZE_MAX);
    folder_end(&o.f);
}

/* ---- settings ---- */

static struct err *settings(struct arena *a, const char *text, struct mail_settings *ret)
{
    struct config c;
    assert_ok(config_parse(a, "test.ini", str_c(text), &c));
    return mail_settings_read(a, &c, S("/tmp"), ret);
}

static void settings_that_would_harm_are_refused(void **state)
{
    static const char *const bad[] = {
        "[mail]\ntransport = pigeon",
        "[mail]\ntransport = smtp\nfrom = a@b.kz",
        "[mail]\ntransport = smtp\nurl = http://x\nfrom = a@b.kz",
        "[mail]\ntransport = smtp\nurl = smtp://u:p@x\nfrom = a@b.kz",
        "[mail]\ntransport = smtp\nurl = smtp://x/y\nfrom = a@b.kz",
        "[mail]\ntransport = smtp\nurl = smtp://x",
        "[mail]\ntransport = smtp\nurl = smtp://x\nfrom = a b@c",
        "[mail]\ntransport = smtp\nurl = smtp://x\nfrom = a@b.kz\nhello = a b",
        "[mail]\ntransport = smtp\nurl = smtp://x\nfrom = a@b.kz\ntls = perhaps",
        "[mail]\ntransport = smtp\nurl = smtp://x\nfrom = a@b.kz\nuser = u",
        "[mail]\ntransport = smtp\nurl = smtp://x\nfrom = a@b.kz\nuser = u\npassword_file = /etc/passwd",
        "[mail]\ntransport = smtp\nurl = smtp://x\nfrom = a@b.kz\nuser = u\npassword_file = x\ntls = none",
    };
    struct mail_settings m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err *e = settings(*state, bad[i], &m);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_CONFIG);
    }
    assert_ok(settings(*state, "[mail]\ntransport = smtp\nurl = smtps://mail.b.kz:465\nfrom = a@b.kz", &m));
    assert_true(m.is_smtp && m.needs_tls);
    assert_str(m.hello, "b.kz");
    assert_ok(settings(*state, "", &m));
    assert_false(m.is_smtp);
    assert_true(mail_relay_is_local(S("smtp://127.0.0.1:25")) && mail_relay_is_local(S("smtp://[::1]:25")));
    assert_false(mail_relay_is_local(S("smtp://localhost.example.org:25")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_people_typed_never_becomes_a_header),
        TEST(plain_addresses_are_taken),
        TEST(lines_of_a_letter_are_short_and_ascii),
        TEST(an_answer_means_sent_later_never_or_nothing_about_the_letter),
        TEST(pauses_double_stay_bounded_and_differ),
        TEST(a_kept_answer_names_no_address),
        TEST(a_letter_is_handed_out_once_and_recorded),
        TEST(a_domain_that_puts_off_delays_no_other_and_has_its_bound),
        TEST(a_refused_letter_is_given_up_with_the_reason),
        TEST(a_relay_that_is_down_is_held_against_no_letter),
        TEST(what_a_lost_courier_had_waits_again),
        TEST(a_letter_that_ends_couriers_waits_longer),
        TEST(a_code_that_has_run_out_is_not_sent),
        TEST(a_domain_gets_no_more_than_its_letters_a_minute),
        TEST(messages_to_phones_are_not_for_the_courier),
        TEST(a_site_without_an_address_names_its_letters_by_the_sender),
        TEST(settings_that_would_harm_are_refused),
    };
    return cmocka_run_group_tests_name("courier", tests, NULL, NULL);
}
