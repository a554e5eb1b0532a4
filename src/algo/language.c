/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * language.c - letters, endings and small words decide.
 */
#include "algo/language.h"

#include <string.h>

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
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0x250) ||
           (c >= 0x400 && c <= 0x52f);
}

/* ә ғ қ ң ө ұ ү һ і */
static bool is_kazakh(uint32_t c)
{
    return c == 0x4d9 || c == 0x493 || c == 0x49b || c == 0x4a3 || c == 0x4e9 || c == 0x4b1 || c == 0x4af ||
           c == 0x4bb || c == 0x456;
}

#define WORD_MAX 24

struct word {
    char text[WORD_MAX * 2 + 1]; /* lower-case UTF-8 */
    size_t n;                    /* bytes */
    int letters, kazakh, latin;
    bool is_capital; /* begins with a capital */
};

static bool in_list(const struct word *w, const char *list)
{
    const char *p = list;
    while (*p) {
        size_t n = strcspn(p, " ");
        if (n == w->n && memcmp(p, w->text, n) == 0)
            return true;
        p += n + (p[n] == ' ');
    }
    return false;
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

static const char kk_words[] = "және мен бұл үшін емес жоқ бар деп туралы бойынша біз сіз олар осы сол бірақ "
                               "немесе қажет керек еді екен ма ме ба бе па пе да де та те не кім қашан қайда "
                               "сұраймын өтінемін рахмет саламатсыз ал әр бір барлық ауыл қала көше жол";
static const char ru_words[] = "и в на не что с по для от это как из к у за мы вы они его ее их или но нет есть "
                               "просим прошу когда где почему уже бы же ли был была было были при до об о так "
                               "я если только чтобы который очень";
static const char en_words[] = "the and of to in is that it for on with as are was this be at by have not we you "
                               "they our please when where why from or an a there has will i";
static const char kk_ends[] = "ның дың тың лар дар тар лер дер тер ған ген қан кен йды ды ты мыз ңыз сын йын "
                              "дан тан нан дағы тағы пен бен лық дық тық у";
static const char ru_ends[] = "ого его ому ему ами ями ать ять ить еть ться тся ует ают яют ный ная ное ные ция "
                              "ции ость ости ения ение ании ание ются ется ских ской";

static void vote(const struct word *w, int score[4])
{
    int weight = w->is_capital ? 1 : 2; /* names in mid-sentence say little */
    if (w->latin == w->letters) {
        score[LANGUAGE_EN] += in_list(w, en_words) ? 3 * weight : weight;
        return;
    }
    if (w->kazakh > 0)
        score[LANGUAGE_KK] += 3 * weight;
    if (in_list(w, ru_words))
        score[LANGUAGE_RU] += 3 * weight;
    else if (in_list(w, kk_words))
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
    w->latin += l < 0x250;
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

enum language language_of(struct str text, int *ret_confidence)
{
    int score[4] = {0};
    struct word w = {0};
    bool is_start = true; /* of a sentence: a capital there says nothing */
    for (size_t i = 0; i <= text.n;) {
        uint32_t c = ' ';
        size_t n = i < text.n ? decode(text, i, &c) : 1;
        if (i < text.n && is_letter(c)) {
            add_letter(&w, text, i, n, c);
        } else if (w.letters > 0) {
            w.is_capital = w.is_capital && !is_start;
            vote(&w, score);
            w = (struct word){0};
            is_start = c == '.' || c == '!' || c == '?' || c == '\n';
        }
        i += n;
    }
    int best = LANGUAGE_KK;
    for (int i = LANGUAGE_RU; i <= LANGUAGE_EN; i++)
        if (score[i] > score[best])
            best = i;
    int sum = score[1] + score[2] + score[3];
    if (ret_confidence)
        *ret_confidence = sum ? score[best] * 100 / sum : 0;
    return sum ? (enum language)best : LANGUAGE_UNKNOWN;
}

struct str language_code(enum language l)
{
    static const struct str codes[] = {STR(""), STR("kk"), STR("ru"), STR("en")};
    return codes[l];
}
