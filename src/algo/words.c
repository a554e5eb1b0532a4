/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * words.c - one pass: find the end of the word, writing its form on the way.
 */
#include "algo/words.h"

#include "base/character.h"

#define SMALL_TABLE 0x10000u

enum script { SCRIPT_NONE = 0, SCRIPT_LATIN = 1, SCRIPT_CYRILLIC = 2, SCRIPT_OTHER = 4, SCRIPT_KAZAKH = 8 };

struct word_tables {
    uint8_t class_of[SMALL_TABLE];
    uint16_t small[SMALL_TABLE];
    uint8_t script[0x600];
};

static bool is_kazakh_letter(uint32_t c)
{
    return c == 0x4d9 || c == 0x493 || c == 0x49b || c == 0x4a3 || c == 0x4e9 || c == 0x4b1 || c == 0x4af ||
           c == 0x4bb || c == 0x456;
}

static uint8_t script_of(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 0xc0 && c < 0x250))
        return SCRIPT_LATIN;
    if (c >= 0x400 && c < 0x530)
        return is_kazakh_letter(c) ? SCRIPT_CYRILLIC | SCRIPT_KAZAKH : SCRIPT_CYRILLIC;
    return SCRIPT_OTHER;
}

struct word_tables *word_tables_new(struct arena *a)
{
    struct word_tables *t = ARENA_NEW(a, struct word_tables);
    for (uint32_t c = 0; c < SMALL_TABLE; c++) {
        uint32_t small = character_small(c);
        t->class_of[c] = (uint8_t)character_class_of(c);
        t->small[c] = (uint16_t)(small == 0x451 ? 0x435 : small < SMALL_TABLE ? small : c);
        if (c < sizeof t->script)
            t->script[c] = script_of(t->small[c]);
    }
    return t;
}

struct words words_of(const struct word_tables *tables, struct str text)
{
    return (struct words){.tables = tables, .text = text};
}

/* ASCII and two-byte characters, which are nearly all, without a call. */
static inline size_t read_letter(struct str s, size_t at, uint32_t *ret)
{
    unsigned char b = (unsigned char)s.p[at];
    if (b < 0x80) {
        *ret = b;
        return 1;
    }
    if (b >= 0xc2 && b < 0xe0 && at + 1 < s.n && ((unsigned char)s.p[at + 1] & 0xc0) == 0x80) {
        *ret = (b & 0x1fu) << 6 | ((unsigned char)s.p[at + 1] & 0x3fu);
        return 2;
    }
    return character_read(s, at, ret);
}

static inline enum character_class class_of(const struct word_tables *t, uint32_t c)
{
    return c < SMALL_TABLE ? (enum character_class)t->class_of[c] : character_class_of(c);
}

/* The class of the character at `at` that is not ignored; CHAR_OTHER at the end. */
static enum character_class class_after(const struct words *w, size_t at)
{
    while (at < w->text.n) {
        uint32_t c;
        at += read_letter(w->text, at, &c);
        enum character_class k = class_of(w->tables, c);
        if (k != CHAR_IGNORED)
            return k;
    }
    return CHAR_OTHER;
}

/* Does a word whose last letter is of class `last` go on with a character of class `k`, which ends at `end`?
 * UAX #29, rules WB5 to WB13b. */
static bool goes_on(const struct words *w, enum character_class last, enum character_class k, size_t end)
{
    switch (k) {
    case CHAR_ALPHA:
    case CHAR_DIGIT:
        return last == CHAR_ALPHA || last == CHAR_DIGIT || last == CHAR_JOINER;
    case CHAR_JOINER:
        return true;
    case CHAR_KATAKANA:
        return last == CHAR_KATAKANA || last == CHAR_JOINER;
    case CHAR_MID_WORD:
        return last == CHAR_ALPHA && class_after(w, end) == CHAR_ALPHA;
    case CHAR_MID_NUMBER:
        return last == CHAR_DIGIT && class_after(w, end) == CHAR_DIGIT;
    case CHAR_MID_BOTH:
        return (last == CHAR_ALPHA || last == CHAR_DIGIT) && class_after(w, end) == last;
    default:
        return false;
    }
}

/* The form while it is written. */
struct form {
    char *to;
    size_t n;
    unsigned scripts;
    bool has_letter;
};

static inline void add(const struct word_tables *t, struct form *f, uint32_t c, enum character_class k)
{
    if (k == CHAR_IGNORED) {
        if (c == 0x306 && f->n >= 2 && f->to[f->n - 2] == (char)0xd0 && f->to[f->n - 1] == (char)0xb8)
            f->to[f->n - 1] = (char)0xb9; /* и with a breve is й */
        return; /* and е with a diaeresis stays е */
    }
    uint32_t small = c < SMALL_TABLE ? t->small[c] : character_small(c);
    if (k == CHAR_ALPHA) {
        f->scripts |= small < sizeof t->script ? t->script[small] : SCRIPT_OTHER;
        f->has_letter = true;
    }
    if (k == CHAR_KATAKANA) {
        f->scripts |= SCRIPT_OTHER;
        f->has_letter = true;
    }
    if (f->n + 4 > WORD_FORM_MAX)
        return;
    if (small < 0x80) {
        f->to[f->n++] = (char)small;
    } else if (small < 0x800) {
        f->to[f->n++] = (char)(0xc0 | small >> 6);
        f->to[f->n++] = (char)(0x80 | (small & 0x3f));
    } else {
        f->n += character_write(small, f->to + f->n);
    }
}

/* Letters of one script that look like another's, small ones. */
static uint32_t look_alike(uint32_t c, bool to_cyrillic)
{
    static const struct {
        uint16_t latin, cyrillic;
    } pairs[] = {
        {'a', 0x430}, {'e', 0x435}, {'o', 0x43e}, {'p', 0x440}, {'c', 0x441}, {'y', 0x443}, {'x', 0x445},
        {'i', 0x456}, {'h', 0x4bb}, {'k', 0x43a}, {'m', 0x43c}, {'t', 0x442}, {'b', 0x432}, {'s', 0x455},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (to_cyrillic && pairs[i].latin == c)
            return pairs[i].cyrillic;
        if (!to_cyrillic && pairs[i].cyrillic == c)
            return pairs[i].latin;
    }
    return c;
}

/* A word of Latin and Cyrillic letters: when those of one script all look like the other's, it is of the other. */
static void settle_script(const struct word_tables *t, struct form *f)
{
    int latin = 0;
    int cyrillic = 0;
    bool has_own_latin = false; /* a letter that Cyrillic has nothing like */
    bool has_own_cyrillic = false;
    struct str s = {f->to, f->n};
    for (size_t i = 0; i < s.n;) {
        uint32_t c;
        i += read_letter(s, i, &c);
        unsigned script = c < sizeof t->script ? t->script[c] : SCRIPT_OTHER;
        if (script & SCRIPT_LATIN) {
            latin++;
            has_own_latin = has_own_latin || look_alike(c, true) == c;
        } else if (script & SCRIPT_CYRILLIC) {
            cyrillic++;
            has_own_cyrillic = has_own_cyrillic || look_alike(c, false) == c;
        }
    }
    if (has_own_latin == has_own_cyrillic && (has_own_latin || latin == cyrillic))
        return;
    bool to_cyrillic = has_own_cyrillic || (!has_own_latin && cyrillic > latin);
    char out[WORD_FORM_MAX + 4];
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < WORD_FORM_MAX;) {
        uint32_t c;
        i += read_letter(s, i, &c);
        n += character_write(look_alike(c, to_cyrillic), out + n);
    }
    f->n = n < WORD_FORM_MAX ? n : WORD_FORM_MAX;
    for (size_t i = 0; i < f->n; i++)
        f->to[i] = out[i];
    f->scripts = to_cyrillic ? SCRIPT_CYRILLIC | (f->scripts & SCRIPT_KAZAKH) : SCRIPT_LATIN;
}

static bool begins_word(enum character_class k)
{
    return k == CHAR_ALPHA || k == CHAR_DIGIT || k == CHAR_JOINER || k == CHAR_KATAKANA;
}

bool words_next(struct words *w, char *buf, struct word *ret_word)
{
    const struct word_tables *t = w->tables;
    while (w->at < w->text.n) {
        size_t start = w->at;
        uint32_t c;
        w->at += read_letter(w->text, start, &c);
        enum character_class last = class_of(t, c);
        if (!begins_word(last))
            continue;
        struct form f = {.to = buf};
        add(t, &f, c, last);
        bool has_digit = last == CHAR_DIGIT;
        while (w->at < w->text.n) {
            size_t n = read_letter(w->text, w->at, &c);
            enum character_class k = class_of(t, c);
            if (k != CHAR_IGNORED && !goes_on(w, last, k, w->at + n))
                break;
            add(t, &f, c, k);
            has_digit = has_digit || k == CHAR_DIGIT;
            if (begins_word(k))
                last = k; /* what stands between two letters keeps the class before it */
            w->at += n;
        }
        if (!f.has_letter && !has_digit)
            continue; /* a line of underscores */
        if ((f.scripts & (SCRIPT_LATIN | SCRIPT_CYRILLIC)) == (SCRIPT_LATIN | SCRIPT_CYRILLIC))
            settle_script(t, &f);
        *ret_word = (struct word){
            .text = {w->text.p + start, w->at - start},
            .at = start,
            .form = {buf, f.n},
            .is_number = !f.has_letter,
            .is_cyrillic = (f.scripts & ~(unsigned)SCRIPT_KAZAKH) == SCRIPT_CYRILLIC,
            .is_latin = f.scripts == SCRIPT_LATIN,
            .is_kazakh = (f.scripts & SCRIPT_KAZAKH) != 0,
        };
        return true;
    }
    return false;
}
