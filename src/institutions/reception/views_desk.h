/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_desk.h - what the desk of registrars, executors and heads is drawn from.
 *
 * Dense pages for people who work here all day. A list holds nothing personal; a case holds its words, and who
 * wrote them only for offices that may see it. As views.h otherwise, which includes this file.
 */
#ifndef BIRGE_RECEPTION_VIEWS_DESK_H
#define BIRGE_RECEPTION_VIEWS_DESK_H

#include "core/views.h"

/* views/desk.html: a list of cases with its filters. */
struct reception_view_desk {
    struct core_view_layout layout;
    struct str lang;
    struct str body;                  /* whose desk */
    const struct core_nav_item *tabs; /* open, mine, closed */
    size_t n_tabs;
    const struct core_stat *stats;
    size_t n_stats;
    struct str list;                  /* hidden field: which tab */
    const struct core_option *states, *kinds, *languages, *marks; /* filters */
    size_t n_states, n_kinds, n_languages, n_marks;
    bool is_filtered;
    struct str plain_href;            /* the list without filters */
    struct str number;                /* as typed in "open by number" */
    const struct core_errors *errors; /* of that field */
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct str empty_title, empty_text;
    struct core_view_pages pages;
    struct str register_href;         /* absent: this office does not register */
};

/* One thing that can be done to the case: a form in a fold. */
struct reception_desk_form {
    struct str id;                    /* "assign": anchor and end of the address */
    struct str title, text;           /* what it does, and what follows from it */
    struct str action;                /* where it goes */
    bool is_open;                     /* unfolded: it came back with errors, or is the next step */
    struct str select_name, select_label; /* absent: no choice */
    const struct core_option *options;
    size_t n_options;
    struct str line_name, line_label, line_hint, line_value;   /* absent: no line */
    struct str text_name, text_label, text_hint, text_value;   /* absent: no text of several lines */
    struct str file_name, file_label;  /* absent: no file */
    struct str button;
    bool is_grave;                    /* cannot be taken back */
    const struct core_errors *errors; /* of this form alone */
};

/* views/desk_form.html, part */
struct reception_view_desk_form {
    const struct reception_desk_form *form;
    struct str csrf;
};

/* A version of the answer, and what the author said about it. */
struct reception_desk_answer {
    struct str caption;               /* "Answer, version 2, holds" */
    const struct core_row *rows;
    size_t n_rows;
    const struct core_file *files;
    size_t n_files;
    bool is_replaced;
};

/* views/desk_case.html: one case, opened; its reading is recorded before it is shown. */
struct reception_view_desk_case {
    struct core_view_layout layout;
    struct str lang;
    struct str number, subject, text;
    struct str language;              /* "kk": of subject and text */
    struct core_view_tag state;
    struct core_view_due due;
    struct core_view_deadline deadline; /* how the due date that holds was computed */
    struct str age, age_note;         /* total age since the first registration */
    struct str imported;              /* from where it was taken in; absent: it was sent here */
    struct str told_answer, told_answer_by; /* the answer of the other system; absent: none was told */
    struct str warning;               /* the body complained of decides itself ...; absent: none */
    const struct core_row *facts;
    size_t n_facts;
    const struct core_row *person;
    size_t n_person;
    struct str contact_note;          /* confirmed, or not; absent: no contact was left */
    const struct core_view_help *troubles; /* letters that did not arrive */
    size_t n_troubles;
    struct str person_note;           /* nobody is named; or this office may not see who wrote */
    const struct core_file *files;
    size_t n_files;
    const struct reception_desk_answer *answers; /* the one that holds first */
    size_t n_answers;
    const struct core_step *steps;
    size_t n_steps;
    struct str answer_href, refuse_href; /* absent: not now, or not this office */
    bool is_answered;                 /* a new version would follow */
    const struct reception_desk_form *forms;
    size_t n_forms;
    struct str back_href, print_href;
};

/* views/desk_answer.html: writing an answer or a refusal in its blocks, the words beside it. */
struct reception_view_desk_answer {
    struct core_view_layout layout;
    struct str lang;
    struct str number, subject, text;
    struct str language;
    bool is_refusal, is_version;
    struct str action;
    const struct core_option *grounds, *languages;
    size_t n_grounds, n_languages;
    struct str facts, rule, reasons, outcome, next_step, remedy_how, remedy_where, remedy_until, reason;
    struct str facts_hint, rule_hint, reasons_hint, outcome_hint, next_step_hint;
    struct str until_hint;            /* the day that the law gives at least */
    struct str draft;                 /* storage key on this device */
    struct core_view_due due;
};

/* views/desk_register.html: an appeal that came on paper, by telephone, in person. */
struct reception_view_desk_register {
    struct core_view_layout layout;
    struct str lang;
    struct str key;                   /* hidden: idempotency key */
    const struct core_option *channels, *kinds, *bodies, *accused, *languages, *consents;
    size_t n_channels, n_kinds, n_bodies, n_accused, n_languages, n_consents;
    struct str subject, text, name, email, phone, address, paper;
    struct str subject_max, file_hint;
    int64_t text_limit;
};

/* A request that waits for a second person. */
struct reception_second {
    struct str caption;
    const struct core_row *rows;
    size_t n_rows;
    struct str note;   /* why there is nothing to press; absent */
    struct str action; /* where yes and no go; absent: not for this reader */
};

/* views/shown_list.html: cases that the body complained of is shown. */
struct reception_view_shown_list {
    struct core_view_layout layout;
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct str next_href;
};

/* views/shown.html: one of them. Nothing in here tells who wrote. */
struct reception_view_shown {
    struct core_view_layout layout;
    struct str number, language, subject, text;
    struct core_view_tag state;
    const struct core_row *facts;
    size_t n_facts;
    const struct core_file *files;
    size_t n_files;
    struct str held_back; /* a sentence; absent: nothing was */
};

/* views/second.html */
struct reception_view_second {
    struct core_view_layout layout;
    const struct reception_second *items;
    size_t n_items;
};

/* views/desk_given.html: number and code, to be printed and handed over. */
struct reception_view_desk_given {
    struct core_view_layout layout;
    struct str lang;
    struct str lead;                  /* what this sheet is */
    struct str number, code, number_plain;
    struct str track_address;
    const struct core_row *rows;
    size_t n_rows;
    struct safe_html qr;
    struct str receipt;               /* the receipt's text, to be printed too; absent when a code was renewed */
    struct str back_href;
};

#endif
