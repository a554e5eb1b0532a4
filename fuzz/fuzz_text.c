/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_text.c - people's words in any bytes: words lie inside the text and in order, stems and foldings are UTF-8 and
 * steady, HTML of other systems becomes plain text.
 */
#include <stdlib.h>

#include "algo/near.h"
#include "base/fold.h"
#include "core/import_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Tables and stems are made once; a stemmer remembers, and must answer the same with and without its memory. */
static struct arena *kept;
static struct word_tables *tables;
static struct stemmer *stemmer;

static void forget(void)
{
    arena_free(kept);
}

static void prepare(void)
{
    if (kept)
        return;
    kept = arena_new("fuzz tables", 0);
    (void)atexit(forget);
    tables = word_tables_new(kept);
    stemmer = stemmer_new(kept);
}

static void try_words(struct arena *a, struct str text)
{
    char form[WORD_FORM_MAX];
    struct word w;
    size_t end = 0;
    for (struct words all = words_of(tables, text); words_next(&all, form, &w);) {
        MUST(w.text.n > 0 && w.at >= end && w.at + w.text.n <= text.n && w.text.p == text.p + w.at);
        MUST(w.form.n <= WORD_FORM_MAX && str_is_utf8(w.form));
        end = w.at + w.text.n;
        for (int l = LANGUAGE_UNKNOWN; l <= LANGUAGE_EN; l++) {
            struct str first = str_dup(a, stem(stemmer, (enum language)l, w.form));
            MUST(str_is_utf8(first) && (w.form.n == 0 || first.n > 0));
            MUST(str_eq(first, stem(stemmer, (enum language)l, w.form)));
        }
    }
}

static void try_fold(struct arena *a, struct str text)
{
    struct str folded = fold(a, text);
    if (!str_is_utf8(text)) {
        MUST(!folded.p);
        return;
    }
    MUST(folded.p && str_is_utf8(folded));
    MUST(str_eq(fold(a, folded), folded));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    prepare();
    struct arena *a = arena_new("fuzz", 0);
    struct str text = str_dup(a, (struct str){(const char *)data, size});
    int confidence = -1;
    try_words(a, text);
    try_fold(a, text);
    (void)language_guess(text, &confidence);
    MUST(confidence >= 0 && confidence <= 100);
    struct shingles s = shingles_of(a, tables, stemmer, text, 0);
    for (size_t i = 1; i < s.n; i++)
        MUST(s.hashes[i - 1] < s.hashes[i]);
    if (str_is_utf8(text)) {
        struct str plain = import_html_text(a, text);
        MUST(str_is_utf8(plain));
    }
    arena_free(a);
    return 0;
}
