/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_test.c - what comes out of the store: one case through the gate, pages of a desk, figures, objects.
 */
#include "institutions/reception/tests/fixture.h"

#include "core/keys.h"

static const struct reception_case *open_case(struct fixture *f, struct actor who, struct str number,
                                              bool with_applicant)
{
    const struct reception_case *c = NULL;
    struct verdict v;
    assert_ok(reception_store_open(f->a, f->read, f->site, &who, number, S(""), with_applicant, &c, &v));
    assert_true(v.allowed);
    return c;
}

/* == one case == */

static void a_case_opens_whole_for_its_author(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    fixture_assign(f, r->id);
    fixture_answer(f, r->id, false);
    const struct reception_case *c = open_case(f, reception_applicant_of(r->id), r->number, true);
    assert_str(c->appeal.subject, "Көше жарығы");
    assert_str(c->applicant->name, "Тұрғын Бірінші");
    assert_false(c->is_reading);
    assert_int_equal(c->n_moves, 2);
    assert_int_equal(c->n_deadlines, 1);
    assert_int_equal(c->n_answers, 1);
    assert_int_equal(c->n_events, 3);
    assert_str(c->events[0].verb, "registered");
    assert_str(c->events[0].actor, "applicant");
    assert_int_equal(c->events[2].office_id, f->at[F_ROADS].executor);
}

static void opening_by_staff_is_a_reading_with_its_purpose(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    const struct reception_case *c =
        open_case(f, fixture_staff(f, f->at[F_ROADS].registrar), r->number, true);
    assert_true(c->is_reading);
    assert_str(c->reading.way, "open");
    assert_str(c->reading.purpose, "registration");
    assert_int_equal(c->reading.noun_id, r->id);
    assert_int_equal(c->reading.actor.office_id, f->at[F_ROADS].registrar);
    assert_non_null(c->applicant);
    c = open_case(f, fixture_staff(f, f->at[F_ROADS].registrar), r->number, false);
    assert_null(c->applicant); /* not asked for, not read */
    assert_true(c->has_applicant);
    c = open_case(f, fixture_staff(f, f->at[F_ROADS].head), r->number, true);
    assert_null(c->applicant); /* the head decides without the name */
    assert_str(c->reading.purpose, "supervision");
    struct actor who = fixture_staff(f, f->at[F_ROADS].head);
    struct verdict v;
    assert_ok(reception_store_open(f->a, f->read, f->site, &who, r->number, S("curiosity"), true, &c, &v));
    assert_string_equal(v.code, "CASE_PURPOSE");
}

static struct err *read_it(struct action *x)
{
    return journal_read(x->site->journal, x->tx, x->command);
}

static void readings_tell_office_and_way_newest_first(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, f->at[F_ROADS].body, 0);
    const int64_t offices[] = {f->at[F_ROADS].registrar, f->at[F_ROADS].head};
    for (size_t i = 0; i < 2; i++) {
        struct actor who = fixture_staff(f, offices[i]);
        struct reading reading = open_case(f, who, r->number, true)->reading;
        (void)fixture_do(f, who, read_it, &reading);
        f->now += 1000;
    }
    struct case_reading *list;
    size_t n;
    assert_ok(reception_store_readings(f->a, f->read, f->site, r->id, INT64_MAX, 10, &list, &n));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].office_id, offices[1]);
    assert_int_equal(list[1].office_id, offices[0]);
    assert_ok(reception_store_readings(f->a, f->read, f->site, r->id, list[0].seq, 10, &list, &n));
    assert_int_equal(n, 1);
}

static void number_and_code_open_the_case_and_nothing_else_does(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *r = fixture_submit(f, 0, 0);
    struct submit_result *other = fixture_submit(f, 0, 0);
    struct str grouped =
        str_printf(f->a, "%.5s-%.5s %.5s %.5s", r->code.p, r->code.p + 5, r->code.p + 10, r->code.p + 15);
    struct str typo = str_printf(f->a, "%.*s%c", (int)r->number.n - 1, r->number.p,
                                 r->number.p[r->number.n - 1] == '0' ? '1' : '0');
    const struct {
        struct str number, code;
        const char *verdict;
    } rows[] = {
        {r->number, r->code, NULL},
        {str_printf(f->a, " %.*s ", STR_FMT(r->number)), grouped, NULL},
        {r->number, other->code, "CODE_WRONG"},
        {other->number, r->code, "CODE_WRONG"},
        {S("2031-0000001-8"), r->code, NULL}, /* filled in below */
        {typo, r->code, "CODE_NUMBER"},
        {S(""), r->code, "CODE_NUMBER"},
        {S("' OR 1=1 --"), r->code, "CODE_NUMBER"},
        {r->number, S(""), "CODE_SHAPE"},
        {r->number, S("short"), "CODE_SHAPE"},
        {r->number, str_printf(f->a, "%.*sA", STR_FMT(r->code)), "CODE_SHAPE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct actor who = {0};
        struct verdict v;
        assert_ok(reception_store_by_code(f->a, f->read, 1, rows[i].number, rows[i].code, &who, &v));
        if (i == 4) {
            assert_false(v.allowed); /* an unknown number: wrong, or mistyped; never a case */
            continue;
        }
        assert_int_equal(v.allowed, rows[i].verdict == NULL);
        if (rows[i].verdict)
            assert_string_equal(v.code, rows[i].verdict);
        else
            assert_int_equal(who.noun_id, r->id);
    }
}

static void a_file_is_downloaded_through_the_gate(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct stored_file file = fixture_file(f, "сурет.jpg", 'j');
    struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    c.files = &file;
    c.n_files = 1;
    struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
    struct attachment got;
    struct reading reading;
    struct verdict v;
    bool is_reading = true;
    struct actor author = reception_applicant_of(r->id);
    assert_ok(
        reception_store_file(f->a, f->read, f->site, &author, r->number, 1, &got, &is_reading, &reading, &v));
    assert_true(v.allowed);
    assert_false(is_reading);
    assert_str(got.name, "сурет.jpg");
    assert_true(str_eq(got.hash, file.hash));
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    assert_ok(reception_store_file(f->a, f->read, f->site, &registrar, r->number, 1, &got, &is_reading,
                                   &reading, &v));
    assert_true(is_reading);
    assert_str(reading.way, "download");
    assert_ok(reception_store_file(f->a, f->read, f->site, &registrar, r->number, 2, &got, &is_reading,
                                   &reading, &v));
    assert_string_equal(v.code, "FILE_UNKNOWN");
    struct actor stranger = fixture_staff(f, f->at[F_WATER].registrar);
    assert_ok(reception_store_file(f->a, f->read, f->site, &stranger, r->number, 1, &got, &is_reading,
                                   &reading, &v));
    assert_string_equal(v.code, "POLICY_NOT_YOURS");
    struct actor visitor = actor_visitor();
    assert_ok(reception_store_file(f->a, f->read, f->site, &visitor, r->number, 1, &got, &is_reading,
                                   &reading, &v));
    assert_string_equal(v.code, "POLICY_CODE");
}

/* == the desk == */

static struct desk_page desk(struct fixture *f, struct actor who, struct desk_filter filter)
{
    struct desk_page page;
    struct verdict v;
    assert_ok(
        reception_store_desk(f->a, f->read, f->site, &who, &filter, site_today(f->site, f->now), &page, &v));
    assert_true(v.allowed);
    return page;
}

/* 23 cases at ROADS, one a day; the first two answered, the next three assigned. */
static void fill_desk(struct fixture *f)
{
    for (int i = 0; i < 23; i++) {
        struct submit_command c = fixture_submit_command(f, f->at[F_ROADS].body, 0);
        c.kind = i % 2 ? S("proposal") : S("application");
        c.language = i % 3 ? S("kk") : S("ru");
        struct submit_result *r = fixture_do(f, actor_visitor(), reception_submit, &c);
        if (i < 5)
            fixture_assign(f, r->id);
        if (i < 2)
            fixture_answer(f, r->id, i == 1);
        fixture_pass_days(f, 1);
    }
    fixture_pass_days(f, 5); /* some are overdue by now */
}

static void pages_go_forward_and_back_over_every_row_once(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor who = fixture_staff(f, f->at[F_ROADS].registrar);
    fill_desk(f);
    struct str numbers[32];
    size_t n = 0;
    struct desk_filter filter = {.list = DESK_OPEN, .n = 4};
    struct desk_page page = desk(f, who, filter);
    assert_null(page.previous.p);
    for (;;) {
        for (size_t i = 0; i < page.n_rows; i++)
            numbers[n++] = page.rows[i].number;
        if (!page.next.p)
            break;
        filter.after = page.next;
        page = desk(f, who, filter);
    }
    assert_int_equal(n, 21);
    for (size_t i = 1; i < n; i++)
        assert_true(str_cmp(numbers[i - 1], numbers[i]) <
                    0); /* due first, first: here in order of registration */
    filter.after = (struct str){0};
    size_t at = n - page.n_rows;
    while (page.previous.p) {
        filter.before = page.previous;
        page = desk(f, who, filter);
        assert_true(page.next.p != NULL);
        at -= page.n_rows;
        for (size_t i = 0; i < page.n_rows; i++)
            assert_true(str_eq(page.rows[i].number, numbers[at + i]));
    }
    assert_int_equal(at, 0);
}

static void filters_narrow_and_the_overdue_come_first(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor registrar = fixture_staff(f, f->at[F_ROADS].registrar);
    struct actor executor = fixture_staff(f, f->at[F_ROADS].executor);
    fill_desk(f);
    struct desk_page all = desk(f, registrar, (struct desk_filter){.list = DESK_OPEN});
    assert_int_equal(all.n_rows, 21);
    assert_true(all.rows[0].is_overdue);
    assert_false(all.rows[20].is_overdue);
    struct desk_page overdue =
        desk(f, registrar, (struct desk_filter){.list = DESK_OPEN, .only_overdue = true});
    assert_true(overdue.n_rows > 0 && overdue.n_rows < all.n_rows);
    for (size_t i = 0; i < all.n_rows; i++)
        assert_int_equal(all.rows[i].is_overdue, i < overdue.n_rows);
    assert_int_equal(
        desk(f, registrar, (struct desk_filter){.list = DESK_OPEN, .only_unassigned = true}).n_rows, 18);
    assert_int_equal(
        desk(f, registrar, (struct desk_filter){.list = DESK_OPEN, .kind = S("proposal")}).n_rows, 10);
    assert_int_equal(desk(f, registrar, (struct desk_filter){.list = DESK_OPEN, .language = S("ru")}).n_rows,
                     7);
    assert_int_equal(
        desk(f, registrar, (struct desk_filter){.list = DESK_OPEN, .state = S("assigned")}).n_rows, 3);
    assert_int_equal(desk(f, executor, (struct desk_filter){.list = DESK_MINE}).n_rows, 3);
    assert_int_equal(desk(f, registrar, (struct desk_filter){.list = DESK_MINE}).n_rows, 0);
    struct desk_page closed = desk(f, registrar, (struct desk_filter){.list = DESK_CLOSED, .n = 1});
    assert_int_equal(closed.n_rows, 1);
    assert_int_equal(closed.rows[0].state, APPEAL_REFUSED); /* newest first */
    struct desk_page older =
        desk(f, registrar, (struct desk_filter){.list = DESK_CLOSED, .n = 1, .after = closed.next});
    assert_int_equal(older.rows[0].state, APPEAL_ANSWERED);
    assert_null(older.next.p);
    struct desk_page newer =
        desk(f, registrar, (struct desk_filter){.list = DESK_CLOSED, .n = 1, .before = older.previous});
    assert_true(str_eq(newer.rows[0].number, closed.rows[0].number));
    assert_int_equal(
        desk(f, fixture_staff(f, f->at[F_WATER].registrar), (struct desk_filter){.list = DESK_OPEN}).n_rows,
        0);
}

static void a_cursor_of_ones_own_making_is_refused(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor who = fixture_staff(f, f->at[F_ROADS].registrar);
    static const char *const bad[] = {"x",
                                      "2026-08-03",
                                      "2026-02-30.1",
                                      "2026-08-03.x",
                                      "2026-08-03.01",
                                      ".",
                                      "1.2.3",
                                      "2026-08-03.99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct desk_filter filter = {.list = DESK_OPEN, .after = str_c(bad[i])};
        struct desk_page page;
        struct verdict v;
        assert_ok(reception_store_desk(f->a, f->read, f->site, &who, &filter, 0, &page, &v));
        assert_string_equal(v.code, "DESK_CURSOR");
    }
    struct desk_filter both = {.list = DESK_OPEN, .after = S("2026-08-03.1"), .before = S("2026-08-03.1")};
    struct desk_page page;
    struct verdict v;
    assert_ok(reception_store_desk(f->a, f->read, f->site, &who, &both, 0, &page, &v));
    assert_string_equal(v.code, "DESK_CURSOR");
}

static void a_desk_is_for_staff_that_works_on_cases(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    const struct actor no[] = {fixture_staff(f, f->administrator), fixture_staff(f, f->auditor),
                               actor_visitor(), reception_applicant_of(1), actor_operator()};
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        struct desk_filter filter = {.list = DESK_OPEN};
        struct desk_page page;
        struct desk_counts counts;
        struct verdict v;
        assert_ok(reception_store_desk(f->a, f->read, f->site, &no[i], &filter, 0, &page, &v));
        assert_false(v.allowed);
        assert_ok(reception_store_desk_counts(f->a, f->read, f->site, &no[i], 0, &counts, &v));
        assert_false(v.allowed);
    }
}

/* == figures == */

static void figures_count_what_is_there(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct actor executor = fixture_staff(f, f->at[F_ROADS].executor);
    struct desk_counts c;
    struct body_counts *bodies;
    struct verdict v;
    size_t n;
    fill_desk(f);
    int32_t today = site_today(f->site, f->now);
    assert_ok(reception_store_desk_counts(f->a, f->read, f->site, &executor, today, &c, &v));
    assert_int_equal(c.open, 21);
    assert_int_equal(c.by_state[APPEAL_ASSIGNED], 3);
    assert_int_equal(c.by_state[APPEAL_REFUSED], 1);
    assert_int_equal(c.mine, 3);
    struct desk_page overdue =
        desk(f, executor, (struct desk_filter){.list = DESK_OPEN, .only_overdue = true});
    assert_int_equal(c.overdue, overdue.n_rows);
    (void)fixture_submit(f, f->at[F_WATER].body, 0);
    assert_ok(reception_store_counts(f->a, f->read, 1, today, &bodies, &n));
    assert_int_equal(n, 2);
    assert_int_equal(bodies[0].body_id, f->at[F_ROADS].body);
    assert_int_equal(bodies[0].by_state[APPEAL_REGISTERED], 18);
    assert_int_equal(bodies[0].overdue, c.overdue);
    assert_int_equal(bodies[1].by_state[APPEAL_REGISTERED], 1);
    assert_int_equal(bodies[1].overdue, 0);
}

/* == objects == */

static struct err *count_object(void *user, struct str hash, int64_t size)
{
    int64_t *n = user;
    assert_int_equal(hash.n, 32);
    *n += size;
    return NULL;
}

static void every_stored_object_is_walked(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct stored_file files[] = {fixture_file(f, "a", 'a'), fixture_file(f, "b", 'b'),
                                  fixture_file(f, "c", 'c')};
    int64_t total = 0;
    for (int i = 0; i < 4; i++) {
        struct submit_command c = fixture_submit_command(f, 0, 0);
        c.files = files;
        c.n_files = 3;
        (void)fixture_do(f, actor_visitor(), reception_submit, &c);
    }
    assert_ok(reception_institution.objects(f->a, f->read, 1, count_object, &total));
    assert_int_equal(total, 12000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_case_opens_whole_for_its_author),
        TEST(opening_by_staff_is_a_reading_with_its_purpose),
        TEST(readings_tell_office_and_way_newest_first),
        TEST(number_and_code_open_the_case_and_nothing_else_does),
        TEST(a_file_is_downloaded_through_the_gate),
        TEST(pages_go_forward_and_back_over_every_row_once),
        TEST(filters_narrow_and_the_overdue_come_first),
        TEST(a_cursor_of_ones_own_making_is_refused),
        TEST(a_desk_is_for_staff_that_works_on_cases),
        TEST(figures_count_what_is_there),
        TEST(every_stored_object_is_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
