/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views.h - what the pages that citizens see are drawn from.
 *
 * One struct per template in views/: `reception_view_x` is drawn by views/x.html. Plain data, filled by
 * pages_*.c; texts are in the language of the page already. `lang` is the page's language code, for links.
 * Structs that say "part" are pieces that other pages of this slice draw too.
 */
#ifndef BIRGE_RECEPTION_VIEWS_H
#define BIRGE_RECEPTION_VIEWS_H

#include "core/views.h"
#include "core/views_deadline.h"

/* ---- for everybody ---- */

/* views/home.html */
struct reception_view_home {
    struct core_view_layout layout;
    struct str lang;
    struct str send_href, track_href;
    const struct core_card *cards; /* other ways in */
    size_t n_cards;
    const struct core_step *steps; /* how it goes */
    size_t n_steps;
    const struct core_stat *stats; /* none: nothing was registered yet */
    size_t n_stats;
    const struct core_row *meanings; /* what each figure counts */
    size_t n_meanings;
    int64_t as_of; /* ms UTC; when the figures were read */
    struct str year; /* the present one: of the figures */
};

/* views/bodies.html */
struct reception_view_bodies {
    struct core_view_layout layout;
    struct str lang;
    struct str query; /* what was searched for; absent: everything is shown */
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct str previous_href, next_href; /* absent: none */
    struct str all_href;
};

/* views/body.html */
struct reception_view_body {
    struct core_view_layout layout;
    struct str lang;
    struct str about;                /* what it is competent for; absent: not said */
    struct str write_href;           /* absent: it takes no appeals directly */
    const struct core_row *contacts; /* address, phone, hours, superior */
    size_t n_contacts;
    const struct core_stat *stats;
    size_t n_stats;
    const struct core_card *below; /* bodies under it */
    size_t n_below;
    const struct core_row *offices; /* posts, never names */
    size_t n_offices;
    bool is_closed;
    struct str figures_href; /* its figures by month */
    struct str year;         /* the present one: of the figures */
};

/* ---- who will see it (part) ---- */

/* One kind of reader of one appeal. */
struct reception_sees {
    struct str who;                          /* "Registrars, Roads department" */
    struct str why;                          /* "register it and pass it to an executor" */
    bool sees_words;  /* the appeal and its files */
    bool sees_person; /* name and contacts */
};

/* views/sees.html, part: a table of readers, computed from the policy for one appeal. */
struct reception_view_sees {
    const struct reception_sees *items;
    size_t n_items;
    struct str not_them; /* the body complained of; absent: none was named */
};

/* ---- sending ---- */

/* views/choose.html: to whom, and what about. Nothing private is asked, so it is a GET form. */
struct reception_view_choose {
    struct core_view_layout layout;
    struct str lang;
    const struct core_option *kinds;
    size_t n_kinds;
    const struct core_option *bodies;
    size_t n_bodies;
    const struct core_option *accused;
    size_t n_accused;
};

/* What a level of identity means before the law. */
struct reception_level {
    struct str title;  /* "You leave no name" */
    struct str effect; /* what the law makes of it */
    struct str how;    /* how one reaches it; absent: nothing to do */
    struct str law;    /* citation; absent: none */
};

/* views/levels.html, part */
struct reception_view_levels {
    const struct reception_level *items;
    size_t n_items;
};

/* views/send.html: the words, the file, the person. */
struct reception_view_send {
    struct core_view_layout layout;
    struct str lang;
    const struct core_row *chosen; /* kind, body, body complained of; each with a way to change it */
    size_t n_chosen;
    struct str kind, body, accused;  /* hidden fields: codes; "" for none */
    struct str place;                /* the same */
    struct str key, stamp;           /* hidden fields: idempotency key, signed time */
    struct str subject, text, name, email, phone, address; /* as typed */
    struct str subject_hint, file_hint;
    const struct core_option *languages;
    size_t n_languages;
    const struct core_option *consents; /* one box */
    size_t n_consents;
    const struct core_option *protections; /* one box: the name is not told, or it may be */
    size_t n_protections;
    bool is_to_accused; /* the body complained of decides itself: then the name is not told unless the box is set */
    int64_t text_limit; /* characters */
    const struct reception_level *levels;
    size_t n_levels;
    struct reception_view_sees sees;
    struct core_view_due due; /* if it were sent now */
    bool is_repeated;         /* this form was sent before with other words */
    struct str warning;       /* where it really goes, or that the body complained of answers; absent: none */
};

/* views/sent.html */
struct reception_view_sent {
    struct core_view_layout layout;
    struct str lang;
    struct str number;
    struct str code, code_plain; /* in groups, as people copy it; and for hidden fields */
    struct safe_html qr;   /* of the address, which holds the number alone */
    struct str qr_caption; /* the address to type, in a sentence */
    struct core_view_due due;
    const struct core_row *due_steps; /* how it was computed, in short */
    size_t n_due_steps;
    const struct core_row *summary;   /* body, language, kind, registered, legal effect */
    size_t n_summary;
    const struct core_step *steps; /* what happens next */
    size_t n_steps;
    struct str file_token;
    int64_t n_files, max_files; /* attached so far; in all */
    struct str file_hint;
};

/* views/files.html: one file was added, another may follow. Reached by token or by session. */
struct reception_view_files {
    struct core_view_layout layout;
    struct str lang;
    struct str number;
    struct str token;      /* of a fresh appeal; absent: the author is signed in */
    struct str action;     /* where the form goes */
    struct str appeal_href; /* absent: not signed in */
    const struct core_file *files;
    size_t n_files;
    int64_t max_files, left; /* in all; that may still follow */
    struct str file_hint;
};

/* ---- following ---- */

/* views/track.html */
struct reception_view_track {
    struct core_view_layout layout;
    struct str lang;
    struct str number; /* as typed */
};

/* views/answer.html, part: an answer or a reasoned refusal in its blocks. */
struct reception_view_answer {
    bool is_refusal;
    int64_t no;          /* version */
    bool is_replaced;    /* a later version exists */
    struct str body, office; /* who gave it: a post, never a name */
    int64_t at;          /* ms UTC */
    struct str language; /* "kk": of the blocks */
    struct str reason;   /* why there is a new version; absent for the first */
    struct str ground, law; /* of a refusal; absent otherwise */
    struct str facts, rule, reasons, outcome, next_step;
    struct str remedy_how, remedy_where, remedy_until; /* until: a date as people read it */
    const struct core_file *files;
    size_t n_files;
};

/* What the author said about an answer. */
struct reception_opinion_said {
    bool is_solved;
    struct str comment;
    int64_t at; /* ms UTC */
};

/* views/opinion_form.html, part */
struct reception_view_opinion_form {
    struct str action; /* where it goes */
    struct str csrf;
    int64_t answer_no;
    const struct core_option *choices; /* solved, not solved */
    size_t n_choices;
    struct str comment; /* as typed */
    const struct core_errors *errors;
};

/* views/opinion.html, part: what the author says about the answer, and the form for it. */
struct reception_view_opinion {
    struct reception_view_opinion_form form;
    const struct reception_opinion_said *said; /* NULL: nothing yet */
    bool can_say;
};

/* views/readings.html, part: who has opened this appeal. */
struct reception_view_readings {
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    bool is_cut; /* only the latest are shown */
};

/* views/contact.html, part: show that a mail address reaches its owner. */
struct reception_view_contact {
    struct str action_send, action_check; /* where the forms go */
    struct str action_change, action_keep;
    struct str csrf;
    struct str email;     /* shortened: a…@example.kz; absent: none was left */
    struct str new_email; /* shortened: waits for its code; absent: none */
    struct str typed;     /* a new address as typed */
    const struct core_errors *errors;
    bool is_code_sent;    /* a code is under way: ask for it */
    bool can_send;        /* a code can be asked for */
    bool is_checked;
    bool can_confirm;     /* may still act on the contact */
    const struct core_view_help *troubles; /* letters that did not arrive */
    size_t n_troubles;
};

/* views/appeal.html: the appeal for its author. */
struct reception_view_apart {
    struct str text;   /* what holds now */
    struct str action, csrf, value, button; /* the other way round; value "1" keeps apart; action absent: not possible */
    bool is_apart;
    const struct core_column *columns; /* of the openings */
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
};

struct reception_view_appeal {
    struct core_view_layout layout;
    struct str lang;
    struct str number, subject, text;
    struct str language; /* "kk": of subject and text */
    struct core_view_tag state;
    struct str state_text; /* what the state means and who must act */
    struct core_view_due due;
    struct str age, age_note; /* days since the first registration; what it counts */
    struct str imported; /* from where it was taken in; absent: it was sent here */
    struct str told_answer, told_answer_by; /* the answer of the other system; absent: none was told */
    const struct core_row *summary;
    size_t n_summary;
    const struct reception_view_answer *answers; /* latest first */
    size_t n_answers;
    const struct reception_view_opinion *opinion; /* NULL: no answer yet */
    const struct core_step *steps;                /* the timeline */
    size_t n_steps;
    const struct core_file *files;
    size_t n_files;
    struct str files_href; /* absent: no file can be added */
    struct reception_view_readings readings;
    struct reception_view_sees sees;
    const struct reception_view_contact *contact; /* NULL: nothing to show or do */
    const struct reception_view_apart *apart;     /* NULL: nobody is named */
    const struct core_option *languages;
    size_t n_languages;
    struct str language_action; /* absent: the language cannot be changed any more */
    struct str receipt_href; /* absent: it has none, since it was not sent here */
    struct str leave_action;
};

/* One due date of the case and how it came about. */
struct reception_due {
    struct str title; /* "The date that holds now" */
    struct core_view_deadline deadline;
};

/* views/due.html */
struct reception_view_due {
    struct core_view_layout layout;
    struct str lang;
    struct str number;
    struct str appeal_href;
    const struct reception_due *deadlines; /* the one that holds first */
    size_t n_deadlines;
};

/* ---- words ---- */

/* views/who.html: the policy table itself, in words. */
struct reception_view_who {
    struct core_view_layout layout;
    struct str lang;
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
};

/* views/help.html */
struct reception_view_help {
    struct core_view_layout layout;
    struct str lang;
    struct str emergency; /* number to call, of the profile; absent: it names none */
    const struct core_row *kinds; /* kind and what it is for */
    size_t n_kinds;
    const struct reception_level *levels;
    size_t n_levels;
};

/* views/accessibility.html */
struct reception_view_accessibility {
    struct core_view_layout layout;
    struct str lang;
};

/* views/place.html: choosing the place that an appeal is about. */
struct reception_view_place {
    struct core_view_layout layout;
    struct str lang;
    struct str kind, body, about, place; /* hidden fields: what was chosen before */
    struct str query;                    /* as typed */
    struct core_view_table table;        /* places to choose; no rows: nothing found */
    bool is_search;
    struct str within;                   /* the places of the table lie in this one; absent: at the top */
    struct str up_href;                  /* one step out; absent: at the top */
    struct str none_href;                /* go on without a place */
};

/* views/places.html: cases by place. */
struct reception_view_places {
    struct core_view_layout layout;
    struct str lang;
    int64_t as_of;          /* ms UTC */
    struct str hidden_note; /* what is not shown, and by which rule */
    const struct core_chart *chart; /* NULL: nothing to show */
    const struct core_map *map;     /* NULL: no borders are known */
};

/* views/figures.html: all bodies, one body or one month. */
struct reception_view_figures {
    struct core_view_layout layout;
    struct str lang;
    struct str lead;    /* absent: none */
    struct str heading; /* over the tiles: which time they are of; absent: the title says it */
    bool is_counting;   /* not all cases are counted yet */
    const struct core_nav_item *years;
    size_t n_years;
    const struct core_stat *stats; /* none: nothing to show */
    size_t n_stats;
    int64_t as_of;          /* ms UTC */
    struct str hidden_note; /* what is not shown, and by which rule */
    const struct core_chart *charts;
    size_t n_charts;
    struct core_view_table months; /* no rows: none */
    struct core_view_table table;  /* by body; no rows: none */
    struct str csv_href;
    struct str places_href; /* absent: no territory */
    const struct core_row *meanings;
    size_t n_meanings;
};

#include "institutions/reception/views_desk.h"

#endif
