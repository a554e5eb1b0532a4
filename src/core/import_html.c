/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_html.c - the words of an HTML fragment, for sources that store what an editor in a browser made.
 *
 * Nothing of the markup is kept, so nothing of it needs to be trusted: what comes out is text, and is escaped like any
 * other text when it is shown. A '<' that begins no tag stays a character; an entity that is not known stays as it is.
 */
#include "core/import_private.h"

#include "base/buf.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* == entities == */

static const struct {
    const char *name;
    uint32_t code;
} entities[] = {
    {"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},      {"apos", '\''},
    {"nbsp", ' '},      {"laquo", 0xAB},    {"raquo", 0xBB},    {"ldquo", 0x201C},  {"rdquo", 0x201D},
    {"bdquo", 0x201E},  {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"ndash", 0x2013},  {"mdash", 0x2014},
    {"hellip", 0x2026}, {"minus", 0x2212},  {"deg", 0xB0},      {"sect", 0xA7},     {"copy", 0xA9},
    {"reg", 0xAE},      {"bull", 0x2022},   {"middot", 0xB7},   {"times", 0xD7},    {"euro", 0x20AC},
    {"shy", 0},         {"thinsp", ' '},    {"ensp", ' '},      {"emsp", ' '},      {"zwnj", 0},
};

/* "#1234", "#x4d2": a character that a text may hold; 0 otherwise. */
static uint32_t numeric(struct str name)
{
    bool is_hex = name.n > 1 && (name.p[1] == 'x' || name.p[1] == 'X');
    uint32_t code = 0;
    for (size_t i = is_hex ? 2 : 1; i < name.n; i++) {
        char c = name.p[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 99;
        if (digit >= (is_hex ? 16u : 10u) || code > 0x10FFFF)
            return 0;
        code = code * (is_hex ? 16 : 10) + digit;
    }
    bool is_text = code == '\n' || code == '\t' || (code >= 0x20 && code < 0x7F) || code >= 0xA0;
    bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code == 0xA0)
        return ' ';
    return is_text && !is_surrogate && code <= 0x10FFFF ? code : 0;
}

/* A character; of blanks in a row only the first. */
static void put(struct buf *b, uint32_t code)
{
    bool is_after_blank = b->n == 0 || b->p[b->n - 1] == ' ' || b->p[b->n - 1] == '\n';
    if (code != 0 && !(code == ' ' && is_after_blank))
        buf_utf8(b, code);
}

/* The entity that begins at s.p[i] == '&'; bytes to step over, 0 when it is none. */
static size_t entity(struct buf *b, struct str s, size_t i)
{
    struct str rest = str_slice(s, i + 1, i + 12);
    size_t end = str_find(rest, ';');
    if (end == SIZE_MAX || end == 0)
        return 0;
    struct str name = str_slice(rest, 0, end);
    if (name.p[0] == '#') {
        uint32_t code = numeric(name);
        put(b, code);
        return code ? end + 2 : 0;
    }
    for (size_t k = 0; k < sizeof entities / sizeof entities[0]; k++) {
        if (!str_eq(name, str_c(entities[k].name)))
            continue;
        put(b, entities[k].code);
        return end + 2;
    }
    return 0;
}

/* == tags == */

static bool is_one_of(struct str name, const char *const *names)
{
    for (; *names; names++)
        if (str_eq_nocase(name, str_c(*names)))
            return true;
    return false;
}

/* Behind the '>' of the tag that begins at `i`; quotes in it may hold one. */
static size_t tag_end(struct str s, size_t i)
{
    char quote = 0;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'' || c == '`') {
            quote = s.p[i - 1] == '=' ? c : 0;
        } else if (c == '>') {
            return i + 1;
        }
    }
    return s.n;
}

static void line_end(struct buf *b)
{
    while (b->n > 0 && b->p[b->n - 1] == ' ')
        b->n--;
    if (b->n > 0 && b->p[b->n - 1] != '\n')
        buf_byte(b, '\n');
}

/* The tag at s.p[i] == '<': what it means for the text; behind it. */
static size_t tag(struct buf *b, struct str s, size_t i)
{
    static const char *const blocks[] = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4",
                                         "blockquote", "section", "article", "hr", NULL};
    static const char *const mute[] = {"script", "style", "head", "title", NULL};
    bool is_close = i + 1 < s.n && s.p[i + 1] == '/';
    size_t from = i + 1 + is_close;
    size_t to = from;
    while (to < s.n && (is_letter(s.p[to]) || (s.p[to] >= '0' && s.p[to] <= '9')))
        to++;
    struct str name = str_slice(s, from, to);
    size_t end = tag_end(s, to);
    if (is_one_of(name, blocks))
        line_end(b);
    if (is_close || !is_one_of(name, mute))
        return end;
    while (end < s.n) { /* what a browser would not show either */
        struct str rest = str_slice(s, end, s.n);
        size_t close = str_find_str(rest, S("</"));
        if (close == SIZE_MAX)
            return s.n;
        end += close + 2;
        if (str_eq_nocase(str_slice(s, end, end + name.n), name))
            return tag_end(s, end);
    }
    return s.n;
}

struct str import_html_text(struct arena *a, struct str html)
{
    struct buf b;
    buf_init(&b, a, html.n * 4 + 16);
    for (size_t i = 0; i < html.n;) {
        char c = html.p[i];
        char next = i + 1 < html.n ? html.p[i + 1] : ' ';
        size_t n = 0;
        if (c == '<' && next == '!') {
            size_t close = str_find_str(str_slice(html, i, html.n), S("-->"));
            i = str_starts(str_slice(html, i, html.n), S("<!--")) && close != SIZE_MAX ? i + close + 3 : tag_end(html, i);
            continue;
        }
        if (c == '<' && (is_letter(next) || next == '/')) {
            i = tag(&b, html, i);
            continue;
        }
        if (c == '&' && (n = entity(&b, html, i)) > 0) {
            i += n;
            continue;
        }
        bool is_blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (is_blank)
            put(&b, ' ');
        else
            buf_byte(&b, c);
        i++;
    }
    return str_trim(buf_view(&b));
}
