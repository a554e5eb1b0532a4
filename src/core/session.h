/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * session.h - who sends a request: staff who signed in, an applicant who showed number and code, or nobody.
 *
 * The cookie is 32 random bytes, only its SHA-256 is stored; a new one at sign-in and at each change of rights.
 * Staff leave after 30 idle minutes, applicants after 12 hours (birge.ini). Sessions are rows of core_session,
 * a projection: emptying the table signs everybody out and loses nothing.
 *
 * Source: experience.md section 8; trust.md sections 6 and 7.
 */
#ifndef BIRGE_CORE_SESSION_H
#define BIRGE_CORE_SESSION_H

#include "core/action.h"

/* For web_options.identify: an actor in the request's arena, a visitor when nobody is known. */
struct err *session_identify(struct web_request *req, const struct hash *cookie, void **ret_who) WARN_UNUSED;
/* For web_options.permit. */
struct verdict session_permit(struct web_request *req, const char *permission);
/* The actor of `req`; never NULL. */
const struct actor *session_actor(struct web_request *req);
struct site *session_site(struct web_request *req);
struct loop *session_loop(struct web_request *req);

/* Verbs: open a session for the cookie hash; end it; end all of a person or of a case. Not journalled as
 * events of a case; sign-ins of staff are events of the person ("person.signed_in"). */
struct err *session_open_staff(struct action *x, struct hash cookie, int64_t person_id, int64_t office_id) WARN_UNUSED;
struct err *session_open_applicant(struct action *x, struct hash cookie, struct str noun, int64_t noun_id) WARN_UNUSED;
struct err *session_end(struct action *x, struct hash cookie) WARN_UNUSED;
struct err *session_end_of_person(struct action *x, int64_t person_id) WARN_UNUSED;
struct err *session_end_of_noun(struct action *x, struct str noun, int64_t noun_id) WARN_UNUSED;

/* The frame's struct of a page: institution, nav, who is signed in, flash, csrf, demo. `title` is the page's h1. */
struct core_view_layout;
struct err *session_layout(struct web_request *req, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;

#endif
