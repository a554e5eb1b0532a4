/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * reader.h - the HTML between two statements, while place.c and tag.c read it.
 */
#ifndef BIRGE_TOOLS_VIEWGEN_READER_H
#define BIRGE_TOOLS_VIEWGEN_READER_H

#include "tools/viewgen/view.h"

struct reader {
    struct view *v;
    struct str s;
    size_t i;
    int line;
    enum item_kind next; /* what stands behind it; ITEM_HTML at the template's end */
    bool at_line_end;    /* the last byte written was a line end, or a line was dropped here */
};

/* The byte here; NUL at the end. What is left from here. */
char reader_here(const struct reader *r);
struct str reader_rest(const struct reader *r);
bool reader_is_space(char c);
bool reader_is_letter(char c);
/* Of elements and attributes. */
bool reader_is_name_char(char c);
/* Step over `n` bytes; write them when `keep`. */
void reader_step(struct reader *r, size_t n, bool keep);
/* A run of white space: one line end when it has one, else as it is (`keep_blanks`) or one blank. */
void reader_space(struct reader *r, bool keep_blanks);
/* An entity, in text or in a value. */
void reader_entity(struct reader *r);

/* tag.c: one step within a tag, within a value. */
void read_tag(struct reader *r);
void read_value(struct reader *r);

#endif
