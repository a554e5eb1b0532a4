/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_test.c - what citizens do, over HTTP: send, keep the receipt, follow, add a file, say what it was worth.
 */
#include "institutions/reception/tests/served.h"

#include "algo/number.h"
#include "base/clock.h"
#include "core/keys.h"
#include "core/receipt.h"
#include "institutions/reception/policy.h"
#include "web/assets.h"
#include "web/i18n.h"

static struct vkey key_of(struct served *s)
{
    return log_key_public(s->f->site->keys->log);
}

/* ---- sending ---- */

static void an_appeal_is_sent_followed_answered_and_judged(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "kk", "Көшеде шам жанбайды", "Жастар көшесінде үш апта шам жанбайды.");
    struct sent sent = served_sent(s, &page);

    struct http_reply own = served_open(c, "kk", &sent);
    assert_int_equal(own.status, 200);
    assert_true(http_contains(&own, "Көшеде шам жанбайды"));
    assert_true(http_contains(&own, "Жастар көшесінде үш апта шам жанбайды."));

    fixture_assign(s->f, sent.id);
    fixture_answer(s->f, sent.id, false);
    char *path = str_to_c(s->f->a, str_printf(s->f->a, "/kk/appeals/%.*s", STR_FMT(sent.number)));
    own = http_get(c, path);
    assert_true(http_contains(&own, "id=\"answer-1\""));
    assert_true(http_contains(&own, "id=\"opinion\""));

    char *opinion = str_to_c(s->f->a, str_printf(s->f->a, "%s/opinion", path));
    const char *const no[] = {"answer", "1", "solved", "0", "comment", "Шам әлі жанбайды.", NULL};
    struct http_reply said = http_post_form(c, opinion, no, http_csrf(&own));
    assert_int_equal(said.status, 303);
    own = http_get(c, path);
    assert_true(http_contains(&own, "Шам әлі жанбайды."));
    assert_int_equal(fixture_appeal(s->f, sent.id).state, APPEAL_NOT_SOLVED);
    fixture_check(s->f);
}

static void a_repeated_form_gets_the_same_number_and_code(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/ru/appeals/new/write");
    const char *const pairs[] = {"key",     str_to_c(c->a, served_value(&form, "key")),
                                 "stamp",   str_to_c(c->a, served_value(&form, "stamp")),
                                 "subject", "Фонари не горят",
                                 "text",    "На улице темно.",
                                 NULL};
    struct http_reply first = served_upload(c, "/ru/appeals/new/write", pairs, http_csrf(&form), NULL, S(""));
    struct http_reply again = served_upload(c, "/ru/appeals/new/write", pairs, http_csrf(&form), NULL, S(""));
    struct sent a = served_sent(s, &first);
    struct sent b = served_sent(s, &again);
    assert_true(str_eq(a.number, b.number));
    assert_true(str_eq(a.code, b.code));
}

static void other_words_under_the_same_key_are_kept_and_asked_about(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/appeals/new/write");
    struct str key = served_value(&form, "key");
    const char *pairs[] = {"key", str_to_c(c->a, key), "subject", "Lamps", "text", "They do not burn.", NULL};
    struct http_reply first = served_upload(c, "/en/appeals/new/write", pairs, http_csrf(&form), NULL, S(""));
    struct sent sent = served_sent(s, &first);
    pairs[5] = "They still do not burn.";
    struct http_reply other = served_upload(c, "/en/appeals/new/write", pairs, http_csrf(&form), NULL, S(""));
    assert_int_equal(other.status, 422);
    assert_true(http_contains(&other, "They still do not burn."));
    assert_true(http_contains(&other, "An appeal was already sent from this page"));
    assert_false(str_find_str(other.body, sent.number) != SIZE_MAX);
    assert_false(str_eq(served_value(&other, "key"), key));
}

static void the_receipt_by_number_and_code_verifies(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    const char *const pairs[] = {"number", str_to_c(c->a, sent.number), "code", str_to_c(c->a, sent.code), NULL};
    struct http_reply r = http_post_form(c, "/en/appeals/receipt", pairs, http_csrf(&page));
    assert_int_equal(r.status, 200);
    assert_true(str_starts(http_header(&r, "content-disposition"), S("attachment")));
    struct vkey v = key_of(s);
    struct receipt receipt;
    assert_ok(receipt_verify(s->f->a, &v, r.body, &receipt));
    assert_true(str_eq(receipt.number, sent.number));
    struct hash content = receipt_content(receipt.salt, S("Lamps"), S("They do not burn."));
    assert_true(hash_eq(&content, &receipt.content));
}

static void crlf_of_a_form_is_stored_as_lf(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "One\r\n  two  \r\n");
    struct sent sent = served_sent(s, &page);
    assert_str(fixture_appeal(s->f, sent.id).text, "One\n  two  \n");
}

/* ---- errors keep what was typed ---- */

struct bad_form {
    const char *name, *value; /* one pair that replaces a good one */
    const char *said;         /* in the page that comes back */
    int status;
};

static void a_wrong_form_comes_back_with_all_that_was_typed(void **state)
{
    static char long_subject[400 + 1];
    static char long_text[70000 + 1];
    memset(long_subject, 's', sizeof long_subject - 1);
    memset(long_text, 't', sizeof long_text - 1);
    static const struct bad_form forms[] = {
        {"subject", "", "href=\"#subject\"", 422},
        {"subject", "   ", "href=\"#subject\"", 422},
        {"subject", long_subject, "href=\"#subject\"", 422},
        {"subject", "a\x01z", "href=\"#subject\"", 422},
        {"subject", "a\nb", "href=\"#subject\"", 422},
        {"text", "", "href=\"#text\"", 422},
        {"text", long_text, "href=\"#text\"", 422},
        {"language", "fr", "href=\"#language\"", 422},
        {"email", "nobody", "href=\"#email\"", 422},
        {"phone", "call me", "href=\"#phone\"", 422},
        {"consent", "1", "href=\"#consent\"", 422},
        {"kind", "decree", "error-summary", 422},
        {"body", "no-such-body", "error-summary", 422},
        {"about", "no-such-body", "error-summary", 422},
        {"website", "http://robot.example", "error-summary", 422},
        {"urgent", "yes", "error-summary", 422},
    };
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/appeals/new/write");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const char *pairs[40] = {"subject", "Kept subject", "text", "Kept text", "name", "Kept name",
                                 "address", "Kept address", NULL};
        size_t n = 8;
        size_t at = n;
        for (size_t k = 0; k < n; k += 2)
            if (strcmp(pairs[k], forms[i].name) == 0)
                at = k;
        pairs[at] = forms[i].name;
        pairs[at + 1] = forms[i].value;
        if (at == n)
            pairs[n + 2] = NULL;
        struct http_reply r = served_upload(c, "/en/appeals/new/write", pairs, http_csrf(&form), NULL, S(""));
        if (r.status != forms[i].status || !http_contains(&r, forms[i].said))
            fail_msg("%s=\"%.20s\": status %d, \"%s\" is not there", forms[i].name, forms[i].value, r.status, forms[i].said);
        if (at != 0)
            assert_true(http_contains(&r, "value=\"Kept subject\""));
        if (at != 2 && !http_contains(&r, "Kept text</textarea>"))
            fail_msg("%s: the text was lost, %.*s", forms[i].name, (int)r.body.n, r.body.p);
        assert_true(http_contains(&r, "value=\"Kept name\""));
        assert_true(http_contains(&r, "value=\"Kept address\""));
    }
    fixture_check(s->f); /* nothing was stored half */
    struct body_counts *counts;
    size_t n;
    assert_ok(reception_store_counts(s->f->a, s->f->read, 1, 0, &counts, &n));
    assert_int_equal(n, 0);
}

static void two_mistakes_are_said_at_once(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/ru/appeals/new/write");
    const char *const pairs[] = {"subject", "", "text", "", "email", "x", NULL};
    struct http_reply r = served_upload(c, "/ru/appeals/new/write", pairs, http_csrf(&form), NULL, S(""));
    assert_true(http_contains(&r, "href=\"#subject\""));
    assert_true(http_contains(&r, "href=\"#text\""));
    assert_true(http_contains(&r, "href=\"#email\""));
}

static void a_form_from_elsewhere_or_without_token_is_refused(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/appeals/new/write");
    const char *const pairs[] = {"subject", "Lamps", "text", "Words", NULL};
    struct http_reply r = served_upload(c, "/en/appeals/new/write", pairs, S("forged"), NULL, S(""));
    assert_int_equal(r.status, 403);
    struct str body = str_printf(c->a, "subject=Lamps&text=Words&csrf=%.*s", STR_FMT(http_csrf(&form)));
    r = http_request(c, "POST", "/en/appeals/new/write",
                     "Content-Type: application/x-www-form-urlencoded\r\nOrigin: https://elsewhere.example\r\n", body);
    assert_int_equal(r.status, 403);
    r = http_request(c, "POST", "/en/appeals/new/write",
                     "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: cross-site\r\n", body);
    assert_int_equal(r.status, 403);
}

/* ---- files ---- */

static void files_follow_by_token_up_to_five(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    struct str token = served_value(&page, "token");
    const char *pairs[] = {"number", str_to_c(c->a, sent.number), "token", str_to_c(c->a, token), NULL};
    for (int i = 1; i <= 5; i++) {
        struct str bytes = str_printf(c->a, "plain words %d\n", i);
        page = served_upload(c, "/en/appeals/files", pairs, http_csrf(&page), "letter.txt", bytes);
        assert_int_equal(page.status, 200);
        assert_int_equal(http_contains(&page, "type=\"file\""), i < 5);
    }
    page = http_get(c, "/en/track");
    struct http_reply sixth = served_upload(c, "/en/appeals/files", pairs, http_csrf(&page), "letter.txt", S("six\n"));
    assert_int_equal(sixth.status, 422);
    pairs[3] = "1790000000000.0000";
    struct http_reply forged = served_upload(c, "/en/appeals/files", pairs, http_csrf(&page), "a.txt", S("x\n"));
    assert_int_equal(forged.status, 303);
    s->f->now += 2 * MS_PER_DAY;
    pairs[3] = str_to_c(c->a, token);
    struct http_reply late = served_upload(c, "/en/appeals/files", pairs, http_csrf(&page), "a.txt", S("x\n"));
    assert_int_equal(late.status, 303);
    fixture_check(s->f);
}

static void a_file_that_is_not_let_in_is_said_at_its_field(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/appeals/new/write");
    const char *const pairs[] = {"subject", "Lamps", "text", "Kept words", NULL};
    struct http_reply r = served_upload(c, "/en/appeals/new/write", pairs, http_csrf(&form), "evil.exe",
                                        S("MZ\x90\x00\x03\x00\x00\x00"));
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "href=\"#file\""));
    assert_true(http_contains(&r, "Kept words"));
}

static void a_file_comes_back_as_attachment_and_only_to_its_author(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/appeals/new/write");
    const char *const pairs[] = {"subject", "Lamps", "text", "Words", NULL};
    struct http_reply page =
        served_upload(c, "/en/appeals/new/write", pairs, http_csrf(&form), "хат.txt", S("Бес шам жанбайды.\n"));
    struct sent sent = served_sent(s, &page);
    char *path = str_to_c(c->a, str_printf(c->a, "/en/appeals/%.*s/files/1", STR_FMT(sent.number)));
    struct http_reply r = http_get(c, path);
    assert_int_equal(r.status, 303); /* not signed in */
    (void)served_open(c, "en", &sent);
    r = http_get(c, path);
    assert_int_equal(r.status, 200);
    assert_str(r.body, "Бес шам жанбайды.\n");
    assert_true(str_starts(http_header(&r, "content-disposition"), S("attachment")));
    assert_true(str_find_str(http_header(&r, "content-security-policy"), S("sandbox")) != SIZE_MAX);
    r = http_get(c, str_to_c(c->a, str_printf(c->a, "/en/appeals/%.*s/files/2", STR_FMT(sent.number))));
    assert_int_equal(r.status, 404);
}

/* ---- tracking ---- */

static void an_unknown_number_and_a_wrong_code_get_the_same_page(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    struct http_reply form = http_get(c, "/en/track");
    const char *wrong[] = {"number", str_to_c(c->a, sent.number), "code", "00000000000000000000", NULL};
    struct http_reply known = http_post_form(c, "/en/track", wrong, http_csrf(&form));
    wrong[1] = "2026-0000999-0";
    struct str unknown_number;
    unknown_number = number_make(c->a, 2026, 999);
    wrong[1] = str_to_c(c->a, unknown_number);
    struct http_reply unknown = http_post_form(c, "/en/track", wrong, http_csrf(&form));
    assert_int_equal(known.status, 404);
    assert_int_equal(unknown.status, 404);
    assert_true(http_contains(&known, "No appeal with this number and code was found"));
    assert_int_equal(known.body.n, unknown.body.n);
}

static void typing_errors_are_told_apart_from_wrong_codes(void **state)
{
    static const struct {
        const char *number, *code, *said;
    } typed[] = {
        {"2026-0000001-0", "00000000000000000000", "its last digit does not fit"},
        {"hello", "00000000000000000000", "A number looks like"},
        {"", "00000000000000000000", "href=\"#number\""},
        {"2026-0000001-2", "", "href=\"#code\""},
    };
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/track");
    struct str good = number_make(c->a, 2026, 1);
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        const char *const pairs[] = {"number", typed[i].number, "code", typed[i].code, NULL};
        struct http_reply r = http_post_form(c, "/en/track", pairs, http_csrf(&form));
        assert_int_equal(r.status, 422);
        if (!http_contains(&r, typed[i].said))
            fail_msg("%s, %s: no \"%s\"", typed[i].number, typed[i].code, typed[i].said);
    }
    const char *const shape[] = {"number", str_to_c(c->a, good), "code", "short", NULL};
    struct http_reply r = http_post_form(c, "/en/track", shape, http_csrf(&form));
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "has 20 letters and digits"));
}

static void a_code_typed_by_hand_opens(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    char typed[64];
    size_t n = 0;
    for (size_t i = 0; i < sent.code.n; i++) { /* small letters, spaces, O for 0 */
        char ch = sent.code.p[i];
        if (i % 4 == 0)
            typed[n++] = ' ';
        typed[n++] = ch == '0' ? 'o' : ch == '1' ? 'l' : (char)(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
    }
    sent.code = (struct str){typed, n};
    struct http_reply own = served_open(c, "en", &sent);
    assert_int_equal(own.status, 200);
}

static void another_case_stays_closed_and_says_nothing(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *mine = served_client(s);
    struct http_client *theirs = served_client(s);
    struct http_reply page = served_send(mine, "en", "Lamps", "Mine.");
    struct sent a = served_sent(s, &page);
    page = served_send(theirs, "en", "Water", "Theirs.");
    struct sent b = served_sent(s, &page);
    (void)served_open(mine, "en", &a);
    static const char *const rest[] = {"", "/due", "/files", "/files/1", "/receipt"};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        char *other = str_to_c(mine->a, str_printf(mine->a, "/en/appeals/%.*s%s", STR_FMT(b.number), rest[i]));
        struct str none = number_make(mine->a, 2026, 888);
        char *nobody = str_to_c(mine->a, str_printf(mine->a, "/en/appeals/%.*s%s", STR_FMT(none), rest[i]));
        struct http_reply r = http_get(mine, other);
        struct http_reply n = http_get(mine, nobody);
        assert_int_equal(r.status, 303);
        assert_int_equal(n.status, 303);
    }
    char *opinion = str_to_c(mine->a, str_printf(mine->a, "/en/appeals/%.*s/opinion", STR_FMT(b.number)));
    struct http_reply form = http_get(mine, "/en/track");
    const char *const pairs[] = {"answer", "1", "solved", "1", "comment", "", NULL};
    struct http_reply r = http_post_form(mine, opinion, pairs, http_csrf(&form));
    assert_int_equal(r.status, 303);
    assert_true(str_find_str(http_header(&r, "location"), S("/en/track")) != SIZE_MAX);
}

static void leaving_closes_the_case_on_this_device(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    struct http_reply own = served_open(c, "en", &sent);
    const char *const none[] = {NULL};
    struct http_reply r = http_post_form(c, "/en/leave", none, http_csrf(&own));
    assert_int_equal(r.status, 303);
    r = http_get(c, str_to_c(c->a, str_printf(c->a, "/en/appeals/%.*s", STR_FMT(sent.number))));
    assert_int_equal(r.status, 303);
}

static void a_session_ends_after_its_hours(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    (void)served_open(c, "en", &sent);
    s->f->now += 13 * INT64_C(3600000);
    struct http_reply r = http_get(c, str_to_c(c->a, str_printf(c->a, "/en/appeals/%.*s", STR_FMT(sent.number))));
    assert_int_equal(r.status, 303);
}

static void words_of_people_never_become_markup(void **state)
{
    static const char canary[] = "\"'><svg/onload=alert(1)>";
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply form = http_get(c, "/en/appeals/new/write");
    const char *const pairs[] = {"subject", canary, "text", canary, "name", canary, "address", canary, NULL};
    struct http_reply page = served_upload(c, "/en/appeals/new/write", pairs, http_csrf(&form), "a.txt", S("x\n"));
    struct sent sent = served_sent(s, &page);
    struct http_reply own = served_open(c, "en", &sent);
    assert_false(http_contains(&own, "<svg/onload"));
    assert_true(http_contains(&own, "&lt;svg/onload=alert(1)&gt;"));
    const char *const back[] = {"subject", canary, "text", "", NULL};
    struct http_reply again = served_upload(c, "/en/appeals/new/write", back, http_csrf(&form), NULL, S(""));
    assert_false(http_contains(&again, "<svg/onload"));
    struct http_reply query = http_get(c, "/en/track?number=%22%3E%3Csvg/onload=alert(1)%3E");
    assert_false(http_contains(&query, "<svg/onload"));
    query = http_get(c, "/en/bodies?q=%22%3E%3Csvg/onload=alert(1)%3E");
    assert_false(http_contains(&query, "<svg/onload"));
}

/* ---- who sees it ---- */

/* A registrar opens the case: what the desk records. */
static struct err *record_reading(struct action *x)
{
    const int64_t *id = x->command;
    struct reading reading = {.noun = APPEAL_NOUN, .noun_id = *id, .way = S("open"), .purpose = S("registration"),
                              .actor = x->who};
    return journal_read(x->site->journal, x->tx, &reading);
}

static void readings_of_staff_are_shown_and_ones_own_are_not(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply page = served_send(c, "en", "Lamps", "They do not burn.");
    struct sent sent = served_sent(s, &page);
    struct http_reply own = served_open(c, "en", &sent);
    assert_true(http_contains(&own, "No member of staff has opened it yet."));
    fixture_do(s->f, fixture_staff(s->f, s->f->at[F_REGION].registrar), record_reading, &sent.id);
    own = http_get(c, str_to_c(c->a, str_printf(c->a, "/en/appeals/%.*s", STR_FMT(sent.number))));
    assert_false(http_contains(&own, "No member of staff has opened it yet."));
    assert_true(http_contains(&own, "opened it"));
}

static void the_body_complained_of_is_not_among_the_readers(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply r = http_get(c, "/en/appeals/new/write?kind=&body=roads&about=roads");
    assert_int_equal(r.status, 200);
    assert_true(http_contains(&r, "so the appeal goes to its superior: en city."));
    assert_true(http_contains(&r, "en city: registrars"));
    assert_false(http_contains(&r, "en roads: registrars"));
    assert_true(http_contains(&r, "Will not see it: en roads"));
    r = http_get(c, "/en/appeals/new/write?kind=&body=court&about=court");
    assert_true(http_contains(&r, "No body stands above this one"));
    assert_true(http_contains(&r, "en court: registrars"));
}

static void the_policy_page_says_what_the_policy_says(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply r = http_get(c, "/en/who-sees-what");
    assert_int_equal(r.status, 200);
    for (size_t i = 0; i < N_RECEPTION_POLICY_ROWS; i++) {
        const char *id = str_printf(c->a, "action.%s", reception_policy_rows[i].action).p;
        assert_true(t_has(id));
        assert_true(http_contains(&r, t(lang_find(S("en")), id).p));
    }
}

/* ---- pages for everybody ---- */

static void every_public_page_is_there_in_every_language(void **state)
{
    static const char *const paths[] = {"",        "/bodies",      "/bodies/roads", "/appeals/new", "/appeals/new/write",
                                        "/track",  "/who-sees-what", "/help",       "/accessibility"};
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    for (size_t k = 0; k < LANG_N; k++) {
        for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
            struct str code = lang_code(lang_at(k));
            char *path = str_to_c(c->a, str_printf(c->a, "/%.*s%s", STR_FMT(code), paths[i]));
            struct http_reply r = http_get(c, path);
            assert_int_equal(r.status, 200);
            /* no text id shows through: every text is there */
            if (http_contains(&r, ">reception.") || http_contains(&r, ">home.") || http_contains(&r, ">core.") ||
                http_contains(&r, ">action."))
                fail_msg("%s: a text is missing", path);
        }
    }
}

static void whom_to_call_in_danger_stands_in_the_profile(void **state)
{
    struct served *s = served_new(*state);
    struct site *site = s->f->site;
    struct http_client *c = served_client(s);
    struct http_reply r = http_get(c, "/en/help");
    assert_true(http_contains(&r, "do not write an appeal: call 112."));
    site->profile = profile_find(site->profiles, site->n_profiles, S("city-default"));
    r = http_get(c, "/en/help");
    assert_true(http_contains(&r, "do not write an appeal: call the emergency service."));
    assert_false(http_contains(&r, "call 112"));
}

/* What a phone that was never here loads to send an appeal: pages, style, script, fonts. A photo of 50 KiB, as the
 * script makes them on slow lines, must fit beside it into 150 KiB. */
static void an_old_phone_sends_with_a_photo_in_150_kib(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    c->more = S("Accept-Encoding: gzip\r\n");
    struct http_reply home = http_get(c, "/kk");
    struct http_reply choose = http_get(c, "/kk/appeals/new");
    struct http_reply send = http_get(c, "/kk/appeals/new/write?kind=complaint&body=roads&about=roads");
    assert_str(http_header(&send, "content-encoding"), "gzip");
    c->more = S("");
    struct http_reply plain = http_get(c, "/kk/appeals/new/write");
    const char *const pairs[] = {"key",  str_to_c(c->a, served_value(&plain, "key")), "subject", "Шам",
                                 "text", "Хатым фотода.", NULL};
    c->more = S("Accept-Encoding: gzip\r\n");
    struct http_reply sent = served_upload(c, "/kk/appeals/new/write", pairs, http_csrf(&plain), NULL, S(""));
    assert_int_equal(sent.status, 201);
    size_t sum = home.raw.n + choose.raw.n + send.raw.n + sent.raw.n;
    size_t n;
    const struct asset *assets = assets_all(&n);
    for (size_t i = 0; i < n; i++) {
        struct asset_reply r;
        if (str_ends(assets[i].name, S(".txt")) || str_ends(assets[i].name, S(".py")))
            continue; /* no page loads these */
        assert_true(assets_find(assets[i].path, S("gzip, br"), &r));
        sum += r.body.n + 640; /* with its headers */
    }
    if (sum > 98 * ARENA_KIB)
        fail_msg("%zu bytes: pages %zu %zu %zu %zu", sum, home.raw.n, choose.raw.n, send.raw.n, sent.raw.n);
}

static void the_root_leads_to_the_language_of_the_browser(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    c->more = S("Accept-Language: ru-RU,ru;q=0.9,en;q=0.5\r\n");
    struct http_reply r = http_get(c, "/");
    assert_int_equal(r.status, 303);
    assert_str(http_header(&r, "location"), "/ru");
    r = http_get(c, "/v/2026-0000001-2");
    assert_str(http_header(&r, "location"), "/ru/track?number=2026-0000001-2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_appeal_is_sent_followed_answered_and_judged),
        TEST(a_repeated_form_gets_the_same_number_and_code),
        TEST(other_words_under_the_same_key_are_kept_and_asked_about),
        TEST(the_receipt_by_number_and_code_verifies),
        TEST(crlf_of_a_form_is_stored_as_lf),
        TEST(a_wrong_form_comes_back_with_all_that_was_typed),
        TEST(two_mistakes_are_said_at_once),
        TEST(a_form_from_elsewhere_or_without_token_is_refused),
        TEST(files_follow_by_token_up_to_five),
        TEST(a_file_that_is_not_let_in_is_said_at_its_field),
        TEST(a_file_comes_back_as_attachment_and_only_to_its_author),
        TEST(an_unknown_number_and_a_wrong_code_get_the_same_page),
        TEST(typing_errors_are_told_apart_from_wrong_codes),
        TEST(a_code_typed_by_hand_opens),
        TEST(another_case_stays_closed_and_says_nothing),
        TEST(leaving_closes_the_case_on_this_device),
        TEST(a_session_ends_after_its_hours),
        TEST(words_of_people_never_become_markup),
        TEST(readings_of_staff_are_shown_and_ones_own_are_not),
        TEST(the_body_complained_of_is_not_among_the_readers),
        TEST(the_policy_page_says_what_the_policy_says),
        TEST(every_public_page_is_there_in_every_language),
        TEST(whom_to_call_in_danger_stands_in_the_profile),
        TEST(an_old_phone_sends_with_a_photo_in_150_kib),
        TEST(the_root_leads_to_the_language_of_the_browser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
