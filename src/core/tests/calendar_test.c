/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * calendar_test.c - the calendar of a realm: files, what may be written, verbs with their events, snapshots.
 */
#include "core/tests/journal_fixture.h"

#include <sys/stat.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/file.h"
#include "core/action.h"
#include "core/calendar.h"
#include "core/policy_rows.h"
#include "core/snapshot.h"
#include "gen/core_queries.h"
#include "web/i18n.h"

static int32_t day_of(const char *text)
{
    int32_t day;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

/* ---- a realm with a calendar ---- */

struct realm {
    struct folder folder;
    struct site site;
    struct zone *zone;
};

static struct realm *realm_new(struct arena *a)
{
    struct realm *r = ARENA_NEW(a, struct realm);
    const struct policy_row *tables[] = {core_policy_rows};
    const size_t sizes[] = {CORE_POLICY_ROWS};
    r->folder = folder_new(a);
    r->folder.now = INT64_C(1785733200000); /* 2026-08-03 */
    assert_ok(folder_try_open(&r->folder, (struct db_options){0}));
    journal_set_clock(r->folder.journal, folder_clock, &r->folder);
    folder_start(&r->folder);
    assert_ok(zone_open(a, S("Asia/Almaty"), &r->zone));
    r->site.db = r->folder.db;
    r->site.journal = r->folder.journal;
    r->site.policy = policy_join(a, tables, sizes, 1);
    r->site.realm = REALM;
    r->site.zone = S("Asia/Almaty");
    r->site.tz = r->zone;
    r->site.data_dir = str_c(r->folder.dir);
    return r;
}

/* What one verb is asked to do. */
struct wish {
    const char *install, *week, *remove;
    const struct calendar_input *set;
};

static struct err *fulfil(struct action *x)
{
    const struct wish *w = x->command;
    if (w->install)
        return calendar_install(x, w->install);
    if (w->week)
        return calendar_set_week(x, str_c(w->week));
    if (w->remove)
        return calendar_remove_day(x, day_of(w->remove));
    return calendar_set_day(x, w->set);
}

/* Do it as `who`; the code of the refusal, "" when it was done. */
static const char *ask(struct realm *r, struct actor who, struct wish w)
{
    struct action *x = ARENA_NEW(r->folder.a, struct action);
    x->command = &w;
    struct err *e = action_run(r->folder.a, &r->site, who, fulfil, x);
    if (e && x->verdict.allowed)
        print_message("%.*s\n", STR_FMT(err_text(r->folder.a, e)));
    assert_true(!e || !x->verdict.allowed);
    return e ? x->verdict.code : "";
}

static const struct calendar *calendar_now(struct realm *r)
{
    struct calendar *c;
    assert_ok(calendar_load(r->folder.a, r->folder.read, REALM, 0, &c));
    return c;
}

static size_t events_of(struct realm *r)
{
    struct core_q_events_of_row *rows;
    size_t n;
    assert_ok(core_q_events_of(r->folder.a, r->folder.read, REALM, S("calendar"), 1, &rows, &n));
    for (size_t i = 0; i < n; i++) { /* what the event tells is JSON */
        json_t *detail = json_loadb(rows[i].detail.p, rows[i].detail.n, JSON_REJECT_DUPLICATES, NULL);
        assert_true(json_is_object(detail));
        json_decref(detail);
    }
    return n;
}

static struct calendar_input input(const char *day, bool is_work)
{
    return (struct calendar_input){
        .day_on = str_c(day),
        .is_work = is_work,
        .name = {S("Мереке"), S("Праздник"), S("Holiday")},
        .source = S("Government resolution 1 of 2026-01-01"),
    };
}

/* ---- verbs ---- */

static void an_administrator_keeps_the_calendar_and_each_change_is_an_event(void **state)
{
    struct realm *r = realm_new(*state);
    struct actor operator = actor_operator();
    assert_string_equal(ask(r, operator, (struct wish){.install = "kz"}), "");
    const struct calendar *c = calendar_now(r);
    assert_true(workdays_is(&c->workdays, day_of("2026-10-23")));
    assert_false(workdays_is(&c->workdays, day_of("2026-10-26")));
    assert_str(calendar_day(c, day_of("2026-12-16"))->name.en, "Independence Day");
    assert_false(calendar_day(c, day_of("2026-12-16"))->is_verified); /* general knowledge until compared */

    struct calendar_input saturday = input("2026-11-07", true);
    assert_string_equal(ask(r, operator, (struct wish){.set = &saturday}), "");
    assert_true(workdays_is(&calendar_now(r)->workdays, day_of("2026-11-07")));
    assert_string_equal(ask(r, operator, (struct wish){.set = &saturday}), "CALENDAR_SAME");
    saturday.is_verified = true;
    assert_string_equal(ask(r, operator, (struct wish){.set = &saturday}), "");
    assert_string_equal(ask(r, operator, (struct wish){.remove = "2026-11-07"}), "");
    assert_string_equal(ask(r, operator, (struct wish){.remove = "2026-11-07"}), "CALENDAR_ABSENT");
    assert_false(workdays_is(&calendar_now(r)->workdays, day_of("2026-11-07")));

    assert_string_equal(ask(r, operator, (struct wish){.week = "1111110"}), "");
    assert_true(workdays_is(&calendar_now(r)->workdays, day_of("2026-11-07")));
    assert_string_equal(ask(r, operator, (struct wish){.week = "1111110"}), "CALENDAR_SAME");
    assert_int_equal(events_of(r), 5); /* installed, set twice, removed, the week; refusals leave nothing */
    assert_int_equal(atomic_load(&r->site.calendar_version), 5);
    folder_end(&r->folder);
}

static void others_may_not_touch_it(void **state)
{
    struct realm *r = realm_new(*state);
    assert_string_equal(ask(r, actor_operator(), (struct wish){.install = "plain"}), "");
    struct calendar_input holiday = input("2026-11-09", false);
    static const enum role roles[] = {ROLE_REGISTRAR, ROLE_EXECUTOR, ROLE_HEAD, ROLE_AUDITOR};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        struct actor who = {
            .kind = ACTOR_STAFF, .role = roles[i], .person_id = 1, .office_id = 1, .body_id = 1};
        assert_string_equal(ask(r, who, (struct wish){.set = &holiday}), "POLICY_ROLE");
        assert_string_equal(ask(r, who, (struct wish){.week = "1111111"}), "POLICY_ROLE");
        assert_string_equal(ask(r, who, (struct wish){.remove = "2026-11-09"}), "POLICY_ROLE");
    }
    assert_string_equal(ask(r, actor_visitor(), (struct wish){.set = &holiday}), "POLICY_SIGN_IN");
    assert_int_equal(events_of(r), 1);
    folder_end(&r->folder);
}

/* ---- what may be written ---- */

static void each_refusal_of_a_day_names_its_ground(void **state)
{
    struct arena *a = *state;
    struct calendar *c;
    struct calendar_day day;
    int32_t today = day_of("2026-08-03");
    char *wide = arena_alloc(a, 900);
    memset(wide, 'x', 899);
    assert_ok(calendar_make(a, S("1111100"), NULL, 0, &c));
    struct {
        const char *code;
        struct calendar_input in;
    } rows[] = {
        {"CALENDAR_DATE", input("2026-02-30", false)}, {"CALENDAR_DATE", input("", false)},
        {"CALENDAR_DATE", input("9.3.2026", false)},   {"CALENDAR_DATE", input("2040-01-01", false)},
        {"CALENDAR_DATE", input("2010-01-01", false)}, {"CALENDAR_USELESS", input("2026-08-05", true)},
        {"CALENDAR_NAME", input("2026-08-05", false)}, {"CALENDAR_NAME", input("2026-08-05", false)},
        {"CALENDAR_NAME", input("2026-08-05", false)}, {"CALENDAR_SOURCE", input("2026-08-05", false)},
        {"CALENDAR_SOURCE", input("2026-08-05", false)},
    };
    rows[6].in.name.ru = (struct str){0};
    rows[7].in.name.kk = str_c(wide);
    rows[8].in.name.en = S("two\nlines");
    rows[9].in.source = S("");
    rows[10].in.source = S("\xff");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct verdict v = calendar_check_day(c, &rows[i].in, today, &day);
        assert_false(v.allowed);
        assert_string_equal(v.code, rows[i].code);
        assert_true(t_has(v.text_id));
        assert_true(t_has(v.next_id));
        for (size_t l = 0; l < LANG_N; l++)
            assert_int_equal(str_find(t_verdict(a, lang_at(l), &v), '{'), SIZE_MAX);
    }
    struct calendar_input fine = input("2026-08-09", false); /* a holiday on a Sunday is told by its name */
    assert_true(calendar_check_day(c, &fine, today, &day).allowed);
    assert_int_equal(day.day, day_of("2026-08-09"));
    fine.is_work = true;
    assert_true(calendar_check_day(c, &fine, today, &day).allowed);
}

static void a_week_needs_a_working_day(void **state)
{
    (void)state;
    static const char *const bad[] = {"",        "0000000", "111110",        "11111000",
                                      "1111x00", "1111 00", "\0\0\0\0\0\0\0"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(calendar_check_week(str_c(bad[i])).allowed);
    assert_true(calendar_check_week(S("0000001")).allowed);
    assert_true(calendar_check_week(S("1111111")).allowed);
}

/* ---- files ---- */

static void assert_file_says(struct arena *a, const char *json, const char *words)
{
    struct calendar *c;
    struct err *e = calendar_parse(a, S("x.json"), str_c(json), &c);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFIG);
    if (str_find_str(err_text(a, e), str_c(words)) == SIZE_MAX)
        print_message("%.*s\n   lacks: %s\n", STR_FMT(err_text(a, e)), words);
    assert_int_not_equal(str_find_str(err_text(a, e), str_c(words)), SIZE_MAX);
}

#define FILE_OF(week, days)                                                                                  \
    "{\"format\":\"birge calendar v1\",\"id\":\"x\",\"week\":\"" week "\",\"days\":[" days "]}"
#define DAY_OF(day, more)                                                                                    \
    "{\"day\":\"" day "\",\"work\":false,\"name\":{\"kk\":\"a\",\"ru\":\"b\",\"en\":\"c\"},\"source\":"      \
                      "\"s\",\"verified\":false" more "}"

static void calendar_files_are_read_strictly(void **state)
{
    struct arena *a = *state;
    struct calendar *c;
    assert_ok(calendar_parse(a, S("x"), S(FILE_OF("1111100", DAY_OF("2026-01-01", ""))), &c));
    assert_int_equal(c->n_days, 1);
    assert_file_says(a, FILE_OF("0000000", ""), "week: expected seven of 0 and 1");
    assert_file_says(a, FILE_OF("111110", ""), "week: expected seven of 0 and 1");
    assert_file_says(a, FILE_OF("1111100", DAY_OF("2026-01-02", "") "," DAY_OF("2026-01-01", "")),
                     "days[1].day: expected the days in order");
    assert_file_says(a, FILE_OF("1111100", DAY_OF("2026-01-01", "") "," DAY_OF("2026-01-01", "")),
                     "days[1].day: expected the days in order");
    assert_file_says(a, FILE_OF("1111100", DAY_OF("2026-13-01", "")), "days[0].day: expected a date");
    assert_file_says(a, FILE_OF("1111100", DAY_OF("2026-01-01", ",\"x\":1")), "days[0]: unknown field \"x\"");
    assert_file_says(a, FILE_OF("1111100", DAY_OF("2026-01-01", ",\"work\":true")), "duplicate");
    assert_file_says(a, "{}", "format: must be there");
    struct err *e = calendar_file(a, (struct str){0}, "nowhere", &c);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_NOT_FOUND);
}

static void an_institution_brings_its_own_first_calendar(void **state)
{
    struct realm *r = realm_new(*state);
    struct arena *a = r->folder.a;
    assert_int_equal(mkdir(str_printf(a, "%s/profiles", r->folder.dir).p, 0700), 0);
    assert_ok(file_write(a, str_printf(a, "%s/profiles/calendar-town.json", r->folder.dir).p,
                         S(FILE_OF("1111110", DAY_OF("2026-06-01", ""))), 0600));
    assert_string_equal(ask(r, actor_operator(), (struct wish){.install = "town"}), "");
    const struct calendar *c = calendar_now(r);
    assert_true(workdays_is(&c->workdays, day_of("2026-06-06")));
    assert_false(workdays_is(&c->workdays, day_of("2026-06-01")));
    folder_end(&r->folder);
}

/* National and state holidays that fall on a weekend give another day off; 7 January and Kurban Ait do not.
 */
static void the_kazakh_file_follows_its_own_rule(void **state)
{
    struct arena *a = *state;
    struct calendar *c;
    assert_ok(calendar_file(a, (struct str){0}, "kz", &c));
    for (int32_t year = 2026; year <= 2027; year++) {
        size_t on_rest = 0;
        size_t moved = 0;
        for (size_t i = 0; i < c->n_days; i++) {
            const struct calendar_day *d = &c->days[i];
            if (civil_from_day(d->day).year != year)
                continue;
            assert_false(d->is_work);
            assert_false(d->is_verified);
            bool is_moved = str_find_str(d->name.en, S("moved")) != SIZE_MAX;
            bool stays = str_eq(d->name.en, S("Orthodox Christmas")) ||
                         str_find_str(d->name.en, S("Kurban")) != SIZE_MAX;
            if (is_moved)
                assert_true(day_weekday(d->day) <= 5);
            moved += is_moved;
            on_rest += !is_moved && !stays && day_weekday(d->day) > 5;
        }
        assert_int_equal(moved, on_rest);
        assert_true(calendar_covers(c, year));
    }
    assert_false(calendar_covers(c, 2025));
    assert_false(calendar_covers(c, 2028));
}

/* What two public lists say of earlier years, held against the rule of sheet O: they agree on every fixed
 * holiday. */
static void public_lists_of_holidays_are_counted_the_same(void **state)
{
    struct arena *a = *state;
    const char *path = SHARED_DIR "/data/holidays-kz/python-holidays/KZ-1991-2024.json";
    struct str bytes;
    struct calendar *c;
    if (!file_exists(path)) {
        print_message("skipped: %s is not there\n", path);
        skip(); /* the public list of holidays lies outside the repository; the file is checked by other tests */
    }
    assert_ok(file_read(a, path, ARENA_MIB, &bytes));
    assert_ok(calendar_file(a, (struct str){0}, "kz", &c));
    json_t *list = json_loadb(bytes.p, bytes.n, 0, NULL);
    assert_true(json_is_object(list));
    /* The fixed days of 2023 and 2024 are holidays of our 2026 and 2027 too, but for those that the new
     * constitution moved and the feast that moves with the moon. */
    const char *on;
    json_t *name;
    size_t compared = 0;
    json_object_foreach(list, on, name) {
        const char *title = json_string_value(name);
        bool is_yearly = strncmp(on, "2023-", 5) == 0 || strncmp(on, "2024-", 5) == 0;
        if (!is_yearly || strstr(title, "observed") || strstr(title, "substituted") ||
            strstr(title, "Adha") || strstr(title, "Constitution"))
            continue;
        assert_non_null(calendar_day(c, day_of(str_printf(a, "2026%s", on + 4).p)));
        assert_non_null(calendar_day(c, day_of(str_printf(a, "2027%s", on + 4).p)));
        compared++;
    }
    json_decref(list);
    assert_true(compared >= 24);
}

/* ---- snapshots ---- */

static void a_snapshot_is_read_again_until_it_is_surely_the_newest(void **state)
{
    (void)state;
    struct snapshot s = {0};
    assert_false(snapshot_is_good(&s, 1, 1)); /* nothing yet */
    snapshot_was_loaded(&s, 1, 1);
    assert_true(snapshot_is_good(&s, 1, 1));
    assert_true(snapshot_is_good(&s, 2, 1));  /* within one transaction it stays, whatever others wrote */
    assert_false(snapshot_is_good(&s, 2, 3)); /* a newer version */
    snapshot_was_loaded(&s, 2, 3);            /* this transaction may have begun before the change */
    assert_true(snapshot_is_good(&s, 2, 3));
    assert_false(snapshot_is_good(&s, 2, 5)); /* so the next one reads once more */
    snapshot_was_loaded(&s, 2, 5);
    assert_true(snapshot_is_good(&s, 2, 7)); /* and then it is settled */
    assert_true(snapshot_is_good(&s, 2, 9));
    assert_false(snapshot_is_good(&s, 3, 11));
    snapshot_was_loaded(&s, 3, 12); /* outside a transaction every statement sees the newest */
    assert_true(snapshot_is_good(&s, 3, 14));
}

static void a_loop_sees_changes_and_keeps_what_a_page_holds(void **state)
{
    struct realm *r = realm_new(*state);
    struct arena *a = r->folder.a;
    struct loop loop = {.site = &r->site, .read = r->folder.read};
    const struct calendar *first;
    const struct calendar *again;
    assert_string_equal(ask(r, actor_operator(), (struct wish){.install = "plain"}), "");
    assert_ok(db_read_begin(a, loop.read));
    assert_ok(calendar_of_loop(a, &loop, &first));
    struct calendar_input holiday = input("2026-11-09", false);
    assert_string_equal(ask(r, actor_operator(), (struct wish){.set = &holiday}), "");
    assert_ok(calendar_of_loop(a, &loop, &again)); /* the page goes on with what it began with */
    assert_ptr_equal(first, again);
    assert_true(workdays_is(&first->workdays, day_of("2026-11-09")));
    db_read_end(loop.read);
    assert_ok(db_read_begin(a, loop.read));
    assert_ok(calendar_of_loop(a, &loop, &again));
    assert_false(workdays_is(&again->workdays, day_of("2026-11-09")));
    db_read_end(loop.read);
    arena_free(loop.calendar_arena);
    folder_end(&r->folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_administrator_keeps_the_calendar_and_each_change_is_an_event),
        TEST(others_may_not_touch_it),
        TEST(each_refusal_of_a_day_names_its_ground),
        TEST(a_week_needs_a_working_day),
        TEST(calendar_files_are_read_strictly),
        TEST(an_institution_brings_its_own_first_calendar),
        TEST(the_kazakh_file_follows_its_own_rule),
        TEST(public_lists_of_holidays_are_counted_the_same),
        TEST(a_snapshot_is_read_again_until_it_is_surely_the_newest),
        TEST(a_loop_sees_changes_and_keeps_what_a_page_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
