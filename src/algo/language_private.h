/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * language_private.h - the table of small words, apart from what is made of it.
 */
#ifndef BIRGE_ALGO_LANGUAGE_PRIVATE_H
#define BIRGE_ALGO_LANGUAGE_PRIVATE_H

#include "algo/language.h"

enum small_word_of {
    WORD_KK = 1,
    WORD_RU = 2,
    WORD_EN = 4,
    WORD_OTHER = 8,   /* of a neighbour, and none of ours */
    WORD_SLAVIC = 16, /* Russian's that Ukrainian and Belarusian have too, and Kazakh has not */
};

struct small_word {
    char text[24];
    unsigned of; /* enum small_word_of */
};

extern const struct small_word small_words[]; /* ordered by bytes */
extern const size_t n_small_words;

#endif
