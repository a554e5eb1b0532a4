/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views.h - sample pages that show every part, for golden files, for axe and for the eye.
 *
 * The words of the pages stand in sample.c, in three languages; nothing here is ever linked into the program.
 */
#ifndef BIRGE_CORE_TESTS_SAMPLE_VIEWS_H
#define BIRGE_CORE_TESTS_SAMPLE_VIEWS_H

#include "core/views.h"

/* views/home.html */
struct sample_view_home {
    struct core_view_layout layout;
    struct core_view_hero hero;
    struct core_view_cards cards;
    struct str steps_title, stats_title;
    struct core_view_steps steps;
    struct core_view_stats stats;
};

/* views/send.html, with and without errors */
struct sample_view_send {
    struct core_view_layout layout;
    struct core_view_summary chosen;
    struct core_view_input subject, name, email;
    struct core_view_textarea text;
    struct core_view_radios reply;
    struct core_view_checkboxes consent;
    struct core_view_select language;
    struct core_view_file file;
    struct str words_title, person_title, more_title, more_text;
    struct core_view_help privacy;
    struct core_view_due due;
    struct str button;
};

/* views/sent.html */
struct sample_view_sent {
    struct core_view_layout layout;
    struct str lead;
    struct core_view_receipt receipt;
    struct core_view_due due;
    struct core_view_help shared;
    struct str facts_title, next_title;
    struct core_view_summary facts;
    struct core_view_steps steps;
};

/* views/deadline.html */
struct sample_view_deadline {
    struct core_view_layout layout;
    struct core_view_deadline deadline;
};

/* views/appeal.html */
struct sample_view_appeal {
    struct core_view_layout layout;
    struct str number, state_text;
    struct core_view_tag state;
    struct core_view_due due;
    struct str answer_title, answer_by, answer_head, answer_text;
    struct core_view_refusal refusal;
    struct str timeline_title, text_title, text, files_title, readings_title;
    struct core_view_timeline timeline;
    struct core_view_files files;
    struct core_view_table readings;
};

/* views/desk.html */
struct sample_view_desk {
    struct core_view_layout layout;
    struct core_view_stats stats;
    struct core_view_input search;
    struct core_view_select kind;
    struct core_view_checkboxes states;
    struct str filter_button, clear_text;
    struct core_view_table table;
    struct core_view_pages pages;
};

/* views/work.html: one case on a desk */
struct sample_view_work {
    struct core_view_layout layout;
    struct str number, text_title, text, answer_title, side_title;
    struct core_view_tag state;
    struct core_view_summary facts;
    struct core_view_due due;
    struct core_view_textarea answer;
    struct core_view_select office;
    struct str send, save, assign;
    struct core_view_timeline timeline;
};

/* views/empty.html */
struct sample_view_empty {
    struct core_view_layout layout;
    struct core_view_empty empty;
    struct core_view_help info, warning;
    struct sample_tags {
        struct core_view_tag items[8];
        size_t n_items;
    } tags;
};

#endif
