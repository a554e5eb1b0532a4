/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * language.c - letters, endings and small words decide.
 */
#include "algo/language.h"

#include <string.h>

#include "algo/language_private.h"

/* Lower-case the code point of Latin, Russian and Kazakh letters; others as they are. */
static uint32_t lower(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if (c >= 0x410 && c <= 0x42f)
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if (c >= 0x460 && c <= 0x52f && c % 2 == 0)
        return c + 1;
    return c;
}

static size_t decode(struct str s, size_t at, uint32_t *ret)
{
    unsigned char c = (unsigned char)s.p[at];
    size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (at + n > s.n)
        n = 1;
    uint32_t v = n == 1 ? c : c & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        v = v << 6 | ((unsigned char)s.p[at + i] & 0x3fu);
    *ret = v;
    return n;
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0x2b0) ||
           (c >= 0x400 && c <= 0x52f);
}

/* ә ғ қ ң ө ұ ү һ і */
static bool is_kazakh(uint32_t c)
{
    return c == 0x4d9 || c == 0x493 || c == 0x49b || c == 0x4a3 || c == 0x4e9 || c == 0x4b1 || c == 0x4af ||
           c == 0x4bb || c == 0x456;
}

/* Letters that none of our three writes: of Ukrainian, Belarusian, Serbian, Macedonian; Turkish, Azerbaijani. */
static bool is_foreign(uint32_t c)
{
    switch (c) {
    case 0x457: case 0x454: case 0x491: case 0x45e: case 0x452: case 0x458: case 0x459: case 0x45a: case 0x45b:
    case 0x45f: case 0x455: case 0x45c: case 0x453: /* ї є ґ ў ђ ј љ њ ћ џ ѕ ќ ѓ */
    case 0xe7: case 0x15f: case 0x11f: case 0x131: case 0x259: case 0xf6: case 0xfc: case 0xe4: case 0xdf:
    case 0xe9: case 0xe8: case 0xf1: /* ç ş ğ ı ə ö ü ä ß é è ñ */
        return true;
    default:
        return false;
    }
}

#define WORD_MAX 24

struct word {
    char text[WORD_MAX * 2 + 1]; /* lower-case UTF-8 */
    size_t n;                    /* bytes */
    int letters, kazakh, latin, foreign;
    int hard; /* қ ғ ң ә ұ: Kazakh alone among the Cyrillic that we meet */
    bool has_dotted; /* і */
    bool is_capital; /* begins with a capital */
};

/* What languages have the word among their small ones; enum small_word_of. */
static unsigned languages_of(const struct word *w)
{
    size_t low = 0;
    size_t high = n_small_words;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(w->text, small_words[mid].text);
        if (order == 0)
            return small_words[mid].of;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return 0;
}

static bool ends_in(const struct word *w, const char *list)
{
    const char *p = list;
    while (*p) {
        size_t n = strcspn(p, " ");
        if (n < w->n && memcmp(p, w->text + w->n - n, n) == 0)
            return true;
        p += n + (p[n] == ' ');
    }
    return false;
}

static const char kk_ends[] = "ның дың тың лар дар тар лер дер тер ған ген қан кен йды ды ты мыз ңыз сын йын "
                              "дан тан нан дағы тағы пен бен лық дық тық у";
static const char ru_ends[] = "ого его ому ему ами ями ать ять ить еть ться тся ует ают яют ный ная ное ные ция "
                              "ции ость ости ения ение ании ание ются ется ских ской";



static void vote(const struct word *w, unsigned of, int score[5])
{
    int weight = w->is_capital ? 1 : 2; /* names in mid-sentence say little */
    if (w->foreign > 0)
        score[LANGUAGE_OTHER] += 3 * weight;
    if (of & WORD_OTHER)
        score[LANGUAGE_OTHER] += 3 * weight;
    if (w->latin == w->letters) {
        score[LANGUAGE_EN] += (of & WORD_EN) ? 3 * weight : weight;
        return;
    }
    if (w->kazakh > 0)
        score[LANGUAGE_KK] += 3 * weight;
    if (of & WORD_RU)
        score[LANGUAGE_RU] += 3 * weight;
    else if (of & WORD_KK)
        score[LANGUAGE_KK] += 3 * weight;
    else if (w->kazakh == 0 && ends_in(w, ru_ends))
        score[LANGUAGE_RU] += weight;
    else if (ends_in(w, kk_ends))
        score[LANGUAGE_KK] += weight;
    else if (w->kazakh == 0)
        score[LANGUAGE_RU] += 1;
}

static void add_letter(struct word *w, struct str s, size_t at, size_t n, uint32_t c)
{
    uint32_t l = lower(c);
    if (w->letters == 0)
        w->is_capital = l != c;
    w->letters++;
    w->kazakh += is_kazakh(l);
    w->foreign += is_foreign(l);
    w->has_dotted = w->has_dotted || l == 0x456;
    w->hard += l == 0x49b || l == 0x493 || l == 0x4a3 || l == 0x4d9 || l == 0x4b1;
    w->latin += l < 0x2b0;
    if (w->n + 2 > WORD_MAX * 2)
        return;
    if (l < 0x80) {
        w->text[w->n++] = (char)l;
    } else if (l < 0x800) {
        w->text[w->n++] = (char)(0xc0 | l >> 6);
        w->text[w->n++] = (char)(0x80 | (l & 0x3f));
    } else if (w->n + n <= WORD_MAX * 2) {
        memcpy(w->text + w->n, s.p + at, n);
        w->n += n;
    }
}

/* What the votes of all words come to. */
struct votes {
    int score[5];
    int words;
    int hard;    /* words with a letter that is Kazakh alone */
    int soft;    /* words with і, ө, ү or һ only, which Ukrainian, Belarusian or Mongolian write too */
    int dotted;  /* of them with і */
    int foreign; /* words of a neighbour: by letter, or as a small word */
};

static void count_word(struct votes *v, const struct word *w)
{
    int before = v->score[LANGUAGE_OTHER];
    unsigned of = languages_of(w);
    vote(w, of, v->score);
    v->words++;
    v->hard += w->hard > 0;
    v->soft += w->kazakh > 0 && w->hard == 0;
    v->dotted += w->has_dotted;
    v->foreign += v->score[LANGUAGE_OTHER] > before || (of & WORD_SLAVIC);
}

/* A text of some length whose Kazakh letters are all its neighbours' too is theirs when anything else says so: Kazakh
 * without қ, ғ, ң, ә and ұ is rare in a whole sentence. */
static void settle_neighbours(struct votes *v)
{
    if (v->foreign * 5 > v->words)
        v->score[LANGUAGE_OTHER] += v->score[LANGUAGE_EN]; /* Latin letters of another language */
    if (v->words < 4 || v->soft == 0 || v->hard > 0)
        return;
    if (v->foreign > 0 || v->dotted == 0 || v->soft * 4 < v->words) {
        v->score[LANGUAGE_OTHER] += v->score[LANGUAGE_KK] + v->score[LANGUAGE_RU];
        v->score[LANGUAGE_KK] = 0;
    }
}

/* The votes of all words of `text`. */
static struct votes count_votes(struct str text)
{
    struct votes v = {0};
    struct word w = {0};
    bool is_start = true; /* of a sentence: a capital there says nothing */
    for (size_t i = 0; i <= text.n;) {
        uint32_t c = ' ';
        size_t n = i < text.n ? decode(text, i, &c) : 1;
        if (i < text.n && is_letter(c)) {
            add_letter(&w, text, i, n, c);
        } else if (w.letters > 0) {
            w.is_capital = w.is_capital && !is_start;
            count_word(&v, &w);
            w = (struct word){0};
            is_start = c == '.' || c == '!' || c == '?' || c == '\n';
        }
        i += n;
    }
    return v;
}

/* The best of the first `last` languages. */
static enum language best_of(const int score[5], int last, int *ret_confidence)
{
    int best = LANGUAGE_KK;
    int sum = 0;
    for (int i = LANGUAGE_KK; i <= last; i++) {
        sum += score[i];
        if (score[i] > score[best])
            best = i;
    }
    if (ret_confidence)
        *ret_confidence = sum ? score[best] * 100 / sum : 0;
    return sum ? (enum language)best : LANGUAGE_UNKNOWN;
}

enum language language_of(struct str text, int *ret_confidence)
{
    struct votes v = count_votes(text);
    return best_of(v.score, LANGUAGE_EN, ret_confidence);
}

enum language language_guess(struct str text, int *ret_confidence)
{
    struct votes v = count_votes(text);
    settle_neighbours(&v);
    return best_of(v.score, LANGUAGE_OTHER, ret_confidence);
}

struct str language_code(enum language l)
{
    static const struct str codes[] = {STR(""), STR("kk"), STR("ru"), STR("en"), STR("other")};
    return codes[l];
}
