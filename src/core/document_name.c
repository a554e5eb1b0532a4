/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document_name.c - names of attached files that are safe to show, to put into a header and to save.
 *
 * A name is what a stranger typed. Of it stay letters, digits and harmless marks; no path, no control, bidi
 * or invisible character (a "gpj.exe" that reads as "exe.jpg"), no name that a system treats apart, no
 * length that breaks a folder. The extension is that of the type found in the bytes.
 *
 * Source: trust.md section 5 (attachment names), section 6.
 */
#include "core/document_private.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/buf.h"

#define NAME_CHARS 100 /* code points, before the extension */
#define NAME_BYTES 180 /* with the extension well below the 255 bytes of common file systems */

struct endings {
    struct str right;    /* added when none of `known` is there */
    struct str known[3];
};

static const struct endings endings_of[] = {
    [DOCUMENT_NOTHING] = {STR(""), {STR(""), STR(""), STR("")}},
    [DOCUMENT_PDF] = {STR(".pdf"), {STR(".pdf"), STR(".pdf"), STR(".pdf")}},
    [DOCUMENT_JPEG] = {STR(".jpg"), {STR(".jpg"), STR(".jpeg"), STR(".jpe")}},
    [DOCUMENT_PNG] = {STR(".png"), {STR(".png"), STR(".png"), STR(".png")}},
    [DOCUMENT_DOCX] = {STR(".docx"), {STR(".docx"), STR(".docx"), STR(".docx")}},
    [DOCUMENT_TEXT] = {STR(".txt"), {STR(".txt"), STR(".txt"), STR(".txt")}},
};

/* Behind the last slash of either kind. */
static struct str last_part(struct str name)
{
    size_t from = 0;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/' || name.p[i] == '\\')
            from = i + 1;
    return str_slice(name, from, name.n);
}

/* Dropped without a trace: controls, bidi marks, joiners, tags, private and unassigned code points. */
static bool is_invisible(UChar32 c)
{
    switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
        return true;
    default:
        return false;
    }
}

/* Marks that shells, headers and file systems read as something else. */
static bool is_risky(UChar32 c)
{
    return c < 0x80 && strchr("<>:\"|?*%&;$`'\\/!{}^~#", (char)c) != NULL;
}

static bool is_blank(UChar32 c)
{
    return u_charType(c) == U_SPACE_SEPARATOR;
}

static struct str clean(struct arena *a, struct str name)
{
    struct buf b;
    size_t chars = 0;
    bool blank = false;
    buf_init(&b, a, NAME_BYTES);
    const uint8_t *p = (const uint8_t *)name.p;
    for (int32_t i = 0, n = (int32_t)(name.n < 4096 ? name.n : 4096); i < n && chars < NAME_CHARS;) {
        UChar32 c;
        U8_NEXT(p, i, n, c);
        if (c >= 0 && is_invisible(c))
            continue;
        if (c >= 0 && is_blank(c)) {
            blank = b.n > 0;
            continue;
        }
        if (b.n + 5 > NAME_BYTES - 8)
            break;
        if (blank)
            buf_byte(&b, ' ');
        blank = false;
        buf_utf8(&b, c < 0 || is_risky(c) ? '_' : (uint32_t)c);
        chars++;
    }
    return buf_view(&b);
}

/* Without dots and blanks at both ends: no hidden file, no name that Windows cuts. */
static struct str trim_dots(struct str s)
{
    while (s.n > 0 && (s.p[0] == '.' || s.p[0] == ' '))
        s = str_slice(s, 1, s.n);
    while (s.n > 0 && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ' '))
        s = str_slice(s, 0, s.n - 1);
    return s;
}

/* CON, NUL, COM1 ... whatever their extension. */
static bool is_device(struct str s)
{
    static const struct str names[] = {STR("con"), STR("prn"), STR("aux"), STR("nul")};
    struct str stem = str_slice(s, 0, str_find(s, '.'));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq_nocase(stem, names[i]))
            return true;
    bool numbered = stem.n == 4 && stem.p[3] >= '0' && stem.p[3] <= '9';
    return numbered &&
           (str_eq_nocase(str_slice(stem, 0, 3), S("com")) || str_eq_nocase(str_slice(stem, 0, 3), S("lpt")));
}

/* Bytes of the ending of `s` that fits the type; 0 when it has none. */
static size_t ending_of(struct str s, const struct endings *e)
{
    for (size_t i = 0; i < 3; i++) {
        struct str known = e->known[i];
        if (known.n > 0 && s.n > known.n && str_eq_nocase(str_slice(s, s.n - known.n, s.n), known))
            return known.n;
    }
    return 0;
}

struct str document_name(struct arena *a, struct str name, enum document_type type)
{
    const struct endings *e = &endings_of[type];
    struct str s = trim_dots(last_part(name));
    size_t n = ending_of(s, e); /* kept however long the name is */
    struct str ending = n > 0 ? str_slice(s, s.n - n, s.n) : e->right;
    struct str stem = trim_dots(clean(a, str_slice(s, 0, s.n - n)));
    if (stem.n == 0)
        stem = S("file");
    return str_printf(a, "%s%.*s%.*s", is_device(stem) ? "_" : "", STR_FMT(stem), STR_FMT(ending));
}

bool document_text_name_ok(struct str name)
{
    static const struct str fine[] = {STR("txt"), STR("text"), STR("md"), STR("csv"), STR("log")};
    struct str s = trim_dots(last_part(name));
    bool has_letter = false;
    size_t from = s.n;
    while (from > 0 && s.p[from - 1] != '.') {
        char c = s.p[--from];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (c < '0' || c > '9'))
            return true; /* a sentence that ends, not an extension */
        has_letter = has_letter || letter;
    }
    if (from == 0 || !has_letter)
        return true;
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        if (str_eq_nocase(str_slice(s, from, s.n), fine[i]))
            return true;
    return false;
}
