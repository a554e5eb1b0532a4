/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * calendar.h - the working days of a realm: its week, and the days that differ from it.
 *
 * Holidays move by yearly acts, so the calendar is data that an administrator edits; every change is an event
 * of the noun "calendar". A snapshot holds the whole calendar, is never changed, and is renewed when
 * site->calendar_version moved. Terms that were computed keep their trace; what a change means for open terms
 * is deadline_in_favour's affair (core/deadline.h).
 *
 * Source: rules.md sheet O; acceptance test 12.
 */
#ifndef BIRGE_CORE_CALENDAR_H
#define BIRGE_CORE_CALENDAR_H

#include "algo/workdays.h"
#include "base/err.h"
#include "base/verdict.h"
#include "core/text3.h"
#include "db/db.h"

/* A day that differs from the week. */
struct calendar_day {
    int32_t day;        /* civil day */
    bool is_work;       /* false: holiday or day off; true: works although the week rests */
    struct text3 name;  /* what it is called */
    struct str source;  /* act or decision it rests on, shown in "how computed" */
    bool is_verified;   /* compared with that act */
};

struct calendar {
    uint64_t version;
    struct workdays workdays;        /* for algo/workdays.h; its exceptions point at `days` */
    const struct calendar_day *days; /* by day */
    size_t n_days;
};

/* The exception of `day`, or NULL when the week decides. Logarithmic. */
const struct calendar_day *calendar_day(const struct calendar *c, int32_t day);
/* Were the holidays of this year entered? A year without a single day has not been. Logarithmic. */
bool calendar_covers(const struct calendar *c, int32_t year);
/* A calendar of these parts, for tests and files. `week` is seven characters from Monday, '1' works; `days`
 * must be in order, each day once. Memory: `a`; `days` is used, not copied. ERR_INPUT for a bad week or
 * order. */
struct err *calendar_make(struct arena *a, struct str week, const struct calendar_day *days, size_t n_days,
                          struct calendar **ret_calendar) WARN_UNUSED;

struct site;
struct loop;
struct action;

/* Read the calendar of `realm`. Memory: `a`. ERR_NOT_FOUND when the realm has none, ERR_CORRUPT. */
struct err *calendar_load(struct arena *a, struct db_read *r, int64_t realm, uint64_t version,
                          struct calendar **ret_calendar) WARN_UNUSED;
/* This loop's snapshot, renewed when the calendar changed since. Call on the loop's own thread, inside its
 * read transaction; good until the transaction ends. */
struct err *calendar_of_loop(struct arena *a, struct loop *loop,
                             const struct calendar **ret_calendar) WARN_UNUSED;
/* The same for the writer thread: `tx` sees its own changes. Read anew each time. Memory: `a`. */
struct err *calendar_of_tx(struct arena *a, struct site *site, struct db_tx *tx,
                           const struct calendar **ret_calendar) WARN_UNUSED;

/* == changing it == */

/* The action name that the verbs ask the policy for; stateless, SCOPE_ANY. */
#define CALENDAR_CHANGE "core.calendar_change"

/* A change as it was typed: texts not yet parsed, so that the verdict can name the field. */
struct calendar_input {
    struct str day_on; /* "2026-03-09" */
    bool is_work;
    struct text3 name;
    struct str source;
    bool is_verified;
};

/* May this day be set? Changes nothing. `ret_day` gets the parsed day.
 * Verdict: CALENDAR_DATE (no date, or further than ten years from `today`; fact given), CALENDAR_NAME
 * (missing in a language, or too long; fact language), CALENDAR_SOURCE (missing or too long),
 * CALENDAR_USELESS (a working day that works by the week already). A holiday on a day of rest is fine: it
 * is shown by its name. */
struct verdict calendar_check_day(const struct calendar *c, const struct calendar_input *in, int32_t today,
                                  struct calendar_day *ret_day);
/* May this be the week? Verdict: CALENDAR_WEEK (not seven of 0 and 1, or no working day). */
struct verdict calendar_check_week(struct str week);

#define CALENDAR_ID 1 /* one calendar in a realm */
/* Store a day as it is, asking nothing and telling nobody: for verbs that checked it and append the event. */
struct err *calendar_write_day(struct action *x, const struct calendar_day *d) WARN_UNUSED;

/* Verbs; each is one event of ("calendar", 1), after which snapshots are renewed.
 * Refused (action_refuse) by the policy or by the checks above; CALENDAR_ABSENT when the day to remove is not
 * there, CALENDAR_SAME when nothing would change. */
struct err *calendar_set_week(struct action *x, struct str week) WARN_UNUSED;
struct err *calendar_set_day(struct action *x, const struct calendar_input *in) WARN_UNUSED;
struct err *calendar_remove_day(struct action *x, int32_t day) WARN_UNUSED;
/* Give a fresh realm its calendar from a file of the program ("kz", "plain"): week and days in one event.
 * ERR_NOT_FOUND for a file that is not there, ERR_CONFLICT when the realm has a calendar. */
struct err *calendar_install(struct action *x, const char *name) WARN_UNUSED;

/* The calendar `name` ("kz", "plain"): DIR/profiles/calendar-<name>.json if it is there, else the program's
 * own. `data_dir` may be absent. Memory: `a`. Errors: ERR_NOT_FOUND, ERR_CONFIG, ERR_IO. */
struct err *calendar_file(struct arena *a, struct str data_dir, const char *name,
                          struct calendar **ret_calendar) WARN_UNUSED;
/* Parse a calendar file (profiles/calendar-kz.json), strictly. Memory: `a`.
 * Errors: ERR_CONFIG with the place and what was expected. */
struct err *calendar_parse(struct arena *a, struct str name, struct str json,
                           struct calendar **ret_calendar) WARN_UNUSED;

#endif
