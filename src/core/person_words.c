/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * person_words.c - words of people's names: written, made anew, searched.
 */
#include "core/person_words.h"

#include "base/fold.h"

#define BATCH 200
#define BEHIND_ALL "\xf4\x8f\xbf\xbf" /* U+10FFFF: sorts behind every letter */

struct words {
    struct str items[PERSON_WORDS_MAX];
    size_t n;
};

/* The folded words of `text`, without the marks that stand around names. */
static void cut_words(struct arena *a, struct str text, struct words *w)
{
    char *folded = str_to_c(a, fold(a, text));
    struct str rest = str_c(folded);
    struct str word;
    bool more = rest.p && rest.n > 0;
    for (char *c = folded; c && *c; c++)
        *c = *c == '-' ? ' ' : *c; /* both parts of a double name are looked for */
    while (more && w->n < PERSON_WORDS_MAX) {
        more = str_cut(rest, ' ', &word, &rest);
        while (word.n > 0 && (word.p[0] == '"' || word.p[0] == '('))
            word = str_slice(word, 1, word.n);
        while (word.n > 0 && (word.p[word.n - 1] == '"' || word.p[word.n - 1] == ')' || word.p[word.n - 1] == ','))
            word = str_slice(word, 0, word.n - 1);
        if (word.n > 0)
            w->items[w->n++] = word;
    }
}

struct err *person_words_write(struct action *x, int64_t id, struct str login, struct str name)
{
    struct words w = {0};
    cut_words(x->a, login, &w);
    cut_words(x->a, name, &w);
    TRY(core_q_person_words_remove(x->a, x->tx, x->site->realm, id, NULL));
    for (size_t i = 0; i < w.n; i++)
        TRY(core_q_person_word_add(x->a, x->tx, x->site->realm, w.items[i], id, NULL));
    return NULL;
}

struct err *person_words_rebuild(struct action *x)
{
    int64_t after = 0;
    size_t n = 1;
    while (n > 0) {
        struct arena_mark mark = arena_mark(x->a);
        struct core_q_people_after_row *rows;
        TRY(core_q_people_after(x->a, db_tx_read(x->tx), x->site->realm, after, BATCH, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            TRY(person_words_write(x, rows[i].id, rows[i].login, rows[i].name));
            after = rows[i].id;
        }
        arena_rewind(x->a, mark);
    }
    return NULL;
}

struct err *person_words_fill(struct action *x)
{
    struct core_q_people_after_row *first;
    struct core_q_person_word_first_row word;
    size_t n;
    bool found = true;
    TRY(core_q_people_after(x->a, db_tx_read(x->tx), x->site->realm, 0, 1, &first, &n));
    if (n > 0)
        TRY(core_q_person_word_first(x->a, db_tx_read(x->tx), x->site->realm, first[0].id, &word, &found));
    return found ? NULL : person_words_rebuild(x);
}

/* Does every word of the query begin a word of this person? */
static bool has_all(struct arena *a, const struct words *query, const struct core_q_people_by_word_row *row)
{
    struct words own = {0};
    cut_words(a, row->login, &own);
    cut_words(a, row->name, &own);
    for (size_t i = 0; i < query->n; i++) {
        bool found = false;
        for (size_t k = 0; k < own.n && !found; k++)
            found = str_starts(own.items[k], query->items[i]);
        if (!found)
            return false;
    }
    return true;
}

static bool is_listed(const struct core_q_people_after_row *rows, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == id)
            return true;
    return false;
}

/* The longest word is the rarest, as far as one can know. */
static struct str longest(const struct words *w)
{
    struct str best = w->items[0];
    for (size_t i = 1; i < w->n; i++)
        best = w->items[i].n > best.n ? w->items[i] : best;
    return best;
}

struct err *people_search(struct arena *a, struct db_read *r, int64_t realm, struct str query, size_t max,
                          struct core_q_people_after_row **ret_rows, size_t *ret_n, bool *ret_is_cut)
{
    struct words words = {0};
    struct core_q_people_by_word_row *found = NULL;
    struct core_q_people_after_row *rows = ARENA_ARRAY(a, max, struct core_q_people_after_row);
    size_t n_found = 0;
    size_t n = 0;
    cut_words(a, query, &words);
    if (words.n > 0) {
        struct str from = longest(&words);
        struct str to = str_printf(a, "%.*s" BEHIND_ALL, STR_FMT(from));
        TRY(core_q_people_by_word(a, r, realm, from, to, PERSON_SEARCH_ROWS, &found, &n_found));
    }
    *ret_is_cut = n_found == PERSON_SEARCH_ROWS;
    for (size_t i = 0; i < n_found; i++) {
        const struct core_q_people_by_word_row *f = &found[i];
        if (is_listed(rows, n, f->id) || !has_all(a, &words, f))
            continue;
        if (n == max) {
            *ret_is_cut = true;
            break;
        }
        rows[n++] = (struct core_q_people_after_row){f->id, f->login, f->name, f->language, f->must_change, f->disabled_at};
    }
    *ret_rows = rows;
    *ret_n = n;
    return NULL;
}
