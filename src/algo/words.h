/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * words.h - the words of a text, where they stand, and the form in which two spellings of one are equal.
 *
 * Boundaries are those of UAX #29, as ICU finds them in Kazakh, Russian and English text ("can't", "3,5", "А.П" are one
 * word each); words of scripts without spaces come out by the character. A word's form is in small letters, with е for ё,
 * without soft hyphens and zero-width characters; a letter of another script that only looks like the rest (a Latin "o"
 * in a Cyrillic word) becomes the one it looks like.
 *
 * Keeps:  positions are bytes of the text as it was, so that people see their own spelling; any bytes are survived.
 * Source: algorithms.md, section 1; UAX #29 revision 41.
 */
#ifndef BIRGE_ALGO_WORDS_H
#define BIRGE_ALGO_WORDS_H

#include "base/arena.h"
#include "base/str.h"

struct word_tables;

/* What is asked of each letter, looked up once: 200 KiB in `a`, only read afterwards. */
struct word_tables *word_tables_new(struct arena *a);

#define WORD_FORM_MAX 128 /* bytes; a longer word is cut there, at a letter */

struct words {
    const struct word_tables *tables;
    struct str text;
    size_t at;
};

struct word {
    struct str text;   /* as it stands */
    size_t at;         /* its first byte in the text */
    struct str form;   /* in `buf` of words_next */
    bool is_number;    /* no letter in it */
    bool is_cyrillic;  /* each letter is */
    bool is_latin;
    bool is_kazakh;    /* has one of ә ғ қ ң ө ұ ү һ і */
};

/* Begin at the start of `text`. */
struct words words_of(const struct word_tables *tables, struct str text);
/* The next word; false at the end. Its form is in `buf` of WORD_FORM_MAX bytes. All of a text: linear. */
bool words_next(struct words *w, char *buf, struct word *ret_word);

#endif
