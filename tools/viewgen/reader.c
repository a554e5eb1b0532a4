/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * reader.c - reading the HTML between two statements: bytes, white space, entities.
 */
#include "tools/viewgen/reader.h"

char reader_here(const struct reader *r)
{
    return r->i < r->s.n ? r->s.p[r->i] : '\0';
}

struct str reader_rest(const struct reader *r)
{
    return str_slice(r->s, r->i, r->s.n);
}

bool reader_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

bool reader_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool reader_is_name_char(char c)
{
    return reader_is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.';
}

void reader_step(struct reader *r, size_t n, bool keep)
{
    for (size_t k = 0; k < n; k++)
        r->line += r->s.p[r->i + k] == '\n';
    if (keep) {
        if (r->v->literal.n == 0)
            r->v->literal_line = r->line;
        buf_str(&r->v->literal, str_slice(r->s, r->i, r->i + n));
        r->at_line_end = false;
    }
    r->i += n;
}

void reader_space(struct reader *r, bool keep_blanks)
{
    size_t n = 0;
    bool has_line_end = false;
    while (r->i + n < r->s.n && reader_is_space(r->s.p[r->i + n]))
        has_line_end |= r->s.p[r->i + n++] == '\n';
    if (!has_line_end && keep_blanks && !r->at_line_end) {
        reader_step(r, n, true);
        return;
    }
    if (r->v->literal.n == 0)
        r->v->literal_line = r->line;
    if (!r->at_line_end)
        buf_byte(&r->v->literal, has_line_end ? '\n' : ' ');
    r->at_line_end |= has_line_end;
    reader_step(r, n, false);
}

void reader_entity(struct reader *r)
{
    size_t n = 1;
    while (r->i + n < r->s.n && (reader_is_letter(r->s.p[r->i + n]) || r->s.p[r->i + n] == '#' ||
                                 (r->s.p[r->i + n] >= '0' && r->s.p[r->i + n] <= '9')))
        n++;
    struct str name = str_slice(r->s, r->i + 1, r->i + n);
    bool is_ended = r->i + n < r->s.n && r->s.p[r->i + n] == ';';
    if (name.n == 0 || !is_ended)
        fault(r->v, r->line, "a bare &; write &amp;");
    else if (r->v->place.address != NO_ADDRESS && !in_list(name, "amp quot"))
        fault(r->v, r->line, "&%.*s; in an address: write the character itself, or percent-encode it",
              STR_FMT(name));
    else if (name.p[0] != '#' && !in_list(name, "amp lt gt quot apos nbsp shy"))
        fault(r->v, r->line, "&%.*s; is not needed: write the character itself", STR_FMT(name));
    reader_step(r, n + is_ended, true);
}
