/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ics_test.c - calendars of others are read or rejected with a reason, whatever they hold; ours are read back as they were.
 *
 *     diary_ics_test            the cases of this file
 *     diary_ics_test FOLDER     and every .ics below FOLDER (skipped when it is not there)
 */
#include "tests/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "institutions/diary/ics.h"

static const struct ics_options options = {.zone = {"Asia/Almaty", 11}};

static struct ics_file read_text(struct arena *a, const char *text)
{
    struct ics_file f = {0};
    assert_null(ics_read(a, str_c(text), &options, &f));
    return f;
}

/* A calendar around the lines of one event. */
static struct ics_file read_event(struct arena *a, const char *lines)
{
    return read_text(a, str_printf(a, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u1\r\n%s\r\n"
                                      "END:VEVENT\r\nEND:VCALENDAR\r\n", lines).p);
}

static void expect_reject(struct ics_file f, const char *component, int64_t line, const char *part)
{
    assert_int_equal(f.n_rows, 0);
    assert_int_equal(f.n_rejects, 1);
    assert_str(f.rejects[0].component, component);
    assert_int_equal(f.rejects[0].line, line);
    if (str_find_str(f.rejects[0].reason, str_c(part)) == SIZE_MAX)
        fail_msg("%.*s", STR_FMT(f.rejects[0].reason));
}

static void times_come_out_in_their_zone(void **state)
{
    struct arena *a = *state;
    struct ics_file f = read_event(a, "SUMMARY:Talk\r\nDTSTART;TZID=Europe/Berlin:20260701T093000\r\n"
                                      "DTEND;TZID=Europe/Berlin:20260701T100000");
    assert_int_equal(f.n_rows, 1);
    assert_str(f.rows[0].zone, "Europe/Berlin");
    assert_str(instant_text(a, f.rows[0].begins_at), "2026-07-01T07:30:00Z");
    assert_str(instant_text(a, f.rows[0].ends_at), "2026-07-01T08:00:00Z");
    assert_int_equal(f.rows[0].line, 4);
    f = read_event(a, "SUMMARY:Talk\r\nDTSTART:20260701T223000Z\r\nDURATION:PT1H");
    assert_str(f.rows[0].zone, "Asia/Almaty");
    assert_str(f.rows[0].begins_on, "2026-07-02"); /* there it is the next day already */
    assert_str(instant_text(a, f.rows[0].begins_at), "2026-07-01T22:30:00Z");
    f = read_event(a, "SUMMARY:Talk\r\nDTSTART:20260701T100000"); /* floating: the realm's time */
    assert_str(instant_text(a, f.rows[0].begins_at), "2026-07-01T05:00:00Z");
}

static void whole_days_are_days(void **state)
{
    struct arena *a = *state;
    struct ics_file f = read_event(a, "SUMMARY:Trip\r\nDTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260704");
    assert_true(f.rows[0].is_all_day);
    assert_str(f.rows[0].begins_on, "2026-07-01");
    assert_str(f.rows[0].ends_on, "2026-07-03");
    f = read_event(a, "SUMMARY:Day\r\nDTSTART;VALUE=DATE:20260701");
    assert_str(f.rows[0].ends_on, "2026-07-01");
}

static void what_repeats_is_written_out_with_a_bound(void **state)
{
    struct arena *a = *state;
    struct ics_file f = read_event(a, "SUMMARY:Weekly\r\nDTSTART;TZID=Asia/Almaty:20260706T100000\r\n"
                                      "RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;TZID=Asia/Almaty:20260713T100000");
    assert_int_equal(f.n_rows, 3);
    assert_str(f.rows[1].begins_on, "2026-07-20");
    assert_str(f.rows[0].uid, "u1/20260706T1000");
    f = read_event(a, "SUMMARY:For ever\r\nDTSTART:20260706T100000Z\r\nRRULE:FREQ=DAILY");
    assert_int_equal(f.n_rows, 500);
    f = read_event(a, "SUMMARY:Mad\r\nDTSTART:20260706T100000Z\r\nRRULE:FREQ=SECONDLY");
    expect_reject(f, "VEVENT", 4, "by the hour or oftener");
    f = read_event(a, "SUMMARY:Never\r\nDTSTART:20260706T100000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
    assert_int_equal(f.n_rows, 0);
}

static void one_time_may_be_told_anew(void **state)
{
    struct ics_file f = read_text(
        *state, "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:r\nSUMMARY:Daily\nDTSTART:20260706T100000Z\n"
                "RRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nBEGIN:VEVENT\nUID:r\nRECURRENCE-ID:20260707T100000Z\n"
                "SUMMARY:Daily, later\nDTSTART:20260707T120000Z\nEND:VEVENT\nEND:VCALENDAR\n");
    assert_int_equal(f.n_rows, 3);
    size_t later = 0;
    for (size_t i = 0; i < f.n_rows; i++)
        later += str_eq(f.rows[i].summary, S("Daily, later"));
    assert_int_equal(later, 1);
}

static void broken_files_say_where(void **state)
{
    struct arena *a = *state;
    expect_reject(read_text(a, "hello"), "VCALENDAR", 1, "BEGIN:VCALENDAR");
    expect_reject(read_text(a, ""), "VCALENDAR", 0, "BEGIN:VCALENDAR");
    expect_reject(read_text(a, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n"), "VCALENDAR", 3, "another component");
    expect_reject(read_text(a, "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"), "VEVENT", 3, "the file ends");
    expect_reject(read_text(a, "END:VCALENDAR\n"), "VCALENDAR", 1, "END without BEGIN");
    expect_reject(read_text(a, "BEGIN:VCALENDAR\n\xff\nEND:VCALENDAR\n"), "VCALENDAR", 0, "UTF-8");
    expect_reject(read_event(a, "SUMMARY:x"), "VEVENT", 4, "no DTSTART");
    expect_reject(read_event(a, "SUMMARY:x\r\nDTSTART:nonsense"), "VEVENT", 4, "DTSTART");
    expect_reject(read_event(a, "SUMMARY:x\r\nDTSTART:00010101T000000Z"), "VEVENT", 4, "1900");
    expect_reject(read_event(a, "DTSTART:20260701T100000Z"), "VEVENT", 4, "SUMMARY");
    expect_reject(read_event(a, "SUMMARY:x\r\nDTSTART:20260701T100000Z\r\nDTEND:20260701T090000Z"), "VEVENT", 4,
                  "ends before");
    expect_reject(read_event(a, "SUMMARY:x\r\nSTATUS:CANCELLED\r\nDTSTART:20260701T100000Z"), "VEVENT", 4, "cancelled");
    expect_reject(read_event(a, "SUMMARY:x\r\nDTSTART;TZID=Nowhere/Else:20260701T100000"), "VEVENT", 4, "zone");
    expect_reject(read_text(a, "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\nUID:t\nEND:VTODO\nEND:VCALENDAR\n"), "VTODO", 0,
                  "not an event");
    struct ics_file f = {0};
    struct ics_options small = options;
    small.max_bytes = 10;
    assert_non_null(ics_read(a, S("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), &small, &f));
    small = options;
    small.max_rows = 3;
    assert_non_null(ics_read(a, S("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20260706T100000Z\n"
                                  "RRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n"), &small, &f));
}

/* == writing == */

/* Every physical line is at most 75 bytes, ends with CRLF, and cuts no letter. */
static void assert_lines(struct str text)
{
    struct str line;
    struct str rest = text;
    while (rest.n > 0 && str_cut(rest, '\n', &line, &rest)) {
        assert_true(line.n > 0 && line.p[line.n - 1] == '\r');
        if (!str_is_utf8(line))
            fail_msg("a letter is cut: %.*s", STR_FMT(line));
        assert_true(line.n <= 76);
    }
}

static void ours_are_read_back_as_they_were(void **state)
{
    struct arena *a = *state;
    struct ics_event events[] = {
        {.uid = S("a@x"),
         .summary = S("Ұлттық құрылтай; \"отырыс\", бірінші\nекінші жол: өте ұзын атау, ол бір жолға сыймайды"),
         .description = S("x\\y,z;w"), .location = S("Әкімдік"), .url = S("https://x/1"), .category = S("event"),
         .language = S("kk"), .begins_at = INT64_C(1785733200000), .ends_at = INT64_C(1785736800000),
         .begins_on = S("2026-08-03"), .ends_on = S("2026-08-03"), .zone = S("Asia/Almaty"), .sequence = 3,
         .created_at = 1, .changed_at = INT64_C(1785733200000), .status = ICS_CONFIRMED},
        {.uid = S("b@x"), .summary = S("Trip"), .language = S("en"), .begins_on = S("2026-03-28"),
         .ends_on = S("2026-03-30"),
         .begins_at = 0, .ends_at = 0, .is_all_day = true, .zone = S("Europe/Berlin"), .status = ICS_TENTATIVE},
        {.uid = S("c@x"), .summary = S("Winter"), .language = S("en"), .begins_at = INT64_C(1767261600000),
         .ends_at = INT64_C(1767265200000), .begins_on = S("2026-01-01"), .ends_on = S("2026-01-01"),
         .zone = S("Europe/Berlin"), .status = ICS_CONFIRMED},
        {.uid = S("d@x"), .summary = S("Summer"), .language = S("en"), .begins_at = INT64_C(1782907200000),
         .ends_at = INT64_C(1782910800000), .begins_on = S("2026-07-01"), .ends_on = S("2026-07-01"),
         .zone = S("Europe/Berlin"), .status = ICS_CONFIRMED},
    };
    struct ics_calendar c = {.name = S("Күнтізбе"), .language = S("kk"), .events = events, .n_events = 4};
    struct str text;
    struct ics_file f;
    assert_null(ics_write(a, &c, &text));
    assert_lines(text);
    assert_null(ics_read(a, text, &options, &f));
    assert_int_equal(f.n_rows, 4);
    assert_int_equal(f.n_rejects, 0);
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_eq(f.rows[i].uid, events[i].uid));
        assert_true(str_eq(f.rows[i].begins_on, events[i].begins_on));
        assert_true(str_eq(f.rows[i].ends_on, events[i].ends_on));
        if (!events[i].is_all_day)
            assert_int_equal(f.rows[i].begins_at, events[i].begins_at);
    }
    assert_str(f.rows[0].description, "x\\y,z;w");
    assert_str(f.rows[0].zone, "Asia/Almaty");
    /* Berlin changes its clocks between the two: both offsets are described, to the second. */
    assert_true(str_find_str(text, S("DTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200")) != SIZE_MAX);
    assert_true(str_find_str(text, S("STATUS:TENTATIVE")) != SIZE_MAX);
    assert_true(str_find_str(text, S("SEQUENCE:3")) != SIZE_MAX);
}

/* == a folder of others' files == */

static struct arena *corpus;
static size_t n_files, n_read, n_rejected;

static int one_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)at;
    size_t n = strlen(path);
    if (type != FTW_F || n < 4 || strcmp(path + n - 4, ".ics") != 0)
        return 0;
    struct arena *a = arena_new("ics", 0);
    struct ics_file f = {0};
    struct str text;
    assert_null(file_read(a, path, 32 * ARENA_MIB, &text));
    assert_null(ics_read(a, text, &options, &f));
    if (f.n_rows + f.n_rejects == 0)
        fail_msg("%s: neither rows nor rejects", path);
    for (size_t i = 0; i < f.n_rows; i++) {
        int32_t first;
        int32_t last;
        assert_true(f.rows[i].summary.n > 0 && str_is_utf8(f.rows[i].summary));
        assert_true(day_parse(f.rows[i].begins_on, &first) && day_parse(f.rows[i].ends_on, &last) && first <= last);
        assert_true(f.rows[i].begins_at <= f.rows[i].ends_at);
    }
    for (size_t i = 0; i < f.n_rejects; i++)
        assert_true(f.rejects[i].reason.n > 0 && f.rejects[i].component.n > 0);
    n_files++;
    n_read += f.n_rows;
    n_rejected += f.n_rejects;
    arena_free(a);
    return 0;
}

static const char *folder;

static void every_file_of_the_folder_is_read_or_rejected(void **state)
{
    corpus = *state;
    if (!folder || !file_exists(folder)) {
        print_message("no folder of calendars here: nothing to try them on\n");
        skip(); /* other people's calendars lie outside the repository; our own are read by the other tests */
    }
    assert_int_equal(nftw(folder, one_file, 16, FTW_PHYS), 0);
    print_message("%zu files: %zu rows, %zu rejects\n", n_files, n_read, n_rejected);
    assert_true(n_files > 0);
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {
        TEST(times_come_out_in_their_zone),
        TEST(whole_days_are_days),
        TEST(what_repeats_is_written_out_with_a_bound),
        TEST(one_time_may_be_told_anew),
        TEST(broken_files_say_where),
        TEST(ours_are_read_back_as_they_were),
        TEST(every_file_of_the_folder_is_read_or_rejected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
