/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border_match.c - names without their words for kinds, sorted, and looked up.
 */
#include "core/border_match.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/fold.h"
#include "core/import.h"
#include "core/place_private.h"

#define NEAREST 3

/* What a name says about the kind of its place. */
enum said { SAID_NOTHING, SAID_REGION, SAID_CITY, SAID_DISTRICT, SAID_SMALLER };

struct kind_word {
    struct str word; /* folded */
    enum said said;
};

static const struct kind_word kind_words[] = {
    {STR("область"), SAID_REGION},   {STR("обл"), SAID_REGION},        {STR("облысы"), SAID_REGION},
    {STR("region"), SAID_REGION},    {STR("oblast"), SAID_REGION},     {STR("oblysy"), SAID_REGION},
    {STR("province"), SAID_REGION},  {STR("город"), SAID_CITY},        {STR("г"), SAID_CITY},
    {STR("қаласы"), SAID_CITY},      {STR("қала"), SAID_CITY},         {STR("қ"), SAID_CITY},
    {STR("city"), SAID_CITY},        {STR("qalasy"), SAID_CITY},       {STR("район"), SAID_DISTRICT},
    {STR("р-н"), SAID_DISTRICT},     {STR("ауданы"), SAID_DISTRICT},   {STR("district"), SAID_DISTRICT},
    {STR("raion"), SAID_DISTRICT},   {STR("audany"), SAID_DISTRICT},   {STR("аудан"), SAID_DISTRICT},
    {STR("село"), SAID_SMALLER},     {STR("с"), SAID_SMALLER},         {STR("ауылы"), SAID_SMALLER},
    {STR("а"), SAID_SMALLER},        {STR("поселок"), SAID_SMALLER},   {STR("п"), SAID_SMALLER},
    {STR("кенті"), SAID_SMALLER},    {STR("к"), SAID_SMALLER},         {STR("округ"), SAID_SMALLER},
    {STR("village"), SAID_SMALLER},
};

struct entry {
    struct str key; /* the name without those words, folded */
    enum said said;
    size_t place;
};

struct border_matcher {
    struct place *places; /* all that exist */
    size_t n_places;
    struct entry *entries; /* by key and place */
    size_t n;
};

/* == names == */

static bool is_gap(char c)
{
    return c == ' ' || c == '.' || c == ',' || c == '(' || c == ')' || c == '"';
}

static const struct kind_word *kind_word(struct str word)
{
    for (size_t i = 0; i < sizeof kind_words / sizeof kind_words[0]; i++)
        if (str_eq(kind_words[i].word, word))
            return &kind_words[i];
    return NULL;
}

/* "Павлодарская область" is "павлодарская" and says region. A name of nothing but such words is itself. */
static struct entry entry_of(struct arena *a, struct str name, size_t place)
{
    struct str folded = fold(a, name);
    struct entry e = {.place = place};
    struct buf key;
    buf_init(&key, a, folded.n + 1);
    for (size_t i = 0; i < folded.n;) {
        size_t end = i;
        while (end < folded.n && !is_gap(folded.p[end]))
            end++;
        struct str word = str_slice(folded, i, end);
        const struct kind_word *k = kind_word(word);
        if (k)
            e.said = k->said;
        else if (word.n > 0) {
            buf_c(&key, key.n > 0 ? " " : "");
            buf_str(&key, word);
        }
        i = end + 1;
    }
    e.key = key.n > 0 ? str_dup(a, buf_view(&key)) : folded.p ? folded : S("");
    return e;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = str_cmp(x->key, y->key);
    return order != 0 ? order : x->place < y->place ? -1 : x->place > y->place;
}

struct err *border_matcher_make(struct arena *a, struct db_read *r, int64_t realm,
                                struct border_matcher **ret_matcher)
{
    struct border_matcher *m = ARENA_NEW(a, struct border_matcher);
    struct place *all;
    size_t n;
    TRY(places_all(a, r, realm, &all, &n));
    *m = (struct border_matcher){.places = all, .entries = ARENA_ARRAY(a, 3 * n, struct entry)};
    for (size_t i = 0; i < n; i++)
        if (!all[i].to_on.p)
            all[m->n_places++] = all[i];
    for (size_t i = 0; i < m->n_places; i++) {
        const struct str names[] = {all[i].name.kk, all[i].name.ru, all[i].name.en};
        for (size_t k = 0; k < 3; k++)
            if (names[k].n > 0)
                m->entries[m->n++] = entry_of(a, names[k], i);
    }
    qsort(m->entries, m->n, sizeof m->entries[0], compare_entries);
    *ret_matcher = m;
    return NULL;
}

/* == finding == */

static size_t first_of(const struct border_matcher *m, struct str key)
{
    size_t lo = 0;
    for (size_t hi = m->n; lo < hi;) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_cmp(m->entries[mid].key, key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct found {
    size_t place; /* of the largest kind */
    size_t n;     /* places of that kind with this name */
};

/* Look for a name; with `needs_kind` only among those that say the same about their kind. */
static struct found look_up(const struct border_matcher *m, const struct entry *wanted, bool needs_kind)
{
    struct found f = {0};
    for (size_t i = first_of(m, wanted->key); i < m->n && str_eq(m->entries[i].key, wanted->key); i++) {
        const struct entry *e = &m->entries[i];
        bool fits = e->said == wanted->said || (!needs_kind && (!e->said || !wanted->said));
        if (!fits || (f.n > 0 && e->place == f.place))
            continue;
        enum place_kind kind = m->places[e->place].kind;
        if (f.n > 0 && kind > m->places[f.place].kind)
            continue;
        f.n = f.n > 0 && kind == m->places[f.place].kind ? f.n + 1 : 1;
        f.place = e->place;
    }
    return f;
}

static const struct place *by_code(const struct border_matcher *m, struct str code)
{
    for (size_t i = 0; code.n > 0 && i < m->n_places; i++)
        if (str_eq(m->places[i].code, code))
            return &m->places[i];
    return NULL;
}

/* The nearest names of the larger kinds; villages would only be noise. */
static struct str nearest(struct arena *a, const struct border_matcher *m, const struct entry *wanted)
{
    struct {
        size_t place, distance;
    } best[NEAREST];
    size_t n = 0;
    struct buf b;
    for (size_t i = 0; i < m->n; i++) {
        size_t place = m->entries[i].place;
        if (m->places[place].kind > PLACE_DISTRICT)
            continue;
        size_t d = import_distance(m->entries[i].key, wanted->key);
        size_t at = 0;
        while (at < n && best[at].place != place)
            at++;
        if (at < n && best[at].distance <= d)
            continue;
        if (at == n && n < NEAREST)
            n++;
        else if (at == n && best[--at].distance <= d)
            continue;
        for (; at > 0 && best[at - 1].distance > d; at--)
            best[at] = best[at - 1];
        best[at].place = place;
        best[at].distance = d;
    }
    buf_init(&b, a, 4096);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s\"%.*s\" (%.*s)", i > 0 ? ", " : "", STR_FMT(m->places[best[i].place].name.ru),
                   STR_FMT(m->places[best[i].place].code));
    return buf_view(&b);
}

int64_t border_match(struct arena *a, const struct border_matcher *m, const struct border_feature *f,
                     const char **ret_why)
{
    const struct place *p = by_code(m, f->code);
    struct entry wanted = {.key = S("")};
    struct found found = {0};
    for (size_t i = 0; !p && i < f->n_names && found.n != 1; i++) {
        wanted = entry_of(a, f->names[i], 0);
        found = look_up(m, &wanted, true);
        if (found.n == 0)
            found = look_up(m, &wanted, false);
    }
    if (p || found.n == 1)
        return p ? p->id : m->places[found.place].id;
    struct str near = m->n_places > 0 ? nearest(a, m, &wanted) : S("");
    if (f->n_names == 0 && f->code.n == 0)
        *ret_why = "expected a property \"code\" or \"name\"";
    else if (m->n_places == 0)
        *ret_why = "there are no places yet: import a territory first";
    else if (found.n > 1)
        *ret_why = str_printf(a, "%zu places have this name; expected a property \"code\"", found.n).p;
    else
        *ret_why = str_printf(a, "no place has this name or code; the nearest: %.*s", STR_FMT(near)).p;
    return 0;
}
