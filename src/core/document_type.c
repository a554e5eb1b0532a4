/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document_type.c - which of the allowed types bytes are, and whether PDF and DOCX are whole and quiet.
 *
 * This is a door, not a virus scanner: it turns away what an honest sender does not send (another type
 * under a known name, two files in one, scripts in a PDF, macros) and what would not open anyway.
 * Compressed parts of a PDF are not opened; files are handed out as downloads with their type fixed, never
 * shown by us.
 *
 * Source: trust.md section 6 (malicious attachments); ISO 32000-1, 7.2-7.5; APPNOTE.TXT 4.3 (ZIP).
 */
#include "core/document_private.h"

#define PDF_TAIL 2048     /* a whole PDF names its end within the last bytes */
#define ZIP_END 22        /* end record of a ZIP without a comment */
#define ZIP_ENTRY 46      /* fixed part of a directory entry */
#define ZIP_ENTRIES 10000 /* parts of a DOCX; real ones have some dozens */

/* ---- which type ---- */

/* Text for people: UTF-8 without control characters, but tabs, line ends and form feeds. */
static bool is_text(struct str s)
{
    if (!str_is_utf8(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7f)
            return false;
    }
    return true;
}

enum document_type document_type_of(struct str bytes)
{
    if (str_starts(bytes, S("%PDF-")))
        return DOCUMENT_PDF;
    if (str_starts(bytes, S("\xff\xd8\xff")))
        return DOCUMENT_JPEG;
    if (str_starts(bytes, S("\x89PNG\r\n\x1a\n")))
        return DOCUMENT_PNG;
    if (str_starts(bytes, S("PK\x03\x04")))
        return DOCUMENT_DOCX;
    return is_text(bytes) ? DOCUMENT_TEXT : DOCUMENT_NOTHING;
}

/* ---- PDF ---- */

/* Names whose presence means that opening the file does something. */
static const struct str active_names[] = {
    STR("JavaScript"), STR("JS"),         STR("Launch"),     STR("EmbeddedFile"), STR("EmbeddedFiles"),
    STR("RichMedia"),  STR("SubmitForm"), STR("ImportData"), STR("GoToE"),        STR("XFA"),
    STR("Rendition"),
};

static bool is_pdf_delimiter(char c)
{
    return c == '\0' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ' || c == '(' ||
           c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '/' ||
           c == '%';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Read the name behind the slash at `at`, its #xx undone, into `name` (as far as it fits); gives where it
 * ends. */
static size_t read_name(struct str s, size_t at, char name[16], size_t *ret_n)
{
    size_t n = 0;
    size_t i = at + 1;
    while (i < s.n && !is_pdf_delimiter(s.p[i])) {
        char c = s.p[i++];
        if (c == '#' && i + 1 < s.n && hex_digit(s.p[i]) >= 0 && hex_digit(s.p[i + 1]) >= 0) {
            c = (char)(hex_digit(s.p[i]) * 16 + hex_digit(s.p[i + 1]));
            i += 2;
        }
        if (n < 16)
            name[n] = c;
        n++;
    }
    *ret_n = n;
    return i;
}

static bool is_active(struct str s, size_t at, size_t *ret_end)
{
    char name[16];
    size_t n;
    *ret_end = read_name(s, at, name, &n);
    for (size_t i = 0; n <= 16 && i < sizeof active_names / sizeof active_names[0]; i++)
        if (str_eq((struct str){name, n}, active_names[i]))
            return true;
    return false;
}

/* Behind a dictionary (">>") `at` begins a stream: where its data ends, or `at` when it is none. `no_end`
 * remembers that no further end follows, so that a file full of beginnings costs no more than its length. */
static size_t skip_stream(struct str s, size_t at, bool *no_end)
{
    size_t before = at;
    while (before > 0 && (s.p[before - 1] == ' ' || s.p[before - 1] == '\n' || s.p[before - 1] == '\r'))
        before--;
    if (before < 2 || s.p[before - 1] != '>' || s.p[before - 2] != '>')
        return at;
    struct str rest = str_slice(s, at, s.n);
    if (*no_end || (!str_starts(rest, S("stream\n")) && !str_starts(rest, S("stream\r\n"))))
        return at;
    const char *end = memmem(rest.p, rest.n, "endstream", strlen("endstream"));
    *no_end = end == NULL;
    return end ? (size_t)(end - s.p) : at;
}

enum document_finding document_pdf(struct str s)
{
    struct str tail = str_slice(s, s.n > PDF_TAIL ? s.n - PDF_TAIL : 0, s.n);
    if (s.n < 64 || s.p[5] < '1' || s.p[5] > '2' || str_find_str(tail, S("%%EOF")) == SIZE_MAX ||
        str_find_str(tail, S("startxref")) == SIZE_MAX)
        return FOUND_BROKEN;
    /* An archive behind the end is a second file in the same bytes. */
    struct str zip_tail = str_slice(s, s.n > 66000 ? s.n - 66000 : 0, s.n);
    if (memmem(zip_tail.p, zip_tail.n, "PK\x05\x06", 4))
        return FOUND_BROKEN;
    bool no_end = false;
    for (size_t i = 0; i < s.n;) {
        size_t next = i + 1;
        if (s.p[i] == '/') {
            if (is_active(s, i, &next))
                return FOUND_ACTIVE;
        } else if (s.p[i] == 's') {
            size_t end = skip_stream(s, i, &no_end);
            next = end > i ? end : next;
        }
        i = next;
    }
    return FOUND_FINE;
}

/* ---- DOCX: the directory of a ZIP ---- */

static uint32_t le(struct str s, size_t at, size_t bytes)
{
    uint32_t v = 0;
    for (size_t i = bytes; i > 0; i--)
        v = v << 8 | (unsigned char)s.p[at + i - 1];
    return v;
}

/* Names of the directory that decide. */
struct docx_parts {
    bool has_types, has_document, has_macros;
};

/* Walk `n` entries from `at`; false when they do not lie as the directory says. */
static bool walk_directory(struct str s, size_t at, size_t end, uint32_t n, struct docx_parts *parts)
{
    for (uint32_t i = 0; i < n; i++) {
        if (at > end || end - at < ZIP_ENTRY || !str_starts(str_slice(s, at, end), S("PK\x01\x02")))
            return false;
        size_t name_n = le(s, at + 28, 2);
        size_t more = le(s, at + 30, 2) + (size_t)le(s, at + 32, 2);
        if (end - at - ZIP_ENTRY < name_n + more)
            return false;
        struct str name = str_slice(s, at + ZIP_ENTRY, at + ZIP_ENTRY + name_n);
        parts->has_types = parts->has_types || str_eq(name, S("[Content_Types].xml"));
        parts->has_document = parts->has_document || str_eq(name, S("word/document.xml"));
        parts->has_macros = parts->has_macros || str_ends(name, S("vbaProject.bin")) ||
                            str_find_str(name, S("..")) != SIZE_MAX || str_starts(name, S("/"));
        at += ZIP_ENTRY + name_n + more;
    }
    return at == end;
}

enum document_finding document_docx(struct str s)
{
    struct docx_parts parts = {0};
    if (s.n < ZIP_END)
        return FOUND_BROKEN;
    /* Word processors write no comment behind it; in one, something else could hide. */
    size_t end = s.n - ZIP_END;
    if (!str_starts(str_slice(s, end, s.n), S("PK\x05\x06")) || le(s, end + 20, 2) != 0)
        return FOUND_BROKEN;
    uint32_t n = le(s, end + 10, 2);
    size_t size = le(s, end + 12, 4);
    size_t start = le(s, end + 16, 4);
    if (n == 0 || n > ZIP_ENTRIES || start > end || size != end - start || le(s, end + 8, 2) != n)
        return FOUND_BROKEN;
    if (!walk_directory(s, start, end, n, &parts) || !parts.has_types || !parts.has_document)
        return FOUND_BROKEN;
    return parts.has_macros ? FOUND_ACTIVE : FOUND_FINE;
}
