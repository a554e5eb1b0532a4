/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline.h - legal clocks: by which day something is due, and the trace that shows how it came about.
 *
 * The trace is not an explanation written beside the count: the steps are what the count did, they are
 * stored with the case (reception_deadline.trace), and the page "how was this date computed" is drawn from
 * them alone. A trace holds all it needs (names of holidays, citations, confidence), so it reads the same
 * after profile and calendar have changed.
 *
 * Pure: profile, calendar, zone and an instant go in; no database, no present time.
 * Source: rules.md sheets A2 (64(3)), A4 (76), O; acceptance tests 1, 8, 12.
 */
#ifndef BIRGE_CORE_DEADLINE_H
#define BIRGE_CORE_DEADLINE_H

#include "base/clock.h"
#include "core/calendar.h"
#include "core/profile.h"

/* What one step did. Names are stored in the JSON ("received"); sentences are core.deadline.step.<name>. */
enum deadline_step_kind {
    STEP_RECEIVED,        /* accepted at an instant: day and time of day, local */
    STEP_HOURS,           /* working hours end at `minute`; only where that mattered */
    STEP_REGISTERED,      /* registered on `day`, `reason` tells why that day */
    STEP_EVENT,           /* another event that starts a term: `day` */
    STEP_TERM,            /* the rule that applies: `n` of `unit` */
    STEP_STARTS,          /* `day` is the first day that counts */
    STEP_SKIPPED_REST,    /* from `day` to `to_day`: weekly rest, not counted */
    STEP_SKIPPED_HOLIDAY, /* `day`: holiday or day off by name and source, not counted */
    STEP_COUNTED_WORKDAY, /* `day`: works although the week rests, counted */
    STEP_LAST,            /* `day` is the last day, the `n`-th */
    STEP_MOVED,           /* the last day does not work: moved from `day` to `to_day` */
    STEP_NOT_MOVED,       /* the last day does not work, and the profile does not move it */
    STEP_NOT_COVERED,     /* the holidays of year `n` are not entered yet */
    STEP_DUE,             /* due on `day` */
    N_STEP_KINDS,
};
/* Why a registration falls on its day. */
enum deadline_reason {
    REASON_NONE,
    REASON_SAME_DAY,    /* received in working hours, or before them */
    REASON_AFTER_HOURS, /* after the end of working hours */
    REASON_DAY_OFF,     /* on a day that does not work */
    REASON_ALWAYS_SAME, /* the profile registers on the day of receipt */
    REASON_FORWARDED,   /* STEP_EVENT: arrived at the competent body */
    REASON_WAITING,     /* STEP_SKIPPED_...: passed before it could be registered */
    N_REASONS,
};

struct deadline_step {
    enum deadline_step_kind kind;
    enum deadline_reason reason;
    int32_t day;            /* civil day it speaks of */
    int32_t to_day;         /* last day of a range; equals `day` otherwise */
    int64_t n;              /* count: value of a term, ordinal of a day, a year */
    enum profile_unit unit; /* STEP_TERM, STEP_LAST */
    int32_t minute;         /* after local midnight: of receipt, or the end of hours; -1 for none */
    struct text3 name;      /* of a holiday or working day; STEP_TERM: what the rule says; else empty */
    struct str source;      /* of a day of the calendar; absent otherwise */
    bool is_verified;       /* the day's source was compared */
    bool has_cite;
    struct citation cite;   /* law, act, act_title, article, url, confidence and note are kept */
};

struct deadline {
    struct str profile;     /* tag of the rules: "kz-2026@1f0c2a94b3de" */
    struct str rule;        /* key of the term: "appeal.term.ordinary" */
    struct str zone;        /* "Asia/Almaty" */
    int64_t received_at;    /* ms UTC; 0 when a day, not an instant, started it */
    int32_t offset_minutes; /* of the zone then, east of UTC */
    int32_t registered_on;  /* day of registration, or of the starting event */
    int32_t starts_on;      /* first day that counts */
    int32_t due_on;         /* last day on which it is in time */
    struct deadline_step *steps; /* in order */
    size_t n_steps;
};

/* By when an appeal must be answered that was accepted at `received_at`.
 *
 * Registered: on the local day of receipt; after the end of hours (a later minute than it) or on a day off,
 * on the next working day, if the profile says so. The term of `kind` runs from registration or receipt as
 * its rule says, the day after counts first; working days skip rest and holidays; months end on the same
 * day of a later month, or on its last; a last day that does not work moves to the next that does, where
 * the profile says so.
 *
 * Memory: `a`; texts are shared with profile and calendar until deadline_to_json copies them.
 * Errors: ERR_CONFIG when the profile has no rule for the kind's term on that day. */
struct err *deadline_of_appeal(struct arena *a, const struct profile *p, const struct calendar *c,
                               const struct zone *z, struct str zone_name, const struct profile_kind *kind,
                               int64_t received_at, struct deadline *ret_deadline) WARN_UNUSED;

/* The term of rule `key` from an event on civil day `event_on` (the day after counts first): forwarding,
 * extension, complaint ... The same trace without receipt and registration. Errors: as above. */
struct err *deadline_of_rule(struct arena *a, const struct profile *p, const struct calendar *c,
                             const char *key, int32_t event_on, struct deadline *ret_deadline) WARN_UNUSED;

/* After an appeal was forwarded and arrived at `received_at` at the competent body: the term of `kind`
 * anew, from that local day, when the profile's routing.clock_restarts says so; else *ret_restarts = false,
 * nothing else. */
struct err *deadline_of_forwarded(struct arena *a, const struct profile *p, const struct calendar *c,
                                  const struct zone *z, struct str zone_name, const struct profile_kind *kind,
                                  int64_t received_at, bool *ret_restarts,
                                  struct deadline *ret_deadline) WARN_UNUSED;

/* Day on which something accepted at `received_at` counts as registered, and why. */
int32_t deadline_registered_on(const struct profile *p, const struct calendar *c, const struct zone *z,
                               int64_t received_at, enum deadline_reason *ret_reason);

/* Whose term it is. */
enum deadline_of {
    DEADLINE_OF_BODY,   /* the state has to act: an answer, a forwarding */
    DEADLINE_OF_PERSON, /* a person may act: a complaint, an objection */
};
/* A later change of the calendar gave `new_due` for what was `old_due`: which one holds? Never against the
 * person: the earlier for a body, the later for a person. Source: rules.md A0 (art. 12, own reading), sheet
 * O, test 12. */
int32_t deadline_in_favour(enum deadline_of whose, int32_t old_due, int32_t new_due);

/* The trace as stored. Memory: `a`. */
struct str deadline_to_json(struct arena *a, const struct deadline *d);
/* Read a stored trace back, strictly; all texts in `a`. ERR_CORRUPT naming the place. */
struct err *deadline_from_json(struct arena *a, struct str json, struct deadline *ret_deadline) WARN_UNUSED;

/* What a step is called: "Received", "Not counted". Static. */
struct str deadline_step_title(const struct lang *l, const struct deadline_step *s);
/* The sentence of one step in the language, without its citation: "Friday, 5 June 2026, at 18:30 (...)". In
 * `a`. */
struct str deadline_step_text(struct arena *a, const struct lang *l, const struct deadline *d,
                              const struct deadline_step *s);

#endif
