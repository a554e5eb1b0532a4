/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * see_test.c - who wrote is kept apart and opened by two; the body complained of is shown a redacted case.
 *
 * Told on the verbs and the gate; the database is searched as a thief would.
 */
#include "institutions/reception/tests/served.h"

#include "base/file.h"
#include "core/apart.h"
#include "core/courier.h"
#include "core/keys.h"
#include "core/notice.h"
#include "gen/core_queries.h"
#include "gen/reception_queries.h"

#define HOUR INT64_C(3600000)

/* ---- help ---- */

static struct submit_result *send_apart(struct fixture *f, enum fixture_body to, int accused)
{
    struct submit_command c = fixture_submit_command(f, f->at[to].body, accused < 0 ? 0 : f->at[accused].body);
    c.keep_apart = true;
    c.contact_consent = true;
    return fixture_do(f, actor_visitor(), reception_submit, &c);
}

/* What this actor is shown of who wrote; NULL: nothing. Fails when the case does not open. */
static const struct applicant *seen(struct fixture *f, struct actor who, int64_t id)
{
    const struct reception_case *c = NULL;
    struct verdict v;
    struct str number = fixture_appeal(f, id).number;
    assert_ok(reception_store_open(f->a, f->read, f->site, &who, number, S(""), true, &c, &v));
    assert_true(v.allowed);
    return c->applicant;
}

static struct actor registrar(struct fixture *f, enum fixture_body b)
{
    return fixture_staff(f, f->at[b].registrar);
}

static struct actor head(struct fixture *f, enum fixture_body b)
{
    return fixture_staff(f, f->at[b].head);
}

static struct opening_command asked(struct fixture *f, struct actor who, int64_t id)
{
    struct opening_command c = {.appeal_id = id, .ground = S("danger"), .note = S("A gas leak; where is it?")};
    fixture_do(f, who, reception_ask_identity, &c);
    return c;
}

/* ---- names apart ---- */

static void a_name_kept_apart_is_nowhere_in_the_database(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.name = S("Zqnamezq Zqfamilyzq");
    c.email = S("zqmailzq@zqdomainzq.example.org");
    c.phone = S("+77010001122");
    c.address = S("Zqstreetzq 7");
    c.keep_apart = c.contact_consent = true;
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    struct applicant *closed;
    struct applicant *open;
    assert_ok(reception_load_applicant_closed(f->a, f->read, 1, r->id, &closed));
    assert_true(apart_is_box(closed->name) && apart_is_box(closed->email) && apart_is_box(closed->phone));
    assert_ok(reception_load_applicant(f->a, f->read, f->site, r->id, &open));
    assert_str(open->name, "Zqnamezq Zqfamilyzq");
    assert_str(open->address, "Zqstreetzq 7");
    fixture_check(f);
    /* Nor in any byte of its files: rows, outbox, journal, write-ahead log. */
    fixture_close(f);
    static const char *const files[] = {"birge.db", "birge.db-wal"};
    static const char *const words[] = {"qnamezq", "qfamilyzq", "zqmailzq", "zqdomainzq", "77010001122", "qstreetzq"};
    size_t n_read = 0;
    for (size_t i = 0; i < 2; i++) {
        struct str bytes;
        struct err *e = file_read(f->a, str_printf(f->a, "%s/%s", f->dir, files[i]).p, 64 * ARENA_MIB, &bytes);
        if (e)
            continue;
        n_read += bytes.n;
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            assert_true(str_find_str(bytes, str_c(words[k])) == SIZE_MAX);
    }
    assert_true(n_read > 0 || getenv("BIRGE_TEST_DB"));
}

static void letters_reach_whom_nobody_is_told_of(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.email = S("zqmailzq@example.org");
    c.keep_apart = c.contact_consent = true;
    fixture_do(f, actor_visitor(), reception_submit, &c);
    struct core_q_deliveries_open_row *rows;
    size_t n;
    assert_ok(core_q_deliveries_open(f->a, f->read, 1, INT64_MIN, 10, &rows, &n));
    assert_int_equal(n, 1);
    assert_true(apart_is_box(rows[0].recipient));
    assert_str(rows[0].domain, "+apart");
    assert_ok(notice_deliver(f->a, f->site));
    struct str letter;
    assert_ok(file_read(f->a, str_printf(f->a, "%s/outbox/%012lld.eml", f->dir, (long long)rows[0].id).p, ARENA_MIB,
                        &letter));
    assert_true(str_find_str(letter, S("zqmailzq@example.org")) != SIZE_MAX);
}

static void nobody_of_the_holder_sees_it_and_the_author_does(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t id = send_apart(f, F_ROADS, -1)->id;
    assert_null(seen(f, registrar(f, F_ROADS), id));
    fixture_assign(f, id);
    assert_null(seen(f, fixture_staff(f, f->at[F_ROADS].executor), id));
    assert_non_null(seen(f, reception_applicant_of(id), id));
    /* The ordinary mode stays what it was. */
    int64_t plain = fixture_submit(f, f->at[F_ROADS].body, 0)->id;
    assert_non_null(seen(f, registrar(f, F_ROADS), plain));
}

static void the_author_closes_and_opens_at_will(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t id = fixture_submit(f, f->at[F_ROADS].body, 0)->id;
    struct actor author = reception_applicant_of(id);
    struct str name = seen(f, author, id)->name;
    struct apart_command close = {id, true}, tell = {id, false};
    fixture_refuse(f, author, reception_set_apart, &tell, "APART_SAME");
    fixture_do(f, author, reception_set_apart, &close);
    assert_null(seen(f, registrar(f, F_ROADS), id));
    assert_true(str_eq(seen(f, author, id)->name, name));
    fixture_refuse(f, registrar(f, F_ROADS), reception_set_apart, &tell, "POLICY_ROLE");
    fixture_do(f, author, reception_set_apart, &tell);
    assert_true(str_eq(seen(f, registrar(f, F_ROADS), id)->name, name));
    fixture_check(f);
}

static void a_new_address_and_a_checked_name_stay_closed(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t id = send_apart(f, F_ROADS, -1)->id;
    struct actor author = reception_applicant_of(id);
    struct contact_change_command change = {id, S("zqother@example.org")};
    fixture_do(f, author, reception_contact_change, &change);
    struct reception_q_contact_change_of_row row;
    bool found;
    assert_ok(reception_q_contact_change_of(f->a, f->read, 1, id, &row, &found));
    assert_true(found && apart_is_box(row.email));
    struct identity_command check = {.appeal_id = id, .level = IDENTITY_PAPER, .note = S("card"), .name = S("Zq Real")};
    fixture_do(f, registrar(f, F_ROADS), reception_check_identity, &check);
    struct applicant *closed;
    assert_ok(reception_load_applicant_closed(f->a, f->read, 1, id, &closed));
    assert_true(apart_is_box(closed->name));
    assert_str(seen(f, author, id)->name, "Zq Real");
    fixture_check(f);
}

static void the_body_that_judges_itself_is_not_told(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_COURT].body, f->at[F_COURT].body);
    int64_t id = ((struct submit_result *)fixture_do(f, actor_visitor(), reception_submit, &c))->id;
    assert_true(fixture_appeal(f, id).accused_decides);
    assert_null(seen(f, registrar(f, F_COURT), id));
    struct submit_command agreed = fixture_submit_command(f, f->at[F_COURT].body, f->at[F_COURT].body);
    agreed.tell_accused = true;
    id = ((struct submit_result *)fixture_do(f, actor_visitor(), reception_submit, &agreed))->id;
    assert_non_null(seen(f, registrar(f, F_COURT), id));
}

/* ---- two persons ---- */

static void two_persons_open_it_for_one_and_for_a_day(void **state)
{
    struct served *s = served_new(*state);
    struct fixture *f = s->f;
    int64_t id = send_apart(f, F_ROADS, -1)->id;
    struct opening_command c = asked(f, registrar(f, F_ROADS), id);
    assert_null(seen(f, registrar(f, F_ROADS), id)); /* one alone opens nothing */
    fixture_do(f, head(f, F_ROADS), reception_confirm_identity, &c);
    assert_non_null(seen(f, registrar(f, F_ROADS), id));
    assert_null(seen(f, head(f, F_ROADS), id)); /* who agrees need not know */
    fixture_assign(f, id);
    assert_null(seen(f, fixture_staff(f, f->at[F_ROADS].executor), id)); /* it was not opened for them */
    f->now += 24 * HOUR - 1;
    assert_non_null(seen(f, registrar(f, F_ROADS), id));
    f->now += 1;
    assert_null(seen(f, registrar(f, F_ROADS), id)); /* swept or not */
    fixture_check(f);
}

static void whoever_lost_the_case_sees_nothing_more(void **state)
{
    struct served *s = served_new(*state);
    struct fixture *f = s->f;
    int64_t id = send_apart(f, F_ROADS, -1)->id;
    struct opening_command c = asked(f, registrar(f, F_ROADS), id);
    fixture_do(f, head(f, F_ROADS), reception_confirm_identity, &c);
    struct forward_command pass = {id, f->at[F_WATER].body, S("Not ours.")};
    fixture_do(f, registrar(f, F_ROADS), reception_forward, &pass);
    struct appeal p = fixture_appeal(f, id);
    struct actor was = registrar(f, F_ROADS), now = registrar(f, F_WATER);
    assert_false(reception_store_may(f->site, &was, RECEPTION_SEE_APPLICANT, &p).allowed);
    assert_false(reception_store_may(f->site, &now, RECEPTION_SEE_APPLICANT, &p).allowed);
}

static void the_second_person_is_another_and_never_of_the_body_complained_of(void **state)
{
    struct served *s = served_new(*state);
    struct fixture *f = s->f;
    int64_t id = send_apart(f, F_COURT, F_COURT)->id;
    assert_true(fixture_appeal(f, id).accused_decides);
    struct opening_command c = asked(f, registrar(f, F_COURT), id);
    fixture_refuse(f, head(f, F_COURT), reception_confirm_identity, &c, "POLICY_ACCUSED");
    fixture_refuse(f, head(f, F_ROADS), reception_confirm_identity, &c, "POLICY_NOT_YOURS");
    fixture_refuse(f, registrar(f, F_COURT), reception_confirm_identity, &c, "POLICY_ROLE");
    fixture_refuse(f, fixture_staff(f, f->administrator), reception_confirm_identity, &c, "POLICY_ROLE");
    fixture_do(f, fixture_staff(f, f->auditor), reception_confirm_identity, &c);
    assert_non_null(seen(f, registrar(f, F_COURT), id));
}

static void a_ground_of_the_list_and_a_reason_are_needed(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t id = send_apart(f, F_ROADS, -1)->id, plain = fixture_submit(f, f->at[F_ROADS].body, 0)->id;
    struct opening_command c = {.appeal_id = id, .ground = S("curiosity"), .note = S("I want to know.")};
    fixture_refuse(f, registrar(f, F_ROADS), reception_ask_identity, &c, "APART_GROUND");
    c.ground = S("facts");
    c.note = S("  ");
    fixture_refuse(f, registrar(f, F_ROADS), reception_ask_identity, &c, "APART_NOTE");
    c.note = S("Where exactly?");
    fixture_refuse(f, head(f, F_ROADS), reception_ask_identity, &c, "POLICY_ROLE");
    fixture_refuse(f, registrar(f, F_WATER), reception_ask_identity, &c, "POLICY_NOT_YOURS");
    c.appeal_id = plain;
    fixture_refuse(f, registrar(f, F_ROADS), reception_ask_identity, &c, "APART_NOT");
    c.appeal_id = id;
    fixture_do(f, registrar(f, F_ROADS), reception_ask_identity, &c);
    fixture_refuse(f, registrar(f, F_ROADS), reception_ask_identity, &c, "TWO_PERSONS_OPEN");
    fixture_do(f, head(f, F_ROADS), reception_refuse_identity, &c);
    fixture_refuse(f, head(f, F_ROADS), reception_confirm_identity, &c, "TWO_PERSONS_ENDED");
    assert_null(seen(f, registrar(f, F_ROADS), id));
    fixture_check(f);
}

static void a_box_of_another_case_or_key_does_not_open(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    const struct keys *k = f->site->keys;
    struct str box = apart_close(f->a, k, 1, APPEAL_NOUN, 7, S("Zqname"));
    struct str text;
    assert_ok(apart_open(f->a, k, 1, APPEAL_NOUN, 7, box, &text));
    assert_str(text, "Zqname");
    assert_true(str_eq(box, apart_close(f->a, k, 1, APPEAL_NOUN, 7, S("Zqname"))));
    assert_int_equal(apart_open(f->a, k, 1, APPEAL_NOUN, 8, box, &text)->code, ERR_CORRUPT);
    assert_int_equal(apart_open(f->a, k, 2, APPEAL_NOUN, 7, box, &text)->code, ERR_CORRUPT);
    assert_int_equal(apart_open(f->a, k, 1, S("other"), 7, box, &text)->code, ERR_CORRUPT);
    struct keys other = *k;
    other.identity[0] ^= 1;
    assert_int_equal(apart_open(f->a, &other, 1, APPEAL_NOUN, 7, box, &text)->code, ERR_CORRUPT);
    for (size_t i = APART_MARK.n; i < box.n; i++) {
        char *changed = str_dup(f->a, box).n ? arena_alloc(f->a, box.n) : NULL;
        memcpy(changed, box.p, box.n);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        struct err *e = apart_open(f->a, k, 1, APPEAL_NOUN, 7, (struct str){changed, box.n}, &text);
        assert_true(e != NULL || str_eq(text, S("Zqname"))); /* the last bits of base64 carry nothing */
    }
    /* All lengths to a block look alike. */
    assert_int_equal(apart_close(f->a, k, 1, APPEAL_NOUN, 7, S("A")).n, box.n);
    /* The check before serving notices a lost key. */
    (void)send_apart(f, F_ROADS, -1);
    assert_ok(reception_check_boxes(f->a, f->read, f->site));
    struct site site = {.keys = &other, .realm = 1};
    assert_int_equal(reception_check_boxes(f->a, f->read, &site)->code, ERR_CORRUPT);
}

/* ---- the body complained of ---- */

static const struct str labels[N_REDACTION_REASONS] = {STR("name"), STR("contact"), STR("place"), STR("other"), STR("x")};

static struct submit_result *complaint(struct fixture *f)
{
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, f->at[F_ROADS].body);
    c.subject = S("Zqvisible: the pothole of Zqname");
    c.text = S("I, Zqname, of Zqhouse 5, saw Zqwitness. Құлақ салыңыз, Zqname. Write to zq@example.org.");
    c.name = S("Zqname");
    c.email = S("zq@example.org");
    struct stored_file *files = ARENA_ARRAY(f->a, 2, struct stored_file);
    files[0] = fixture_file(f, "zqname.txt", 'a');
    files[1] = fixture_file(f, "photo.jpg", 'b');
    c.files = files;
    c.n_files = 2;
    return fixture_do(f, actor_visitor(), reception_submit, &c);
}

static struct verdict open_shown(struct fixture *f, struct actor who, int64_t id, struct redacted_case *c)
{
    struct reading reading;
    struct verdict v;
    assert_ok(reception_store_open_shown(f->a, f->read, f->site, &who, fixture_appeal(f, id).number, labels, c, &reading,
                                         &v));
    return v;
}

static void the_body_complained_of_is_shown_the_case_without_the_author(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t id = complaint(f)->id;
    struct actor holder = registrar(f, F_CITY), accused = registrar(f, F_ROADS);
    struct redacted_case c;
    assert_int_equal(fixture_appeal(f, id).holder_body_id, f->at[F_CITY].body);
    assert_false(open_shown(f, accused, id, &c).allowed);
    struct redact_command hide = {id, S("Zqhouse 5\n\n  Zqwitness  \n"), S("other_person")};
    fixture_do(f, holder, reception_redact, &hide);
    struct release_command release = {id, 2};
    fixture_do(f, holder, reception_release, &release);
    struct opening_command show = {.appeal_id = id, .note = S("Its side is needed.")};
    fixture_do(f, holder, reception_ask_showing, &show);
    assert_false(open_shown(f, accused, id, &c).allowed); /* one alone shows nothing */
    fixture_refuse(f, holder, reception_redact, &hide, "SHOWING_WAITS");
    fixture_refuse(f, head(f, F_ROADS), reception_confirm_showing, &show, "POLICY_NOT_YOURS");
    fixture_do(f, head(f, F_CITY), reception_confirm_showing, &show);
    assert_true(open_shown(f, accused, id, &c).allowed);
    assert_str(c.subject, "Zqvisible: the pothole of ███ [name]");
    assert_str(c.text, "I, ███ [name], of ███ [other], saw ███ [other]. Құлақ салыңыз, ███ [name]. Write to ███ [contact].");
    assert_int_equal(c.n_files, 1);
    assert_int_equal(c.files[0].no, 2);
    assert_int_equal(c.n_held_back, 1);
    /* Whoever else: the case is not there. Its own door stays closed to the body complained of. */
    assert_false(open_shown(f, registrar(f, F_WATER), id, &c).allowed);
    const struct reception_case *whole = NULL;
    struct verdict v;
    assert_ok(reception_store_open(f->a, f->read, f->site, &accused, fixture_appeal(f, id).number, S(""), true, &whole, &v));
    assert_false(v.allowed);
    struct attachment file;
    struct reading reading;
    struct str number = fixture_appeal(f, id).number;
    assert_ok(reception_store_shown_file(f->a, f->read, f->site, &accused, number, 1, &file, &reading, &v));
    assert_str(str_c(v.code), "FILE_UNKNOWN");
    assert_ok(reception_store_shown_file(f->a, f->read, f->site, &accused, number, 2, &file, &reading, &v));
    assert_true(v.allowed && str_eq(reading.way, S("download")));
    fixture_refuse(f, holder, reception_redact, &hide, "SHOWING_DONE");
    fixture_check(f);
}

static void what_cannot_be_hidden_is_said(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t id = complaint(f)->id, plain = fixture_submit(f, f->at[F_ROADS].body, 0)->id;
    struct actor holder = registrar(f, F_CITY);
    struct redact_command c = {id, S("stands nowhere"), S("name")};
    fixture_refuse(f, holder, reception_redact, &c, "REDACT_PASSAGE");
    c.passages = S("\n \n");
    fixture_refuse(f, holder, reception_redact, &c, "REDACT_PASSAGE_NONE");
    c = (struct redact_command){id, S("Zqname"), S("whim")};
    fixture_refuse(f, holder, reception_redact, &c, "REDACT_CHOICE");
    c = (struct redact_command){plain, S("light"), S("name")};
    fixture_refuse(f, registrar(f, F_ROADS), reception_redact, &c, "SHOWING_NOBODY");
    struct release_command release = {id, 9};
    fixture_refuse(f, holder, reception_release, &release, "FILE_UNKNOWN");
    release.file_no = 1;
    fixture_do(f, holder, reception_release, &release);
    fixture_refuse(f, holder, reception_release, &release, "RELEASE_DONE");
    fixture_refuse(f, registrar(f, F_ROADS), reception_release, &release, "POLICY_NOT_YOURS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_kept_apart_is_nowhere_in_the_database),
        TEST(letters_reach_whom_nobody_is_told_of),
        TEST(nobody_of_the_holder_sees_it_and_the_author_does),
        TEST(the_author_closes_and_opens_at_will),
        TEST(a_new_address_and_a_checked_name_stay_closed),
        TEST(the_body_that_judges_itself_is_not_told),
        TEST(two_persons_open_it_for_one_and_for_a_day),
        TEST(whoever_lost_the_case_sees_nothing_more),
        TEST(the_second_person_is_another_and_never_of_the_body_complained_of),
        TEST(a_ground_of_the_list_and_a_reason_are_needed),
        TEST(a_box_of_another_case_or_key_does_not_open),
        TEST(the_body_complained_of_is_shown_the_case_without_the_author),
        TEST(what_cannot_be_hidden_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
