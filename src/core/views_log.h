/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_log.h - what the pages of the public log are drawn from.
 */
#ifndef BIRGE_CORE_VIEWS_LOG_H
#define BIRGE_CORE_VIEWS_LOG_H

#include "core/views.h"

/* views/log.html */
struct core_view_log {
    struct core_view_layout layout;
    const struct core_stat *stats;
    size_t n_stats;
    const struct core_step *steps; /* how to check without us */
    size_t n_steps;
    struct str check_href;         /* the form that checks here */
    struct str command;            /* birge verify ... */
    struct str command_python;
    struct str vkey;
    struct str checkpoint;         /* the newest, as text */
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows; /* checkpoints, newest first */
    size_t n_rows;
    struct str newest_href, older_href; /* absent: nothing there */
};

/* views/log_check.html: the form, with its outcome above it once something was checked. */
struct core_view_log_check {
    struct core_view_layout layout;
    bool holds;                  /* the receipt was checked and holds */
    const struct core_row *rows; /* what it says */
    size_t n_rows;
    struct str wrong;            /* why it does not hold; absent: it does, or nothing was checked */
    struct str receipt;          /* as typed */
};

#endif
