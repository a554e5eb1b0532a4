/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * model.h - the nouns of the diary: an entry, its versions, who took part, and what is counted.
 *
 * Texts are views into the arena of whoever loaded them.
 */
#ifndef BIRGE_DIARY_MODEL_H
#define BIRGE_DIARY_MODEL_H

#include "base/str.h"
#include "web/i18n.h"

#define DIARY_NOUN S("entry")
#define DIARY_CODE_CHARS 12
#define DIARY_PARTICIPANTS_MAX 100
#define DIARY_INSIDE_MAX 200 /* entries that one event or trip may hold */

enum diary_state {
    DIARY_PLANNED,
    DIARY_HELD,      /* it took place; not yet shown as such */
    DIARY_PUBLISHED, /* shown and counted */
    DIARY_CANCELLED, /* did not take place, or was struck out after publication; with a reason */
    DIARY_POSTPONED, /* no new day yet; with a reason */
    N_DIARY_STATES,
};
#define DIARY_BIT(state) (1u << (state))
#define DIARY_ALL_BITS (DIARY_BIT(N_DIARY_STATES) - 1)

enum diary_kind {
    DIARY_EVENT,
    DIARY_MEETING,
    DIARY_TRIP,
    DIARY_CALL,
    DIARY_INTERVIEW,
    DIARY_MAIL, /* congratulations, telegrams */
    N_DIARY_KINDS,
};

enum diary_who {
    DIARY_WHO_HEAD,     /* head of a state or of a government */
    DIARY_WHO_OFFICIAL,
    DIARY_WHO_BODY,     /* body, organisation, medium */
    DIARY_WHO_PERSON,   /* private: named with recorded consent alone */
    N_DIARY_WHO,
};

/* Stored names; static. */
struct str diary_state_name(enum diary_state s);
bool diary_state_of_name(struct str name, enum diary_state *ret);
struct str diary_kind_name(enum diary_kind k);
bool diary_kind_of_name(struct str name, enum diary_kind *ret);
struct str diary_who_name(enum diary_who w);
bool diary_who_of_name(struct str name, enum diary_who *ret);
/* Forms that a kind may take: "state_visit" ...; ends with NULL; static. */
const char *const *diary_forms(enum diary_kind k);
bool diary_form_fits(enum diary_kind k, struct str form);

/* The words of a version in one language; no title: not written in it. */
struct diary_words {
    struct str title, place, about, outcome;
};

struct diary_version {
    int64_t no;
    enum diary_kind kind;
    struct str form;        /* "" for none */
    bool is_abroad;
    struct str country;     /* "" at home */
    int64_t inside_id;      /* the event or trip it is part of; 0: none */
    int64_t begins_at;      /* ms UTC */
    int64_t ends_at;        /* ms UTC, the first instant behind it */
    struct str begins_on;   /* ISO, in its zone */
    struct str ends_on;     /* the last day */
    bool is_all_day;
    struct str zone;        /* tz database name */
    struct str link;        /* "" for none */
    struct str language;    /* the one that it must be written in */
    struct diary_words words[LANG_N]; /* by lang_index */
    struct str note;        /* what was corrected */
    int64_t at;             /* ms UTC, when it was written */
    int64_t by_person_id, by_office_id; /* 0: imported */
    int64_t approved_at;    /* 0: not yet */
};

struct diary_participant {
    int64_t no;
    enum diary_who who;
    struct str name, post;
    int64_t from_version;
    int64_t to_version;       /* 0: still named */
    struct str how;           /* of the consent: "written", "email", "spoken"; "" for others than persons */
    struct str given_on;      /* ISO */
    int64_t withdrawn_at;     /* 0: the consent holds */
    struct str withdrawn_how;
};

struct diary_entry {
    int64_t id;
    struct str code;
    int64_t body_id, office_id;
    enum diary_state state;
    bool is_announced;
    struct str reason;
    int64_t version, public_version; /* public_version 0: nobody outside sees it */
    int64_t sequence;
    struct str source_uid;
    int64_t entered_at;
    int64_t public_at, changed_at; /* 0: never */
};

/* What everybody sees of an entry. */
struct diary_row {
    int64_t entry_id;
    struct str code;
    int64_t body_id, office_id;
    enum diary_state state;
    struct str reason;
    int64_t version;
    int64_t inside_id;
    int64_t sequence;
    int64_t public_at, changed_at;
};
struct diary_shown {
    struct diary_row row;
    struct diary_version version;
    const struct diary_participant *participants; /* private persons only while their consent holds */
    size_t n_participants;
    struct str inside_code;  /* of the event or trip it is part of, when that is shown too; else "" */
    struct diary_words inside_words[LANG_N];
};

/* == counters == */

/* Each counts things of one kind; none is ever added to another. */
enum diary_counter {
    DIARY_EVENTS_HOME,     /* of which: meetings inside them */
    DIARY_EVENTS_ABROAD,   /* of which: meetings inside them */
    DIARY_MEETINGS_HOME,   /* of which: with heads of state or government */
    DIARY_MEETINGS_ABROAD, /* of which: the same */
    DIARY_TRIPS_HOME,
    DIARY_TRIPS_ABROAD,
    DIARY_CALLS_HOME,
    DIARY_CALLS_ABROAD,
    DIARY_INTERVIEWS,
    DIARY_MAILS,
    N_DIARY_COUNTERS,
};
struct str diary_counter_name(enum diary_counter c);
bool diary_counter_of_name(struct str name, enum diary_counter *ret);
/* Does the counter have an "of which"? */
bool diary_counter_has_part(enum diary_counter c);

struct diary_count {
    int64_t n;
    int64_t n_part; /* "of which" */
};

#endif
