/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_test.c - the verbs as stories: what a case goes through, and what is refused on the way.
 */
#include "institutions/reception/tests/fixture.h"

#include "algo/number.h"
#include "core/keys.h"
#include "core/receipt.h"
#include "core/session.h"
#include "gen/core_queries.h"

/* == helpers == */

static size_t n_events(struct fixture *f, int64_t id)
{
    struct history_event *events;
    size_t n;
    assert_ok(history_of(f->a, f->read, 1, APPEAL_NOUN, id, &events, &n));
    return n;
}

static struct history_event last_event(struct fixture *f, int64_t id)
{
    struct history_event *events;
    size_t n;
    assert_ok(history_of(f->a, f->read, 1, APPEAL_NOUN, id, &events, &n));
    assert_true(n > 0);
    return events[n - 1];
}

static struct core_q_deliveries_open_row *letters(struct fixture *f, size_t *ret_n)
{
    struct core_q_deliveries_open_row *rows;
    assert_ok(core_q_deliveries_open(f->a, f->read, 1, 0, 1000, &rows, ret_n));
    return rows;
}

static bool contains(struct str s, const char *part)
{
    return str_find_str(s, str_c(part)) != SIZE_MAX;
}

/* == the main path == */

static void an_appeal_is_registered_with_number_code_due_date_and_receipt(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct appeal p = fixture_appeal(f, r->id);
    struct str number;
    assert_int_equal(number_read(f->a, r->number, &number), NUMBER_OK);
    assert_str(r->number, "2026-0000001-5");
    assert_int_equal(r->code.n, CODE_CHARS);
    assert_str(r->registered_on, "2026-08-03");
    assert_str(r->due_on, "2026-08-24"); /* fifteen working days, the day after counts first */
    assert_int_equal(r->received_at, f->now);
    assert_str(r->body_name, "kk roads");
    assert_str(p.language, "kk");
    assert_str(p.language_source, "detected");
    assert_str(p.kind, "application");
    assert_int_equal(p.state, APPEAL_REGISTERED);
    assert_int_equal(p.identity, IDENTITY_NONE);
    assert_true(str_starts(p.profile, S("kz-2026@")));
    struct hash content = receipt_content(p.salt, p.subject, p.text);
    assert_true(str_eq(p.content, hash_str(&content)));
    struct str text;
    assert_ok(reception_store_receipt(f->a, f->read, f->site, r->id, false, &text));
    struct vkey v = log_key_public(f->site->keys->log);
    struct receipt proven;
    assert_ok(receipt_verify(f->a, &v, text, &proven));
    assert_true(str_eq(proven.number, r->number));
    assert_true(str_eq(proven.body, r->body_name));
    assert_true(hash_eq(&proven.content, &content));
    fixture_check(f);
}

static void the_main_path(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    struct actor executor = fixture_staff(f, f->at[F_WATER].executor);
    struct actor author = reception_applicant_of(r->id);

    fixture_pass_days(f, 1);
    struct forward_command forward = {r->id, f->at[F_WATER].body, S("Су құбыры бөлімінің мәселесі.")};
    (void)fixture_do(f, registrar, reception_forward, &forward);
    struct appeal p = fixture_appeal(f, r->id);
    assert_int_equal(p.state, APPEAL_FORWARDED);
    assert_int_equal(p.holder_body_id, f->at[F_WATER].body);
    assert_int_equal(p.holder_office_id, 0);
    assert_int_equal(p.body_id, f->at[F_ROADS].body); /* what the receipt says stays */
    assert_str(p.due_on, "2026-08-25"); /* the clock starts at the competent body; the first day is kept */
    assert_str(p.registered_on, "2026-08-03");
    fixture_refuse(f, registrar, reception_forward, &forward, "POLICY_NOT_YOURS");

    fixture_assign(f, r->id);
    assert_int_equal(fixture_appeal(f, r->id).state, APPEAL_ASSIGNED);
    struct answer_command answer = fixture_answer_command(f, r->id, false);
    struct answer_result *given = fixture_do(f, executor, reception_answer, &answer);
    assert_int_equal(given->no, 1);
    p = fixture_appeal(f, r->id);
    assert_int_equal(p.state, APPEAL_ANSWERED);
    assert_int_equal(p.closed_at, f->now);

    fixture_pass_days(f, 1);
    struct opinion_command no = {r->id, 1, false, S("Әлі қараңғы.")};
    (void)fixture_do(f, author, reception_say_opinion, &no);
    assert_int_equal(fixture_appeal(f, r->id).state, APPEAL_NOT_SOLVED);
    struct opinion_command yes = {r->id, 1, true, S("")};
    (void)fixture_do(f, author, reception_say_opinion, &yes);
    assert_int_equal(fixture_appeal(f, r->id).state, APPEAL_SOLVED);
    assert_true(contains(last_event(f, r->id).detail,
                         "Әлі қараңғы.")); /* what was said before stays in the journal */
    assert_int_equal(n_events(f, r->id), 6);
    fixture_check(f);
}

static void a_refusal_closes_with_a_ground(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, true);
    assert_int_equal(fixture_appeal(f, r->id).state, APPEAL_REFUSED);
    assert_str(last_event(f, r->id).verb, "refused");
    assert_true(contains(last_event(f, r->id).detail, "no_right"));
    fixture_check(f);
}

static void an_answer_is_never_changed_silently(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    struct opinion_command yes = {r->id, 1, true, S("")};
    (void)fixture_do(f, reception_applicant_of(r->id), reception_say_opinion, &yes);
    int64_t closed_at = fixture_appeal(f, r->id).closed_at;
    fixture_pass_days(f, 2);
    struct actor executor = fixture_staff(f, f->at[F_ROADS].executor);
    struct answer_command again = fixture_answer_command(f, r->id, false);
    fixture_refuse(f, executor, reception_answer, &again, "ANSWER_SAME");
    again.blocks.outcome = S("Шамдар екі күн кейін жөнделеді.");
    fixture_refuse(f, executor, reception_answer, &again, "ANSWER_REASON");
    again.reason = S("Күні қате жазылған.");
    (void)fixture_do(f, executor, reception_answer, &again);
    struct appeal p = fixture_appeal(f, r->id);
    assert_int_equal(p.state, APPEAL_ANSWERED); /* and asks for a new opinion */
    assert_int_equal(p.closed_at, closed_at);
    struct answer *answers;
    size_t n;
    assert_ok(reception_load_answers(f->a, f->read, 1, r->id, &answers, &n));
    assert_int_equal(n, 2);
    assert_str(answers[0].blocks.outcome, "Жөнделеді.");
    fixture_refuse(f, reception_applicant_of(r->id), reception_say_opinion, &yes, "OPINION_ANSWER");
    fixture_check(f);
}

/* == intake == */

static void the_same_request_gets_the_same_answer(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    struct submit_result first =
        *(struct submit_result *)fixture_do(f, actor_visitor(), reception_submit, &c);
    struct str receipt;
    struct str again;
    assert_ok(reception_store_receipt(f->a, f->read, f->site, first.id, false, &receipt));
    /* Much happens before the repetition: another body, another due date, another kind. */
    struct forward_command forward = {first.id, f->at[F_WATER].body, S("Құзыреті басқа.")};
    fixture_pass_days(f, 1);
    (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_forward, &forward);
    c.page_language = S("ru"); /* the page's language is no content */
    struct submit_result *second = fixture_do(f, actor_visitor(), reception_submit, &c);
    assert_true(second->is_repeat);
    assert_int_equal(second->id, first.id);
    assert_true(str_eq(second->number, first.number));
    assert_true(str_eq(second->code, first.code));
    assert_int_equal(second->received_at, first.received_at);
    assert_true(str_eq(second->due_on, first.due_on));
    assert_true(str_eq(second->body_name, first.body_name));
    assert_ok(reception_store_receipt(f->a, f->read, f->site, first.id, false, &again));
    assert_true(str_eq(receipt, again));
    assert_int_equal(n_events(f, first.id), 2);
}

static void the_same_key_with_other_content_shows_nothing(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    struct stored_file file = fixture_file(f, "a.pdf", 'a');
    (void)fixture_do(f, actor_visitor(), reception_submit, &c);
    struct submit_command others[10];
    for (int i = 0; i < 10; i++)
        others[i] = c;
    others[0].subject = S("Басқа");
    others[1].text = S("Басқа");
    others[2].body_id = f->at[F_WATER].body;
    others[3].accused_body_id = f->at[F_WATER].body;
    others[4].name = S("Басқа");
    others[5].email = S("");
    others[6].contact_consent = false;
    others[7].channel = CHANNEL_API;
    others[8].kind = S("proposal");
    others[9].files = &file;
    others[9].n_files = 1;
    for (int i = 0; i < 10; i++) {
        fixture_refuse(f, actor_visitor(), reception_submit, &others[i], "REQUEST_KEY_REUSED");
        assert_null(f->last.result);
        assert_int_equal(f->last.verdict.n_facts, 0);
    }
}

static void a_key_is_visible_and_short(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, 0, 0);
    const struct str bad[] = {STR(""), STR("with space"), STR("кілт"), STR("a\tb"), STR("a\0b"),
                              STR("12345678901234567890123456789012345678901234567890123456789012345")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        c.key = bad[i];
        fixture_refuse(f, actor_visitor(), reception_submit, &c, "REQUEST_KEY");
    }
    c.key = str_slice(bad[5], 0, 64);
    (void)fixture_do(f, actor_visitor(), reception_submit, &c);
}

static void a_request_is_forgotten_after_thirty_days(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, 0, 0);
    struct submit_result *first = fixture_do(f, actor_visitor(), reception_submit, &c);
    fixture_pass_days(f, 30);
    (void)fixture_do(f, actor_clock(), reception_tick, NULL);
    assert_true(((struct submit_result *)fixture_do(f, actor_visitor(), reception_submit, &c))->is_repeat);
    f->now += 1;
    (void)fixture_do(f, actor_clock(), reception_tick, NULL);
    struct submit_result *second = fixture_do(f, actor_visitor(), reception_submit, &c);
    assert_false(second->is_repeat);
    assert_int_not_equal(second->id, first->id);
}

static void an_appeal_needs_no_name(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, 0, 0);
    c.name = c.email = (struct str){0};
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    struct applicant *who;
    size_t n;
    assert_ok(reception_load_applicant(f->a, f->read, f->site, r->id, &who));
    assert_null(who);
    (void)letters(f, &n);
    assert_int_equal(n, 0);
    assert_int_equal(r->body_id, f->at[F_REGION].body); /* nobody chosen: the intake body */
    struct renew_command renew = {r->id, S("жеке куәлік")};
    fixture_refuse(f, fixture_staff(f, f->at[F_REGION].registrar), reception_renew_code, &renew,
                   "RENEW_ANONYMOUS");
}

static void numbers_grow_by_one_and_begin_anew_with_the_year(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    assert_str(fixture_submit(f, 0, 0)->number, "2026-0000001-5");
    assert_true(str_starts(fixture_submit(f, 0, 0)->number, S("2026-0000002-")));
    /* A verb that is refused gives its number back. */
    struct submit_command bad = fixture_submit_command(f, 0, 0);
    bad.text = S("");
    fixture_refuse(f, actor_visitor(), reception_submit, &bad, "SUBMIT_TEXT_EMPTY");
    assert_true(str_starts(fixture_submit(f, 0, 0)->number, S("2026-0000003-")));
    f->now = INT64_C(1798743600000); /* 2026-12-31T19:00:00Z: the new year has begun in Almaty */
    assert_true(str_starts(fixture_submit(f, 0, 0)->number, S("2027-0000001-")));
}

static void the_day_of_registration_follows_the_hours(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    f->now = INT64_C(1786109400000); /* Friday 2026-08-07, 18:30 in Almaty */
    struct submit_result *r = fixture_submit(f, 0, 0);
    assert_str(r->registered_on, "2026-08-10");
    assert_str(r->due_on, "2026-08-31");
    struct appeal_deadline *d;
    struct deadline trace;
    size_t n;
    assert_ok(reception_load_deadlines(f->a, f->read, 1, r->id, &d, &n));
    assert_int_equal(n, 1);
    assert_ok(deadline_from_json(f->a, d[0].trace, &trace));
    assert_str(day_text(f->a, trace.due_on), "2026-08-31"); /* the trace is the count itself */
    assert_int_equal(trace.received_at, f->now);
}

static void the_language_is_detected_and_can_be_told(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, 0, 0);
    c.subject = S("Освещение улицы");
    c.text = S("На нашей улице три месяца нет света, помогите пожалуйста.");
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    assert_str(r->language, "ru");
    c = fixture_submit_command(f, 0, 0);
    c.language = S("en");
    r = fixture_do(f, actor_visitor(), reception_submit, &c);
    assert_str(r->language, "en");
    assert_str(fixture_appeal(f, r->id).language_source, "applicant");
    c = fixture_submit_command(f, 0, 0);
    c.subject = S("112");
    c.text = S("12-34 / 56");
    c.page_language = S("ru");
    r = fixture_do(f, actor_visitor(), reception_submit, &c);
    assert_str(r->language, "ru"); /* nothing to go by: the page's */
    struct language_command fix = {r->id, S("kk")};
    (void)fixture_do(f, fixture_staff(f, f->at[F_REGION].registrar), reception_correct_language, &fix);
    assert_str(fixture_appeal(f, r->id).language_source, "staff");
    fix.language = S("en");
    (void)fixture_do(f, reception_applicant_of(r->id), reception_correct_language, &fix);
    assert_str(fixture_appeal(f, r->id).language_source, "applicant");
    fixture_refuse(f, reception_applicant_of(r->id), reception_correct_language, &fix, "LANGUAGE_SAME");
    fixture_check(f);
}

static void a_complaint_goes_above_the_body_complained_of(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, f->at[F_ROADS].body);
    assert_true(r->is_to_superior);
    assert_int_equal(r->body_id, f->at[F_CITY].body);
    assert_str(r->kind, "complaint");
    assert_str(r->due_on, "2026-08-31"); /* twenty working days */
    struct forward_command to = {r->id, f->at[F_ROADS].body, S("Сіздердікі.")};
    fixture_refuse(f, fixture_staff(f, f->at[F_CITY].registrar), reception_forward, &to, "FORWARD_ACCUSED");
    /* Its staff is never near, whatever the office. */
    struct assign_command a = {r->id, f->at[F_ROADS].executor, S("")};
    fixture_refuse(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_assign, &a, "POLICY_NOT_YOURS");
    fixture_refuse(f, fixture_staff(f, f->at[F_CITY].registrar), reception_assign, &a, "ASSIGN_OFFICE");
    fixture_check(f);
}

static void nobody_above_is_said_and_the_case_still_moves(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_COURT].body, f->at[F_COURT].body);
    assert_true(r->accused_decides);
    assert_false(r->is_to_superior);
    assert_int_equal(r->body_id, f->at[F_COURT].body);
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    fixture_check(f);
}

static void an_official_who_sends_an_appeal_is_a_citizen(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_WATER].body, 0);
    struct submit_result *r = fixture_do(f, fixture_staff(f, f->at[F_ROADS].head), reception_submit, &c);
    struct history_event e = last_event(f, r->id);
    assert_str(e.actor, "applicant");
    assert_int_equal(e.person_id, 0);
    assert_int_equal(e.office_id, 0);
}

static void a_clerk_writes_down_what_is_brought_on_paper(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor clerk = fixture_staff(f, f->at[F_CLINIC].registrar);
    struct submit_command c = fixture_submit_command(f, f->at[F_WATER].body, 0);
    c.channel = CHANNEL_PAPER;
    c.paper = S("жеке куәлік");
    struct submit_result *r = fixture_do(f, clerk, reception_register, &c);
    struct appeal p = fixture_appeal(f, r->id);
    struct applicant *who;
    struct str text;
    assert_int_equal(p.identity, IDENTITY_PAPER);
    assert_int_equal(p.channel, CHANNEL_PAPER);
    assert_ok(reception_load_applicant(f->a, f->read, f->site, r->id, &who));
    assert_int_equal(who->checked_by, f->at[F_CLINIC].registrar);
    assert_ok(reception_store_receipt(f->a, f->read, f->site, r->id, false, &text));
    struct vkey v = log_key_public(f->site->keys->log);
    assert_ok(receipt_verify(f->a, &v, text, NULL)); /* the same receipt */
    assert_int_equal(last_event(f, r->id).office_id, f->at[F_CLINIC].registrar);
    c = fixture_submit_command(f, f->at[F_WATER].body, 0);
    c.channel = CHANNEL_PHONE;
    r = fixture_do(f, clerk, reception_register, &c);
    assert_int_equal(fixture_appeal(f, r->id).identity, IDENTITY_NONE);
    fixture_refuse(f, fixture_staff(f, f->at[F_CLINIC].executor), reception_register, &c, "POLICY_ROLE");
    fixture_refuse(f, actor_visitor(), reception_register, &c, "POLICY_SIGN_IN");
}

static void files_come_with_the_appeal_and_after_it(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct stored_file two[] = {fixture_file(f, "a.pdf", 'a'), fixture_file(f, "b.pdf", 'b')};
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.files = two;
    c.n_files = 2;
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    struct actor author = reception_applicant_of(r->id);
    struct file_command more = {r->id, fixture_file(f, "c.pdf", 'c')};
    assert_int_equal(((struct file_result *)fixture_do(f, author, reception_add_file, &more))->no, 3);
    fixture_refuse(f, author, reception_add_file, &more, "FILE_SAME");
    more.file = fixture_file(f, "d.pdf", 'd');
    (void)fixture_do(f, author, reception_add_file, &more);
    more.file = fixture_file(f, "e.pdf", 'e');
    (void)fixture_do(f, author, reception_add_file, &more);
    more.file = fixture_file(f, "f.pdf", 'f');
    fixture_refuse(f, author, reception_add_file, &more, "FILE_TOO_MANY");
    fixture_refuse(f, reception_applicant_of(r->id + 1), reception_add_file, &more, "CASE_UNKNOWN");
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    fixture_refuse(f, author, reception_add_file, &more, "POLICY_STATE");
    struct actor executor = fixture_staff(f, f->at[F_ROADS].executor);
    assert_int_equal(((struct file_result *)fixture_do(f, executor, reception_add_answer_file, &more))->no,
                     6);
    struct attachment *files;
    size_t n;
    assert_ok(reception_load_files(f->a, f->read, 1, r->id, &files, &n));
    assert_int_equal(n, 6);
    assert_int_equal(files[5].answer_no, 1);
    assert_int_equal(files[5].by_office_id, f->at[F_ROADS].executor);
    assert_int_equal(files[0].by_office_id, 0);
    fixture_check(f);
}

/* == the desk == */

static void assigning_again_needs_a_reason(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    fixture_assign(f, r->id);
    struct assign_command c = {r->id, f->at[F_ROADS].colleague, S("")};
    fixture_refuse(f, registrar, reception_assign, &c, "ASSIGN_REASON");
    c.reason = S("Орындаушы демалыста.");
    (void)fixture_do(f, registrar, reception_assign, &c);
    /* The executor before no longer reaches it. */
    struct answer_command a = fixture_answer_command(f, r->id, false);
    fixture_refuse(f, fixture_staff(f, f->at[F_ROADS].executor), reception_answer, &a, "POLICY_NOT_YOURS");
    struct move *moves;
    size_t n;
    assert_ok(reception_load_moves(f->a, f->read, 1, r->id, &moves, &n));
    assert_int_equal(n, 3);
    assert_str(moves[2].reason, "Орындаушы демалыста.");
    fixture_check(f);
}

static void forwarding_runs_out_of_time_and_of_hops(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct submit_result *late = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct forward_command c = {r->id, f->at[F_WATER].body, S("Құзыреті басқа.")};
    (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_forward, &c);
    c.to_body_id = f->at[F_HEALTH].body;
    fixture_refuse(f, fixture_staff(f, f->at[F_WATER].registrar), reception_forward, &c,
                   "FORWARD_SECOND_TIME");
    c.to_body_id = f->at[F_ROADS].body;
    fixture_refuse(f, fixture_staff(f, f->at[F_WATER].registrar), reception_forward, &c, "FORWARD_BACK");
    fixture_pass_days(f, 4);
    c = (struct forward_command){late->id, f->at[F_WATER].body, S("Құзыреті басқа.")};
    fixture_refuse(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_forward, &c, "FORWARD_TOO_LATE");
    fixture_check(f);
}

static void correcting_the_kind_does_not_start_the_clock_again(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    fixture_pass_days(f, 3);
    struct kind_command c = {r->id, S("complaint")};
    (void)fixture_do(f, registrar, reception_correct_kind, &c);
    assert_str(fixture_appeal(f, r->id).due_on, "2026-08-24"); /* a longer term changes nothing */
    f->now = INT64_C(1785733200000);
    struct submit_command s = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    s.kind = S("complaint");
    struct submit_result *k = fixture_do(f, actor_visitor(), reception_submit, &s);
    struct str long_due = k->due_on;
    fixture_pass_days(f, 3);
    c = (struct kind_command){k->id, S("application")};
    (void)fixture_do(f, registrar, reception_correct_kind, &c);
    struct appeal p = fixture_appeal(f, k->id);
    assert_true(str_cmp(p.due_on, long_due) < 0); /* a shorter one counts, from the same first day */
    struct appeal_deadline *d;
    size_t n;
    assert_ok(reception_load_deadlines(f->a, f->read, 1, k->id, &d, &n));
    assert_int_equal(n, 2);
    assert_str(d[1].cause, "kind");
    fixture_refuse(f, registrar, reception_correct_kind, &c, "KIND_SAME");
    fixture_check(f);
}

static void identity_rises_and_the_date_is_not_lost(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    struct submit_command s = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    s.name = s.email = (struct str){0};
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &s);
    struct appeal before = fixture_appeal(f, r->id);
    fixture_pass_days(f, 5);
    struct identity_command c = {r->id, IDENTITY_PAPER, S("жеке куәлік"), S("")};
    fixture_refuse(f, registrar, reception_check_identity, &c, "IDENTITY_NAME");
    c.name = S("Серік Ахметұлы");
    (void)fixture_do(f, registrar, reception_check_identity, &c);
    struct appeal p = fixture_appeal(f, r->id);
    assert_int_equal(p.identity, IDENTITY_PAPER);
    assert_int_equal(p.received_at, before.received_at);
    assert_true(str_eq(p.registered_on, before.registered_on) && str_eq(p.due_on, before.due_on));
    fixture_refuse(f, registrar, reception_check_identity, &c, "IDENTITY_KNOWN");
    assert_false(contains(last_event(f, r->id).detail, "Серік")); /* a name is no detail of an event */
    fixture_check(f);
}

static void a_lost_code_is_renewed_and_the_old_one_is_dead(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    struct actor who;
    struct verdict v;
    struct renew_command c = {r->id, S("")};
    fixture_refuse(f, registrar, reception_renew_code, &c, "RENEW_NOTE");
    fixture_refuse(f, fixture_staff(f, f->at[F_WATER].registrar), reception_renew_code, &c,
                   "POLICY_NOT_YOURS");
    c.note = S("төлқұжат");
    struct renew_result *renewed = fixture_do(f, registrar, reception_renew_code, &c);
    assert_ok(reception_store_by_code(f->a, f->read, 1, r->number, r->code, &who, &v));
    assert_string_equal(v.code, "CODE_WRONG");
    assert_ok(reception_store_by_code(f->a, f->read, 1, r->number, renewed->code, &who, &v));
    assert_true(v.allowed);
    assert_int_equal(who.noun_id, r->id);
    struct history_event e = last_event(f, r->id);
    assert_str(e.verb, "code_renewed");
    assert_true(contains(e.detail, "төлқұжат"));
    assert_int_equal(e.office_id, f->at[F_ROADS].registrar);
    assert_false(contains(e.detail, renewed->code.p));
    fixture_check(f);
}

static struct err *open_session(struct action *x)
{
    return session_open_applicant(x, *(struct hash *)x->command, APPEAL_NOUN, 1);
}

static bool session_lives(struct fixture *f, const struct hash *cookie)
{
    struct core_q_session_who_row row;
    bool found;
    assert_ok(core_q_session_who(f->a, f->read, S("2026-08-03"), 1, hash_str(cookie), &row, &found));
    return found;
}

static void sessions_of_the_old_code_end_with_it(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct hash cookie = HASH(STR("a cookie"));
    struct renew_command c = {r->id, S("төлқұжат")};
    (void)fixture_do(f, reception_applicant_of(r->id), open_session, &cookie);
    assert_true(session_lives(f, &cookie));
    (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_renew_code, &c);
    assert_false(session_lives(f, &cookie));
}

static void whoever_left_office_in_the_meantime_is_refused(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct actor stranger = fixture_staff(f, f->at[F_ROADS].registrar);
    stranger.person_id += 1; /* somebody who does not hold that office */
    struct assign_command c = {r->id, f->at[F_ROADS].executor, S("")};
    fixture_refuse(f, stranger, reception_assign, &c, "POLICY_ENDED");
}

/* == the contact == */

static struct str code_of_last_letter(struct fixture *f)
{
    size_t n;
    struct core_q_deliveries_open_row *rows = letters(f, &n);
    assert_true(n > 0);
    struct str text = rows[n - 1].text;
    for (size_t i = 0; i + 6 <= text.n; i++) {
        size_t k = 0;
        while (k < 6 && text.p[i + k] >= '0' && text.p[i + k] <= '9')
            k++;
        bool ends = i + 6 == text.n || text.p[i + 6] < '0' || text.p[i + 6] > '9';
        bool begins = i == 0 || ((text.p[i - 1] < '0' || text.p[i - 1] > '9') && text.p[i - 1] != '-');
        if (k == 6 && ends && begins)
            return str_slice(text, i, i + 6);
    }
    fail_msg("no code in the letter");
    return S("");
}

static struct verdict try_code(struct fixture *f, int64_t id, struct str code)
{
    struct contact_confirm_command c = {id, code};
    struct contact_confirm_result *r =
        fixture_do(f, reception_applicant_of(id), reception_contact_confirm, &c);
    return r->verdict;
}

static void a_contact_is_confirmed_by_a_code(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct contact_send_command send = {r->id};
    assert_string_equal(try_code(f, r->id, S("123456")).code, "CONTACT_NO_CODE");
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_send, &send);
    struct str code = code_of_last_letter(f);
    fixture_refuse(f, reception_applicant_of(r->id), reception_contact_send, &send, "CONTACT_TOO_SOON");
    assert_false(contains(last_event(f, r->id).detail, code.p));
    struct str spaced = str_printf(f->a, "%.3s %.3s", code.p, code.p + 3);
    assert_true(try_code(f, r->id, spaced).allowed);
    struct appeal p = fixture_appeal(f, r->id);
    struct applicant *who;
    assert_int_equal(p.identity, IDENTITY_CONTACT);
    assert_ok(reception_load_applicant(f->a, f->read, f->site, r->id, &who));
    assert_int_equal(who->checked_at, f->now);
    assert_int_equal(who->checked_by, 0);
    assert_string_equal(try_code(f, r->id, code).code, "CONTACT_NO_CODE"); /* used once */
    f->now += 61000;
    fixture_refuse(f, reception_applicant_of(r->id), reception_contact_send, &send, "CONTACT_CHECKED");
    fixture_check(f);
}

static void wrong_codes_count_and_five_end_it(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct contact_send_command send = {r->id};
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_send, &send);
    struct str right = code_of_last_letter(f);
    struct str wrong = str_eq(right, S("000000")) ? S("000001") : S("000000");
    for (int i = 4; i >= 0; i--) {
        struct verdict v = try_code(f, r->id, wrong);
        assert_string_equal(v.code, "CONTACT_WRONG");
        assert_true(str_eq(v.facts[0].value, str_printf(f->a, "%d", i)));
    }
    assert_string_equal(try_code(f, r->id, right).code, "CONTACT_TRIES");
    f->now += 61000;
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_send, &send);
    right = code_of_last_letter(f);
    f->now += 600001;
    assert_string_equal(try_code(f, r->id, right).code, "CONTACT_EXPIRED");
    for (int i = 0; i < 3; i++) {
        f->now += 61000;
        (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_send, &send);
    }
    f->now += 61000;
    fixture_refuse(f, reception_applicant_of(r->id), reception_contact_send, &send, "CONTACT_TOO_OFTEN");
    fixture_pass_days(f, 2);
    (void)fixture_do(f, actor_clock(), reception_tick, NULL);
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_send, &send);
    assert_int_equal(fixture_appeal(f, r->id).identity, IDENTITY_NONE);
    fixture_check(f);
}

static struct str email_of(struct fixture *f, int64_t id)
{
    struct applicant *who;
    assert_ok(reception_load_applicant(f->a, f->read, f->site, id, &who));
    return who ? who->email : (struct str){0};
}

/* The last letter: its kind and recipient. */
static void last_letter_is(struct fixture *f, const char *kind, const char *recipient)
{
    size_t n;
    struct core_q_deliveries_open_row *rows = letters(f, &n);
    assert_true(n > 0);
    assert_str(rows[n - 1].kind, kind);
    assert_str(rows[n - 1].recipient, recipient);
}

static void a_new_address_replaces_the_old_only_by_its_code_and_the_old_one_is_told(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct actor author = reception_applicant_of(r->id);
    struct contact_change_command change = {r->id, S("new@example.kz")};
    struct contact_change_command bad = {r->id, S("a b@c\r\nBcc: d")};
    struct contact_change_command same = {r->id, S("aigul@example.kz")};
    fixture_refuse(f, author, reception_contact_change, &bad, "CONTACT_ADDRESS");
    fixture_refuse(f, author, reception_contact_change, &same, "CONTACT_SAME");
    (void)fixture_do(f, author, reception_contact_change, &change);
    last_letter_is(f, "contact_code", "new@example.kz");
    struct str code = code_of_last_letter(f);
    assert_str(email_of(f, r->id), "aigul@example.kz");
    fixture_refuse(f, author, reception_contact_change, &change, "CONTACT_TOO_SOON");
    struct str wrong = str_eq(code, S("000000")) ? S("000001") : S("000000");
    assert_string_equal(try_code(f, r->id, wrong).code, "CONTACT_WRONG");
    assert_str(email_of(f, r->id), "aigul@example.kz");
    assert_true(try_code(f, r->id, code).allowed);
    assert_str(email_of(f, r->id), "new@example.kz");
    last_letter_is(f, "contact_changed", "aigul@example.kz");
    assert_int_equal(fixture_appeal(f, r->id).identity, IDENTITY_CONTACT);
    assert_str(last_event(f, r->id).verb, "contact_changed");
    assert_false(contains(last_event(f, r->id).detail, "example.kz"));
    assert_string_equal(try_code(f, r->id, code).code, "CONTACT_NO_CODE"); /* used once */
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    last_letter_is(f, "answered", "new@example.kz");
    fixture_check(f);
}

static void a_change_can_be_taken_back_and_codes_to_strangers_are_few(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct actor author = reception_applicant_of(r->id);
    struct contact_send_command keep = {r->id};
    struct str code = S("");
    for (int i = 0; i < 5; i++) { /* taking back and asking anew does not begin the count again */
        struct contact_change_command change = {r->id, str_printf(f->a, "stranger%d@example.org", i)};
        (void)fixture_do(f, author, reception_contact_change, &change);
        code = code_of_last_letter(f);
        (void)fixture_do(f, author, reception_contact_keep, &keep);
        f->now += 61000;
    }
    assert_string_equal(try_code(f, r->id, code).code, "CONTACT_NO_CODE");
    assert_str(email_of(f, r->id), "aigul@example.kz");
    struct contact_change_command sixth = {r->id, S("stranger@example.org")};
    fixture_refuse(f, author, reception_contact_change, &sixth, "CONTACT_TOO_OFTEN");
    fixture_refuse(f, author, reception_contact_send, &keep, "CONTACT_TOO_OFTEN");
    fixture_check(f);
}

static void an_address_can_be_added_where_none_was_left(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.name = c.email = c.phone = c.address = S("");
    c.contact_consent = false;
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    struct contact_change_command change = {r->id, S("late@example.kz")};
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_change, &change);
    assert_true(try_code(f, r->id, code_of_last_letter(f)).allowed);
    assert_str(email_of(f, r->id), "late@example.kz");
    assert_true(fixture_appeal(f, r->id).contact_consent);
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    last_letter_is(f, "answered", "late@example.kz");
    fixture_check(f);
}

/* Who does not want letters in that mailbox gets none there either when the address changes. */
static void an_old_address_without_consent_is_not_told(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.contact_consent = false;
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    struct contact_change_command change = {r->id, S("new@example.kz")};
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_change, &change);
    assert_true(try_code(f, r->id, code_of_last_letter(f)).allowed);
    last_letter_is(f, "contact_code", "new@example.kz");
    fixture_check(f);
}

/* What a clerk saw on paper is not lowered by a code. */
static void a_code_does_not_lower_what_a_clerk_has_seen(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct identity_command paper = {r->id, IDENTITY_PAPER, S("identity card"), S("")};
    struct contact_change_command change = {r->id, S("new@example.kz")};
    struct applicant *who;
    (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_check_identity, &paper);
    (void)fixture_do(f, reception_applicant_of(r->id), reception_contact_change, &change);
    assert_true(try_code(f, r->id, code_of_last_letter(f)).allowed);
    assert_str(email_of(f, r->id), "new@example.kz");
    assert_int_equal(fixture_appeal(f, r->id).identity, IDENTITY_PAPER);
    assert_ok(reception_load_applicant(f->a, f->read, f->site, r->id, &who));
    assert_true(who->checked_by != 0);
    fixture_check(f);
}

/* == letters == */

/* Source: trust.md section 6: no mail of content. */
static void letters_hold_number_and_link_and_nothing_of_the_case(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    struct forward_command forward = {r->id, f->at[F_WATER].body, S("Су мәселесі.")};
    (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_forward, &forward);
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    size_t n;
    struct core_q_deliveries_open_row *rows = letters(f, &n);
    static const char *const kinds[] = {"registered", "forwarded", "answered"};
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        assert_str(rows[i].kind, kinds[i]);
        assert_str(rows[i].recipient, "aigul@example.kz");
        assert_str(rows[i].language, "kk");
        assert_true(contains(rows[i].text, r->number.p));
        assert_true(contains(rows[i].text, "https://birge.example/kk/track"));
        static const char *const secrets[] = {"жарық", "Айгүл", "Жөнделеді", "Су мәселесі", "roads"};
        for (size_t k = 0; k < sizeof secrets / sizeof secrets[0]; k++)
            assert_false(contains(rows[i].text, secrets[k]) || contains(rows[i].subject, secrets[k]));
        assert_false(contains(rows[i].text, r->code.p));
    }
}

static void without_consent_no_letter_leaves(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.contact_consent = false;
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    size_t n;
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    (void)letters(f, &n);
    assert_int_equal(n, 0);
}

/* == upkeep == */

static void counters_and_trace_can_be_made_again(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct core_q_trace_from_row *before;
    struct core_q_trace_from_row *after;
    size_t n_before;
    size_t n_after;
    int64_t id = 0;
    for (int i = 0; i < 5; i++) {
        id = fixture_submit(f, f->at[i].body, f->at[F_COURT].body)->id;
        fixture_assign(f, id);
        fixture_answer(f, id, i % 2);
    }
    assert_ok(core_q_trace_from(f->a, f->read, 1, APPEAL_NOUN, id, &before, &n_before));
    assert_int_equal(n_before, 4); /* held_by, assigned_to, answered_by, complains_of */
    (void)fixture_do(f, actor_operator(), reception_rebuild, NULL);
    assert_ok(core_q_trace_from(f->a, f->read, 1, APPEAL_NOUN, id, &after, &n_after));
    assert_int_equal(n_after, n_before);
    fixture_check(f);
}

static struct err *ask_may_close(struct action *x)
{
    struct verdict v = reception_institution.may_close_body(x, *(int64_t *)x->command);
    return v.allowed ? NULL : action_refuse(x, v);
}

static void a_body_with_open_cases_cannot_be_closed(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    int64_t body = f->at[F_CLINIC].body;
    struct submit_result *r = fixture_submit(f, body, 0);
    fixture_refuse(f, actor_operator(), ask_may_close, &body, "BODY_HAS_CASES");
    assert_str(f->last.verdict.facts[0].value, "1");
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    (void)fixture_do(f, actor_operator(), ask_may_close, &body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_appeal_is_registered_with_number_code_due_date_and_receipt),
        TEST(the_main_path),
        TEST(a_refusal_closes_with_a_ground),
        TEST(an_answer_is_never_changed_silently),
        TEST(the_same_request_gets_the_same_answer),
        TEST(the_same_key_with_other_content_shows_nothing),
        TEST(a_key_is_visible_and_short),
        TEST(a_request_is_forgotten_after_thirty_days),
        TEST(an_appeal_needs_no_name),
        TEST(numbers_grow_by_one_and_begin_anew_with_the_year),
        TEST(the_day_of_registration_follows_the_hours),
        TEST(the_language_is_detected_and_can_be_told),
        TEST(a_complaint_goes_above_the_body_complained_of),
        TEST(nobody_above_is_said_and_the_case_still_moves),
        TEST(an_official_who_sends_an_appeal_is_a_citizen),
        TEST(a_clerk_writes_down_what_is_brought_on_paper),
        TEST(files_come_with_the_appeal_and_after_it),
        TEST(assigning_again_needs_a_reason),
        TEST(forwarding_runs_out_of_time_and_of_hops),
        TEST(correcting_the_kind_does_not_start_the_clock_again),
        TEST(identity_rises_and_the_date_is_not_lost),
        TEST(a_lost_code_is_renewed_and_the_old_one_is_dead),
        TEST(sessions_of_the_old_code_end_with_it),
        TEST(whoever_left_office_in_the_meantime_is_refused),
        TEST(a_contact_is_confirmed_by_a_code),
        TEST(wrong_codes_count_and_five_end_it),
        TEST(a_new_address_replaces_the_old_only_by_its_code_and_the_old_one_is_told),
        TEST(a_change_can_be_taken_back_and_codes_to_strangers_are_few),
        TEST(an_address_can_be_added_where_none_was_left),
        TEST(an_old_address_without_consent_is_not_told),
        TEST(a_code_does_not_lower_what_a_clerk_has_seen),
        TEST(letters_hold_number_and_link_and_nothing_of_the_case),
        TEST(without_consent_no_letter_leaves),
        TEST(counters_and_trace_can_be_made_again),
        TEST(a_body_with_open_cases_cannot_be_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
