/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * doctor_test.c - each judgement of birge doctor with values on both sides of its bound.
 */
#include "app/doctor.h"

#include <linux/magic.h>

#include "base/clock.h"
#include "core/calendar.h"
#include "tests/test.h"

#define MIB (INT64_C(1024) * 1024)

/* The grade of the only finding of `d`, which is emptied for the next. */
static enum grade only(struct doctor *d, const char *name)
{
    assert_int_equal(d->n, 1);
    assert_string_equal(d->findings[0].name, name);
    assert_true(d->findings[0].found.n > 0);
    assert_true((d->findings[0].grade == GRADE_OK) == (d->findings[0].todo == NULL));
    d->n = 0;
    return d->findings[0].grade;
}

static struct doctor *fresh(struct arena *a)
{
    struct doctor *d = ARENA_NEW(a, struct doctor);
    d->a = a;
    return d;
}

static void a_short_disk_is_told_before_appeals_are_refused(void **state)
{
    struct doctor *d = fresh(*state);
    judge_disk(d, 1000 * MIB, 10000 * MIB, 5, 64 * MIB);
    assert_int_equal(only(d, "disk"), GRADE_OK);
    judge_disk(d, 999 * MIB, 10000 * MIB, 5, 64 * MIB);
    assert_int_equal(only(d, "disk"), GRADE_WARNING);
    judge_disk(d, 499 * MIB, 10000 * MIB, 5, 64 * MIB);
    assert_int_equal(only(d, "disk"), GRADE_FAILURE);
    judge_disk(d, 60 * MIB, 500 * MIB, 5, 64 * MIB);
    assert_int_equal(only(d, "disk"), GRADE_FAILURE);
}

static void network_and_memory_file_systems_are_warned_of(void **state)
{
    struct doctor *d = fresh(*state);
    const struct {
        int64_t type;
        enum grade grade;
    } rows[] = {
        {EXT4_SUPER_MAGIC, GRADE_OK},           {NFS_SUPER_MAGIC, GRADE_FAILURE}, {0xff534d42, GRADE_FAILURE},
        {OVERLAYFS_SUPER_MAGIC, GRADE_WARNING}, {TMPFS_MAGIC, GRADE_WARNING},     {0x1234567, GRADE_NOTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        judge_file_system(d, rows[i].type);
        assert_int_equal(only(d, "file_system"), rows[i].grade);
    }
}

static void a_sync_that_is_too_fast_is_doubted(void **state)
{
    struct doctor *d = fresh(*state);
    int64_t fast[] = {3, 900, 2, 4, 5};
    int64_t good[] = {2000, 90, 3000, 100000, 70};
    int64_t slow[] = {90000, 60000, 70000};
    judge_sync(d, fast, 5);
    assert_int_equal(only(d, "sync"), GRADE_WARNING);
    judge_sync(d, good, 5);
    assert_int_equal(only(d, "sync"), GRADE_OK);
    judge_sync(d, slow, 3);
    assert_int_equal(only(d, "sync"), GRADE_WARNING);
}

static void a_clock_behind_the_journal_is_a_failure(void **state)
{
    struct doctor *d = fresh(*state);
    judge_clock(d, 1000000, 1000900);
    assert_int_equal(only(d, "clock"), GRADE_OK);
    judge_clock(d, 1000000, 1002000);
    assert_int_equal(only(d, "clock"), GRADE_FAILURE);
    judge_ntp(d, true, 10);
    assert_int_equal(only(d, "ntp"), GRADE_OK);
    judge_ntp(d, true, 5000);
    assert_int_equal(only(d, "ntp"), GRADE_NOTE);
    judge_ntp(d, false, 0);
    assert_int_equal(only(d, "ntp"), GRADE_WARNING);
}

static void limits_are_held_against_the_settings(void **state)
{
    struct doctor *d = fresh(*state);
    judge_open_files(d, 8448, 8192);
    assert_int_equal(only(d, "open_files"), GRADE_OK);
    judge_open_files(d, 8447, 8192);
    assert_int_equal(only(d, "open_files"), GRADE_WARNING);
    judge_memory(d, -1, 64 * MIB);
    assert_int_equal(only(d, "memory"), GRADE_NOTE);
    judge_memory(d, 160 * MIB, 64 * MIB);
    assert_int_equal(only(d, "memory"), GRADE_OK);
    judge_memory(d, 159 * MIB, 64 * MIB);
    assert_int_equal(only(d, "memory"), GRADE_WARNING);
    judge_sandbox(d, 0, false);
    assert_int_equal(d->n, 2);
    assert_int_equal(d->findings[0].grade, GRADE_NOTE);
    assert_int_equal(d->findings[1].grade, GRADE_NOTE);
    d->n = 0;
    judge_sandbox(d, 2, true);
    assert_int_equal(d->findings[0].grade, GRADE_OK);
    assert_int_equal(d->findings[1].grade, GRADE_OK);
}

static void versions_with_the_wal_reset_bug_are_named(void **state)
{
    struct doctor *d = fresh(*state);
    const struct {
        const char *version;
        enum grade grade;
    } rows[] = {
        {"3.40.1", GRADE_NOTE}, {"3.44.5", GRADE_NOTE},  {"3.44.6", GRADE_OK},   {"3.45.1", GRADE_NOTE},
        {"3.50.6", GRADE_NOTE}, {"3.50.7", GRADE_OK},    {"3.51.2", GRADE_NOTE}, {"3.51.3", GRADE_OK},
        {"3.52.0", GRADE_OK},   {"rubbish", GRADE_NOTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        judge_setting(d, "SQLite", str_c(rows[i].version), NULL);
        assert_int_equal(only(d, "sqlite"), rows[i].grade);
    }
    judge_setting(d, "synchronous", S("1"), "2");
    assert_int_equal(only(d, "synchronous"), GRADE_FAILURE);
    judge_setting(d, "synchronous", S("2"), "2");
    assert_int_equal(only(d, "synchronous"), GRADE_OK);
    judge_setting(d, "mmap_size", S("0"), NULL);
    assert_int_equal(only(d, "mmap_size"), GRADE_OK);
}

static void letters_that_wait_long_or_failed_are_told(void **state)
{
    struct doctor *d = fresh(*state);
    judge_mail(d, 3, 1000, 2000, (struct str){0});
    assert_int_equal(only(d, "mail"), GRADE_OK);
    judge_mail(d, 3, 0, 2 * MS_PER_DAY, (struct str){0});
    assert_int_equal(only(d, "mail"), GRADE_WARNING);
    judge_mail(d, 1, 1000, 2000, S("550 no such mailbox"));
    assert_true(str_find_str(d->findings[0].found, S("550 no such mailbox")) != SIZE_MAX);
    assert_int_equal(only(d, "mail"), GRADE_WARNING);
}

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    return civil_to_day((struct civil){year, month, day});
}

static void the_calendar_must_reach_as_far_as_due_dates(void **state)
{
    struct doctor *d = fresh(*state);
    struct calendar *c;
    struct calendar_day days[] = {
        {.day = day_of(2026, 1, 1), .name = {S("a"), S("a"), S("a")}, .source = S("act"), .is_verified = true},
        {.day = day_of(2027, 1, 1), .name = {S("a"), S("a"), S("a")}, .source = S("act"), .is_verified = false},
    };
    assert_null(calendar_make(*state, S("1111100"), days, 2, &c));
    judge_calendar(d, c, day_of(2026, 6, 1));
    assert_int_equal(only(d, "calendar"), GRADE_OK);
    judge_calendar(d, c, day_of(2027, 6, 1)); /* entered, not compared */
    assert_int_equal(only(d, "calendar"), GRADE_WARNING);
    judge_calendar(d, c, day_of(2027, 11, 1)); /* the next year is missing */
    assert_int_equal(only(d, "calendar"), GRADE_WARNING);
    judge_calendar(d, c, day_of(2028, 1, 2));
    assert_int_equal(only(d, "calendar"), GRADE_FAILURE);
}

static void old_and_missing_backups_are_told(void **state)
{
    struct doctor *d = fresh(*state);
    judge_backup(d, 0, 10 * MS_PER_DAY);
    assert_int_equal(only(d, "backup"), GRADE_WARNING);
    judge_backup(d, 9 * MS_PER_DAY, 10 * MS_PER_DAY);
    assert_int_equal(only(d, "backup"), GRADE_OK);
    judge_backup(d, 8 * MS_PER_DAY, 10 * MS_PER_DAY);
    assert_int_equal(only(d, "backup"), GRADE_WARNING);
    judge_profile(d, S("x@1"), 1, 3);
    assert_int_equal(only(d, "profile"), GRADE_NOTE);
    judge_profile(d, S("x@1"), 0, 3);
    assert_int_equal(only(d, "profile"), GRADE_OK);
}

static void a_password_alone_is_a_warning_outside_a_demonstration(void **state)
{
    struct doctor *d = fresh(*state);
    judge_second_factor(d, true, false);
    assert_int_equal(only(d, "second factor"), GRADE_OK);
    judge_second_factor(d, false, false);
    assert_int_equal(only(d, "second factor"), GRADE_WARNING);
    judge_second_factor(d, false, true);
    assert_int_equal(only(d, "second factor"), GRADE_NOTE);
}

static void a_server_for_everybody_without_tls_is_a_failure(void **state)
{
    struct doctor *d = fresh(*state);
    judge_listening(d, S("0.0.0.0:80"), S(""), S(""));
    assert_int_equal(only(d, "listening"), GRADE_FAILURE);
    judge_listening(d, S("[::]:8480"), S("https://birge.example.org"), S(""));
    assert_int_equal(only(d, "listening"), GRADE_FAILURE);
    judge_listening(d, S("10.0.0.5:8480"), S("https://birge.example.org"), S("10.0.0.4"));
    assert_int_equal(only(d, "listening"), GRADE_OK);
    judge_listening(d, S("127.0.0.1:8480"), S(""), S(""));
    assert_int_equal(only(d, "listening"), GRADE_NOTE);
    judge_listening(d, S("[::1]:8480"), S("https://birge.example.org"), S(""));
    assert_int_equal(only(d, "listening"), GRADE_OK);
}

static void rights_of_others_are_a_failure(void **state)
{
    struct doctor *d = fresh(*state);
    judge_rights(d, "rights_keys", "keys", 040700, 077);
    assert_int_equal(only(d, "rights_keys"), GRADE_OK);
    judge_rights(d, "rights_keys", "keys", 040750, 077);
    assert_int_equal(only(d, "rights_keys"), GRADE_FAILURE);
    judge_rights(d, "rights_settings", "birge.ini", 0100644, 022);
    assert_int_equal(only(d, "rights_settings"), GRADE_OK);
    judge_rights(d, "rights_settings", "birge.ini", 0100664, 022);
    assert_int_equal(only(d, "rights_settings"), GRADE_FAILURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_short_disk_is_told_before_appeals_are_refused),
        TEST(network_and_memory_file_systems_are_warned_of),
        TEST(a_sync_that_is_too_fast_is_doubted),
        TEST(a_clock_behind_the_journal_is_a_failure),
        TEST(limits_are_held_against_the_settings),
        TEST(versions_with_the_wal_reset_bug_are_named),
        TEST(letters_that_wait_long_or_failed_are_told),
        TEST(the_calendar_must_reach_as_far_as_due_dates),
        TEST(old_and_missing_backups_are_told),
        TEST(a_password_alone_is_a_warning_outside_a_demonstration),
        TEST(a_server_for_everybody_without_tls_is_a_failure),
        TEST(rights_of_others_are_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
