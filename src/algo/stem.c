/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * stem.c - libstemmer and our Kazakh behind one cache.
 */
#include "algo/stem.h"

#include <libstemmer.h>
#include <string.h>

#include "algo/stem_kk.h"
#include "base/err.h"

#define SLOTS 65536
#define KEPT 56 /* bytes of word and stem together that a slot holds */

struct slot {
    uint32_t hash;
    uint8_t language; /* 0: empty */
    uint8_t n_word, n_stem;
    char text[KEPT]; /* word, stem */
};

struct stemmer {
    struct sb_stemmer *snowball[4]; /* by enum language */
    struct stem_kk *kazakh;
    char buf[STEM_KK_MAX];
    struct slot slots[SLOTS];
};

static void end(void *arg)
{
    struct stemmer *s = arg;
    for (int i = 0; i < 4; i++)
        if (s->snowball[i])
            sb_stemmer_delete(s->snowball[i]);
}

struct stemmer *stemmer_new(struct arena *a)
{
    struct stemmer *s = ARENA_NEW(a, struct stemmer);
    s->kazakh = stem_kk_new(a);
    s->snowball[LANGUAGE_RU] = sb_stemmer_new("russian", "UTF_8");
    s->snowball[LANGUAGE_EN] = sb_stemmer_new("english", "UTF_8");
    MUST(s->snowball[LANGUAGE_RU] && s->snowball[LANGUAGE_EN]);
    arena_defer(a, end, s);
    return s;
}

static struct str stem_anew(struct stemmer *s, enum language language, struct str word)
{
    if (language == LANGUAGE_KK)
        return stem_kk(s->kazakh, word, s->buf);
    if (word.n > 1024)
        return word;
    const sb_symbol *p = sb_stemmer_stem(s->snowball[language], (const sb_symbol *)word.p, (int)word.n);
    int n = sb_stemmer_length(s->snowball[language]);
    return p && n > 0 ? (struct str){(const char *)p, (size_t)n} : word;
}

/* FNV-1a, with the language in its beginning. */
static uint32_t hash_of(struct str word, enum language language)
{
    uint32_t h = 2166136261u ^ (uint32_t)language;
    for (size_t i = 0; i < word.n; i++)
        h = (h ^ (unsigned char)word.p[i]) * 16777619u;
    return h;
}

struct str stem(struct stemmer *s, enum language language, struct str word)
{
    if (language == LANGUAGE_UNKNOWN || word.n == 0)
        return word;
    uint32_t h = hash_of(word, language);
    struct slot *k = &s->slots[h % SLOTS];
    if (k->language == language && k->hash == h && k->n_word == word.n && memcmp(k->text, word.p, word.n) == 0)
        return (struct str){k->text + k->n_word, k->n_stem};
    struct str got = stem_anew(s, language, word);
    if (word.n + got.n > KEPT)
        return got;
    *k = (struct slot){.hash = h, .language = (uint8_t)language, .n_word = (uint8_t)word.n, .n_stem = (uint8_t)got.n};
    memcpy(k->text, word.p, word.n);
    memcpy(k->text + word.n, got.p, got.n);
    return (struct str){k->text + k->n_word, k->n_stem};
}

enum language stem_language(enum language language, bool is_latin, bool is_kazakh)
{
    if (is_latin)
        return LANGUAGE_EN;
    if (is_kazakh)
        return LANGUAGE_KK;
    return language == LANGUAGE_EN ? LANGUAGE_RU : language;
}
