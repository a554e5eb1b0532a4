/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_sign_in.h - what the files of the steps of signing in share. Private to core.
 */
#ifndef BIRGE_CORE_PAGES_SIGN_IN_H
#define BIRGE_CORE_PAGES_SIGN_IN_H

#include "core/page.h"
#include "core/sign_in.h"
#include "gen/core_queries.h"

/* What a step knows; lives in the action's arena. */
struct sign_in_page {
    struct sign_in_command command;
    struct str login, to;
    struct str offer; /* of an enrolment: the hidden field, to draw the page again */
};

/* `to` when it is an address of our pages, else absent: nobody is sent out of this site after signing in. */
struct str sign_in_own_address(struct str to);
/* The page of the next step, which leads on to `to`. */
struct str sign_in_href(struct web_request *req, struct str to);
/* Command of a step of this person: the cookie it has and the one it gets. */
struct sign_in_command sign_in_command_for(struct web_request *req, int64_t person_id);
/* An action whose command is a copy of `step`. */
struct action *sign_in_action(struct web_request *req, const struct sign_in_page *step);
/* Where a step that was done leads: the next step, `to`, or where the work is. */
struct err *sign_in_onward(struct web_request *req, const struct sign_in_page *step, struct str *ret_href) WARN_UNUSED;
/* Go there. */
struct err *sign_in_step_done(struct web_request *req, struct action *x) WARN_UNUSED;
/* The first page, for a step that came too late. */
struct err *sign_in_again(struct web_request *req, struct action *x) WARN_UNUSED;
/* The person of a pending session whose next step is `step`. */
struct err *sign_in_pending(struct web_request *req, enum sign_in_step step, struct core_q_person_by_id_row *ret_person,
                            bool *ret_is) WARN_UNUSED;

/* The page that asks for a code; of paper when `is_paper`. */
struct err *sign_in_draw_code(struct web_request *req, int status, bool is_paper, struct str to,
                              const struct core_errors *errors) WARN_UNUSED;
/* The page that enrols a device. `offer`: the hidden field of before; absent: a fresh one. */
struct err *sign_in_draw_enrol(struct web_request *req, int status, const struct core_q_person_by_id_row *person,
                               struct str offer, struct str to, const struct core_errors *errors) WARN_UNUSED;

/* ---- what the pages of codes and devices share (pages_second_factor.c, pages_own_factor.c) ---- */

#define CODE_CHARS_MAX 64
#define OFFER_CHARS 400

/* One more try from this address? False: answer web_error(req, 429). */
bool factor_address_may_try(struct web_request *req);
/* Begin a try at somebody's codes, wherever they are asked for: true, or `*ret_wait` says how long to wait. */
bool factor_may_try(struct web_request *req, int64_t person_id, struct verdict *ret_wait);
/* The try was right. */
void factor_was_right(struct web_request *req, int64_t person_id);

/* A device to be enrolled, as its page shows it. */
struct factor_device {
    struct safe_html qr;
    struct str secret; /* to be typed, in groups */
    struct str offer;  /* the hidden field */
};
/* The device of `offer`, or a fresh one when it is absent or not good any more. Memory: the request's arena. */
struct err *factor_show_device(struct web_request *req, int64_t person_id, struct str login, struct str offer,
                               struct str issuer, struct factor_device *ret_device) WARN_UNUSED;
/* What to say when the hidden field is not good any more: a fresh device is shown, and must be scanned again. */
const struct core_errors *factor_old_offer(struct web_request *req);
/* Answer with the recovery codes of a verb: they are shown once. */
struct err *factor_draw_codes(struct web_request *req, struct str login, const struct recovery_codes *codes,
                              struct str next_href) WARN_UNUSED;

#endif
