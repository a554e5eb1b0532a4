/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo_private.h - what the files of the demo share: made-up texts, a made-up region, and the plan of what
 * happens.
 *
 * Nothing here names a real place, person, office or law; rules that answers cite say that they are examples.
 */
#ifndef BIRGE_RECEPTION_DEMO_PRIVATE_H
#define BIRGE_RECEPTION_DEMO_PRIVATE_H

#include "base/buf.h"
#include "core/action.h"
#include "core/site.h"

enum demo_topic {
    TOPIC_ROADS,
    TOPIC_WATER,
    TOPIC_HEATING,
    TOPIC_SCHOOLS,
    TOPIC_CLINICS,
    TOPIC_LIGHTING,
    TOPIC_WASTE,
    TOPIC_PARKS,
    TOPIC_TRANSPORT,
    TOPIC_DOCUMENTS,
    TOPIC_LAND,
    N_TOPICS,
};

/* == texts: demo_texts_kk.c, _ru.c, _en.c; "{place}" is filled in == */

struct demo_text {
    enum demo_topic topic;
    const char *kind; /* of kz profiles; a profile without it takes its default */
    const char *subject, *text;
};

struct demo_answer {
    const char *key; /* kind, or ground of a refusal; NULL: found by topic */
    const char *facts, *rule, *reasons, *outcome, *next_step;
};

struct demo_language {
    struct str code;
    const struct demo_text *texts;
    size_t n_texts;
    const struct demo_answer *answers; /* by topic: to applications */
    const struct demo_answer *by_kind; /* to the other kinds */
    size_t n_by_kind;
    const struct demo_answer *refusals;
    size_t n_refusals;
    const char *const *places; /* the ninth and tenth are villages */
    size_t n_places;
    const char *const *names;
    size_t n_names;
    const char *const *solved;
    size_t n_solved;
    const char *const *not_solved;
    size_t n_not_solved;
    const char *forward, *reassign, *again, *again_outcome, *note,
        *file; /* reasons, a document, a file name */
};
extern const struct demo_language demo_kk, demo_ru, demo_en;

/* == the region: demo_region.c == */

#define DEMO_BODIES 12

/* A body with the offices that work on cases; an office that it has not is 0. */
struct demo_body {
    int64_t id;
    struct actor registrar, executor, head; /* as signed in; head.office_id 0: the body has none */
};

#define DEMO_DISTRICTS 6

struct demo_region {
    int64_t place;                     /* the region itself */
    int64_t districts[DEMO_DISTRICTS]; /* places */
    struct demo_body bodies[DEMO_BODIES]; /* in the order of demo_region.c: superiors first */
    size_t intake;                        /* who gets what nobody was chosen for */
    size_t district;                      /* competent for the villages */
    size_t of_topic[N_TOPICS];            /* the competent body */
    size_t above_of[DEMO_BODIES];         /* its superior; itself at the top */
};

/* The districts, inside the verb that makes the region: demo_territory.c. */
struct err *demo_territory_make(struct action *x, struct demo_region *region) WARN_UNUSED;
/* Their borders, for the map of figures. Needs the places. */
struct err *demo_borders_make(struct action *x, const struct demo_region *region) WARN_UNUSED;
/* Which of them the case `no` names; 0 for none: three of ten people name no place. */
int64_t demo_place_of(const struct demo_region *region, size_t no);
/* Bodies, offices, people of the made-up region; accounts with fresh passwords go to `accounts`. */
struct err *demo_region_make(struct arena *a, struct site *site, struct str from_on, struct buf *accounts,
                             struct demo_region *ret_region) WARN_UNUSED;

/* == the plan: demo_plan.c == */

enum demo_act {
    ACT_SUBMIT,
    ACT_FORWARD,
    ACT_KIND,
    ACT_IDENTITY,
    ACT_ASSIGN,
    ACT_REASSIGN,
    ACT_ANSWER,
    ACT_AGAIN,
    ACT_OPINION,
    ACT_RENEW,
};

/* What shall become of one appeal. */
struct demo_case {
    const struct demo_language *language;
    const struct demo_text *text;
    size_t no;            /* 0, 1 ... */
    size_t chosen;        /* body it is sent to, index; SIZE_MAX: nobody chosen */
    size_t accused;       /* body complained of, index; SIZE_MAX: none */
    size_t forward_to;    /* index; SIZE_MAX: not passed on */
    enum { DEMO_WEB, DEMO_PAPER, DEMO_PHONE, DEMO_RECEPTION } channel;
    bool is_refusal, is_solved, has_name, has_contact, has_file;
    int64_t id;           /* once it is registered */
    size_t holder;        /* body that holds it, index */
};

struct demo_step {
    int64_t at; /* ms UTC */
    size_t no;  /* of the case */
    enum demo_act act;
};

struct demo_plan {
    struct demo_case *cases;
    size_t n_cases;
    struct demo_step *steps; /* in order of time */
    size_t n_steps;
};

/* The plan for `n` appeals within the 90 days before `now`. Every state is there; some are overdue. The same
 * for the same `now`. Memory: `a`. */
void demo_plan_make(struct arena *a, const struct site *site, const struct demo_region *region, size_t n,
                    int64_t now, struct demo_plan *ret_plan);
/* xorshift64*: a number below `n`. */
size_t demo_below(uint64_t *seed, size_t n);

#endif
