/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * people.h - the verbs of administration on people, offices and appointments.
 *
 * Each is a verb (core/action.h): it runs on the writer, asks policy and whether the actor still stands, then
 * its own rules, writes facts and appends one event of the noun it changed. A refusal is a verdict; a command
 * that is not well-formed (an empty name, a date that does not exist) is ERR_INPUT, since forms check that
 * before. Several may run in one action: the demo and `birge init` do.
 *
 * Nouns: person ("added", "changed", "password_set", "disabled", "enabled"); office ("added", "changed",
 * "closed", "appointed", "appointment_ended").
 *
 * Keeps:  an office has one holder at a time; some administrator can always sign in; nobody cuts off the
 *         office they act in.
 */
#ifndef BIRGE_CORE_PEOPLE_H
#define BIRGE_CORE_PEOPLE_H

#include "core/action.h"
#include "core/directory.h"

/* The event that the form was drawn from: when the thing has changed since, the verb is refused with STALE.
 * -1: whatever it is now. */
#define SEEN_ANY INT64_C(-1)

struct person_command {
    int64_t id;               /* out when added; in for every other verb */
    int64_t seen;             /* SEEN_ANY or journal_event.seq; not for person_add */
    struct str login;         /* added: folded here; 2 to 64 of a-z 0-9 . _ - @ */
    struct str name;          /* 1 to 200 characters */
    struct str language;      /* "kk", "ru", "en" */
    struct str password_hash; /* of password_hash() */
    bool must_change;         /* the password was made by somebody else */
};

/* Add a person who can sign in once an office is theirs. Sets `c->id`. Verdict: PERSON_LOGIN_TAKEN. */
struct err *person_add(struct action *x, struct person_command *c) WARN_UNUSED;
/* Change name and language. Verdict: PERSON_UNKNOWN, STALE. */
struct err *person_change(struct action *x, const struct person_command *c) WARN_UNUSED;
/* Change the own language, in which letters come. Verdict: PERSON_UNKNOWN, POLICY_ROLE. */
struct err *person_set_own_language(struct action *x, struct str language) WARN_UNUSED;
/* Set the password and end all sessions of the person. Verdict: PERSON_UNKNOWN. An administrator may do it to
 * anybody, everybody to themselves (MAY_KEEP_OWN). */
struct err *person_set_password(struct action *x, const struct person_command *c) WARN_UNUSED;
/* The person cannot sign in any more; sessions end. Verdict: PERSON_UNKNOWN, PERSON_SELF, ADMIN_LAST, STALE. */
struct err *person_disable(struct action *x, const struct person_command *c) WARN_UNUSED;
/* The reverse. Verdict: PERSON_UNKNOWN, STALE. */
struct err *person_enable(struct action *x, const struct person_command *c) WARN_UNUSED;

struct office_command {
    int64_t id;        /* out when added */
    int64_t seen;      /* not for office_add */
    int64_t body_id;   /* added */
    enum role role;    /* added: registrar, executor, head, administrator, auditor; never changes */
    struct text3 title; /* kk and ru are needed, en may be empty */
    struct str on;     /* added: first day; closed: last day; ISO */
};

/* Verdict: BODY_UNKNOWN, BODY_CLOSED. Sets `c->id`. */
struct err *office_add(struct action *x, struct office_command *c) WARN_UNUSED;
/* Change the title. Verdict: OFFICE_UNKNOWN, OFFICE_CLOSED, STALE. */
struct err *office_change(struct action *x, const struct office_command *c) WARN_UNUSED;
/* End the office, and the appointments to it, on `on`. Verdict: OFFICE_UNKNOWN, OFFICE_CLOSED, OFFICE_SELF,
 * ADMIN_LAST, STALE. */
struct err *office_close(struct action *x, const struct office_command *c) WARN_UNUSED;

struct appointment_command {
    int64_t id;        /* out when added; in when ended */
    int64_t office_id; /* added */
    int64_t person_id; /* added */
    struct str on;     /* first or last day, ISO; the last may be one before the first: never took office */
};

/* Appoint a person to an office. Verdict: OFFICE_UNKNOWN, OFFICE_CLOSED, OFFICE_HELD (facts person, to_on),
 * PERSON_UNKNOWN, PERSON_DISABLED, APPOINTMENT_EARLY (before the office began). Sets `c->id`. */
struct err *appointment_add(struct action *x, struct appointment_command *c) WARN_UNUSED;
/* End it. Verdict: APPOINTMENT_UNKNOWN, APPOINTMENT_ENDED, APPOINTMENT_SELF, ADMIN_LAST. */
struct err *appointment_end(struct action *x, const struct appointment_command *c) WARN_UNUSED;

/* Who holds `office_id` on the ISO day `today`; 0 for nobody. */
struct err *office_holder(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, struct str today,
                          int64_t *ret_person_id) WARN_UNUSED;

/* ---- what the verbs of core share ---- */

/* May the actor of `x` do `action` (policy, for things without states), and do they still stand: not disabled
 * and in office today, whatever happened since the request came? Refuses with the verdict otherwise. */
struct err *admin_may(struct action *x, const char *action) WARN_UNUSED;
/* The second half alone, for the verbs of institutions: staff who left office, or were disabled, since the request
 * came are refused with POLICY_ENDED; everybody else passes. */
struct err *actor_still_stands(struct action *x) WARN_UNUSED;
/* Refuse with STALE when the last event of the noun is another than `seen`. */
struct err *admin_not_stale(struct action *x, struct str noun, int64_t noun_id, int64_t seen) WARN_UNUSED;
/* Append the event `noun`.`verb`; `detail` is JSON, absent for none. */
struct err *admin_event(struct action *x, struct str noun, int64_t noun_id, struct str verb, struct str detail)
    WARN_UNUSED;
/* ERR_INPUT unless `s` is 1 (0 when it may be empty) to `max` characters of one line. */
struct err *admin_line(struct action *x, const char *what, struct str s, size_t max, bool may_be_empty) WARN_UNUSED;

#endif
