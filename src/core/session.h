/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * session.h - who sends a request: staff who signed in, an applicant who showed number and code, or nobody.
 *
 * The cookie is 32 random bytes, only its SHA-256 is stored; a new one at sign-in and at each change of rights.
 * Staff leave after 30 idle minutes, applicants after 12 hours (birge.ini), staff in any case after 12 hours.
 * Sessions are rows of core_session, a projection: emptying the table signs everybody out and loses nothing.
 *
 * Between the password and the office a session is pending: it names the person and no office, lasts ten minutes,
 * and whoever shows it is still a visitor to every policy. What it was opened with besides the password stands in
 * core_session_factor. Where staff must have a second factor, a session that was opened without one is pending too,
 * whatever office it names: the rule holds from the request after it was made.
 *
 * Keeps:  a session never outlives what it rests on: who is disabled, whose appointment or office ended, is a
 *         visitor at the next request, whatever rows are left.
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

/* Name of the person who is signed in, "" for others. In the request's arena. */
struct str session_name(struct web_request *req);
/* Who showed the right password and must still do something before the session opens; 0 for others. */
int64_t session_pending_person(struct web_request *req);
/* What the session was opened with. */
struct session_factor {
    int64_t code_at;     /* ms UTC when a code was taken; 0: none was */
    int64_t recovery_id; /* came in by a handed-over code, and must choose a password; 0: by the password */
};
struct session_factor session_factor_of(struct web_request *req);
/* Where the work of this actor begins, behind /{lang}: "/desk", "/admin" ...; static. */
struct str session_home(const struct actor *who);

/* Verbs: open a session for the cookie hash; end it; end all of a person or of a case. Sign-ins of staff are
 * events of the person ("person.signed_in"); the rest is not journalled. Office 0 opens a pending session. */
struct err *session_open_staff(struct action *x, struct hash cookie, int64_t person_id, int64_t office_id) WARN_UNUSED;
/* Remember beside a session just opened what it was opened with. A verb. */
struct err *session_note_factor(struct action *x, struct hash cookie, int64_t person_id, struct session_factor factor)
    WARN_UNUSED;
struct err *session_open_applicant(struct action *x, struct hash cookie, struct str noun, int64_t noun_id) WARN_UNUSED;
struct err *session_end(struct action *x, struct hash cookie) WARN_UNUSED;
struct err *session_end_of_person(struct action *x, int64_t person_id) WARN_UNUSED;
struct err *session_end_of_noun(struct action *x, struct str noun, int64_t noun_id) WARN_UNUSED;
/* Remove what expired. A verb; asked for about once a minute. */
struct err *session_sweep(struct action *x) WARN_UNUSED;

/* The frame's struct of a page: institution, nav, who is signed in, flash, csrf, demo, width. `title` is the
 * page's h1. Sets the visitor's cookie when there is none yet: forms need it. */
struct core_view_layout;
struct err *session_layout(struct web_request *req, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;
/* The same for pages without a form that may be kept by caches: no cookie, no token, nobody is signed in. */
struct err *session_layout_public(struct web_request *req, struct str title, struct core_view_layout *ret_layout)
    WARN_UNUSED;

#endif
