/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * words.h - from the words of a statement to C.
 *
 * Every parse_ function reads on in `w` and reports what is wrong in the template's words; its C is absent
 * (n == 0) then.
 */
#ifndef BIRGE_TOOLS_VIEWGEN_WORDS_H
#define BIRGE_TOOLS_VIEWGEN_WORDS_H

#include "tools/viewgen/view.h"

/* ---- words.c ---- */

struct words {
    struct view *v;
    struct str s;
    size_t i;
    int line;
};

struct words words_of(struct view *v, const struct item *item);
/* Over blanks and line ends. */
void words_skip(struct words *w);
/* The byte `ahead` of here; NUL behind the end. */
char words_peek(const struct words *w, size_t ahead);
/* The rest up to a blank, for messages. */
struct str words_rest(const struct words *w);
/* Report what is left over; true when nothing is. */
bool words_end(struct words *w, const char *behind);
/* Is `word` next? Then step over it. */
bool accept(struct words *w, const char *word);
/* One identifier; identifiers joined by dots and arrows ("m.a->b"); absent when none is next. */
struct str identifier(struct words *w);
struct str dotted(struct words *w);
bool is_letter(char c);
bool is_digit(char c);
/* c_literal in `a`. */
struct str quoted(struct arena *a, struct str s);

/* ---- expr.c ---- */

enum value_kind {
    VALUE_ANY,    /* a field: its type is known to the C compiler alone */
    VALUE_TEXT,   /* struct str */
    VALUE_NUMBER,
    VALUE_BOOL,
};

struct value {
    struct str c;       /* absent: a fault was reported */
    enum value_kind kind;
    struct str element; /* the name alone of a {{for}}: `c` is its element; absent otherwise */
    bool is_path;       /* |path */
    int line;
};

/* `name` of {{let}} or {{for}}; reports a name that is taken. */
struct str parse_new_name(struct words *w);
/* The C of a path. `is_pointer`: m or a loop's element alone are wanted as pointers. */
struct value resolve(struct words *w, struct str path, bool is_pointer);
/* A value without a filter, and with an optional one. */
struct value parse_primary(struct words *w, bool is_pointer);
struct value parse_value(struct words *w);
/* A condition, as C that can stand in an if. */
struct str parse_condition(struct words *w);
/* An id as it is written. */
struct str parse_text_id(struct words *w);
/* For --texts: an id, where it stands, and the values it is given ("count,name"; "*" in data-... attributes,
 * which scripts fill). */
void note_text(struct view *v, struct str id, int line, struct str values);

/* ---- statement.c ---- */

/* The array and count of {{for}}; false after a fault. */
bool parse_array(struct words *w, struct str *ret_array, struct str *ret_count);
/* What {{let}} names: a value, a call, or a text. */
struct str parse_let(struct words *w);
/* {{t id ...}} (behind the t) and {{text m.id ...}}: C of a struct str. */
struct str parse_t(struct words *w);
struct str parse_text_of(struct words *w);
/* {{asset "name"}}: C of a struct str. */
struct str parse_asset(struct words *w);

/* ---- draw.c ---- */

/* {{> slice.name ...}} and {{layout slice.name ...}}: a call, without its closing ");". */
struct str parse_draw(struct words *w, bool is_layout);

#endif
