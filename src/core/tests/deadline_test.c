/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline_test.c - legal clocks: sentences of the law as rows, an independent count, and the stored trace.
 */
#include "tests/test.h"

#include "core/deadline.h"
#include "web/i18n.h"

static int32_t day_of(const char *text)
{
    int32_t day;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

static void assert_fine(struct arena *a, struct err *e)
{
    if (e)
        print_message("%.*s\n", STR_FMT(err_text(a, e)));
    assert_null(e);
}

/* Everything a count needs, made anew for each test. */
struct fixture {
    struct arena *a;
    const struct profile *const *profiles;
    size_t n;
    struct zone *zone;
};

static struct fixture fixture(struct arena *a)
{
    struct fixture f = {.a = a};
    assert_fine(a, profile_load_all(a, (struct str){0}, &f.profiles, &f.n));
    assert_fine(a, zone_open(a, S("Asia/Almaty"), &f.zone));
    return f;
}

static const struct profile *profile_named(const struct fixture *f, const char *id)
{
    const struct profile *p = profile_find(f->profiles, f->n, str_c(id));
    assert_non_null(p);
    return p;
}

/* A calendar of Monday to Friday, with these days besides: "2026-06-12 holiday". */
static const struct calendar *calendar_of(struct arena *a, const char *const *texts, size_t n)
{
    struct calendar *c;
    struct calendar_day *days = ARENA_ARRAY(a, n, struct calendar_day);
    for (size_t i = 0; i < n; i++) {
        days[i] = (struct calendar_day){
            .day = day_of(str_printf(a, "%.10s", texts[i]).p),
            .is_work = strstr(texts[i], "work") != NULL,
            .name = {S("атауы"), S("имя"), S("name")},
            .source = S("source"),
        };
    }
    assert_fine(a, calendar_make(a, S("1111100"), days, n, &c));
    return c;
}

#define CALENDAR(a, ...)                                                                                     \
    calendar_of((a), (const char *const[]){__VA_ARGS__},                                                     \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static int64_t at_of(const struct fixture *f, const char *day, int hour, int minute)
{
    return zone_day_start(f->zone, day_of(day)) + (hour * 60 + minute) * INT64_C(60000);
}

static struct deadline due_of(const struct fixture *f, const char *profile, const struct calendar *c,
                              const char *kind, int64_t at)
{
    struct deadline d;
    const struct profile *p = profile_named(f, profile);
    assert_fine(f->a, deadline_of_appeal(f->a, p, c, f->zone, S("Asia/Almaty"), profile_kind(p, str_c(kind)),
                                         at, &d));
    return d;
}

static const struct deadline_step *step_of(const struct deadline *d, enum deadline_step_kind kind, size_t nth)
{
    for (size_t i = 0; i < d->n_steps; i++)
        if (d->steps[i].kind == kind && nth-- == 0)
            return &d->steps[i];
    return NULL;
}

/* ---- the law, sentence by sentence ---- */

static void acceptance_test_one_of_the_rules(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *plain = calendar_of(a, NULL, 0);
    int64_t friday_evening = at_of(&f, "2026-06-05", 18, 30);
    struct deadline d = due_of(&f, "kz-2026", plain, "application", friday_evening);
    assert_int_equal(d.registered_on, day_of("2026-06-08"));
    assert_int_equal(d.starts_on, day_of("2026-06-09"));
    assert_int_equal(d.due_on, day_of("2026-06-29"));
    d = due_of(&f, "kz-2026", CALENDAR(a, "2026-06-17 holiday"), "application", friday_evening);
    assert_int_equal(d.due_on, day_of("2026-06-30"));
    /* A holiday on a day of rest changes nothing, but is named. */
    d = due_of(&f, "kz-2026", CALENDAR(a, "2026-06-14 holiday"), "application", friday_evening);
    assert_int_equal(d.due_on, day_of("2026-06-29"));
    assert_int_equal(step_of(&d, STEP_SKIPPED_HOLIDAY, 0)->day, day_of("2026-06-14"));
    /* A Saturday that works brings the date nearer. */
    d = due_of(&f, "kz-2026", CALENDAR(a, "2026-06-13 work"), "application", friday_evening);
    assert_int_equal(d.due_on, day_of("2026-06-26"));
    assert_int_equal(step_of(&d, STEP_COUNTED_WORKDAY, 0)->n, 5);
}

/* APPC 64(3): after working hours or on a non-working day -> next working day. */
static void the_day_of_registration(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *c = CALENDAR(a, "2026-06-08 holiday", "2026-06-13 work");
    static const struct {
        const char *day;
        int hour, minute;
        const char *registered;
        enum deadline_reason reason;
    } rows[] = {
        {"2026-06-05", 0, 0, "2026-06-05", REASON_SAME_DAY},
        {"2026-06-05", 17, 59, "2026-06-05", REASON_SAME_DAY},
        {"2026-06-05", 18, 0, "2026-06-05", REASON_SAME_DAY}, /* not after the end: read for the person */
        {"2026-06-05", 18, 1, "2026-06-09", REASON_AFTER_HOURS},
        {"2026-06-06", 9, 0, "2026-06-09", REASON_DAY_OFF},
        {"2026-06-07", 23, 59, "2026-06-09", REASON_DAY_OFF},
        {"2026-06-08", 12, 0, "2026-06-09", REASON_DAY_OFF},
        {"2026-06-12", 20, 0, "2026-06-13", REASON_AFTER_HOURS}, /* the Saturday works */
        {"2026-06-13", 10, 0, "2026-06-13", REASON_SAME_DAY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum deadline_reason reason;
        int64_t at = at_of(&f, rows[i].day, rows[i].hour, rows[i].minute);
        int32_t on = deadline_registered_on(profile_named(&f, "kz-2026"), c, f.zone, at, &reason);
        assert_int_equal(on, day_of(rows[i].registered));
        assert_int_equal(reason, rows[i].reason);
        struct deadline d = due_of(&f, "kz-2026", c, "application", at);
        assert_int_equal(d.registered_on, on);
    }
}

/* Acceptance test 8: one appeal under three laws gives three dates, each with article and confidence. */
static void three_laws_give_three_dates(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *plain = calendar_of(a, NULL, 0);
    int64_t at = at_of(&f, "2026-06-05", 18, 30); /* Friday evening */
    static const struct {
        const char *profile, *due, *law;
        enum confidence confidence;
        enum profile_unit unit;
    } rows[] = {
        {"kz-2019", "2026-06-22", "Law 221 8", CONFIDENCE_PRIMARY,
         UNIT_CALENDAR_DAYS}, /* 06-20 is a Saturday */
        {"kz-2021", "2026-06-26", "APPC 76", CONFIDENCE_SECONDARY, UNIT_WORKING_DAYS},
        {"kz-2026", "2026-06-29", "APPC 76", CONFIDENCE_PRIMARY, UNIT_WORKING_DAYS},
    };
    for (size_t i = 0; i < 3; i++) {
        struct deadline d = due_of(&f, rows[i].profile, plain, "application", at);
        const struct deadline_step *term = step_of(&d, STEP_TERM, 0);
        assert_int_equal(d.due_on, day_of(rows[i].due));
        assert_int_equal(term->unit, rows[i].unit);
        assert_int_equal(term->cite.confidence, rows[i].confidence);
        assert_str(term->cite.law, rows[i].law);
        assert_true(str_starts(d.profile, str_c(rows[i].profile)));
    }
    /* A case of 2021-06-30 keeps Law 221. */
    const struct profile *p = profile_in_force(f.profiles, f.n, S("kz-2026"), day_of("2021-06-30"));
    assert_str(profile_info(p)->id, "kz-2019");
}

/* Acceptance test 12 and APPC 76(5). */
static void a_last_day_that_rests_moves(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    struct deadline d =
        due_of(&f, "kz-2019", calendar_of(a, NULL, 0), "application", at_of(&f, "2020-06-05", 10, 0));
    assert_int_equal(d.due_on, day_of("2020-06-22")); /* 15 days end on Saturday, 06-20 */
    assert_int_equal(step_of(&d, STEP_MOVED, 0)->day, day_of("2020-06-20"));
    assert_int_equal(step_of(&d, STEP_MOVED, 0)->to_day, d.due_on);
    d = due_of(&f, "kz-2019", CALENDAR(a, "2020-06-22 holiday"), "application",
               at_of(&f, "2020-06-05", 10, 0));
    assert_int_equal(d.due_on, day_of("2020-06-23"));
    d = due_of(&f, "kz-2019", calendar_of(a, NULL, 0), "application", at_of(&f, "2020-06-08", 10, 0));
    assert_int_equal(d.due_on, day_of("2020-06-23")); /* a Tuesday stays */
    assert_null(step_of(&d, STEP_MOVED, 0));
}

static void months_end_on_the_same_day_or_the_last(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct profile *p = profile_named(&f, "kz-2026");
    const struct calendar *every_day;
    struct calendar *c;
    assert_fine(a, calendar_make(a, S("1111111"), NULL, 0, &c));
    every_day = c;
    static const struct {
        const char *from, *key, *due;
    } rows[] = {
        {"2026-08-10", "complaint.file", "2026-11-10"},
        {"2026-11-30", "complaint.file", "2027-02-28"},
        {"2027-11-30", "complaint.file", "2028-02-29"},
        {"2026-12-31", "appeal.extension.max", "2027-02-28"},
        {"2026-10-31", "complaint.file_unnamed", "2027-04-30"},
        {"2026-01-31", "appeal.extension.max", "2026-03-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct deadline d;
        assert_fine(a, deadline_of_rule(a, p, every_day, rows[i].key, day_of(rows[i].from), &d));
        assert_int_equal(d.due_on, day_of(rows[i].due));
    }
    struct deadline d; /* and the last day moves over a weekend: 2027-02-28 is a Sunday */
    assert_fine(a,
                deadline_of_rule(a, p, calendar_of(a, NULL, 0), "complaint.file", day_of("2026-11-30"), &d));
    assert_int_equal(d.due_on, day_of("2027-03-01"));
}

static void forwarding_restarts_where_the_law_says_so(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *plain = calendar_of(a, NULL, 0);
    struct deadline d;
    bool restarts;
    const struct profile *p = profile_named(&f, "kz-2026");
    int64_t at = at_of(&f, "2026-06-10", 19, 0);
    assert_fine(a, deadline_of_forwarded(a, p, plain, f.zone, S("Asia/Almaty"), profile_default_kind(p), at,
                                         &restarts, &d));
    assert_true(restarts);
    assert_int_equal(d.due_on,
                     day_of("2026-07-01")); /* from the day after receipt, 76(2); hours do not matter */
    assert_str(step_of(&d, STEP_EVENT, 0)->cite.law, "APPC 76(2)");
    p = profile_named(&f, "city-default");
    assert_fine(a, deadline_of_forwarded(a, p, plain, f.zone, S("Asia/Almaty"), profile_default_kind(p), at,
                                         &restarts, &d));
    assert_false(restarts);
}

static void the_zone_decides_the_day(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *plain = calendar_of(a, NULL, 0);
    int64_t at;
    assert_true(instant_parse(S("2026-06-04T19:30:00Z"), &at)); /* 00:30 on Friday in Almaty */
    struct deadline d = due_of(&f, "kz-2026", plain, "application", at);
    assert_int_equal(d.registered_on, day_of("2026-06-05"));
    assert_int_equal(d.offset_minutes, 300);
    assert_true(instant_parse(S("2024-02-20T12:30:00Z"), &at)); /* still +6: 18:30, after hours */
    d = due_of(&f, "kz-2026", plain, "application", at);
    assert_int_equal(d.offset_minutes, 360);
    assert_int_equal(d.registered_on, day_of("2024-02-21"));
}

static void a_later_change_is_never_against_the_person(void **state)
{
    (void)state;
    int32_t day = day_of("2026-06-29");
    assert_int_equal(deadline_in_favour(DEADLINE_OF_BODY, day, day + 1), day);
    assert_int_equal(deadline_in_favour(DEADLINE_OF_BODY, day, day - 1), day - 1);
    assert_int_equal(deadline_in_favour(DEADLINE_OF_PERSON, day, day + 1), day + 1);
    assert_int_equal(deadline_in_favour(DEADLINE_OF_PERSON, day, day - 1), day);
    assert_int_equal(deadline_in_favour(DEADLINE_OF_PERSON, day, day), day);
}

static void years_without_holidays_are_told(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *c = CALENDAR(a, "2026-12-16 holiday");
    struct deadline d = due_of(&f, "kz-2026", c, "application", at_of(&f, "2026-12-21", 10, 0));
    assert_non_null(step_of(&d, STEP_NOT_COVERED, 0));
    assert_int_equal(step_of(&d, STEP_NOT_COVERED, 0)->n, 2027);
    assert_null(step_of(&d, STEP_NOT_COVERED, 1));
}

static void the_kazakh_calendar_of_the_program(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    struct calendar *c;
    assert_fine(a, calendar_file(a, (struct str){0}, "kz", &c));
    /* Republic Day is Sunday 2026-10-25, so Monday is off. */
    struct deadline d = due_of(&f, "kz-2026", c, "application", at_of(&f, "2026-10-12", 11, 0));
    assert_int_equal(d.due_on, day_of("2026-11-03"));
    /* New Year, Saturday 2 January moved to Monday, Christmas on Thursday. */
    d = due_of(&f, "kz-2026", c, "complaint", at_of(&f, "2026-12-21", 11, 0));
    assert_int_equal(d.due_on, day_of("2027-01-21"));
}

static void a_calendar_without_end_is_refused(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    struct calendar *c;
    size_t n = 9000;
    struct calendar_day *days = ARENA_ARRAY(a, n, struct calendar_day);
    for (size_t i = 0; i < n; i++)
        days[i] = (struct calendar_day){
            .day = day_of("2026-01-01") + (int32_t)i, .name = {S("x"), S("x"), S("x")}, .source = S("x")};
    assert_fine(a, calendar_make(a, S("1111100"), days, n, &c));
    struct deadline d;
    const struct profile *p = profile_named(&f, "kz-2026");
    struct err *e = deadline_of_appeal(a, p, c, f.zone, S("Asia/Almaty"), profile_default_kind(p),
                                       at_of(&f, "2026-06-05", 12, 0), &d);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFIG);
}

/* ---- an independent count ---- */

static uint64_t seed = 20260701;

static uint32_t chance(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

#define SPAN 900

/* One year after another, one month after another; nothing of base/clock or algo/workdays is used here. */
static bool is_leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_length(int y, int m)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && is_leap(y) ? 29 : lengths[m - 1];
}

/* Walk from 1970-01-01 to `day`, then on by `months`, in plain steps. */
static int naive_months(int day, int months)
{
    int y = 1970;
    int m = 1;
    int d = 1;
    for (int i = 0; i < day; i++) {
        if (++d > month_length(y, m)) {
            d = 1;
            if (++m > 12) {
                m = 1;
                y++;
            }
        }
    }
    int first = day - (d - 1);
    for (int i = 0; i < months; i++) {
        first += month_length(y, m);
        if (++m > 12) {
            m = 1;
            y++;
        }
    }
    int length = month_length(y, m);
    return first + (d < length ? d : length) - 1;
}

struct naive {
    bool works[SPAN]; /* from `first` */
    int first;
};

static bool naive_works(const struct naive *k, int day)
{
    assert_in_range(day - k->first, 0, SPAN - 1);
    return k->works[day - k->first];
}

static int naive_registered(const struct naive *k, int day, int minute)
{
    if (naive_works(k, day) && minute <= 18 * 60)
        return day;
    do
        day++;
    while (!naive_works(k, day));
    return day;
}

static int naive_term(const struct naive *k, int from, int n, enum profile_unit unit)
{
    int day = from;
    if (unit == UNIT_MONTHS)
        day = naive_months(from, n);
    if (unit == UNIT_CALENDAR_DAYS)
        day = from + n;
    if (unit == UNIT_WORKING_DAYS)
        while (n > 0)
            if (naive_works(k, ++day))
                n--;
    while (!naive_works(k, day))
        day++;
    return day;
}

/* A calendar of chance as the program knows it, and as a clerk's list of days. */
static const struct calendar *random_calendar(struct arena *a, struct naive *k)
{
    char week[8] = "0000000";
    struct calendar *c;
    struct calendar_day *days = ARENA_ARRAY(a, SPAN, struct calendar_day);
    size_t n = 0;
    k->first = 20000 + (int)chance(3000);
    for (int i = 0; i < 7; i++)
        week[i] = i == 3 || chance(4) > 0 ? '1' : '0';
    for (int i = 0; i < SPAN; i++) {
        int weekday = (k->first + i + 3) % 7; /* 1970-01-01 was a Thursday */
        k->works[i] = week[weekday] == '1';
        if (i < SPAN - 60 && chance(12) == 0) {
            k->works[i] = chance(2) == 1;
            days[n++] = (struct calendar_day){.day = k->first + i, .is_work = k->works[i],
                                              .name = {S("а"), S("а"), S("a")}, .source = S("s")};
        }
    }
    assert_fine(a, calendar_make(a, str_c(week), days, n, &c));
    return c;
}

static void ten_thousand_random_calendars_agree_with_a_day_by_day_count(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const char *const ids[] = {"kz-2026", "kz-2021", "kz-2019", "city-default"};
    for (int round = 0; round < 10000; round++) {
        struct arena_mark mark = arena_mark(a);
        struct naive k;
        const struct calendar *c = random_calendar(a, &k);
        const struct profile *p = profile_named(&f, ids[chance(4)]);
        size_t n_kinds;
        const struct profile_kind *kinds = profile_kinds(p, &n_kinds);
        const struct profile_kind *kind = &kinds[chance((uint32_t)n_kinds)];
        int day = k.first + 1 + (int)chance(200);
        int minute = (int)chance(24 * 60);
        int64_t at =
            ((int64_t)day * 1440 + minute - 300) * 60000 + chance(60000); /* Almaty is +5 since 2024 */
        if (day < 19790) { /* 2024-03-08: stay behind the change of the zone */
            arena_rewind(a, mark);
            continue;
        }
        struct deadline d;
        assert_fine(a, deadline_of_appeal(a, p, c, f.zone, S("Asia/Almaty"), kind, at, &d));
        int registered = naive_registered(&k, day, minute);
        const struct profile_rule *rule = profile_rule(p, str_to_c(a, kind->term), registered);
        int from = rule->count_from == FROM_RECEIPT ? day : registered;
        assert_int_equal(d.registered_on, registered);
        assert_int_equal(d.due_on, naive_term(&k, from, (int)rule->value, rule->unit));
        struct deadline complaint;
        assert_fine(a, deadline_of_rule(a, p, c, "complaint.file", d.due_on, &complaint));
        assert_int_equal(complaint.due_on, naive_term(&k, d.due_on, 3, UNIT_MONTHS));
        arena_rewind(a, mark);
    }
}

/* ---- the trace ---- */

/* What the steps say, added up again, must give the date: the page is drawn from them alone. */
static void the_steps_themselves_give_the_date(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    for (int round = 0; round < 500; round++) {
        struct arena_mark mark = arena_mark(a);
        struct naive k;
        const struct calendar *c = random_calendar(a, &k);
        int64_t at = ((int64_t)(k.first + 30) * 1440 + (int)chance(1440) - 300) * 60000;
        struct deadline made = due_of(&f, "kz-2026", c, "application", at);
        struct deadline d;
        assert_fine(a, deadline_from_json(a, deadline_to_json(a, &made), &d));
        int32_t counted = step_of(&d, STEP_LAST, 0)->day - d.starts_on + 1;
        for (size_t i = 0; i < d.n_steps; i++)
            if ((d.steps[i].kind == STEP_SKIPPED_REST || d.steps[i].kind == STEP_SKIPPED_HOLIDAY) &&
                d.steps[i].reason != REASON_WAITING)
                counted -= d.steps[i].to_day - d.steps[i].day + 1;
        assert_int_equal(counted, step_of(&d, STEP_TERM, 0)->n);
        assert_int_equal(step_of(&d, STEP_DUE, 0)->day, made.due_on);
        /* And every day between receipt and registration is told too. */
        int32_t waited = 0;
        for (size_t i = 0; i < d.n_steps; i++)
            if (d.steps[i].reason == REASON_WAITING)
                waited += d.steps[i].to_day - d.steps[i].day + 1;
        int32_t received_on = step_of(&d, STEP_RECEIVED, 0)->day;
        int32_t after_hours = step_of(&d, STEP_REGISTERED, 0)->reason == REASON_AFTER_HOURS;
        assert_int_equal(waited, d.registered_on - received_on - after_hours);
        arena_rewind(a, mark);
    }
}

static void a_stored_trace_reads_back_the_same(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    const struct calendar *c =
        CALENDAR(a, "2026-06-06 work", "2026-06-08 holiday", "2026-06-17 holiday", "2026-06-20 work");
    struct deadline d = due_of(&f, "kz-2026", c, "application", at_of(&f, "2026-06-07", 18, 30));
    struct str json = deadline_to_json(a, &d);
    struct deadline back;
    assert_fine(a, deadline_from_json(a, json, &back));
    assert_int_equal(back.n_steps, d.n_steps);
    assert_int_equal(back.received_at, d.received_at);
    assert_int_equal(back.registered_on, d.registered_on);
    assert_int_equal(back.starts_on, d.starts_on);
    assert_int_equal(back.due_on, d.due_on);
    assert_true(str_eq(back.profile, d.profile));
    assert_true(str_eq(deadline_to_json(a, &back), json));
    assert_true(json.n < 8000); /* kept with every case */
}

static void a_broken_trace_is_refused(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    struct deadline d =
        due_of(&f, "kz-2026", calendar_of(a, NULL, 0), "application", at_of(&f, "2026-06-05", 12, 0));
    struct str json = deadline_to_json(a, &d);
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"\"v\":1", "\"v\":2"},
        {"\"step\":\"received\"", "\"step\":\"recieved\""},
        {"\"unit\":\"wd\"", "\"unit\":\"days\""},
        {"\"due_on\":", "\"due\":"},
        {"\"cite\":0", "\"cite\":99"},
        {"\"verified\":\"primary\"", "\"verified\":\"surely\""},
        {"\"registered_on\":\"2026-06-05\"", "\"registered_on\":\"2026-06-31\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t at = str_find_str(json, str_c(rows[i].from));
        assert_int_not_equal(at, SIZE_MAX);
        struct str wrong =
            str_printf(a, "%.*s%s%s", (int)at, json.p, rows[i].to, json.p + at + strlen(rows[i].from));
        struct deadline back;
        struct err *e = deadline_from_json(a, wrong, &back);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_CORRUPT);
    }
}

static void steps_are_told_in_three_languages(void **state)
{
    struct arena *a = *state;
    struct fixture f = fixture(a);
    struct deadline d = due_of(&f, "kz-2026", CALENDAR(a, "2026-06-17 holiday", "2026-06-20 work"),
                               "application", at_of(&f, "2026-06-05", 18, 30));
    for (size_t i = 0; i < LANG_N; i++) {
        const struct lang *l = lang_at(i);
        for (size_t s = 0; s < d.n_steps; s++) {
            struct str text = deadline_step_text(a, l, &d, &d.steps[s]);
            assert_true(text.n > 0 && deadline_step_title(l, &d.steps[s]).n > 0);
            assert_int_equal(str_find(text, '{'), SIZE_MAX); /* every placeholder is filled */
            assert_int_equal(str_find_str(text, S("core.")), SIZE_MAX);
        }
    }
    const struct deadline_step *term = step_of(&d, STEP_TERM, 0);
    assert_str(citation_text(a, lang_find(S("kk")), &term->cite), "ӘРПК, 76-бап");
    assert_str(citation_text(a, lang_find(S("ru")), &term->cite), "АППК, ст. 76");
    assert_str(law_text(a, lang_find(S("kk")), profile_named(&f, "kz-2026"), S("APPC 91(4)")),
               "ӘРПК, 91(4)-бап");
    assert_str(law_text(a, lang_find(S("kk")), profile_named(&f, "kz-2026"), S("Some other act 5")),
               "Some other act 5");
    assert_str(deadline_step_text(a, lang_find(S("en")), &d, step_of(&d, STEP_RECEIVED, 0)),
               "Friday, 5 June 2026, at 18:30 (Asia/Almaty, UTC+5).");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(acceptance_test_one_of_the_rules),
        TEST(the_day_of_registration),
        TEST(three_laws_give_three_dates),
        TEST(a_last_day_that_rests_moves),
        TEST(months_end_on_the_same_day_or_the_last),
        TEST(forwarding_restarts_where_the_law_says_so),
        TEST(the_zone_decides_the_day),
        TEST(a_later_change_is_never_against_the_person),
        TEST(years_without_holidays_are_told),
        TEST(the_kazakh_calendar_of_the_program),
        TEST(a_calendar_without_end_is_refused),
        TEST(ten_thousand_random_calendars_agree_with_a_day_by_day_count),
        TEST(the_steps_themselves_give_the_date),
        TEST(a_stored_trace_reads_back_the_same),
        TEST(a_broken_trace_is_refused),
        TEST(steps_are_told_in_three_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
