/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_deadline.h - what "how was this date computed" is drawn from.
 *
 * Filled from a stored trace by core_deadline_view (core/deadline_view.h), drawn by views/deadline.html:
 * the steps as an ordered list, each with its law and how sure we are of it, and a small calendar that
 * marks the days.
 */
#ifndef BIRGE_CORE_VIEWS_DEADLINE_H
#define BIRGE_CORE_VIEWS_DEADLINE_H

#include "web/html.h"

struct core_deadline_step {
    struct str title;            /* "Registered" */
    struct str text;             /* the sentence, with its day */
    struct str kind;             /* look of its mark: "start", "count", "skip", "due", "plain" */
    struct str law;              /* "APPC, art. 64(3)"; absent: rests on nothing but arithmetic */
    struct str law_href;         /* text of the act; absent: unknown */
    struct str confidence;       /* "read in the act"; absent when `law` says it already */
    struct str confidence_kind;  /* colour of the tag: "green", "blue", "yellow", "grey" */
    struct str note;             /* remark of the profile; absent: none */
    struct str source;           /* what a day of the calendar rests on; absent: none */
    struct str source_mark;      /* "compared with the source" or not */
    struct str source_kind;      /* colour */
};

struct core_deadline_day {
    struct str number; /* of the month; absent: the cell is empty */
    struct str kind;   /* "plain", "received", "start", "counted", "passed", "skipped", "due" */
    struct str count;  /* the how-manieth counted day it is; absent: not counted */
    struct str label;  /* what the mark means, for those who do not see it; absent: nothing */
};

struct core_deadline_week {
    const struct core_deadline_day *days; /* seven, from Monday */
    size_t n_days;
};

struct core_deadline_month {
    struct str title; /* "June 2026" */
    const struct core_deadline_week *weeks;
    size_t n_weeks;
    bool after_gap; /* months before it are left out */
};

struct core_deadline_weekday {
    struct str short_name, name;
};

/* One sign of the key. */
struct core_deadline_sign {
    struct str kind, count, text;
};

/* An act that the steps cite, with its full name. */
struct core_deadline_act {
    struct str name, title, href; /* absent href: unknown */
};

/* views/deadline.html: {{> core.deadline m.deadline}}, under a heading of the page; it has none of its own.
 */
struct core_view_deadline {
    struct str due, due_iso;    /* "Monday, 29 June 2026" */
    struct str profile;         /* tag of the rules */
    const struct core_deadline_act *acts;
    size_t n_acts;
    const struct core_deadline_step *steps;
    size_t n_steps;
    const struct core_deadline_weekday *weekdays; /* seven, from Monday */
    size_t n_weekdays;
    const struct core_deadline_month *months;
    size_t n_months;
    const struct core_deadline_sign *signs;
    size_t n_signs;
};

#endif
