/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views.h - what the frame of every page and its shared parts are drawn from.
 *
 * One struct per template in src/core/views/: `core_view_x` is drawn by views/x.html. Plain data, filled
 * by handlers or named in place by other templates ({{> core.tag text=... kind="green"}}); no template
 * asks the database. Texts are in the language of the page already. An absent `struct str`, a NULL or a
 * zero count means "not there", and the part leaves it out.
 *
 * The pages of core itself stand in views_pages.h.
 */
#ifndef BIRGE_CORE_VIEWS_H
#define BIRGE_CORE_VIEWS_H

#include "core/views_deadline.h"
#include "web/html.h"

/* ---- errors of a form ---- */

struct core_error {
    struct str field;   /* name of the input; its id is the same */
    struct str message; /* a sentence that says what to do */
};

struct core_errors {
    const struct core_error *items;
    size_t n_items;
};

/* Message for a field, or absent; `e` may be NULL. Cost: linear in the errors of one form. */
static inline struct str core_error_for(const struct core_errors *e, struct str field)
{
    for (size_t i = 0; e && i < e->n_items; i++)
        if (str_eq(e->items[i].field, field))
            return e->items[i].message;
    return (struct str){0};
}

/* ---- the frame ---- */

struct core_nav_item {
    struct str text;
    struct str href; /* "/kk/appeals" */
    bool current;    /* this very page or its section */
};

enum core_notice_kind {
    CORE_NOTICE_INFO,
    CORE_NOTICE_SUCCESS,
    CORE_NOTICE_WARNING,
};

/* One line about what just happened (a flash), above the page's heading. */
struct core_notice {
    enum core_notice_kind kind;
    struct str text;
    struct str link_text; /* absent: no link */
    struct str link_href;
};

/* Who is signed in, for the bar of staff. */
struct core_staff {
    struct str name;
    struct str office;   /* "Registrar, Roads department" */
    struct str desk_href;
};

enum core_width {
    CORE_WIDTH_READING, /* forms and texts: two thirds */
    CORE_WIDTH_FULL,    /* home, lists */
    CORE_WIDTH_DESK,    /* staff: the whole window, dense */
};

/* views/layout.html: {{layout core.layout m.layout}} in the first line of a page. */
struct core_view_layout {
    struct str lang;        /* code of the page's language: "kk" */
    struct str title;       /* of this page, without the product's name; the page's h1 says the same */
    struct str institution; /* whose Birge it is: "Абай облысы"; absent: only the product's name */
    struct str path;        /* path and query behind /{lang}, for the links to the other languages:
                               "/appeals/new"; absent when the page has no twins */
    const struct core_nav_item *nav;
    size_t n_nav;
    const struct core_nav_item *foot; /* at the foot of the page: what this is, who sees what ... */
    size_t n_foot;
    const struct core_staff *staff;   /* NULL: nobody is signed in */
    const struct core_notice *notice; /* NULL: none */
    const struct core_errors *errors; /* NULL or empty: no error summary, and none in <title> */
    struct str back_href;  /* absent: no back link */
    struct str csrf;       /* token for the sign-out form; pages pass it to their own forms */
    enum core_width width;
    bool is_demo;          /* "example data" on every page */
    bool has_quick_exit;   /* the page shows or asks private things on a phone that others use */
    bool is_private;       /* no referrer, not for search engines */
};

/* ---- parts ---- */

/* {{> core.csrf token=m.layout.csrf}}: the hidden field of every form that writes. */
struct core_view_csrf {
    struct str token;
};

/* {{> core.error_summary errors=m.errors}}; the layout draws it from layout.errors already. */
struct core_view_error_summary {
    const struct core_errors *errors;
};

/* One line of text. `name` is also the id. */
struct core_view_input {
    struct str name, label, hint, value;
    const struct core_errors *errors;
    struct str type;         /* absent: "text" */
    struct str autocomplete; /* "name", "email", "tel"; absent: off */
    struct str inputmode;    /* "numeric" */
    struct str width;        /* "5", "10", "20", "30", "full"; absent: full */
    struct str maxlength;    /* digits */
    bool is_code;            /* spelled letter by letter: no spelling check, wide letters */
    bool large;              /* label in a larger size */
    bool optional;           /* says "(if you like)" behind the label */
};

struct core_view_textarea {
    struct str name, label, hint, value;
    const struct core_errors *errors;
    struct str rows;  /* absent: "8" */
    int64_t limit;    /* characters; 0: none. Counted by script, said in words without it */
    struct str draft; /* neutral storage key: the text is kept on this device while it is written */
    bool large;
    bool optional;
};

struct core_option {
    struct str value, label, hint;
    bool checked;
};

struct core_view_radios {
    struct str name, legend, hint;
    const struct core_errors *errors;
    const struct core_option *options;
    size_t n_options;
    bool small;
    bool inline_row; /* side by side: only for two or three short words */
    bool large;
};

struct core_view_checkboxes {
    struct str name, legend, hint;
    const struct core_errors *errors;
    const struct core_option *options;
    size_t n_options;
    bool small;
};

struct core_view_select {
    struct str name, label, hint;
    const struct core_errors *errors;
    const struct core_option *options;
    size_t n_options;
    struct str empty; /* text of the choice "nothing chosen yet"; absent: none */
    bool large;
};

/* A plain file input; the form needs enctype="multipart/form-data". */
struct core_view_file {
    struct str name, label, hint;
    const struct core_errors *errors;
    struct str accept; /* ".pdf,.jpg,.png" */
    bool optional;
};

struct core_view_button {
    struct str text;
    struct str kind; /* "secondary", "warning", "start"; absent: the main action */
    struct str name, value;
    struct str href; /* present: a link that looks like a button */
};

/* Keyset pages: absent links are left out. */
struct core_view_pages {
    struct str previous_href, next_href;
    struct str previous_label, next_label; /* what lies there; absent: nothing more is said */
};

/* A state, as a coloured word. kind: "grey", "blue", "teal", "green", "yellow", "orange", "red",
 * "purple"; absent: blue. The colour never says anything that the word does not. */
struct core_view_tag {
    struct str text;
    struct str kind;
};

struct core_row {
    struct str key, value;
    struct str tag_kind;                 /* present: the value is drawn as a tag */
    struct str href;                     /* present: the value is a link */
    struct str action_text, action_href; /* "Change"; absent: none */
    bool is_code;                        /* number or code: never broken over lines */
    bool is_long;                        /* several lines, shown as typed */
};

/* {{> core.summary rows=m.rows n_rows=m.n_rows}} */
struct core_view_summary {
    const struct core_row *rows;
    size_t n_rows;
    bool compact;
};

enum core_step_state {
    CORE_STEP_DONE,
    CORE_STEP_NOW,
    CORE_STEP_AHEAD, /* not yet: a due date */
    CORE_STEP_LATE,  /* should have happened */
};

struct core_step {
    enum core_step_state state;
    struct str title;
    struct str when;     /* as people read it */
    struct str when_iso; /* for <time datetime>; absent: no <time> */
    struct str text;     /* absent: none */
    struct str who;      /* absent: none */
    struct str link_text, link_href;
};

/* What happened to a case, oldest first. `label` names the list for those who do not see it. */
struct core_view_timeline {
    struct str label;
    const struct core_step *steps;
    size_t n_steps;
};

/* How something goes, step by step, numbered. */
struct core_view_steps {
    const struct core_step *steps; /* title, text, link */
    size_t n_steps;
};

/* By when an answer must come. */
struct core_view_due {
    struct str label;     /* "An answer must come by" */
    struct str date;      /* "30 March 2026" */
    struct str date_iso;
    struct str remaining; /* "6 working days left", "2 working days late" */
    struct str kind;      /* "ahead", "soon", "late", "done" */
    struct str why_text, why_href; /* "How this date was computed" */
};

/* The secret code and number to keep. */
struct core_view_receipt {
    struct str number_label, number;
    struct str code_label, code; /* absent code: it was shown before and is not known any more */
    struct str note;
    struct str receipt_href;  /* the receipt as a file */
    struct safe_html qr;      /* an SVG, or empty */
    struct str qr_caption;
};

/* One figure. */
struct core_stat {
    struct str value, label, note;
    struct str href; /* absent: not a link */
    struct str kind; /* "late", "soon"; absent: plain */
};

struct core_view_stats {
    const struct core_stat *items;
    size_t n_items;
};

/* The head of a home page, with the page's h1: what this is, the main way in and another one. It takes the
 * whole width of the window in pages of CORE_WIDTH_FULL. */
struct core_view_hero {
    struct str title, lead;
    struct str main_text, main_href;
    struct str other_text, other_href; /* absent: none */
};

/* A way in: a card that is a link. */
struct core_card {
    struct str title, text, href;
};

struct core_view_cards {
    const struct core_card *items;
    size_t n_items;
    struct str level; /* "2" or "3": level of the headings; absent: 2 */
};

/* Nothing here, and what to do about it. */
struct core_view_empty {
    struct str title, text, link_text, link_href;
};

/* Something to know at this place. kind: "info", "warning", "privacy". */
struct core_view_help {
    struct str title, text, kind;
    struct str link_text, link_href;
};

struct core_file {
    struct str name, href, type; /* href absent: only named; type: "PDF" */
    int64_t size;                /* bytes */
    struct str note;             /* absent: none */
};

struct core_view_files {
    const struct core_file *items;
    size_t n_items;
};

struct core_cell {
    struct str text;
    struct str href;     /* a link */
    struct str tag_kind; /* a tag */
    struct str note;     /* a second, smaller line */
    bool is_code;        /* never broken */
    bool is_number;      /* set right */
};

struct core_column {
    struct str title;
    bool is_number;
};

struct core_table_row {
    const struct core_cell *cells; /* as many as columns; the first is the row's heading */
    struct str id;                 /* where links lead; absent: nowhere */
    struct str kind;               /* "late", "soon"; absent: plain */
};

/* The cell of `row` in column `column`, counted from 0. */
static inline const struct core_cell *core_cell_of(const struct core_table_row *row, size_t column)
{
    return &row->cells[column];
}

/* views/cell.html: one cell, drawn by core.table. */
struct core_view_cell {
    const struct core_cell *cell;
};

/* A table that becomes cards on a phone. `caption` names it. */
struct core_view_table {
    struct str caption;
    bool caption_hidden; /* for the eye; screen readers hear it */
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    bool dense; /* desks of staff */
};

#include "core/views_chart.h"

/* A refusal with its ground, or any reasoned "no". */
struct core_view_refusal {
    struct str title, text; /* what is refused, why */
    struct str law;         /* absent: none */
    struct str next;        /* what can be done */
    struct str link_text, link_href;
};

/* Something went wrong: the pages for 404, 403, 500, 503 ... */
struct core_view_problem {
    struct core_view_layout layout;
    struct str title, text, next;
    struct str request_id; /* absent: none */
    struct str link_text, link_href;
};

#endif
