/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * stem_kk_endings.c - the endings of Kazakh, their layers and costs, and what follows no rule.
 *
 * Pattern letters: A а/е, I ы/і by the vowels; L лар дар тар; N ның дың тың; O ны ды ты; D да та; B нан дан тан;
 * M ма ба па; P мен бен пен; G ға қа ге ке by the sound before; K қ/к and Y ғ/г by the vowels.
 * Costs: a long ending is hardly chance and speaks for itself, one of a single letter needs company.
 */
#include "algo/stem_kk_private.h"


const struct stem_kk_ending stem_kk_endings[] = {
    /* plural */
    {"LAр", LAYER_PLURAL, AFTER_ANY, -1890, 2, false},
    /* possessor */
    {"Iм", LAYER_POSSESSOR, AFTER_CONSONANT, 90, 3, false},
    {"м", LAYER_POSSESSOR, AFTER_VOWEL, 270, 3, true},
    {"Iң", LAYER_POSSESSOR, AFTER_CONSONANT, 5040, 3, false},
    {"ң", LAYER_POSSESSOR, AFTER_VOWEL, 1470, 3, true},
    {"IңIз", LAYER_POSSESSOR, AFTER_CONSONANT, -840, 2, false},
    {"ңIз", LAYER_POSSESSOR, AFTER_VOWEL, -120, 2, false},
    {"IмIз", LAYER_POSSESSOR, AFTER_CONSONANT, -3180, 2, false},
    {"мIз", LAYER_POSSESSOR, AFTER_VOWEL, -180, 2, false},
    {"I", LAYER_POSSESSOR, AFTER_CONSONANT, -340, 3, false},
    {"сI", LAYER_POSSESSOR, AFTER_VOWEL, -1350, 3, false},
    /* possessor and case that grew together */
    {"Iн", LAYER_CASE, AFTER_CONSONANT, -360, 3, false},
    {"сIн", LAYER_CASE, AFTER_VOWEL, -2700, 3, false},
    {"IнA", LAYER_CASE, AFTER_CONSONANT, -990, 2, false},
    {"сIнA", LAYER_CASE, AFTER_VOWEL, -1200, 2, false},
    {"IндA", LAYER_CASE, AFTER_CONSONANT, -870, 2, false},
    {"сIндA", LAYER_CASE, AFTER_VOWEL, -1110, 2, false},
    {"IнAн", LAYER_CASE, AFTER_CONSONANT, -1050, 2, false},
    {"сIнAн", LAYER_CASE, AFTER_VOWEL, -2010, 2, false},
    {"IнIң", LAYER_CASE, AFTER_CONSONANT, 1680, 2, false},
    {"сIнIң", LAYER_CASE, AFTER_VOWEL, -3390, 2, false},
    {"Iмен", LAYER_CASE, AFTER_CONSONANT, -300, 2, true},
    {"Iмен", LAYER_CASE, AFTER_CONSONANT, -930, 2, false},
    {"сIмен", LAYER_CASE, AFTER_VOWEL, 570, 2, false},
    {"IмA", LAYER_CASE, AFTER_CONSONANT, -120, 3, false},
    {"мA", LAYER_CASE, AFTER_VOWEL, 5770, 3, false},
    {"IңA", LAYER_CASE, AFTER_CONSONANT, -1650, 3, false},
    {"IмIзгA", LAYER_CASE, AFTER_CONSONANT, -1860, 2, false},
    /* case */
    {"NIң", LAYER_CASE, AFTER_ANY, -180, 2, false},
    {"OI", LAYER_CASE, AFTER_ANY, -420, 2, false},
    {"GA", LAYER_CASE, AFTER_ANY, -1110, 2, false},
    {"DA", LAYER_CASE, AFTER_ANY, -210, 2, false},
    {"BAн", LAYER_CASE, AFTER_ANY, -60, 2, false},
    {"Pен", LAYER_CASE, AFTER_ANY, -420, 2, true},
    {"DAй", LAYER_CASE, AFTER_ANY, -1590, 3, false},
    /* person */
    {"MIн", LAYER_PERSON, AFTER_ANY, 2250, 3, false},
    {"сIң", LAYER_PERSON, AFTER_ANY, 600, 3, false},
    {"сIз", LAYER_PERSON, AFTER_ANY, 570, 4, false},
    {"MIз", LAYER_PERSON, AFTER_ANY, -630, 3, false},
    {"сIңдAр", LAYER_PERSON, AFTER_ANY, -2160, 2, false},
    {"сIздAр", LAYER_PERSON, AFTER_ANY, -2370, 2, false},
    /* relation */
    {"DAYI", LAYER_RELATION, AFTER_ANY, -3060, 2, false},
    {"IндAYI", LAYER_RELATION, AFTER_CONSONANT, 1470, 2, false},
    {"сIндAYI", LAYER_RELATION, AFTER_VOWEL, -2130, 2, false},
    {"нікі", LAYER_RELATION, AFTER_VOWEL | AFTER_NASAL, 120, 2, true},
    {"дікі", LAYER_RELATION, AFTER_GLIDE | AFTER_L | AFTER_Z, -780, 2, true},
    {"тікі", LAYER_RELATION, AFTER_VOICELESS, -3930, 2, true},
    {"GI", LAYER_RELATION, AFTER_ANY, 1770, 3, false},
    /* derivation */
    {"LIK", LAYER_DERIVATION, AFTER_ANY, 440, 3, false},
    {"LIY", LAYER_DERIVATION, AFTER_ANY, 1550, 3, false}, /* лығ-ы */
    {"шI", LAYER_DERIVATION, AFTER_ANY, 780, 3, false},
    {"сIз", LAYER_DERIVATION, AFTER_ANY, 1250, 3, false},
    {"LI", LAYER_DERIVATION, AFTER_ANY, 1200, 3, false},
    {"IншI", LAYER_DERIVATION, AFTER_CONSONANT, 1230, 2, false},
    {"ншI", LAYER_DERIVATION, AFTER_VOWEL, -390, 2, false},
    {"IрAK", LAYER_DERIVATION, AFTER_CONSONANT, -6380, 3, false},
    {"рAK", LAYER_DERIVATION, AFTER_VOWEL, -590, 3, false},
    {"LAу", LAYER_DERIVATION, AFTER_ANY, 1310, 3, false},
    {"шA", LAYER_DERIVATION, AFTER_ANY, 1320, 3, false},
    /* tense and mood, at the end */
    {"DI", LAYER_TENSE, AFTER_ANY, -180, 2, false},
    {"DIм", LAYER_TENSE, AFTER_ANY, -540, 2, false},
    {"DIң", LAYER_TENSE, AFTER_ANY, 4470, 2, false},
    {"DIK", LAYER_TENSE, AFTER_ANY, 210, 2, false},
    {"DIңIз", LAYER_TENSE, AFTER_ANY, -390, 2, false},
    {"DIңIздAр", LAYER_TENSE, AFTER_ANY, -720, 2, false},
    {"Iп", LAYER_TENSE, AFTER_CONSONANT, -630, 2, false},
    {"п", LAYER_TENSE, AFTER_VOWEL, -160, 3, true},
    {"IптI", LAYER_TENSE, AFTER_CONSONANT, -2040, 2, false},
    {"птI", LAYER_TENSE, AFTER_VOWEL, -630, 2, false},
    {"AдI", LAYER_TENSE, AFTER_CONSONANT, -600, 2, false},
    {"йдI", LAYER_TENSE, AFTER_VOWEL, -570, 2, false},
    {"AмIн", LAYER_TENSE, AFTER_CONSONANT, -1290, 2, false},
    {"ймIн", LAYER_TENSE, AFTER_VOWEL, -2010, 2, false},
    {"AсIз", LAYER_TENSE, AFTER_CONSONANT, -600, 2, false},
    {"йсIз", LAYER_TENSE, AFTER_VOWEL, -2820, 2, false},
    {"AсIң", LAYER_TENSE, AFTER_CONSONANT, -400, 2, false},
    {"йсIң", LAYER_TENSE, AFTER_VOWEL, -1480, 2, false},
    {"AмIз", LAYER_TENSE, AFTER_CONSONANT, -930, 2, false},
    {"ймIз", LAYER_TENSE, AFTER_VOWEL, -1170, 2, false},
    {"A", LAYER_TENSE, AFTER_CONSONANT, 3570, 3, false},
    {"й", LAYER_TENSE, AFTER_VOWEL, 160, 3, true},
    {"Aм", LAYER_TENSE, AFTER_CONSONANT, 2350, 2, false},
    {"йм", LAYER_TENSE, AFTER_VOWEL, 1630, 3, true},
    {"сA", LAYER_TENSE, AFTER_ANY, -120, 2, false},
    {"сAм", LAYER_TENSE, AFTER_ANY, -60, 2, false},
    {"сAң", LAYER_TENSE, AFTER_ANY, -630, 2, false},
    {"сAK", LAYER_TENSE, AFTER_ANY, -90, 2, false},
    {"сAңIз", LAYER_TENSE, AFTER_ANY, -3690, 2, false},
    {"сIн", LAYER_TENSE, AFTER_ANY, -960, 2, false},
    {"IңIз", LAYER_TENSE, AFTER_CONSONANT, -900, 2, false},
    {"ңIз", LAYER_TENSE, AFTER_VOWEL, 4710, 2, false},
    {"йIK", LAYER_TENSE, AFTER_VOWEL, -2070, 2, false},
    {"AйIK", LAYER_TENSE, AFTER_CONSONANT, -2490, 2, false},
    {"MAй", LAYER_TENSE, AFTER_ANY, -3510, 2, false},
    {"MAйдI", LAYER_TENSE, AFTER_ANY, -5940, 2, false},
    {"GAлI", LAYER_TENSE, AFTER_ANY, -1440, 2, false},
    {"GAншA", LAYER_TENSE, AFTER_ANY, 2100, 2, false},
    /* participles and the verbal noun */
    {"GAн", LAYER_PARTICIPLE, AFTER_ANY, -3420, 2, false},
    {"AтIн", LAYER_PARTICIPLE, AFTER_CONSONANT, -930, 2, false},
    {"йтIн", LAYER_PARTICIPLE, AFTER_VOWEL, -1020, 2, false},
    {"MAK", LAYER_PARTICIPLE, AFTER_ANY, 60, 2, false},
    {"у", LAYER_PARTICIPLE, AFTER_ANY, -1470, 2, true},
    {"ушI", LAYER_PARTICIPLE, AFTER_ANY, 240, 3, false},
    {"Aр", LAYER_PARTICIPLE, AFTER_CONSONANT, 300, 3, false},
    {"IлAтIн", LAYER_PARTICIPLE, AFTER_CONSONANT, 90, 2, false},
    /* negation */
    {"MA", LAYER_NEGATION, AFTER_ANY, -1130, 2, false},
    {"MAс", LAYER_PARTICIPLE, AFTER_ANY, -360, 2, false},
    {"GI", LAYER_PARTICIPLE, AFTER_ANY, 2850, 3, false},
    /* voice */
    {"Iл", LAYER_VOICE, AFTER_CONSONANT, -450, 3, false},
    {"л", LAYER_VOICE, AFTER_VOWEL, 1540, 3, true},
    {"Iн", LAYER_VOICE, AFTER_CONSONANT, -540, 3, false},
    {"н", LAYER_VOICE, AFTER_VOWEL, 280, 3, true},
    {"Iс", LAYER_VOICE, AFTER_CONSONANT, 110, 3, false},
    {"DIр", LAYER_VOICE, AFTER_ANY, 1390, 2, false},
    {"GIз", LAYER_VOICE, AFTER_ANY, 1780, 2, false},
    {"т", LAYER_VOICE, AFTER_VOWEL, 700, 3, true},
};
const int stem_kk_n_endings = sizeof stem_kk_endings / sizeof stem_kk_endings[0];

bool stem_kk_may_follow(enum layer inner, int outer)
{
    switch (inner) {
    case LAYER_TENSE:
        return outer > LAYER_VOICE;
    case LAYER_RELATION:
        return outer > LAYER_VOICE || outer <= LAYER_PLURAL;
    case LAYER_DERIVATION:
        return outer > LAYER_VOICE || outer <= LAYER_DERIVATION;
    case LAYER_VOICE:
        return outer > LAYER_VOICE || outer >= LAYER_TENSE;
    case LAYER_NEGATION:
        return outer == LAYER_TENSE || outer == LAYER_PARTICIPLE;
    case LAYER_PARTICIPLE:
        return outer > LAYER_VOICE || outer <= LAYER_DERIVATION;
    default:
        return outer > LAYER_VOICE || (int)inner > outer || outer == LAYER_RELATION;
    }
}

struct pair {
    struct str word, stem;
};

static struct str find(const struct pair *pairs, size_t n, struct str word)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(pairs[i].word, word))
            return pairs[i].stem;
    return (struct str){0};
}

struct str stem_kk_irregular(struct str word)
{
    static const struct pair pairs[] = {
        {STR("маған"), STR("мен")}, {STR("саған"), STR("сен")}, {STR("оған"), STR("ол")}, {STR("оны"), STR("ол")},
        {STR("оның"), STR("ол")}, {STR("одан"), STR("ол")}, {STR("онда"), STR("ол")}, {STR("бұған"), STR("бұл")},
        {STR("мұны"), STR("бұл")}, {STR("мұнда"), STR("бұл")}, {STR("бұны"), STR("бұл")}, {STR("осыны"), STR("осы")},
        {STR("мені"), STR("мен")}, {STR("менің"), STR("мен")}, {STR("сені"), STR("сен")}, {STR("сенің"), STR("сен")},
        {STR("деді"), STR("де")}, {STR("дейді"), STR("де")}, {STR("деген"), STR("де")}, {STR("деп"), STR("де")},
        {STR("дегенде"), STR("де")}, {STR("деу"), STR("де")}, {STR("дейтін"), STR("де")}, {STR("жеді"), STR("же")},
    };
    return word.n > 16 ? (struct str){0} : find(pairs, sizeof pairs / sizeof pairs[0], word);
}

struct str stem_kk_elided(struct str stem)
{
    static const struct pair pairs[] = {
        {STR("ауз"), STR("ауыз")}, {STR("мұрн"), STR("мұрын")}, {STR("мойн"), STR("мойын")},
        {STR("орн"), STR("орын")}, {STR("ерн"), STR("ерін")}, {STR("қарн"), STR("қарын")},
        {STR("халк"), STR("халық")}, {STR("халқ"), STR("халық")}, {STR("ерк"), STR("ерік")},
        {STR("көрк"), STR("көрік")}, {STR("қойн"), STR("қойын")}, {STR("ауыл"), STR("ауыл")},
        {STR("құлк"), STR("құлық")}, {STR("құлқ"), STR("құлық")}, {STR("ғұрп"), STR("ғұрып")},
        {STR("әрп"), STR("әріп")}, {STR("бөрк"), STR("бөрік")}, {STR("парк"), STR("парк")},
    };
    return stem.n > 10 ? (struct str){0} : find(pairs, sizeof pairs / sizeof pairs[0], stem);
}
