/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk.h - what the files of the desk share.
 *
 * A list is no reading and shows nothing personal. Whatever shows a case's words goes out through
 * action_page_after_reading: what was not recorded is not shown.
 */
#ifndef BIRGE_RECEPTION_PAGES_DESK_H
#define BIRGE_RECEPTION_PAGES_DESK_H

#include "core/page.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/pages.h"
#include "institutions/reception/reception.h"

/* Routes of the desk, for the manifest. Each asks first for an action that staff alone have: applicants may open their
 * own case and correct its language too, but at their own door, where no reading is recorded. */
extern const struct route_table reception_routes_desk;          /* lists */
extern const struct route_table reception_routes_desk_case;     /* one case */
extern const struct route_table reception_routes_desk_actions;  /* what is done to it */
extern const struct route_table reception_routes_desk_answer;   /* writing an answer */
extern const struct route_table reception_routes_desk_register; /* paper, telephone, in person */

/* What came back from a form of the case page, when it was refused: shown at that form. */
struct desk_retry {
    struct str number;
    const char *form;         /* "assign" ...; NULL: nothing came back */
    int status;               /* 422, 409 ...: what the page is sent with */
    struct web_errors errors; /* of its fields */
    struct str select, line, text; /* as typed */
};
/* Draw a case for the office of the request, with `retry` (may be NULL) at its form; the reading is recorded first. */
struct err *desk_show_case(struct web_request *req, const struct desk_retry *retry) WARN_UNUSED;
/* Back to the case with a message of one line. */
struct err *desk_done(struct web_request *req, struct str number, const char *flash_id) WARN_UNUSED;
/* The page for number and code that are handed over on paper. `rows` lives in p->a. */
struct desk_given {
    const char *title_id;
    struct str number, code;
    const struct core_row *rows;
    size_t n_rows;
    struct str receipt; /* absent: none */
};
struct err *desk_show_given(struct page *p, const struct desk_given *given) WARN_UNUSED;

/* "2 days late", "5 days left": working days to a due date. */
struct str desk_remaining(struct page *p, struct str due_on);
/* Options of all languages, kinds, open bodies; `chosen` is checked. Memory: p->a. */
size_t desk_languages(struct page *p, struct str chosen, const struct core_option **ret_options);
size_t desk_kinds(struct page *p, struct str chosen, const struct core_option **ret_options);
/* `only_intake`: those that citizens can choose. `not_id` is left out. Values are codes. */
size_t desk_bodies(struct page *p, struct str chosen, bool only_intake, int64_t not_id,
                   const struct core_option **ret_options);
/* What was typed, copied for a command: "" for what was not. Memory: x->a. */
struct str desk_kept(struct action *x, struct str s);
/* The body of a code; 0 when there is none or the code is "". */
int64_t desk_body_of_code(struct page *p, struct str code);

#endif
