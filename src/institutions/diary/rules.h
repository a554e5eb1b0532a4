/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules.h - what may be written into a diary, and when it may be shown.
 *
 * Pure:   facts, a profile and the time go in, a verdict comes out.
 * Keeps:  nothing that tells where the holder of the office will be is shown before it is over and the profile's delay
 *         has passed, unless its announcement was decided; a private person is named with recorded consent alone, and
 *         nowhere but in the list of participants; what is shown was seen by two persons.
 * Source: rules.md, "Misuse" (diary: private persons only with consent; movements published afterwards) and sheet N;
 *         profile entries diary.*, which are the house's own settings, no law.
 */
#ifndef BIRGE_DIARY_RULES_H
#define BIRGE_DIARY_RULES_H

#include "base/verdict.h"
#include "core/policy.h"
#include "core/profile.h"
#include "institutions/diary/model.h"

/* Rules of the profile, and what holds where a profile has none of that name: the careful value. */
#define DIARY_DELAY_RULE "diary.publish_delay_hours"
#define DIARY_DELAY_HOURS 24
#define DIARY_DAYS_RULE "diary.max_days"
#define DIARY_DAYS_MAX 62
#define DIARY_TWO_STEPS_RULE "diary.two_steps"

/* == states == */

/* Is there an edge of the state machine? */
bool diary_rules_edge(enum diary_state from, enum diary_state to);
/* What the policy is asked about. */
struct policy_subject diary_rules_subject(const struct diary_entry *entry);

/* == writing == */

/* One participant as typed. `how` and `given_on` are the consent of a private person; both "" when the person stands
 * in the entry already. */
struct diary_named {
    enum diary_who who;
    struct str name, post;
    struct str how, given_on;
};

/* What somebody wants an entry to say: a version without number, author and time. */
struct diary_draft {
    struct diary_version v;
    const struct diary_named *named;
    size_t n_named;
};

/* The event or trip that the draft puts the entry inside. */
struct diary_frame {
    bool exists;          /* in the same diary, not cancelled */
    enum diary_kind kind;
    bool is_itself;
    bool is_inside_meeting; /* it is inside something that may hold no more */
    int64_t begins_at, ends_at;
};

struct draft_facts {
    const struct diary_draft *draft;
    const struct profile *profile;
    bool zone_is_known;              /* the tz database has v.zone */
    bool is_shown;                   /* everybody sees a version already */
    bool holds_others;               /* entries lie inside this one */
    const struct diary_frame *frame; /* NULL: v.inside_id is 0 */
    const struct diary_participant *before; /* all who ever stood in the entry */
    size_t n_before;
    const struct diary_words *other_words;  /* words of all earlier versions */
    size_t n_other_words;
    int32_t today;
};

/* May this be written?
 *
 * Verdict: ENTRY_TITLE, _TEXT (too long or broken; fact what), _KIND (the form does not fit), _TIME, _LONG (fact
 *          days), _ZONE, _COUNTRY, _LINK, _INSIDE (cannot lie there), _INSIDE_TIME, _HOLDS (what holds others stays an
 *          event or trip), _NAME (a participant without name, or too many), _CONSENT (fact name), _CONSENT_DAY,
 *          _NAME_IN_TEXT (fact name), _NOTE (a correction says what it corrects).
 * Cost:    texts times private persons. */
struct verdict diary_rules_draft(struct arena *a, const struct draft_facts *f);

/* == afterwards == */

/* It took place: not before it began. Verdict: HOLD_EARLY (fact when, an instant as text). */
struct verdict diary_rules_hold(struct arena *a, const struct diary_version *v, int64_t now);

struct publish_facts {
    const struct diary_entry *entry;
    const struct diary_version *version; /* what is to be shown: the newest */
    const struct profile *profile;
    const struct diary_entry *frame;     /* event or trip around it; NULL: none */
    const struct diary_version *frame_version; /* the newest of it */
    int64_t trip_ends_at;                /* end of a trip around it, through an event too; 0: none */
    bool trip_is_announced;
    int64_t person_id;                   /* who publishes */
    bool is_head;                        /* acts as head of the body */
    int32_t today;
    int64_t now;
};
/* May everybody see the newest version as what took place?
 *
 * Yes when it is over since the profile's delay or its announcement was decided, when the trip around it is over as
 * long or was announced, when another person wrote it (or the head publishes), and when the event around it is
 * published.
 * Verdict: PUBLISH_NOTHING (no newer version), PUBLISH_STATE, PUBLISH_EARLY, PUBLISH_TRIP (both: fact hours),
 *          PUBLISH_OWN, PUBLISH_EVENT_FIRST. */
struct verdict diary_rules_publish(struct arena *a, const struct publish_facts *f);
/* May everybody see the newest version before it takes place? A decision of its own: PUBLISH_NOTHING, PUBLISH_TRIP
 * (inside a trip that nobody announced), PUBLISH_OWN. */
struct verdict diary_rules_announce(struct arena *a, const struct publish_facts *f);

/* A reason is needed, for everybody to read. `n_inside`: published entries inside; `before`: all participants.
 * Verdict: CANCEL_REASON, CANCEL_HOLDS (fact count), ENTRY_NAME_IN_TEXT (fact name). */
struct verdict diary_rules_cancel(struct arena *a, struct str reason, int64_t n_inside,
                                  const struct diary_participant *before, size_t n_before);

/* A person takes their consent back; asked about the participant found, or NULL.
 * Verdict: CONSENT_UNKNOWN, CONSENT_GONE, CONSENT_HOW (say how it was withdrawn). */
struct verdict diary_rules_withdraw(const struct diary_participant *p, struct str how);

#endif
