/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place.h - the territory: places in a tree, their names, and finding one.
 *
 * An edition of the classifier comes in by one verb, whole or not at all: new places are added, changed ones changed
 * under the id they have, those it no longer knows get a last day. Noun: territory (a place at the top with all
 * below it), event "taken".
 *
 * Keeps:  a code names one place for ever; places form a tree in which a parent is of a larger kind.
 * Source: architecture.md section 4; the classifier of administrative and territorial units (KATO) for its shape.
 */
#ifndef BIRGE_CORE_PLACE_H
#define BIRGE_CORE_PLACE_H

#include "core/action.h"
#include "core/text3.h"

enum place_kind { PLACE_REGION, PLACE_DISTRICT, PLACE_SUBDISTRICT, PLACE_SETTLEMENT, N_PLACE_KINDS };

struct place {
    int64_t id;
    int64_t region_id; /* the place at the top above it */
    int64_t parent_id; /* 0 at the top */
    struct str code;
    enum place_kind kind;
    struct text3 name; /* en may be "" */
    struct str to_on;  /* last day, ISO; absent while it exists */
};

/* Stored names: "region" ...; static. */
struct str place_kind_name(enum place_kind k);

/* ---- reading; memory in `a` ---- */

struct err *place_load(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct place *ret_place,
                       bool *ret_found) WARN_UNUSED;
struct err *place_by_code(struct arena *a, struct db_read *r, int64_t realm, struct str code,
                          struct place *ret_place, bool *ret_found) WARN_UNUSED;
/* Places that exist directly below `parent_id` (0: those at the top), by id; at most `n`. */
struct err *places_below(struct arena *a, struct db_read *r, int64_t realm, int64_t parent_id, size_t n,
                         struct place **ret_places, size_t *ret_n) WARN_UNUSED;
/* Places with a word that begins with what was typed, in any of the languages; each once, at most `n`. */
struct err *places_named(struct arena *a, struct db_read *r, int64_t realm, struct str typed, size_t n,
                         struct place **ret_places, size_t *ret_n) WARN_UNUSED;
/* The place and all above it, nearest first; at most N_PLACE_KINDS. */
struct err *place_chain(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct place *ret_chain,
                        size_t *ret_n) WARN_UNUSED;
/* What maps and first lists show: places at the top, or those below it when there is only one. *ret_above: that one,
 * or 0. */
struct err *places_main(struct arena *a, struct db_read *r, int64_t realm, struct place **ret_places, size_t *ret_n,
                        int64_t *ret_above) WARN_UNUSED;

/* ---- an edition ---- */

struct place_item {
    struct str code;   /* 1 to 20 of 0-9 A-Z a-z - */
    struct str parent; /* code; "" at the top; absent: found from the nine digits of a KATO code */
    enum place_kind kind;
    struct text3 name; /* kk and ru; en may be "" or absent */
};

/* What is wrong with a list, before anybody takes it: the number of an item, which field ("code", "parent", "kind",
 * "name"), and why, English. */
typedef void places_fault(void *user, size_t item, const char *field, const char *why);
/* Look a list over: codes well-formed and once, parents in the list and of a larger kind, names there. True when
 * nothing was wrong. Cost: n log n. Memory: `a`. */
bool places_check(struct arena *a, const struct place_item *items, size_t n, places_fault *fault, void *user);

/* How a good list differs from what is stored: places that would change, and those that say the same. */
struct err *places_compare(struct arena *a, struct db_read *r, int64_t realm, const struct place_item *items, size_t n,
                           size_t *ret_changed, size_t *ret_same) WARN_UNUSED;

struct places_command {
    const struct place_item *items;
    size_t n;
    bool keeps_others; /* places that are not in the list stay as they are; else they end today */
    /* out */
    size_t n_added, n_changed, n_ended, n_same;
};
/* Take a list that places_check found good (ERR_INPUT else). Verdict: POLICY_... (MAY_CHANGE_BODIES). */
struct err *places_take(struct action *x) WARN_UNUSED;

/* Names from the facts: for `birge rebuild`. */
struct err *places_rebuild(struct action *x) WARN_UNUSED;

#endif
