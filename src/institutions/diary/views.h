/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views.h - what the pages of the diary are drawn from.
 *
 * One struct per template in views/: `diary_view_x` is drawn by views/x.html. Plain data; texts are in the language of
 * the page already, but for what somebody wrote in another one: its `lang` says so then, and is absent otherwise.
 */
#ifndef BIRGE_DIARY_VIEWS_H
#define BIRGE_DIARY_VIEWS_H

#include "core/views.h"

/* An entry in a list. */
struct diary_line {
    struct str when, when_iso;
    struct str title, lang, href;
    struct str only_in;  /* "only in Kazakh"; absent: in the page's language */
    struct str kind;     /* "Meeting, bilateral" */
    struct str place;    /* with the country; in `lang` too */
    struct str state, state_kind; /* a tag; absent: nothing to say */
};

/* views/line.html: its title as a link. */
struct diary_view_line {
    const struct diary_line *line;
};

/* One day of the calendar; no number: not of this month. */
struct diary_day {
    int64_t number;
    struct str iso;
    struct str name; /* "Monday, 3 August 2026", for phones and screen readers */
    bool is_today;
    const struct diary_line *lines;
    size_t n_lines;
};
struct diary_week {
    const struct diary_day *days; /* seven */
    size_t n_days;
};

/* views/list.html */
struct diary_view_list {
    struct core_view_layout layout;
    struct str lang;
    struct str month;       /* "August 2026" */
    struct str month_value; /* "2026-08" */
    struct str view;        /* "list", "calendar" */
    struct core_view_pages months, pages;
    const struct core_nav_item *tabs;
    size_t n_tabs;
    const struct core_option *kinds;
    size_t n_kinds;
    const struct core_option *places;
    size_t n_places;
    const struct core_option *offices; /* none: there is one diary */
    size_t n_offices;
    bool is_filtered;
    struct str plain_href;
    const struct diary_line *lines;
    size_t n_lines;
    const struct diary_week *weeks; /* none: a list */
    size_t n_weeks;
    const struct str *weekdays;
    size_t n_weekdays;
    struct str last_href, last_text; /* where something is, when this month is empty; absent: nowhere */
    struct str delay; /* how long after the end something is shown */
};

/* Who took part, of one sort. */
struct diary_group {
    struct str title;
    const struct core_row *rows; /* key: name, value: post */
    size_t n_rows;
};

/* views/entry.html */
struct diary_view_entry {
    struct core_view_layout layout;
    struct str kind, title, lang, only_in;
    struct core_view_tag state; /* absent text: nothing to say */
    struct str reason;          /* why cancelled or postponed */
    struct str old_note;        /* this is a former version; absent: the one that holds */
    struct str current_href;
    const struct core_row *rows;
    size_t n_rows;
    struct str about, outcome;  /* in `lang` */
    struct str link;
    const struct diary_group *groups;
    size_t n_groups;
    const struct diary_line *inside;
    size_t n_inside;
    const struct core_step *versions; /* none: never corrected */
    size_t n_versions;
    struct str month_href, month;
};

/* One counter with what it means. */
struct diary_counter_line {
    struct str name, about;
    struct str value;
    struct str part, part_about; /* "20", "of which: meetings inside them"; absent: has none */
};

/* views/counters.html */
struct diary_view_counters {
    struct core_view_layout layout;
    struct str lang;
    const struct core_option *offices;
    size_t n_offices;
    struct str office;
    struct str from, to;         /* ISO, as in the form */
    struct str period;           /* in words */
    int64_t as_of;               /* ms UTC */
    const struct diary_counter_line *lines;
    size_t n_lines;
    const struct core_option *counters; /* for the picture */
    size_t n_counters;
    const struct core_chart *chart;     /* NULL: nothing to count yet */
};

/* ---- staff ---- */

/* views/desk_list.html */
struct diary_view_desk_list {
    struct core_view_layout layout;
    const struct core_nav_item *tabs;
    size_t n_tabs;
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct core_view_pages pages;
    struct str new_href;
};

/* A small form of the page of an entry. */
struct diary_desk_form {
    struct str action, id, title, text;
    struct str line_name, line_label, line_hint, line_value; /* absent: a button alone */
    struct str hidden_value;                                 /* number of a participant; absent: none */
    struct str seen;
    struct str button;
    bool is_grave;
    bool is_open;
    const struct core_errors *errors;
};
struct diary_view_desk_form {
    const struct diary_desk_form *form;
    struct str csrf;
};

/* A private person and their consent. */
struct diary_consent_line {
    struct str name, how, day;
    struct str withdrawn;         /* when and how; absent: it holds */
    struct diary_desk_form form;  /* no action: nothing to withdraw */
};

/* views/desk_entry.html */
struct diary_view_desk_entry {
    struct core_view_layout layout;
    struct str kind, title, lang;
    struct core_view_tag state;
    struct str shown;           /* who sees it now, in a sentence */
    const struct core_view_refusal *refusal; /* NULL: none */
    const struct core_row *rows;
    size_t n_rows;
    struct str about, outcome;
    const struct diary_group *groups;
    size_t n_groups;
    const struct diary_consent_line *persons;
    size_t n_persons;
    const struct diary_desk_form *forms;
    size_t n_forms;
    struct str edit_href, public_href;
};

/* The words of one language in the form. */
struct diary_words_form {
    struct str code, name;   /* "kk", "Қазақша" */
    bool is_open;
    struct str title_name, place_name, about_name, outcome_name; /* names of the fields */
    struct str title, place, about, outcome;
};

/* views/desk_write.html */
struct diary_view_desk_write {
    struct core_view_layout layout;
    struct str action;
    struct str seen;
    bool is_new, is_correction;
    const struct core_option *offices, *kinds, *forms, *places, *languages, *hows, *insides;
    size_t n_offices, n_kinds, n_forms, n_places, n_languages, n_hows, n_insides;
    const struct diary_words_form *words;
    size_t n_words;
    struct str country, begins_on, begins_time, ends_on, ends_time, zone, link, note;
    struct str heads, officials, bodies;  /* one a line */
    struct str persons;                   /* those who stand in it with their consent, one a line; absent: none */
    struct str person, given_on;          /* one more */
};

#endif
