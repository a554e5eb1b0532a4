/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * stem_kk.h - the stem of a Kazakh word, so that "жолдардың" is found by "жол".
 *
 * Kazakh puts ending after ending behind a stem: plural, possessor, case, person; verbs their voice, negation, tense.
 * Each ending has forms that follow the vowels (а or е, ы or і) and the last sound (лар, дар, тар). So a word is taken
 * apart from its end by a table of endings in layers, in all ways that the sounds allow, and the likeliest way wins.
 *
 * Keeps:  a stem is never empty, has a vowel, and is no longer than the word; any bytes are survived; a word that is
 *         not Kazakh Cyrillic comes back as it was.
 * Source: algorithms.md, section 1 (layers, sounds and costs); there is no Snowball stemmer for Kazakh.
 */
#ifndef BIRGE_ALGO_STEM_KK_H
#define BIRGE_ALGO_STEM_KK_H

#include "base/arena.h"
#include "base/str.h"

struct stem_kk;

/* The endings, made ready: some 100 KiB in `a`. It is only read afterwards, by any number of threads. */
struct stem_kk *stem_kk_new(struct arena *a);

#define STEM_KK_MAX 96 /* bytes; longer words come back whole */

/* The stem of a word in small letters (algo/words.h makes them), written to `buf` of STEM_KK_MAX bytes unless it is a
 * part of `word`. At most eight endings are taken off. */
struct str stem_kk(const struct stem_kk *s, struct str word, char *buf);

#endif
