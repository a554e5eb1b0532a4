/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_admin.h - what the pages of staff accounts and of administration are drawn from.
 *
 * As views.h: one struct per template, texts in the language of the page already.
 */
#ifndef BIRGE_CORE_VIEWS_ADMIN_H
#define BIRGE_CORE_VIEWS_ADMIN_H

#include "core/views.h"

/* ---- signing in ---- */

/* views/sign_in.html */
struct core_view_sign_in {
    struct core_view_layout layout;
    struct str to;    /* where to go afterwards; absent: the desk */
    struct str login; /* as typed before */
};

/* views/sign_in_renew.html: a password of one's own in place of the one that was handed over */
struct core_view_sign_in_renew {
    struct core_view_layout layout;
    struct str to;
    struct str login; /* for the browser's password store */
};

/* views/sign_in_office.html */
struct core_view_sign_in_office {
    struct core_view_layout layout;
    struct str to;
    const struct core_option *offices;
    size_t n_offices;
};

/* views/enrol.html: a part: what an app on a phone reads, as a picture and as letters */
struct core_view_enrol {
    struct safe_html qr;
    struct str secret; /* in groups of four */
};

/* views/sign_in_code.html */
struct core_view_sign_in_code {
    struct core_view_layout layout;
    struct str to;
    struct str other_href; /* to ask for the other kind of code */
    bool is_paper;         /* a recovery code is asked for */
};

/* views/sign_in_enrol.html */
struct core_view_sign_in_enrol {
    struct core_view_layout layout;
    struct str to;
    struct safe_html qr;
    struct str secret;
    struct str offer; /* the same, sealed */
};

struct core_recovery_code {
    struct str text;
};

/* views/recovery_codes.html: shown once */
struct core_view_recovery_codes {
    struct core_view_layout layout;
    struct str login;
    const struct core_recovery_code *codes;
    size_t n_codes;
    struct str next_href;
};

/* ---- the own account ---- */

/* views/staff_factor.html: a device, the first or another one */
struct core_view_staff_factor {
    struct core_view_layout layout;
    bool is_enrolled; /* then a code of the present device is asked, else the password */
    struct safe_html qr;
    struct str secret, offer, login;
};

/* views/staff_codes.html: new recovery codes */
struct core_view_staff_codes {
    struct core_view_layout layout;
    struct str left; /* how many are */
};

struct core_session_item {
    struct str office;
    int64_t created_at, seen_at; /* ms UTC */
    struct str id;               /* what its form sends */
    bool is_this;                /* the one that asks */
};

/* views/staff.html */
struct core_view_staff {
    struct core_view_layout layout;
    struct str home_href, home_text; /* where the work is */
    struct str password_href, factor_href, codes_href;
    struct str factor_text;          /* what factor_href does: set a device up, or change it */
    const struct core_row *rows;     /* name, login, office */
    size_t n_rows;
    const struct core_option *offices; /* to change to; none when the person holds one */
    size_t n_offices;
    const struct core_option *languages; /* of letters */
    size_t n_languages;
    const struct core_session_item *sessions;
    size_t n_sessions;
    bool has_others; /* more than this session */
    const struct core_table_row *recoveries; /* requests to let this person in again, newest first */
    size_t n_recoveries;
    const struct core_column *recovery_columns;
    size_t n_recovery_columns;
};

/* views/staff_password.html */
struct core_view_staff_password {
    struct core_view_layout layout;
    struct str login; /* for the browser's password store */
};

/* ---- letting somebody in again ---- */

/* views/recovery_list.html */
struct core_view_recovery_list {
    struct core_view_layout layout;
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct str next_href; /* absent: no older ones */
};

/* views/recovery.html: one request, and what the reader may do; absent actions are not offered */
struct core_view_recovery {
    struct core_view_layout layout;
    const struct core_row *rows;
    size_t n_rows;
    struct str note; /* who has to do what next */
    struct str confirm_action, code_action, withdraw_action;
};

/* views/recovery_open.html */
struct core_view_recovery_open {
    struct core_view_layout layout;
    struct str action;
    const struct core_row *rows; /* whom it is for */
    size_t n_rows;
    struct str reason, checked;
    struct str hours; /* until it expires */
};

/* views/recovery_code.html: shown once */
struct core_view_recovery_code {
    struct core_view_layout layout;
    struct str name, login, code;
    int64_t expires_at; /* ms UTC */
    struct str next_href;
};

/* ---- administration ---- */

/* views/admin_home.html */
struct core_view_admin_home {
    struct core_view_layout layout;
    const struct core_view_help *notes; /* what waits for an administrator */
    size_t n_notes;
    const struct core_stat *stats;
    size_t n_stats;
    const struct core_card *cards;
    size_t n_cards;
};

/* views/admin_realm.html */
struct core_view_admin_realm {
    struct core_view_layout layout;
    struct str name_kk, name_ru, name_en;
    int64_t seen;
};

/* One body in the tree. */
struct core_tree_item {
    struct str name, href;
    struct str code;
    struct str depth;  /* "0" at the top, at most "6" */
    int64_t n_offices; /* that exist today */
    int64_t n_vacant;  /* of them without a holder */
    bool is_intake;
};

/* views/admin_bodies.html */
struct core_view_admin_bodies {
    struct core_view_layout layout;
    const struct core_tree_item *bodies; /* parents before their children */
    size_t n_bodies;
    const struct core_tree_item *closed;
    size_t n_closed;
    struct str new_href;
};

/* views/admin_body.html */
struct core_view_admin_body {
    struct core_view_layout layout;
    const struct core_row *rows;
    size_t n_rows;
    const struct core_column *columns; /* of the offices */
    size_t n_columns;
    const struct core_table_row *offices;
    size_t n_offices;
    const struct core_card *below; /* bodies under it */
    size_t n_below;
    bool is_closed; /* then without the links that follow */
    struct str edit_href, office_href, below_href, close_href;
};

/* views/admin_body_form.html: a new body, or an old one */
struct core_view_admin_body_form {
    struct core_view_layout layout;
    struct str action;
    bool is_new; /* the code can be chosen */
    struct str code;
    const struct core_option *parents;
    size_t n_parents;
    struct str name_kk, name_ru, name_en;
    struct str about_kk, about_ru, about_en;
    struct str address, phone, hours;
    const struct core_option *intake; /* one box */
    size_t n_intake;
    int64_t seen; /* of an old one */
};

/* views/admin_confirm.html: something that is not easily undone */
struct core_view_admin_confirm {
    struct core_view_layout layout;
    struct str action;
    struct str lead;
    const struct core_row *rows; /* what it concerns */
    size_t n_rows;
    struct str on_label, on_hint, on; /* absent label: no day is asked */
    struct str button;
    int64_t seen;
};

/* views/admin_office_form.html */
struct core_view_admin_office_form {
    struct core_view_layout layout;
    struct str action;
    struct str body;
    bool is_new; /* role and first day can be chosen */
    const struct core_option *roles;
    size_t n_roles;
    struct str title_kk, title_ru, title_en;
    struct str on;
    int64_t seen;
};

/* views/admin_office.html */
struct core_view_admin_office {
    struct core_view_layout layout;
    const struct core_row *rows;
    size_t n_rows;
    const struct core_column *columns; /* of the appointments */
    size_t n_columns;
    const struct core_table_row *appointments; /* newest first */
    size_t n_appointments;
    bool is_closed;
    bool is_held; /* today or later: no other can be appointed */
    struct str edit_href, close_href, end_href;
    struct str appoint_action;
    const struct core_option *people; /* suggestions: value login, label name */
    size_t n_people;
    struct str login, on;
    struct str login_error; /* absent: none */
};

/* views/admin_people.html */
struct core_view_admin_people {
    struct core_view_layout layout;
    struct str query;      /* name or login looked for */
    bool is_not_found;     /* nobody has it */
    bool is_cut;           /* there may be more than are shown */
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct str previous_href, next_href;
    struct str new_href;
};

/* views/admin_person.html */
struct core_view_admin_person {
    struct core_view_layout layout;
    const struct core_row *rows;
    size_t n_rows;
    const struct core_column *columns; /* of the appointments */
    size_t n_columns;
    const struct core_table_row *appointments;
    size_t n_appointments;
    bool is_disabled;
    bool is_self; /* the administrator who looks: own password elsewhere, cannot be disabled */
    struct str edit_href, reset_href, disable_href, enable_action;
    struct str recover_href; /* to let the person in again, with a second person */
    int64_t seen;
};

/* views/admin_person_form.html */
struct core_view_admin_person_form {
    struct core_view_layout layout;
    struct str action;
    bool is_new; /* the login can be chosen */
    struct str login, name;
    const struct core_option *languages;
    size_t n_languages;
    int64_t seen;
};

/* views/admin_once.html: a password that is shown this one time */
struct core_view_admin_once {
    struct core_view_layout layout;
    struct str name, login, password;
    struct str person_href;
};

/* ---- the working calendar ---- */

struct core_month_day {
    struct str number; /* "9"; absent: a place before the first or behind the last day */
    struct str href;
    struct str kind;   /* "off", "holiday", "work" (although the week rests); absent: as the week says, works */
    struct str about;  /* for those who do not see colours: "day off", name of the holiday ... */
    bool is_today;
};

struct core_month_week {
    struct core_month_day days[7]; /* from Monday */
    size_t n_days;                 /* 7 */
};

struct core_month {
    struct str name; /* "March" */
    const struct core_month_week *weeks;
    size_t n_weeks;
};

/* One day that differs from the week. */
struct core_day_item {
    struct str on;   /* ISO */
    int32_t day;     /* civil day */
    struct str name, source;
    struct str href; /* to change it */
    bool is_work, is_verified;
};

/* views/admin_calendar.html */
struct core_view_admin_calendar {
    struct core_view_layout layout;
    struct str year, previous_year, next_year;
    struct str weekdays[7]; /* "Mo" */
    size_t n_weekdays;      /* 7 */
    const struct core_month *months;
    size_t n_months;
    const struct core_day_item *days;
    size_t n_days;
    const struct core_stat *stats; /* working days, holidays ... */
    size_t n_stats;
    bool is_empty;                 /* no day of this year was entered */
    const struct core_day_item *undo; /* was just removed; NULL: nothing */
    struct str undo_name_kk, undo_name_ru, undo_name_en;
};

/* views/admin_day.html */
struct core_view_admin_day {
    struct core_view_layout layout;
    struct str on;
    bool is_there; /* can be removed */
    struct str remove_action;
    const struct core_option *kinds;
    size_t n_kinds;
    struct str name_kk, name_ru, name_en, source;
    const struct core_option *verified; /* one box */
    size_t n_verified;
};

/* views/admin_week.html */
struct core_view_admin_week {
    struct core_view_layout layout;
    const struct core_option *days;
    size_t n_days;
};

/* ---- the journal ---- */

/* views/admin_journal.html */
struct core_view_admin_journal {
    struct core_view_layout layout;
    const struct core_column *columns;
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    const struct core_stat *stats;
    size_t n_stats;
    struct str newest_href, older_href; /* absent: nothing there */
    const struct core_option *nouns, *bodies;
    size_t n_nouns, n_bodies;
    struct str verb, from, to;          /* as they were typed */
    const struct core_errors *errors;   /* of the dates */
    bool is_filtered, is_cut;           /* is_cut: not all of the period was read yet */
    struct str plain_href;
};

/* ---- letters ---- */

/* views/admin_letters.html */
struct core_view_admin_letters {
    struct core_view_layout layout;
    const struct core_view_help *notes; /* the relay is down, or letters become files */
    size_t n_notes;
    const struct core_stat *stats;
    size_t n_stats;
    const struct core_column *columns; /* of the domains */
    size_t n_columns;
    const struct core_table_row *rows;
    size_t n_rows;
    struct str first_href, next_href;  /* of the domains; absent: nothing there */
    struct str again_action;
    const struct core_option *options; /* domains with letters that wait; none: no form */
    size_t n_options;
    const struct core_column *trouble_columns;
    size_t n_trouble_columns;
    const struct core_table_row *troubles;
    size_t n_troubles;
    struct str newest_href, older_href; /* of the letters; absent: nothing there */
};

/* views/admin_letter.html: where one letter is, never what it says */
struct core_view_admin_letter {
    struct core_view_layout layout;
    const struct core_row *rows;
    size_t n_rows;
    struct str again_action; /* absent: it was sent, or is on its way */
};

#endif
