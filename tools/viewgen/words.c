/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * words.c - reading the words of a statement: blanks, names, paths, and text for C.
 */
#include <string.h>

#include "tools/viewgen/words.h"

struct words words_of(struct view *v, const struct item *item)
{
    return (struct words){.v = v, .s = item->text, .line = item->line};
}

void words_skip(struct words *w)
{
    for (; w->i < w->s.n && strchr(" \t\n", w->s.p[w->i]); w->i++)
        w->line += w->s.p[w->i] == '\n';
}

char words_peek(const struct words *w, size_t ahead)
{
    return w->i + ahead < w->s.n ? w->s.p[w->i + ahead] : '\0';
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The rest of the statement up to a blank, for messages. */
struct str words_rest(const struct words *w)
{
    size_t to = w->i;
    while (to < w->s.n && !strchr(" \t\n", w->s.p[to]))
        to++;
    return str_slice(w->s, w->i, to);
}

bool words_end(struct words *w, const char *behind)
{
    words_skip(w);
    if (w->i == w->s.n)
        return true;
    struct str r = words_rest(w);
    fault(w->v, w->line, "`%.*s` is too much behind %s", STR_FMT(r), behind);
    return false;
}

bool accept(struct words *w, const char *word)
{
    words_skip(w);
    size_t n = strlen(word);
    struct str r = str_slice(w->s, w->i, w->s.n);
    if (!str_starts(r, str_c(word)))
        return false;
    if (is_letter(word[n - 1]) &&
        (is_letter(words_peek(w, n)) || is_digit(words_peek(w, n)) || words_peek(w, n) == '.'))
        return false;
    w->i += n;
    return true;
}

/* One identifier; absent when none is next. */
struct str identifier(struct words *w)
{
    size_t from = w->i;
    if (!is_letter(words_peek(w, 0)))
        return (struct str){0};
    while (is_letter(words_peek(w, 0)) || is_digit(words_peek(w, 0)))
        w->i++;
    return str_slice(w->s, from, w->i);
}

/* "m.a->b", "core.files": identifiers joined by dots and arrows. */
struct str dotted(struct words *w)
{
    size_t from = w->i;
    if (identifier(w).n == 0)
        return (struct str){0};
    for (;;) {
        size_t step = words_peek(w, 0) == '.'                              ? 1
                      : words_peek(w, 0) == '-' && words_peek(w, 1) == '>' ? 2
                                                                           : 0;
        if (step == 0 || !is_letter(words_peek(w, step)))
            return str_slice(w->s, from, w->i);
        w->i += step;
        (void)identifier(w);
    }
}

void c_literal(struct buf *b, struct str s)
{
    buf_byte(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\n')
            buf_c(b, "\\n");
        else if (c == '\t')
            buf_c(b, "\\t");
        else if (c == '"' || c == '\\' || c == '?')
            buf_printf(b, "\\%c", c); /* "?" for the sake of trigraphs */
        else
            buf_byte(b, c);
    }
    buf_byte(b, '"');
}

struct str quoted(struct arena *a, struct str s)
{
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    c_literal(&b, s);
    return buf_view(&b);
}
