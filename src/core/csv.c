/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * csv.c - cells, quoted where they must be.
 */
#include "core/csv.h"

#include <inttypes.h>

void csv_begin(struct csv *c, struct buf *b)
{
    *c = (struct csv){.b = b};
    buf_c(b, "\xEF\xBB\xBF");
}

static void next_cell(struct csv *c)
{
    if (c->has_cell)
        buf_byte(c->b, ',');
    c->has_cell = true;
}

static bool needs_quotes(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r')
            return true;
    return s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

static bool would_be_formula(struct str s)
{
    return s.n > 0 && (s.p[0] == '=' || s.p[0] == '+' || s.p[0] == '-' || s.p[0] == '@' || s.p[0] == '\t' ||
                       s.p[0] == '\r');
}

void csv_text(struct csv *c, struct str s)
{
    next_cell(c);
    bool quoted = needs_quotes(s);
    if (quoted)
        buf_byte(c->b, '"');
    if (would_be_formula(s))
        buf_byte(c->b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_byte(c->b, '"');
        buf_byte(c->b, s.p[i]);
    }
    if (quoted)
        buf_byte(c->b, '"');
}

void csv_int(struct csv *c, int64_t v)
{
    next_cell(c);
    buf_int(c->b, v);
}

void csv_fixed(struct csv *c, int64_t v, int decimals)
{
    MUST(decimals >= 0 && decimals <= 9);
    uint64_t unit = 1;
    uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    next_cell(c);
    buf_printf(c->b, "%s%" PRIu64, v < 0 ? "-" : "", size / unit);
    if (decimals > 0)
        buf_printf(c->b, ".%0*" PRIu64, decimals, size % unit);
}

void csv_line(struct csv *c)
{
    buf_c(c->b, "\r\n");
    c->has_cell = false;
}
