/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * near.c - shingles, signatures, bands, and groups that hold together.
 */
#include "algo/near.h"

#include <stdlib.h>
#include <string.h>

/* == shingles == */

#define RUN 3         /* stems in a shingle */
#define SHORT_WORDS 5 /* a text of fewer is taken by letters */
#define SHORT_RUN 5   /* letters in a shingle of such a text */

static uint64_t hash_bytes(struct str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

/* Mix all bits into 32. */
static uint32_t finish(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(h ^ h >> 33 ^ h >> 32);
}

static int compare_hashes(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x;
    uint32_t b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* Sort `hashes` and drop those that come twice. */
static struct shingles as_set(uint32_t *hashes, size_t n)
{
    size_t kept = 0;
    qsort(hashes, n, sizeof *hashes, compare_hashes);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || hashes[kept - 1] != hashes[i])
            hashes[kept++] = hashes[i];
    return (struct shingles){hashes, kept};
}

/* The shingles of a text of a few words: five bytes in a row of its forms with blanks between. */
static struct shingles by_letters(struct arena *a, const struct word_tables *tables, struct str text)
{
    char all[SHORT_WORDS * (WORD_FORM_MAX + 1)];
    char buf[WORD_FORM_MAX];
    size_t n = 0;
    struct words w = words_of(tables, text);
    struct word word;
    while (words_next(&w, buf, &word) && n + word.form.n + 1 <= sizeof all) {
        memcpy(all + n, word.form.p, word.form.n);
        n += word.form.n;
        all[n++] = ' ';
    }
    if (n == 0)
        return (struct shingles){0};
    size_t run = SHORT_RUN * 2; /* bytes: most letters take two */
    size_t count = n > run ? n - run + 1 : 1;
    uint32_t *hashes = ARENA_ARRAY(a, count, uint32_t);
    for (size_t i = 0; i < count; i++)
        hashes[i] = finish(hash_bytes((struct str){all + i, n < run ? n : run}));
    return as_set(hashes, count);
}

struct shingles shingles_of(struct arena *a, const struct word_tables *tables, struct stemmer *stemmer, struct str text,
                            size_t max_words)
{
    enum language language = language_of(text, NULL);
    struct words w = words_of(tables, text);
    struct word word;
    char buf[WORD_FORM_MAX];
    size_t cap = text.n / 2 + 1; /* a word takes two bytes at least, with what parts it from the next */
    if (max_words > 0 && cap > max_words)
        cap = max_words;
    uint32_t *hashes = ARENA_ARRAY(a, cap, uint32_t);
    uint64_t last[RUN] = {0};
    size_t n_words = 0;
    size_t n = 0;
    while (n_words < cap && words_next(&w, buf, &word)) {
        enum language l = stem_language(language, word.is_latin, word.is_kazakh);
        uint64_t h = hash_bytes(word.is_number ? word.form : stem(stemmer, l, word.form));
        memmove(last, last + 1, sizeof last - sizeof *last);
        last[RUN - 1] = h;
        if (++n_words >= RUN)
            hashes[n++] = finish(last[0] * 0x9e3779b97f4a7c15u + last[1] * 0xc2b2ae3d27d4eb4fu +
                                 last[2] * 0x165667b19e3779f9u);
    }
    return n_words < SHORT_WORDS ? by_letters(a, tables, text) : as_set(hashes, n);
}

double shingles_likeness(struct shingles x, struct shingles y)
{
    size_t common = 0;
    for (size_t i = 0, k = 0; i < x.n && k < y.n;) {
        common += x.hashes[i] == y.hashes[k];
        bool first = x.hashes[i] <= y.hashes[k];
        bool second = x.hashes[i] >= y.hashes[k];
        i += first;
        k += second;
    }
    size_t all = x.n + y.n - common;
    return all ? (double)common / (double)all : 0;
}

/* == signatures == */

/* The k-th pair of a fixed sequence (SplitMix64). */
static uint64_t constant(int k)
{
    uint64_t z = 0x42495247u + (uint64_t)(k + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void near_sign(struct shingles s, struct near_signature *ret)
{
    uint32_t times[NEAR_FUNCTIONS];
    uint32_t plus[NEAR_FUNCTIONS];
    for (int k = 0; k < NEAR_FUNCTIONS; k++) {
        times[k] = (uint32_t)constant(k) | 1;
        plus[k] = (uint32_t)(constant(k) >> 32);
        ret->minima[k] = UINT32_MAX;
    }
    for (size_t i = 0; i < s.n; i++) {
        uint32_t h = s.hashes[i];
        for (int k = 0; k < NEAR_FUNCTIONS; k++) {
            uint32_t v = times[k] * h + plus[k];
            ret->minima[k] = v < ret->minima[k] ? v : ret->minima[k];
        }
    }
}

uint32_t near_band(const struct near_signature *s, int band)
{
    enum { ROWS = NEAR_FUNCTIONS / NEAR_BANDS };
    uint64_t h = (uint64_t)band;
    for (int i = 0; i < ROWS; i++)
        h = (h ^ s->minima[band * ROWS + i]) * 0x9e3779b97f4a7c15u;
    return finish(h);
}

/* == groups == */

struct finder {
    const struct shingles *sets;
    size_t n;
    double threshold;
    uint32_t *parent; /* union-find; the smallest index is the root */
    near_progress *progress;
    void *user;
};

static uint32_t root_of(struct finder *f, uint32_t i)
{
    while (f->parent[i] != i) {
        f->parent[i] = f->parent[f->parent[i]];
        i = f->parent[i];
    }
    return i;
}

static void join(struct finder *f, uint32_t x, uint32_t y)
{
    x = root_of(f, x);
    y = root_of(f, y);
    if (x < y)
        f->parent[y] = x;
    else
        f->parent[x] = y;
}

struct key {
    uint64_t key; /* what must be equal, above; index of the text, below */
};

static int compare_keys(const void *x, const void *y)
{
    uint64_t a = ((const struct key *)x)->key;
    uint64_t b = ((const struct key *)y)->key;
    return (a > b) - (a < b);
}

/* Texts with the very same shingles are joined first: a form letter sent ten thousand times is one text after it. */
static void join_equal(struct finder *f, struct key *keys)
{
    for (size_t i = 0; i < f->n; i++) {
        struct shingles s = f->sets[i];
        uint32_t h = finish(hash_bytes((struct str){(const char *)s.hashes, s.n * sizeof *s.hashes}));
        keys[i].key = (uint64_t)h << 32 | i;
    }
    qsort(keys, f->n, sizeof *keys, compare_keys);
    for (size_t i = 1; i < f->n; i++) {
        uint32_t x = (uint32_t)keys[i - 1].key;
        uint32_t y = (uint32_t)keys[i].key;
        if (keys[i - 1].key >> 32 == keys[i].key >> 32 && f->sets[x].n > 0 && f->sets[x].n == f->sets[y].n &&
            memcmp(f->sets[x].hashes, f->sets[y].hashes, f->sets[x].n * sizeof(uint32_t)) == 0)
            join(f, x, y);
    }
}

#define LEADERS 64 /* texts of a run that another is compared with */

/* A run of texts that share a band: each is compared with those before it that lead, until it is near one. */
static void join_run(struct finder *f, const struct key *run, size_t n)
{
    uint32_t leaders[LEADERS];
    size_t n_leaders = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t x = (uint32_t)run[i].key;
        bool is_known = false;
        for (size_t k = 0; k < n_leaders && !is_known; k++) {
            is_known = root_of(f, leaders[k]) == root_of(f, x);
            if (!is_known && shingles_likeness(f->sets[leaders[k]], f->sets[x]) >= f->threshold) {
                join(f, leaders[k], x);
                is_known = true;
            }
        }
        if (!is_known && n_leaders < LEADERS)
            leaders[n_leaders++] = x;
    }
}

/* One band: texts with the same value of it meet. Only roots of equal texts take part. */
static void join_band(struct finder *f, struct key *keys, const uint32_t *values, const bool *is_copy)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (!is_copy[i])
            keys[n++].key = (uint64_t)values[i] << 32 | i;
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && keys[end].key >> 32 == keys[i].key >> 32)
            end++;
        if (end - i > 1)
            join_run(f, keys + i, end - i);
        i = end;
    }
}

static void join_near(struct finder *f, struct arena *tmp, struct key *keys)
{
    bool *is_copy = ARENA_ARRAY(tmp, f->n, bool);
    uint32_t *values = ARENA_ARRAY(tmp, f->n * NEAR_BANDS, uint32_t);
    for (size_t i = 0; i < f->n; i++) {
        struct near_signature s;
        is_copy[i] = f->sets[i].n == 0 || root_of(f, (uint32_t)i) != i;
        if (is_copy[i])
            continue;
        near_sign(f->sets[i], &s);
        for (int b = 0; b < NEAR_BANDS; b++)
            values[(size_t)b * f->n + i] = near_band(&s, b);
        if (f->progress && i % 4096 == 0)
            f->progress(f->user, i, f->n * 2);
    }
    for (int b = 0; b < NEAR_BANDS; b++) {
        join_band(f, keys, values + (size_t)b * f->n, is_copy);
        if (f->progress)
            f->progress(f->user, f->n + f->n * (size_t)(b + 1) / NEAR_BANDS, f->n * 2);
    }
}

/* == medoids == */

#define JUDGES 64 /* members that a medoid is chosen by; all of a small group */

/* The member that is most like the others; of equals the first. Cost: n x JUDGES. */
static size_t medoid_of(const struct finder *f, const uint32_t *texts, size_t n)
{
    size_t best = 0;
    double best_sum = -1;
    size_t n_candidates = n < 256 ? n : 256;
    for (size_t i = 0; i < n_candidates; i++) {
        double sum = 0;
        size_t step = n > JUDGES ? n / JUDGES : 1;
        for (size_t k = 0; k < n; k += step)
            sum += shingles_likeness(f->sets[texts[i]], f->sets[texts[k]]);
        if (sum > best_sum + 1e-12) {
            best_sum = sum;
            best = i;
        }
    }
    return texts[best];
}

struct groups {
    struct arena *a;
    struct near_group *groups;
    size_t n, cap;
};

static void add_group(struct groups *out, const struct near_group *g)
{
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 64;
        struct near_group *more = ARENA_ARRAY(out->a, cap, struct near_group);
        if (out->n > 0)
            memcpy(more, out->groups, out->n * sizeof *more);
        out->groups = more;
        out->cap = cap;
    }
    out->groups[out->n++] = *g;
}

/* Texts that chains of likeness joined: groups around medoids, until none of two is left. `texts` is used up. */
static void split_component(struct finder *f, struct groups *out, uint32_t *texts, size_t n)
{
    while (n > 1) {
        struct near_group g = {.medoid = medoid_of(f, texts, n),
                               .members = ARENA_ARRAY(out->a, n, struct near_member)};
        size_t left = 0;
        for (size_t i = 0; i < n; i++) {
            double likeness = shingles_likeness(f->sets[g.medoid], f->sets[texts[i]]);
            if (likeness >= f->threshold)
                g.members[g.n++] = (struct near_member){texts[i], likeness};
            else
                texts[left++] = texts[i];
        }
        if (g.n < 2) { /* like nobody: it stands alone */
            size_t kept = 0;
            for (size_t i = 0; i < n; i++)
                if (texts[i] != g.medoid)
                    texts[kept++] = texts[i];
            n = kept;
            continue;
        }
        add_group(out, &g);
        n = left;
    }
}

static int compare_groups(const void *x, const void *y)
{
    size_t a = ((const struct near_group *)x)->members[0].text;
    size_t b = ((const struct near_group *)y)->members[0].text;
    return (a > b) - (a < b);
}

void near_groups(struct arena *a, const struct shingles *sets, size_t n, double threshold, near_progress *progress,
                 void *user, struct near_group **ret_groups, size_t *ret_n)
{
    struct arena *tmp = arena_new("near", 0);
    struct finder f = {.sets = sets, .n = n, .threshold = threshold, .progress = progress, .user = user,
                       .parent = ARENA_ARRAY(tmp, n, uint32_t)};
    struct key *keys = ARENA_ARRAY(tmp, n, struct key);
    struct groups out = {.a = a};
    for (size_t i = 0; i < n; i++)
        f.parent[i] = (uint32_t)i;
    join_equal(&f, keys);
    join_near(&f, tmp, keys);
    for (size_t i = 0; i < n; i++)
        keys[i].key = (uint64_t)root_of(&f, (uint32_t)i) << 32 | i;
    qsort(keys, n, sizeof *keys, compare_keys);
    uint32_t *texts = ARENA_ARRAY(tmp, n, uint32_t);
    for (size_t i = 0; i < n;) {
        size_t end = i;
        for (; end < n && keys[end].key >> 32 == keys[i].key >> 32; end++)
            texts[end - i] = (uint32_t)keys[end].key;
        if (end - i > 1)
            split_component(&f, &out, texts, end - i);
        i = end;
    }
    if (out.n > 1)
        qsort(out.groups, out.n, sizeof *out.groups, compare_groups);
    *ret_groups = out.groups;
    *ret_n = out.n;
    arena_free(tmp);
}
