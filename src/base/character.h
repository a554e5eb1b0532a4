/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * character.h - what Unicode says of one character, where a table of our own would be too large.
 *
 * Source: UAX #29 (word boundaries), Unicode Character Database, by ICU; CLDR's root for the colon.
 */
#ifndef BIRGE_BASE_CHARACTER_H
#define BIRGE_BASE_CHARACTER_H

#include "base/str.h"

/* What a character does to a word. Values of UAX #29's Word_Break, those that act alike in one. */
enum character_class {
    CHAR_OTHER,      /* ends a word */
    CHAR_ALPHA,
    CHAR_DIGIT,
    CHAR_JOINER,     /* '_' and its like: between letters and digits */
    CHAR_IGNORED,    /* combining marks, soft hyphens, zero-width characters: belong to what stands before */
    CHAR_MID_WORD,   /* between two letters: '·' */
    CHAR_MID_NUMBER, /* between two digits: ',' */
    CHAR_MID_BOTH,   /* '.', apostrophes */
    CHAR_KATAKANA,
};

/* The class of code point `c`, at most U+10FFFF. */
enum character_class character_class_of(uint32_t c);
/* Its small letter, by simple case mapping. */
uint32_t character_small(uint32_t c);

/* Decode the character at `at` (< s.n); a byte that is no UTF-8 counts as one character U+FFFD. Returns its bytes. */
size_t character_read(struct str s, size_t at, uint32_t *ret);
/* Write `c` as UTF-8 to `to`, which has room for four bytes. Returns their number. */
size_t character_write(uint32_t c, char *to);

#endif
