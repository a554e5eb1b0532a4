/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_test.c - cases of another system: what they become, what is rejected and why, stopped and gone on, and that
 * nobody can change one behind the journal's back.
 */
#include "institutions/reception/tests/fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "core/audit.h"
#include "core/import_kinds.h"
#include "core/journal_private.h"
#include "gen/core_queries.h"
#include "gen/reception_queries.h"
#include "gen/schema.h"
#include "institutions/reception/import_appeals.h"
#include "tests/test_db.h"

/* ---- running one ---- */

struct run {
    struct import_order order;
    struct import_report report;
    struct str rejects;  /* rejects.csv afterwards */
    int64_t stop_after;  /* rows; 0: never */
};

static bool on_progress(void *user, const struct import_progress *p)
{
    struct run *r = user;
    return r->stop_after == 0 || p->rows < r->stop_after;
}

static const char *path_of(struct fixture *f, const char *name)
{
    return str_printf(f->a, "%s/%s", f->dir, name).p;
}

/* Import `file`, a name inside the fixture's folder, with these options. */
static struct err *run_file(struct fixture *f, const char *file, struct run *r)
{
    const char *rejects = path_of(f, "rejects.csv");
    if (!r->order.kind)
        r->order.kind = &reception_import_appeals;
    r->order.fd = open(path_of(f, file), O_RDONLY | O_CLOEXEC);
    r->order.rejects_fd = open(rejects, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(r->order.fd >= 0 && r->order.rejects_fd >= 0);
    r->order.file = str_c(file);
    r->order.progress = on_progress;
    r->order.user = r;
    struct err *e = import_run(f->a, f->site, &r->order, &r->report);
    (void)close(r->order.fd);
    (void)close(r->order.rejects_fd);
    assert_ok(file_read(f->a, rejects, 64 * ARENA_MIB, &r->rejects));
    return e;
}

static struct err *import_text(struct fixture *f, const char *text, struct run *r)
{
    assert_ok(file_swap(f->a, path_of(f, "in.csv"), str_c(text), 0600));
    return run_file(f, "in.csv", r);
}

static bool holds(struct str s, const char *part)
{
    return str_find_str(s, str_c(part)) != SIZE_MAX;
}

static void must_hold(struct str s, const char *part)
{
    if (!holds(s, part))
        fail_msg("\"%s\" is not in:\n...%.*s", part, STR_FMT(str_slice(s, s.n > 600 ? s.n - 600 : 0, s.n)));
}

static struct str audit_finding(struct fixture *f, const char *path)
{
    struct db_options options = {0};
    struct audit_options how = {.realm = 1};
    struct audit_report report;
    struct db *db;
    struct db_read *r;
    how.vkey = log_key_public(f->site->journal->key);
    test_db(f->a, path, &options);
    options.is_read_only = true;
    assert_ok(db_open(f->a, &schema_all, &options, &db));
    assert_ok(db_reader(f->a, db, &r));
    assert_ok(audit(f->a, r, &how, &report));
    db_close(db);
    return report.finding;
}

static int64_t count_cases(struct fixture *f)
{
    struct case_roots *roots;
    size_t n;
    assert_ok(reception_load_roots(f->a, f->read, 1, 0, 1000000, &roots, &n));
    return (int64_t)n;
}

static const char good[] =
    "nr;Thema;Worte;Stelle;am;stand;beantwortet;antwort\r\n"
    "A-1;Pit in the road;\"There is a deep pit.\r\nPlease mend it.\";roads;2026-07-01T09:00:00+05:00;open;;\r\n"
    "A-2;Жарық;\"Көшеде жарық жоқ, өтінемін\";roads;01.07.2026;closed;10.07.2026;Шам ауыстырылды\r\n"
    "A-3;;\"Нет воды во всём доме с утра, прошу помочь\";water;2026-07-30;;;\r\n";
#define GOOD_MAP "nr=number,Thema=subject,Worte=text,Stelle=body,am=received,stand=state,beantwortet=answered,antwort=answer"

/* ---- what they become ---- */

static void rows_become_cases(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.map = S(GOOD_MAP), .source = S("Old portal")}};
    assert_ok(import_text(f, good, &r));
    assert_int_equal(r.report.taken, 3);
    assert_int_equal(r.report.rejected, 0);
    assert_int_equal(r.rejects.n, 0);
    struct appeal a = fixture_appeal(f, 1);
    assert_str(a.subject, "Pit in the road");
    assert_str(a.text, "There is a deep pit.\nPlease mend it.");
    assert_str(a.language, "en");
    assert_int_equal(a.channel, CHANNEL_IMPORT);
    assert_int_equal(a.state, APPEAL_REGISTERED);
    assert_int_equal(a.code_hash.n, 0);
    assert_int_equal(a.content.n, 0);
    assert_str(a.registered_on, "2026-07-01");
    assert_true(str_cmp(a.due_on, S("2026-08-03")) < 0); /* overdue there, overdue here */
    struct appeal b = fixture_appeal(f, 2);
    assert_int_equal(b.state, APPEAL_ANSWERED);
    assert_str(b.language, "kk");
    assert_true(b.closed_at > b.received_at && !b.is_late);
    assert_str(fixture_appeal(f, 3).subject, "Нет воды во всём доме с утра, прошу помочь");
    struct origin *o;
    assert_ok(reception_load_origin(f->a, f->read, 1, 2, &o));
    assert_str(o->source, "Old portal");
    assert_str(o->number, "A-2");
    assert_str(o->answer, "Шам ауыстырылды");
    assert_int_equal(o->line, 4);
    fixture_check_figures(f);
    struct str receipt;
    struct err *e = reception_store_receipt(f->a, f->read, f->site, 1, false, &receipt);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_NOT_FOUND);
    fixture_close(f);
}

static void they_go_on_as_other_cases_do(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.map = S(GOOD_MAP)}};
    struct history_event *events;
    size_t n;
    assert_ok(import_text(f, good, &r));
    fixture_assign(f, 1);
    fixture_answer(f, 1, false);
    fixture_check_figures(f);
    assert_ok(history_of(f->a, f->read, 1, APPEAL_NOUN, 1, &events, &n));
    assert_int_equal(n, 3);
    assert_str(events[0].verb, "imported");
    assert_int_equal(events[0].salt.n, 0);
    assert_str(events[2].verb, "answered");
    assert_true(fixture_appeal(f, 1).is_late);
    assert_true(fixture_digest_holds(f, 1));
    /* One that was answered there has no answer of ours to add a file to; it gets one when an office gives it. */
    struct file_command file = {.appeal_id = 2, .file = fixture_file(f, "lamp.pdf", 'x')};
    fixture_refuse(f, fixture_staff(f, f->at[F_ROADS].head), reception_add_answer_file, &file, "FILE_NO_ANSWER");
    struct answer_command answer = fixture_answer_command(f, 2, true);
    (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].head), reception_answer, &answer);
    fixture_check_figures(f);
    fixture_close(f);
    struct str finding = audit_finding(f, path_of(f, "birge.db"));
    if (finding.p)
        fail_msg("%s", finding.p);
}

/* ---- what is rejected ---- */

static void each_bad_row_is_told_and_no_other(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.empty = S("None")}};
    assert_ok(import_text(f, "number,text,body,received,state,answered,language,email\n"
                             "1,good words here,roads,2026-07-01,None,None,None,None\n"
                             "2,words,roads,2026-02-30,,,,\n"
                             "3,words,roads,yesterday,,,,\n"
                             "4,words,raods,2026-07-01,,,,\n"
                             "5,,roads,2026-07-01,,,,\n"
                             "6,words,roads,2026-07-01,closed,,,\n"
                             "7,words,roads,2026-07-01,closed,2026-06-01,,\n"
                             "8,words,roads,2027-07-01,,,,\n"
                             "9,words,roads,2026-07-01,perhaps,,,\n"
                             "10,words,roads,2026-07-01,,,de,\n"
                             "11,\"broken\" quote,roads,2026-07-01,,,,\n"
                             "12,\xE0\xE1\xE2,roads,2026-07-01,,,,\n"
                             "13,words,roads,2026-07-01,,\n"
                             "1,the same number,roads,2026-07-01,,,,\n"
                             "14,last good words,city,2026-07-01,,,,\n", &r));
    assert_int_equal(r.report.rows, 15);
    assert_int_equal(r.report.taken, 2);
    assert_int_equal(r.report.rejected, 13);
    must_hold(r.rejects, "number,text,body,received,state,answered,language,email,line,field,reason\r\n");
    must_hold(r.rejects, "2,words,roads,2026-02-30,,,,,3,received,\"expected a date");
    must_hold(r.rejects, ",4,received,");
    must_hold(r.rejects, "5,body,\"no body is called \"\"raods\"\"; did you mean");
    must_hold(r.rejects, ",6,text,\"expected a value; the field is needed\"\r\n");
    must_hold(r.rejects, ",7,answered,\"expected a date; the case is not open\"\r\n");
    must_hold(r.rejects, ",8,answered,expected a time behind that of receipt\r\n");
    must_hold(r.rejects, ",9,received,expected a time that has passed\r\n");
    must_hold(r.rejects, ",10,state,\"expected one of: open, answered\"\r\n");
    must_hold(r.rejects, ",11,language,\"expected one of: kk, ru, en\"\r\n");
    must_hold(r.rejects, ",12,text,\"line 12, column 12: text behind a closing quote");
    must_hold(r.rejects, ",13,text,\"line 13, column 4: the field is not UTF-8");
    must_hold(r.rejects, "14,,\"expected 8 fields as in the first line, and there are 6\"\r\n");
    must_hold(r.rejects, ",15,number,the number stands in an earlier row too\r\n");
    assert_int_equal(count_cases(f), 2);
    fixture_check_figures(f);
    /* Mended, the rejects go in as any other file: its own columns behind are not asked for. */
    fixture_close(f);
}

static void mappings_that_do_not_fit_are_told_with_the_nearest_name(void **state)
{
    static const struct {
        const char *map, *set, *file, *why;
    } cases[] = {
        {"txt=text", "", "text,body\na,roads\n", "the file has no column \"txt\"; did you mean \"text\"?"},
        {"text=txet", "", "text,body\na,roads\n", "have no field \"txet\"; did you mean \"text\"?"},
        {"text", "", "text,body\na,roads\n", "\"text\" is not column=field"},
        {"", "", "words,body\na,roads\n", "field \"text\" (the words of the appeal) has no column"},
        {"", "boby=roads", "text\na\n", "did you mean \"body\"?"},
        {"", "received=soon", "text,body\na,roads\n", "--set received=soon: expected a date"},
        {"a=text,b=text", "", "a,b,body\na,b,roads\n", "two columns for field \"text\""},
        {"x=text", "", "x,x,body\na,b,roads\n", "2 columns are called \"x\""},
        {"", "", "", "is empty"},
        {"", "", "\"text,body\na,roads\n", "never closed"},
    };
    struct fixture *f = fixture_new(*state, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run r = {.order = {.map = str_c(cases[i].map), .set = str_c(cases[i].set)}};
        struct err *e = import_text(f, cases[i].file, &r);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_INPUT);
        must_hold(err_text(f->a, e), cases[i].why);
    }
    assert_int_equal(count_cases(f), 0);
    fixture_close(f);
}

static void a_dry_run_takes_nothing(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.map = S(GOOD_MAP), .is_dry_run = true}};
    int64_t size = journal_size(f->site->journal);
    assert_ok(import_text(f, good, &r));
    assert_int_equal(r.report.taken, 3);
    must_hold(r.report.preview, "\"subject\":\"Pit in the road\"");
    must_hold(r.report.columns, "\"Worte\":\"text\"");
    assert_int_equal(count_cases(f), 0);
    assert_int_equal(journal_size(f->site->journal), size);
    fixture_close(f);
}

static void other_encodings_and_html_are_read(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.encoding = S("windows-1251"), .html = S("text"), .set = S("body=roads")}};
    assert_ok(import_text(f, "subject,text\n"
                             "\xDF\xEC\xE0,<p>\xD2\xE5\xEA\xF1\xF2&nbsp; &laquo;a&raquo;</p><script>x</script>b\n"
                             "\xDF,\xD0\xBF\xD1\x80\xD0\xB8\n", &r));
    assert_int_equal(r.report.taken, 1);
    assert_int_equal(r.report.rejected, 1);
    assert_str(fixture_appeal(f, 1).text, "Текст «a»\nb");
    must_hold(r.rejects, "UTF-8 in a file of another declared encoding");
    fixture_close(f);
}

/* ---- once ---- */

static struct str many(struct fixture *f, int n)
{
    struct buf b;
    buf_init(&b, f->a, 64 * ARENA_MIB);
    buf_c(&b, "number,text,body,received\n");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%d,words of row %d are here,%s,2026-07-%02d\n", i, i, i % 2 ? "roads" : "water", i % 28 + 1);
    return buf_view(&b);
}

static void a_file_is_taken_once_and_a_case_too(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.map = S(GOOD_MAP), .source = S("Old")}};
    assert_ok(import_text(f, good, &r));
    struct run again = {.order = {.map = S(GOOD_MAP), .source = S("Old")}};
    assert_ok(import_text(f, good, &again));
    assert_true(again.report.is_known);
    assert_int_equal(again.report.id, r.report.id);
    struct run forced = {.order = {.map = S(GOOD_MAP), .source = S("Old"), .is_again = true}};
    assert_ok(import_text(f, good, &forced));
    assert_int_equal(forced.report.taken, 0);
    assert_int_equal(forced.report.rejected, 3);
    must_hold(forced.rejects, "it was imported before, as 2026-0000001-");
    assert_int_equal(count_cases(f), 3);
    fixture_close(f);
}

static void a_stopped_import_goes_on(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct str text = many(f, 3000);
    int runs = 0;
    struct run r = {.order = {.source = S("Old")}, .stop_after = 1};
    assert_ok(file_swap(f->a, path_of(f, "many.csv"), text, 0600));
    struct run other = {.order = {.source = S("Another")}};
    do {
        r.report = (struct import_report){0};
        assert_ok(run_file(f, "many.csv", &r));
        r.stop_after = r.report.rows + 900;
        runs++;
        if (runs == 1) {
            struct err *e = run_file(f, "many.csv", &other);
            assert_non_null(e);
            assert_int_equal(e->code, ERR_CONFLICT); /* begun as another source's */
        }
        if (runs == 2)
            fixture_reopen(f, NULL);
    } while (r.report.is_stopped && runs < 50);
    assert_true(runs > 1);
    assert_int_equal(r.report.taken, 3000);
    assert_int_equal(count_cases(f), 3000);
    fixture_check_figures(f);
    fixture_close(f);
    struct str finding = audit_finding(f, path_of(f, "birge.db"));
    if (finding.p)
        fail_msg("%s", finding.p);
}

/* ---- behind the journal's back ---- */

/* Behind the program's back, on whichever engine. */
static void change_row(struct fixture *f, const char *path, const char *sql)
{
    sqlite3 *db;
    if (test_db_is_server()) {
        test_db_sql(f->a, path, sql);
        return;
    }
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

static void every_change_of_an_imported_case_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE reception_appeal SET subject = subject || '.' WHERE id = 3",
        "UPDATE reception_appeal SET text = '' WHERE id = 2",
        "UPDATE reception_appeal SET closed_at = closed_at - 86400000 WHERE id = 2",
        "UPDATE reception_appeal SET due_on = '2026-12-31' WHERE id = 1",
        "UPDATE reception_origin SET answer = 'no' WHERE appeal_id = 2",
        "UPDATE reception_origin SET number = NULL WHERE appeal_id = 1",
        "UPDATE reception_origin SET source = 'x' WHERE appeal_id = 1",
        "DELETE FROM reception_origin WHERE appeal_id = 3",
        "DELETE FROM reception_deadline WHERE appeal_id = 1",
        "DELETE FROM reception_appeal WHERE id = 3",
        "UPDATE reception_move SET to_body_id = 99 WHERE appeal_id = 1",
        "INSERT INTO reception_applicant (realm, appeal_id, name) VALUES (1, 1, 'x')",
        "UPDATE core_import SET taken = taken - 1",
        "UPDATE journal_part SET n = 2, states = substr(states, 1, 64)",
    };
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.map = S(GOOD_MAP)}};
    const char *path = path_of(f, "birge.db");
    assert_ok(import_text(f, good, &r));
    fixture_close(f);
    assert_null(audit_finding(f, path).p);
    test_db_keep(f->a, path);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        change_row(f, path, changes[i]);
        if (!audit_finding(f, path).p)
            fail_msg("not found: %s", changes[i]);
        test_db_put_back(f->a, path);
    }
}

/* ---- bodies and calendar ---- */

static const struct body *body_of(struct fixture *f, const char *code)
{
    fixture_look(f);
    return directory_body_by_code(f->directory, str_c(code));
}

static void bodies_come_in_any_order_whole_or_not(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.kind = &core_import_bodies}};
    assert_ok(import_text(f, "code,parent,name_kk,name_ru,name_en,is_intake\n"
                             "lamps,light,Шамдар,Фонари,Lamps,no\n"
                             "light,city,Жарық,Свет,Light,да\n"
                             "city,,Қала,Город,Town,yes\n", &r));
    assert_int_equal(r.report.rejected, 0);
    assert_int_equal(r.report.taken, 3);
    assert_int_equal(r.report.changed, 1);
    assert_int_equal(body_of(f, "lamps")->parent_id, body_of(f, "light")->id);
    assert_int_equal(body_of(f, "light")->parent_id, body_of(f, "city")->id);
    assert_false(body_of(f, "lamps")->is_intake);
    assert_str(body_of(f, "city")->name.en, "Town");
    struct run same = {.order = {.kind = &core_import_bodies}};
    assert_ok(import_text(f, "code,parent,name_kk,name_ru\nlamps,light,Шамдар,Фонари\n", &same));
    assert_int_equal(same.report.same, 1);
    assert_int_equal(same.report.taken, 0);
    struct run cycle = {.order = {.kind = &core_import_bodies}};
    assert_ok(import_text(f, "code,parent,name_kk,name_ru\nlight,lamps,Ж,С\nnew,,Ж,Н\n", &cycle));
    must_hold(cycle.rejects, "light,lamps,Ж,С,2,parent,the body would stand above itself\r\n");
    assert_int_equal(cycle.report.taken, 0);
    assert_null(body_of(f, "new"));
    struct run unknown = {.order = {.kind = &core_import_bodies}};
    assert_ok(import_text(f, "code,parent,name_kk,name_ru\nnew,nowhere,Ж,Н\nB?,,Ж,Н\nx1,,Ж,Н\nx1,,Ж,Другое\n", &unknown));
    assert_int_equal(unknown.report.rejected, 3);
    assert_null(body_of(f, "x1"));
    struct run names = {.order = {.kind = &core_import_bodies, .map = S("b=name_ru,#1=name_kk")}};
    assert_ok(import_text(f, "b\nКомитет дорожного хозяйства города\nКомитет дорожного хозяйства города\nШколы\n", &names));
    assert_int_equal(names.report.taken, 2);
    assert_int_equal(names.report.same, 1);
    assert_non_null(body_of(f, "shkoly"));
    fixture_close(f);
    struct str finding = audit_finding(f, path_of(f, "birge.db"));
    if (finding.p)
        fail_msg("%s", finding.p);
}

static void holidays_come_in(void **state)
{
    static const char file[] = "day,is_work,name_kk,name_ru,name_en,source\n"
                               "08.03.2027,no,Мереке,Праздник,Holiday,Act 1\n"
                               "2027-03-13,yes,Жұмыс,Рабочий день,Working day,Act 2\n";
    struct fixture *f = fixture_new(*state, NULL);
    struct run r = {.order = {.kind = &core_import_calendar}};
    assert_ok(import_text(f, file, &r));
    assert_int_equal(r.report.taken, 2);
    struct run again = {.order = {.kind = &core_import_calendar}};
    assert_ok(import_text(f, file, &again));
    assert_int_equal(again.report.same, 2);
    struct run bad = {.order = {.kind = &core_import_calendar}};
    assert_ok(import_text(f, "day,is_work,name_kk,name_ru,name_en,source\n"
                             "2027-03-09,yes,a,b,c,Act\n2099-01-01,no,a,b,c,Act\n"
                             "2027-03-10,no,a,b,c,Act\n", &bad));
    assert_int_equal(bad.report.rejected, 2);
    assert_int_equal(bad.report.taken, 0);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_become_cases),
        TEST(they_go_on_as_other_cases_do),
        TEST(each_bad_row_is_told_and_no_other),
        TEST(mappings_that_do_not_fit_are_told_with_the_nearest_name),
        TEST(a_dry_run_takes_nothing),
        TEST(other_encodings_and_html_are_read),
        TEST(a_file_is_taken_once_and_a_case_too),
        TEST(a_stopped_import_goes_on),
        TEST(every_change_of_an_imported_case_is_found),
        TEST(bodies_come_in_any_order_whole_or_not),
        TEST(holidays_come_in),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
