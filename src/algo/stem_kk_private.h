/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * stem_kk_private.h - what the endings and the search for them share.
 */
#ifndef BIRGE_ALGO_STEM_KK_PRIVATE_H
#define BIRGE_ALGO_STEM_KK_PRIVATE_H

#include "algo/stem_kk.h"

struct letters {
    uint16_t c[STEM_KK_MAX / 2];
    int n;
};

/* The sound before an ending. */
enum after {
    AFTER_VOWEL = 1,
    AFTER_GLIDE = 2, /* р й у */
    AFTER_L = 4,
    AFTER_NASAL = 8, /* м н ң */
    AFTER_Z = 16,    /* з ж */
    AFTER_VOICELESS = 32, /* and б в г ғ д, which sound so at the end */
    AFTER_CONSONANT = 62,
    AFTER_ANY = 63,
};

/* From the word's end inwards. */
enum layer {
    LAYER_PERSON,     /* -мын, -сың: who it is */
    LAYER_CASE,
    LAYER_POSSESSOR,
    LAYER_PLURAL,
    LAYER_RELATION,   /* -дағы, -нікі: case and plural may come again inside */
    LAYER_DERIVATION, /* -лық, -шы: may repeat */
    LAYER_TENSE,      /* and moods: only at the end of the word */
    LAYER_PARTICIPLE, /* -ған, -у: takes case and plural as a noun does */
    LAYER_NEGATION,
    LAYER_VOICE,      /* may repeat */
};

struct stem_kk_ending {
    const char *pattern; /* see choices in stem_kk.c */
    enum layer layer;
    unsigned after;      /* sounds it may stand after */
    int cost;            /* hundredths; below zero: speaks for itself */
    int min_left;        /* letters that must be left */
    bool is_any;         /* does not follow the vowels */
};

extern const struct stem_kk_ending stem_kk_endings[];
extern const int stem_kk_n_endings;

/* May an ending of layer `inner` stand before one of `outer` (100: at the end of the word)? */
bool stem_kk_may_follow(enum layer inner, int outer);

/* A word that follows no rule ("су", "маған"); absent when the rules hold. */
struct str stem_kk_irregular(struct str word);
/* The whole stem of one that lost a vowel ("мұрн": "мұрын"); absent when it did not. */
struct str stem_kk_elided(struct str stem);

#ifndef STEM_KK_WHOLE
#define STEM_KK_WHOLE 40 /* cost of taking nothing off */
#define COST_TWO 320
#define COST_THREE -30
#define COST_SHORT 210
#define COST_D 710
#define COST_VOICED 150
#define COST_USUAL_PAIR 120
#define COST_ODD_PAIR 680
#define COST_ROUGH -170
#endif

#endif
