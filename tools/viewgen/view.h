/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * view.h - what viewgen knows: templates, their items, the place in the HTML, the names in sight.
 *
 * A template goes through three hands: split.c cuts it into HTML and statements; compile.c walks them
 * once, block by block, with words.h for what stands in a statement and place.c for where it stands in
 * the HTML; emit.c puts the C of a slice together. elements.c and access.c hold the rules of HTML and
 * those of accessibility.
 */
#ifndef BIRGE_TOOLS_VIEWGEN_VIEW_H
#define BIRGE_TOOLS_VIEWGEN_VIEW_H

#include "base/buf.h"

#define MAX_OPEN 48   /* elements open at once */
#define MAX_ATTRS 40  /* attributes of one tag */
#define MAX_NAMES 40  /* {{let}} and {{for}} names in sight */
#define MAX_BLOCKS 24 /* {{if}} and {{for}} within each other */
#define MAX_VIEWS 200 /* templates of a slice */

/* ---- the run ---- */

struct view;

/* One run of the program: messages and what the templates have in common. */
struct viewgen {
    struct arena *a;
    struct buf faults;      /* "file:line: error: ...\n" */
    int n_faults;
    struct str slice;       /* "core"; absent while checking single files */
    struct str folder;      /* "institutions/reception" */
    struct view *views[MAX_VIEWS];
    size_t n_views;
    struct str uses[MAX_VIEWS]; /* other slices whose templates are drawn */
    size_t n_uses;
    bool uses_assets;
    bool has_columns;       /* messages are file:line:column: for editors */
    struct buf texts;       /* "id\tfile:line\tvalue,value\n" of every text that is named */
};

enum item_kind {
    ITEM_HTML,
    ITEM_VALUE,
    ITEM_T,
    ITEM_TEXT,
    ITEM_ASSET,
    ITEM_RAW,
    ITEM_DRAW,
    ITEM_BODY,
    /* the rest leave no line behind; see item_is_control */
    ITEM_LAYOUT,
    ITEM_IF,
    ITEM_ELIF,
    ITEM_ELSE,
    ITEM_END_IF,
    ITEM_FOR,
    ITEM_END_FOR,
    ITEM_LET,
    ITEM_COMMENT,
};

struct item {
    enum item_kind kind;
    int line;             /* of its first byte */
    struct str text;      /* HTML, or what stands behind the keyword */
    size_t from, to;      /* bytes of the source, braces included */
    bool trims_before, trims_after; /* {{- and -}} */
    bool follows_line_end; /* HTML: a line that was dropped stood before it */
};

/* ---- the place in the HTML ---- */

enum where { IN_TEXT, IN_TAG, IN_VALUE };
enum address {
    NO_ADDRESS,
    ADDRESS_START, /* nothing of it is written yet */
    ADDRESS_LATER,
    ADDRESS_UNSURE, /* depends on the branch taken */
};

struct element {
    struct str name;
    int line;
    bool is_svg;
    bool needs_token; /* a form that posts, before its csrf field was drawn */
};

struct attr {
    struct str name;
    struct str source; /* the value as the template writes it; absent: it has none, or is being read */
    int line;
    bool has_value;    /* a value of the model stands in it */
    bool has_asset;    /* it is an {{asset}} */
};

/* Where a browser would be after what was read so far. Copied at each branch. */
struct place {
    enum where where;
    struct element open[MAX_OPEN];
    size_t n_open;
    /* the tag being read: IN_TAG and IN_VALUE */
    struct element tag;
    struct attr attrs[MAX_ATTRS];
    size_t n_attrs;
    bool needs_space;        /* before the next attribute */
    /* the value being read: IN_VALUE */
    char quote;
    const char *value_from;  /* in the source */
    enum address address;
    bool may_be_scheme;      /* the address began with a value, and nothing has ended a scheme since */
    int heading;             /* last level; 0: none yet; -1: a part may have drawn some */
    bool after_pre;          /* a line end here would be eaten by the browser */
};

/* ---- templates ---- */

enum name_kind { NAME_LET, NAME_LOOP };

struct name {
    struct str name;
    enum name_kind kind;
    int line;
    bool is_used;
};

struct block {
    enum item_kind kind; /* ITEM_IF, ITEM_FOR */
    int line;
    struct place before; /* where it began */
    struct place merged; /* after the branches so far */
    bool has_merged;
    bool has_else;
    size_t n_names;      /* names in sight before it */
    int loop;            /* number of a {{for}} */
};

struct label_use {
    struct str id; /* as the template writes it */
    struct str element;
    int line;
};

struct view {
    struct viewgen *g;
    const char *file;  /* as messages name it */
    struct str name;   /* "error_summary" */
    struct str source;
    const char *at;    /* in the source: what is being read, for columns */
    struct item *items;
    size_t n_items;
    bool is_broken;    /* the structure is lost: reading on would only confuse */
    int n_faults;
    /* compile.c */
    struct buf code;    /* statements of the body */
    struct buf literal; /* HTML that waits to be written */
    int literal_line;
    struct buf blob;    /* all HTML of the template, as C string literals */
    size_t n_blob;      /* its bytes */
    struct place place;
    struct name names[MAX_NAMES];
    size_t n_names;
    struct block blocks[MAX_BLOCKS];
    size_t n_blocks;
    int n_loops;
    struct str layout;  /* C call of the layout, up to the body; absent: none */
    int layout_line;
    int body_line;      /* of {{body}}; 0: this is no layout */
    bool uses_model;
    /* access.c */
    struct label_use controls[100], labels[100];
    size_t n_controls, n_labels;
};

/* ---- run.c ---- */

/* A run. Memory of everything: `a`. */
struct viewgen *viewgen_new(struct arena *a);
/* A template of the run, from a file or from memory; a fault when it cannot be read or its name is none. */
struct view *view_read(struct viewgen *g, const char *path);
struct view *view_new(struct viewgen *g, const char *path, struct str source);
/* The whole build of a slice: argv as in viewgen.c. */
void viewgen_build(struct viewgen *g, char **argv);

/* Report "file:line: error: ...". */
void fault(struct view *v, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same, and give the template up. */
void fault_fatal(struct view *v, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- split.c ---- */

/* Cut the source into items: `items`, `n_items`. White space is already cut where statements ask for it. */
void split(struct view *v);
bool item_is_control(enum item_kind kind);

/* ---- place.c ---- */

/* Read HTML: moves v->place on, appends what is to be written to v->literal. `next` is the item behind. */
void place_read(struct view *v, const struct item *html, enum item_kind next);
/* The C function that writes a value here ("html_put_attr"), or NULL after a fault; within a quoted value. */
const char *place_put(struct view *v, int line, bool is_path, bool is_asset);
const char *place_put_in_value(struct view *v, int line, bool is_path, bool is_asset);
/* Parts, {{body}} and {{raw}} stand between elements only; `what` is "{{raw}}" ... */
bool place_takes_elements(struct view *v, int line, const char *what);
/* Join the ends of two branches; a fault when they do not meet. `line`: the block's begin. */
void place_join(struct view *v, int line, const char *block, struct place *into, const struct place *other);
/* Everything is closed at the end of the template. */
void place_end(struct view *v);

/* ---- elements.c: what HTML allows ---- */

bool in_list(struct str name, const char *list);
/* A start tag is complete: check it, and open the element unless it is void. */
void element_open(struct view *v, int line, bool is_self_closed);
void element_close(struct view *v, struct str name, int line);
/* Text or a value where only certain elements may stand? Reports. */
bool element_takes_text(struct view *v, int line);
/* The innermost open element, or NULL. */
const struct element *element_top(const struct view *v);
/* Is the innermost element one that holds text alone (textarea, title)? */
bool element_is_text_only(const struct view *v);
/* May this attribute stand in this tag? Reports. */
bool attr_allowed(struct view *v, const struct attr *attr);
bool attr_is_address(struct str name);
/* An attribute of the tag being read, or NULL. */
const struct attr *attr_find(const struct view *v, const char *name);

/* ---- access.c: what people need who cannot see or point ---- */

/* A start tag is complete; it is not yet among the open elements. */
void access_tag(struct view *v, int line);
/* {{> core.csrf}} or an input of that name: the form around it has its token. */
void access_token(struct view *v);
/* An element is about to be closed. */
void access_close(struct view *v, const struct element *e, int line);
/* The template is over. */
void access_end(struct view *v);

/* ---- compile.c, emit.c ---- */

/* From source to `code`, `blob` and the rest. */
void compile(struct view *v);
/* The C string literal of `s`, quotes included. */
void c_literal(struct buf *b, struct str s);
/* Write gen/<slice>_views.[hc] to `dir`, only when they change. `headers`: include lines. */
void emit_slice(struct viewgen *g, const char *dir, struct str headers);

#endif
