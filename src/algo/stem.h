/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * stem.h - the stem of a word in Kazakh, Russian or English, remembered.
 *
 * Text repeats itself, so the last 65,536 words and their stems are kept: a look costs a hash and a compare.
 * Source: algorithms.md, section 1. Russian and English are Snowball's (libstemmer), Kazakh is our own.
 */
#ifndef BIRGE_ALGO_STEM_H
#define BIRGE_ALGO_STEM_H

#include "algo/language.h"
#include "base/arena.h"

struct stemmer;

/* A stemmer for one thread: 8 MiB in `a`, and what libstemmer takes, freed with it. */
struct stemmer *stemmer_new(struct arena *a);

/* The stem of a word's form (algo/words.h) in a language; of LANGUAGE_UNKNOWN the word itself. The bytes are the
 * word's or the stemmer's, good until the next call. */
struct str stem(struct stemmer *s, enum language language, struct str word);

/* The language that a single word is stemmed by in a text of `language`: its letters, where they tell. */
enum language stem_language(enum language language, bool is_latin, bool is_kazakh);

#endif
