/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * split.c - cutting a template into HTML and statements.
 *
 * Here white space is settled as far as statements decide it: a line that holds nothing but {{if}}, {{for}},
 * {{let}} and the like vanishes, {{- and -}} eat what stands beside them, and a template begins and ends
 * without blanks. What HTML decides (runs with a line end) is place.c's.
 */
#include <string.h>

#include "tools/viewgen/view.h"

bool item_is_control(enum item_kind kind)
{
    return kind >= ITEM_LAYOUT;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int lines_in(struct str s)
{
    int n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* The "}}" that ends the statement at `from`, or SIZE_MAX. Quoted text and comments may hold anything. */
static size_t statement_end(struct str s, size_t from)
{
    bool is_comment = from < s.n && s.p[from] == '!', is_quoted = false;
    for (size_t i = from; i + 1 < s.n; i++) {
        if (s.p[i] == '"' && !is_comment)
            is_quoted = !is_quoted;
        if (!is_quoted && s.p[i] == '}' && s.p[i + 1] == '}')
            return i;
        if (!is_comment && s.p[i] == '{' && s.p[i + 1] == '{')
            return SIZE_MAX;
    }
    return SIZE_MAX;
}

static const struct keyword {
    struct str word;
    enum item_kind kind;
    bool takes_words; /* something stands behind it */
} keywords[] = {
    {STR("if"), ITEM_IF, true},       {STR("elif"), ITEM_ELIF, true},     {STR("else"), ITEM_ELSE, false},
    {STR("/if"), ITEM_END_IF, false}, {STR("for"), ITEM_FOR, true},       {STR("/for"), ITEM_END_FOR, false},
    {STR("let"), ITEM_LET, true},     {STR("layout"), ITEM_LAYOUT, true}, {STR("body"), ITEM_BODY, false},
    {STR("asset"), ITEM_ASSET, true}, {STR("raw"), ITEM_RAW, true},       {STR("t"), ITEM_T, true},
    {STR("text"), ITEM_TEXT, true},
};

/* What kind of statement is `words`? Leaves in item->text what stands behind the keyword. */
static void classify(struct view *v, struct item *item, struct str words)
{
    struct str s = str_trim(words);
    item->line += lines_in(str_slice(words, 0, (size_t)(s.p - words.p)));
    item->kind = ITEM_VALUE;
    item->text = s;
    if (s.n == 0) {
        fault(v, item->line, "{{}} is empty");
        item->kind = ITEM_COMMENT;
        return;
    }
    if (s.p[0] == '!' || s.p[0] == '>') {
        item->kind = s.p[0] == '!' ? ITEM_COMMENT : ITEM_DRAW;
        item->text = str_slice(s, 1, s.n);
        return;
    }
    size_t n = 0;
    while (n < s.n && !strchr(" \t\n\".|(=", s.p[n]))
        n++;
    struct str word = str_slice(s, 0, n);
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        const struct keyword *k = &keywords[i];
        if (!str_eq(word, k->word) || (n < s.n && (s.p[n] == '.' || s.p[n] == '=')))
            continue;
        item->kind = k->kind;
        item->text = str_slice(s, n, s.n);
        if (!k->takes_words && n < s.n)
            fault(v, item->line, "nothing stands behind {{%.*s", STR_FMT(word));
        return;
    }
    if (s.p[0] == '/')
        fault_fatal(v, item->line, "there is no {{%.*s}}; blocks end with {{/if}} and {{/for}}", STR_FMT(s));
}

/* Does `item` stand alone with others of its kind on its line? Looks in the uncut source. */
static bool stands_alone(const struct view *v, size_t at)
{
    struct str s = v->source;
    size_t left = v->items[at].from, right = v->items[at].to;
    for (size_t k = at;;) {
        while (left > 0 && is_blank(s.p[left - 1]))
            left--;
        if (left == 0 || s.p[left - 1] == '\n')
            break;
        while (k > 0 && v->items[k].from > left - 1)
            k--;
        if (v->items[k].to != left || !item_is_control(v->items[k].kind))
            return false;
        left = v->items[k].from;
    }
    for (size_t k = at;;) {
        while (right < s.n && is_blank(s.p[right]))
            right++;
        if (right == s.n || s.p[right] == '\n')
            return true;
        while (k + 1 < v->n_items && v->items[k].from < right)
            k++;
        if (v->items[k].from != right || !item_is_control(v->items[k].kind))
            return false;
        right = v->items[k].to;
    }
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n';
}

static void cut_end(struct item *html, bool lines_too)
{
    while (html->text.n > 0 &&
           (lines_too ? is_space(html->text.p[html->text.n - 1]) : is_blank(html->text.p[html->text.n - 1])))
        html->text.n--;
}

/* Cut white space at the front: all of it, or blanks and the line end behind them. */
static void cut_front(struct item *html, bool lines_too)
{
    size_t n = 0;
    while (n < html->text.n && (lines_too ? is_space(html->text.p[n]) : is_blank(html->text.p[n])))
        n++;
    if (!lines_too && n < html->text.n && html->text.p[n] == '\n')
        n++;
    html->line += lines_in(str_slice(html->text, 0, n));
    html->text = str_slice(html->text, n, html->text.n);
}

static void cut_white_space(struct view *v)
{
    bool *alone = ARENA_ARRAY(v->g->a, v->n_items + 1, bool);
    for (size_t i = 0; i < v->n_items; i++)
        alone[i] = item_is_control(v->items[i].kind) && stands_alone(v, i);
    for (size_t i = 0; i < v->n_items; i++) {
        struct item *item = &v->items[i];
        if (item->kind == ITEM_HTML)
            continue;
        struct item *before = i > 0 && item[-1].kind == ITEM_HTML ? item - 1 : NULL;
        struct item *after = i + 1 < v->n_items && item[1].kind == ITEM_HTML ? item + 1 : NULL;
        if (before && (alone[i] || item->trims_before))
            cut_end(before, item->trims_before);
        if (after && (alone[i] || item->trims_after)) {
            cut_front(after, item->trims_after);
            after->follows_line_end = alone[i];
        }
    }
    if (v->n_items > 0 && v->items[0].kind == ITEM_HTML)
        cut_front(&v->items[0], true);
    if (v->n_items > 0 && v->items[v->n_items - 1].kind == ITEM_HTML)
        cut_end(&v->items[v->n_items - 1], true);
}

/* Characters that a reader of the template would not see, or see wrongly. */
static bool check_source(struct view *v)
{
    struct str s = v->source;
    if (!str_is_utf8(s)) {
        fault_fatal(v, 1, "this file is not valid UTF-8");
        return false;
    }
    int line = 1;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        struct str rest = str_slice(s, i, s.n);
        line += c == '\n';
        if (c == '\r')
            fault_fatal(v, line, "lines end with LF alone; this one has a CR");
        else if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7F)
            fault_fatal(v, line, "a control character (U+%04X)", c);
        else if (str_starts(rest, S("\xEF\xBB\xBF")))
            fault_fatal(v, line, "a byte order mark; save the file as UTF-8 without it");
        else if (str_starts(rest, S("\xD8\x9C")) ||
                 (rest.n >= 3 && rest.p[0] == '\xE2' &&
                  ((rest.p[1] == '\x80' &&
                    (((unsigned char)rest.p[2] & 0xFE) == 0x8E ||
                     ((unsigned char)rest.p[2] >= 0xAA && (unsigned char)rest.p[2] <= 0xAE))) ||
                   (rest.p[1] == '\x81' && (unsigned char)rest.p[2] >= 0xA6 &&
                    (unsigned char)rest.p[2] <= 0xA9))))
            fault_fatal(v, line, "an invisible character that turns the direction of text");
        if (v->is_broken)
            return false;
    }
    return true;
}

/* Read the statement that begins at `at`; returns where the source goes on. */
static size_t read_statement(struct view *v, struct item *item, size_t at)
{
    struct str s = v->source;
    size_t from = at + 2;
    bool trims = from < s.n && s.p[from] == '-';
    from += trims;
    size_t end = statement_end(s, from);
    if (end == SIZE_MAX) {
        fault_fatal(v, item->line, "{{ without }}");
        return s.n;
    }
    item->trims_before = trims;
    item->trims_after = end > from && s.p[end - 1] == '-';
    item->from = at;
    item->to = end + 2;
    classify(v, item, str_slice(s, from, end - item->trims_after));
    return end + 2;
}

void split(struct view *v)
{
    struct str s = v->source;
    if (!check_source(v))
        return;
    size_t most = 2;
    for (size_t i = 0; i < s.n; i++)
        most += s.p[i] == '{' ? 2 : 0;
    v->items = ARENA_ARRAY(v->g->a, most, struct item);
    int line = 1;
    for (size_t at = 0; at < s.n && !v->is_broken;) {
        size_t open = str_find_str(str_slice(s, at, s.n), S("{{"));
        size_t to = open == SIZE_MAX ? s.n : at + open;
        if (to > at) {
            v->items[v->n_items++] = (struct item){
                .kind = ITEM_HTML, .line = line, .text = str_slice(s, at, to), .from = at, .to = to};
            size_t stray = str_find_str(str_slice(s, at, to), S("}}"));
            if (stray != SIZE_MAX)
                fault_fatal(v, line + lines_in(str_slice(s, at, at + stray)), "}} without {{");
            line += lines_in(str_slice(s, at, to));
        }
        at = to;
        if (to == s.n)
            break;
        struct item *item = &v->items[v->n_items++];
        *item = (struct item){.line = line};
        at = read_statement(v, item, at);
        line += lines_in(str_slice(s, to, at));
    }
    if (!v->is_broken)
        cut_white_space(v);
}
