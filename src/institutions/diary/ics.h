/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ics.h - iCalendar, both ways; libical lies behind it and nowhere else.
 *
 * Source: RFC 5545; docs/adr/0033-libical.md.
 */
#ifndef BIRGE_DIARY_ICS_H
#define BIRGE_DIARY_ICS_H

#include "base/clock.h"
#include "base/err.h"

/* ---- writing ---- */

enum ics_status { ICS_CONFIRMED, ICS_TENTATIVE, ICS_CANCELLED };

struct ics_event {
    struct str uid;        /* stable for the life of the entry */
    struct str summary, description, location, url, category; /* "" leaves out */
    struct str language;   /* of the words: "kk" */
    int64_t begins_at, ends_at;      /* ms UTC */
    struct str begins_on, ends_on;   /* ISO, first and last day */
    bool is_all_day;
    struct str zone;       /* tz database name */
    int64_t sequence;
    int64_t created_at, changed_at;  /* ms UTC */
    enum ics_status status;
};
struct ics_calendar {
    struct str name, language, url;
    const struct ics_event *events;
    size_t n_events;
};
/* The calendar as text: each zone in use with its offsets as a VTIMEZONE, times with TZID. Memory: `a`.
 * Errors: ERR_LIMIT; ERR_CONFIG for a zone that the system has not. */
struct err *ics_write(struct arena *a, const struct ics_calendar *c, struct str *ret_text) WARN_UNUSED;

/* ---- reading ---- */

struct ics_row {
    int64_t line;          /* of its BEGIN:VEVENT; 0 unknown */
    struct str uid;        /* of the event; with "/" and the instant when it repeats */
    struct str summary, description, location, url, category;
    int64_t begins_at, ends_at;
    struct str begins_on, ends_on; /* in `zone` */
    bool is_all_day;
    struct str zone;       /* tz database name; that of the options for times in UTC or without a zone */
};
struct ics_reject {
    int64_t line;          /* 0: the file as a whole */
    struct str component;  /* "VEVENT", "VTODO" ... */
    struct str uid;        /* "" unknown */
    struct str reason;     /* English */
};
struct ics_options {
    struct str zone;       /* of the realm */
    size_t max_bytes;      /* of the file; 0: 16 MiB */
    size_t max_repeats;    /* of one event; 0: 500 */
    size_t max_rows;       /* 0: 20,000 */
};
struct ics_file {
    struct ics_row *rows;
    size_t n_rows;
    struct ics_reject *rejects;
    size_t n_rejects;
};
/* Read a file: every component becomes rows or a reject. Repetitions are expanded up to max_repeats and five years
 * behind the first; those that repeat by the hour or oftener are rejected. A file that is no calendar is one reject.
 * Memory: `a`. Errors: ERR_LIMIT when the file or its events are too many. Never on what the file says. */
struct err *ics_read(struct arena *a, struct str text, const struct ics_options *options, struct ics_file *ret_file)
    WARN_UNUSED;

#endif
