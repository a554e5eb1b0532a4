/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * person_words.h - finding people by the first letters of any word of their name, or of their login.
 *
 * A projection of core_person: written with each change of a person, made anew by `birge rebuild`.
 * Keeps: a search reads a bounded number of rows, however many people there are.
 */
#ifndef BIRGE_CORE_PERSON_WORDS_H
#define BIRGE_CORE_PERSON_WORDS_H

#include "core/action.h"
#include "gen/core_queries.h"

#define PERSON_WORDS_MAX 12  /* words of one name; further ones are not searched */
#define PERSON_SEARCH_ROWS 400 /* words that one search reads at most */

/* Write the words of a person whose name or login is new; inside the transaction that changes them. */
struct err *person_words_write(struct action *x, int64_t id, struct str login, struct str name) WARN_UNUSED;
/* Write those of all people anew. Linear in the people. */
struct err *person_words_rebuild(struct action *x) WARN_UNUSED;
/* The clock's work: people of before this table get their words. Constant when nothing is missing. */
struct err *person_words_fill(struct action *x) WARN_UNUSED;

/* Up to `max` people, each word of `query` beginning a word of theirs; by the word that the first of `query` met.
 * `ret_is_cut`: there may be more, a longer query finds them. Memory: `a`. */
struct err *people_search(struct arena *a, struct db_read *r, int64_t realm, struct str query, size_t max,
                          struct core_q_people_after_row **ret_rows, size_t *ret_n, bool *ret_is_cut) WARN_UNUSED;

#endif
