/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * stem_kk.c - taking a word apart, from its end.
 *
 * The endings stand in stem_kk_endings.c as patterns (LAр for лар, лер, дар, дер, тар, тер). stem_kk_new writes out
 * every form and lays them, reversed, into a tree of letters; a word walks down that tree from its last letter. Each
 * way to take endings off has a cost, the cheapest wins, so that "балалар" loses лар but "қалам" keeps its ам.
 */
#include "algo/stem_kk.h"

#include <string.h>

#include "algo/stem_kk_private.h"
#include "base/err.h"

/* == letters == */

static bool is_vowel(uint16_t c)
{
    switch (c) {
    case 0x430: case 0x4d9: case 0x435: case 0x451: case 0x438: case 0x43e: case 0x4e9: case 0x443: case 0x4af:
    case 0x4b1: case 0x44b: case 0x456: case 0x44d: case 0x44e: case 0x44f:
        return true; /* а ә е ё и о ө у ү ұ ы і э ю я */
    default:
        return false;
    }
}

/* Which sounds an ending's first letter looks at. у and и are glides as well as vowels. */
static unsigned sound_of(uint16_t c)
{
    switch (c) {
    case 0x443: case 0x44e: /* у ю */
        return AFTER_GLIDE;
    case 0x438: /* и */
        return AFTER_VOWEL | AFTER_GLIDE;
    case 0x440: case 0x439: /* р й */
        return AFTER_GLIDE;
    case 0x43b: /* л */
        return AFTER_L;
    case 0x43c: case 0x43d: case 0x4a3: /* м н ң */
        return AFTER_NASAL;
    case 0x437: case 0x436: /* з ж */
        return AFTER_Z;
    default:
        return is_vowel(c) ? AFTER_VOWEL : AFTER_VOICELESS;
    }
}

enum harmony { ANY = 0, BACK = 1, FRONT = 2 };

static enum harmony harmony_of(uint16_t c)
{
    switch (c) {
    case 0x430: case 0x43e: case 0x4b1: case 0x44b: case 0x44f: case 0x49b: case 0x493: /* а о ұ ы я қ ғ */
        return BACK;
    case 0x4d9: case 0x435: case 0x4e9: case 0x4af: case 0x456: case 0x451: case 0x44d: /* ә е ө ү і ё э */
        return FRONT;
    default:
        return ANY;
    }
}

/* Of the first `n` letters: their last vowel that has one. Long words are often borrowed and follow no rule. */
static enum harmony stem_harmony(const struct letters *w, int n)
{
    for (int i = n - 1; i >= 0; i--)
        if (is_vowel(w->c[i]) && harmony_of(w->c[i]) != ANY)
            return harmony_of(w->c[i]);
    return ANY;
}

/* Vowels of the first `n` letters; у beside a vowel is a glide. */
static int syllables(const struct letters *w, int n)
{
    int k = 0;
    for (int i = 0; i < n; i++) {
        bool is_glide = w->c[i] == 0x443 && ((i > 0 && is_vowel(w->c[i - 1])) || (i + 1 < n && is_vowel(w->c[i + 1])));
        k += is_vowel(w->c[i]) && !is_glide;
    }
    return k;
}

/* == the tree of endings == */

struct node {
    uint16_t letter;
    int first_child, next; /* 0: none */
    int first_form;        /* into forms; -1: none */
};

struct form {
    uint8_t n;
    uint8_t harmony; /* enum harmony */
    uint8_t after;   /* sounds */
    int16_t ending;
    int next; /* of the same letters; -1: none */
};

#define NODES_MAX 4096
#define FORMS_MAX 4096

struct stem_kk {
    struct node nodes[NODES_MAX];
    struct form forms[FORMS_MAX];
    int n_nodes, n_forms;
    int roots[256]; /* by the last letter's low byte: 0x04xx all */
};

static int child_of(struct stem_kk *s, int *first, uint16_t letter)
{
    for (int i = *first; i; i = s->nodes[i].next)
        if (s->nodes[i].letter == letter)
            return i;
    MUST(s->n_nodes < NODES_MAX);
    int at = s->n_nodes++;
    s->nodes[at] = (struct node){.letter = letter, .next = *first, .first_form = -1};
    *first = at;
    return at;
}

static void add_form(struct stem_kk *s, const struct letters *w, enum harmony h, unsigned after, int ending)
{
    int at = child_of(s, &s->roots[w->c[w->n - 1] & 0xff], w->c[w->n - 1]);
    for (int i = w->n - 2; i >= 0; i--)
        at = child_of(s, &s->nodes[at].first_child, w->c[i]);
    for (int f = s->nodes[at].first_form; f >= 0; f = s->forms[f].next) {
        if (s->forms[f].ending == ending && s->forms[f].harmony == h) {
            s->forms[f].after |= (uint8_t)after;
            return;
        }
    }
    MUST(s->n_forms < FORMS_MAX);
    s->forms[s->n_forms] = (struct form){.n = (uint8_t)w->n, .harmony = (uint8_t)h, .after = (uint8_t)after,
                                         .ending = (int16_t)ending, .next = s->nodes[at].first_form};
    s->nodes[at].first_form = s->n_forms++;
}

/* A pattern letter's choices: the letter, in back and front words, and the sounds it stands after. */
struct choice {
    char pattern;
    uint16_t back, front;
    unsigned after; /* 0: as the ending says */
};

static const struct choice choices[] = {
    {'A', 0x430, 0x435, 0},                                                         /* а е */
    {'I', 0x44b, 0x456, 0},                                                         /* ы і */
    {'L', 0x43b, 0x43b, AFTER_VOWEL | AFTER_GLIDE},                                 /* лар дар тар */
    {'L', 0x434, 0x434, AFTER_L | AFTER_NASAL | AFTER_Z},
    {'L', 0x442, 0x442, AFTER_VOICELESS},
    {'N', 0x43d, 0x43d, AFTER_VOWEL | AFTER_NASAL},                                 /* ның дың тың */
    {'N', 0x434, 0x434, AFTER_GLIDE | AFTER_L | AFTER_Z},
    {'N', 0x442, 0x442, AFTER_VOICELESS},
    {'O', 0x43d, 0x43d, AFTER_VOWEL},                                               /* ны ды ты */
    {'O', 0x434, 0x434, AFTER_GLIDE | AFTER_L | AFTER_NASAL | AFTER_Z},
    {'O', 0x442, 0x442, AFTER_VOICELESS},
    {'D', 0x434, 0x434, AFTER_VOWEL | AFTER_GLIDE | AFTER_L | AFTER_NASAL | AFTER_Z}, /* да та */
    {'D', 0x442, 0x442, AFTER_VOICELESS},
    {'B', 0x43d, 0x43d, AFTER_NASAL},                                               /* нан дан тан */
    {'B', 0x434, 0x434, AFTER_VOWEL | AFTER_GLIDE | AFTER_L | AFTER_Z},
    {'B', 0x442, 0x442, AFTER_VOICELESS},
    {'M', 0x43c, 0x43c, AFTER_VOWEL | AFTER_GLIDE | AFTER_L},                       /* ма ба па */
    {'M', 0x431, 0x431, AFTER_NASAL | AFTER_Z},
    {'M', 0x43f, 0x43f, AFTER_VOICELESS},
    {'P', 0x43c, 0x43c, AFTER_VOWEL | AFTER_GLIDE | AFTER_L | AFTER_NASAL},         /* мен бен пен */
    {'P', 0x431, 0x431, AFTER_Z},
    {'P', 0x43f, 0x43f, AFTER_VOICELESS},
    {'G', 0x493, 0x433, AFTER_VOWEL | AFTER_GLIDE | AFTER_L | AFTER_NASAL | AFTER_Z}, /* ға қа, ге ке */
    {'G', 0x49b, 0x43a, AFTER_VOICELESS},
    {'K', 0x49b, 0x43a, 0},                                                         /* қ к */
    {'Y', 0x493, 0x433, 0},                                                         /* ғ г */
};

/* Write out a pattern from letter `p` on: each choice of each letter, back and front apart. */
static void expand(struct stem_kk *s, const char *p, struct letters *w, enum harmony h, unsigned after, int ending)
{
    if (!*p) {
        add_form(s, w, h, after, ending);
        return;
    }
    if ((unsigned char)*p >= 0x80) {
        w->c[w->n++] = (uint16_t)(((unsigned char)p[0] & 0x1f) << 6 | ((unsigned char)p[1] & 0x3f));
        expand(s, p + 2, w, h, after, ending);
        w->n--;
        return;
    }
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        const struct choice *c = &choices[i];
        if (c->pattern != *p)
            continue;
        unsigned now = w->n == 0 && c->after ? after & c->after : after;
        if (w->n > 0 && c->after && !(sound_of(w->c[w->n - 1]) & c->after))
            continue;
        if (!now)
            continue;
        w->c[w->n++] = h == FRONT ? c->front : c->back;
        expand(s, p + 1, w, h, now, ending);
        w->n--;
    }
}

struct stem_kk *stem_kk_new(struct arena *a)
{
    struct stem_kk *s = ARENA_NEW(a, struct stem_kk);
    s->n_nodes = 1; /* 0 is "none" */
    for (int i = 0; i < stem_kk_n_endings; i++) {
        const struct stem_kk_ending *e = &stem_kk_endings[i];
        struct letters w = {0};
        expand(s, e->pattern, &w, e->is_any ? ANY : BACK, e->after, i);
        if (!e->is_any)
            expand(s, e->pattern, &w, FRONT, e->after, i);
    }
    return s;
}

/* == taking apart == */

#define STRIPS_MAX 8
#define START 100 /* before the first ending: any layer may come */

struct search {
    const struct stem_kk *s;
    const struct letters *w;
    int best_n;
    int best_cost;
};

/* What a stem of `n` letters costs by itself; its removed letters speak for it. */
static int stem_cost(const struct letters *w, int n)
{
    int k = syllables(w, n);
    int cost = k == 0 ? 9000 : n == 1 ? 12000 : n == 2 ? COST_TWO : n == 3 && k == 1 ? COST_THREE : k == 1 ? COST_SHORT : 0;
    uint16_t last = w->c[n - 1];
    if (last == 0x434) /* д */
        cost += COST_D;
    if (last == 0x433 || last == 0x493 || last == 0x431) /* г ғ б */
        cost += COST_VOICED;
    if (n >= 2 && !is_vowel(w->c[n - 1]) && !is_vowel(w->c[n - 2])) {
        unsigned before = sound_of(w->c[n - 2]); /* two consonants end few words: -рт, -нт, -лт, -йт, -ст */
        bool is_usual = (before & (AFTER_GLIDE | AFTER_L | AFTER_NASAL)) && (sound_of(last) & AFTER_VOICELESS);
        cost += is_usual || w->c[n - 2] == 0x441 ? COST_USUAL_PAIR : COST_ODD_PAIR;
    }
    return cost;
}

static void take(struct search *q, int n, int layer, int strips, int cost);

static void take_form(struct search *q, int n, int layer, int strips, int cost, const struct form *f)
{
    const struct stem_kk_ending *e = &stem_kk_endings[f->ending];
    int left = n - f->n;
    if (left < 2 || !(sound_of(q->w->c[left - 1]) & f->after))
        return;
    if (left < e->min_left || !stem_kk_may_follow(e->layer, layer))
        return;
    int k = syllables(q->w, left);
    enum harmony h = stem_harmony(q->w, left);
    int rough = 0;
    if (f->harmony != ANY && h != ANY && h != (enum harmony)f->harmony) {
        if (k < 3)
            return; /* borrowed words are long */
        rough = COST_ROUGH;
    }
    take(q, left, (int)e->layer, strips + 1, cost + e->cost + rough);
}

static void take(struct search *q, int n, int layer, int strips, int cost)
{
    int total = cost + stem_cost(q->w, n) + (strips == 0 ? STEM_KK_WHOLE : 0);
    if (total < q->best_cost || (total == q->best_cost && n < q->best_n)) {
        q->best_cost = total;
        q->best_n = n;
    }
    if (strips == STRIPS_MAX || n < 3)
        return;
    int at = q->s->roots[q->w->c[n - 1] & 0xff];
    int i = n - 1;
    while (at) {
        if (q->s->nodes[at].letter != q->w->c[i]) {
            at = q->s->nodes[at].next;
            continue;
        }
        for (int f = q->s->nodes[at].first_form; f >= 0; f = q->s->forms[f].next)
            take_form(q, n, layer, strips, cost, &q->s->forms[f]);
        at = --i >= 0 ? q->s->nodes[at].first_child : 0;
    }
}

/* == in and out == */

static bool read_letters(struct str word, struct letters *w)
{
    if (word.n < 4 || word.n > STEM_KK_MAX || word.n % 2)
        return false;
    for (size_t i = 0; i < word.n; i += 2) {
        unsigned c = (unsigned char)word.p[i];
        unsigned d = (unsigned char)word.p[i + 1];
        if (c < 0xd0 || c > 0xd3 || (d & 0xc0) != 0x80)
            return false; /* not Cyrillic */
        w->c[w->n++] = (uint16_t)((c & 0x1f) << 6 | (d & 0x3f));
    }
    return true;
}

/* The voiced end that a vowel made: кітаб-ы is of кітап, қызығ-ы of қызық. */
static uint16_t unvoiced(uint16_t c)
{
    return c == 0x431 ? 0x43f : c == 0x493 ? 0x49b : c == 0x433 ? 0x43a : c;
}

static struct str write_letters(const uint16_t *c, int n, char *buf)
{
    for (int i = 0; i < n; i++) {
        buf[2 * i] = (char)(0xc0 | c[i] >> 6);
        buf[2 * i + 1] = (char)(0x80 | (c[i] & 0x3f));
    }
    return (struct str){buf, (size_t)n * 2};
}

struct str stem_kk(const struct stem_kk *s, struct str word, char *buf)
{
    struct letters w = {0};
    if (!read_letters(word, &w))
        return word;
    struct str fixed = stem_kk_irregular(word);
    if (fixed.p)
        return fixed;
    if (syllables(&w, w.n) < 2)
        return word;
    struct search q = {.s = s, .w = &w, .best_n = w.n, .best_cost = 1 << 30};
    take(&q, w.n, START, 0, 0);
    if (q.best_n == w.n)
        return word;
    w.c[q.best_n - 1] = unvoiced(w.c[q.best_n - 1]);
    struct str stem = write_letters(w.c, q.best_n, buf);
    fixed = stem_kk_elided(stem);
    return fixed.p ? fixed : stem;
}
