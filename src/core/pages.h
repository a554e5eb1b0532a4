/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages.h - the handlers of core, and what its files of pages share. Private to core.
 */
#ifndef BIRGE_CORE_PAGES_H
#define BIRGE_CORE_PAGES_H

#include "core/api.h"
#include "core/directory.h"
#include "core/institution.h"
#include "core/page.h"

/* One table per file of pages. */
extern const struct route_table core_routes_sign_in;  /* the steps, and out */
extern const struct route_table core_routes_second_factor; /* codes and devices: steps of signing in */
extern const struct route_table core_routes_own_factor; /* the same of the own account */
extern const struct route_table core_routes_recovery; /* letting somebody in again */
extern const struct route_table core_routes_staff;    /* the own account */
extern const struct route_table core_routes_admin;    /* overview, name of the institution */
extern const struct route_table core_routes_bodies;
extern const struct route_table core_routes_offices;
extern const struct route_table core_routes_people;
extern const struct route_table core_routes_calendar;
extern const struct route_table core_routes_letters;
extern const struct route_table core_routes_journal;
extern const struct route_table core_routes_log;       /* for programs: /log/... */
extern const struct route_table core_routes_log_pages; /* for people: /{lang}/log */
extern const struct route_table core_routes_promises;  /* what is promised; security.txt */
extern const struct route_table core_routes_api;       /* /api/openapi.json */

/* Institution.api of core: the description itself. */
const struct api_operation *core_api(size_t *ret_n);

/* Lines of such a table: a page of administration, and a form that it sends. */
#define ADMIN_GET(pattern, may, handler) {WEB_GET, "/{lang}/admin" pattern, may, WEB_CSRF_READ, WEB_BODY_NONE, handler}
#define ADMIN_POST(pattern, may, handler) {WEB_POST, "/{lang}/admin" pattern, may, WEB_CSRF_FORM, WEB_BODY_FORM, handler}

/* ---- signing in and the own account (pages_sign_in.c, pages_staff.c) ---- */

/* The offices that a person holds today, as choices; `checked` is marked. Memory: the request's arena. */
struct err *office_options(struct web_request *req, int64_t person_id, int64_t checked,
                           struct core_option **ret_options, size_t *ret_n) WARN_UNUSED;

/* ---- administration ---- */

/* Deep copy of what a form was read into: texts go to `a`, the rest byte by byte. */
void page_form_copy(struct arena *a, const struct web_form *form, size_t size, const void *from, void *to);
/* Submit a verb of administration whose command is a copy of `values`. */
struct err *admin_submit(struct web_request *req, const struct web_form *form, size_t size, const void *values,
                         struct err *(*verb)(struct action *x),
                         struct err *(*answer)(struct web_request *req, struct action *x)) WARN_UNUSED;
/* The last event of a thing, for the hidden field "seen" of its forms. */
struct err *admin_seen(struct web_request *req, struct str noun, int64_t noun_id, int64_t *ret_seen) WARN_UNUSED;
/* Was the verb refused for a right? Then the whole page is: true, and `*ret` is what the handler returns. */
bool admin_refused_by_policy(struct web_request *req, struct action *x, struct err **ret);
/* Flash `text_id` and go to `href`. */
struct err *admin_done(struct web_request *req, const char *text_id, struct str href) WARN_UNUSED;
/* Frame of a page of administration, with a way back. */
struct err *admin_layout(struct web_request *req, struct str title, struct str back_href,
                         const struct core_errors *errors, enum core_width width,
                         struct core_view_layout *ret_layout) WARN_UNUSED;
/* Name of a role in the page's language. */
struct str admin_role(struct web_request *req, enum role role);
/* Today's civil day in the realm, ISO, in the request's arena. */
struct str admin_today(struct web_request *req);
/* An ISO date as tables show it; "" for absent. */
struct str admin_day(struct web_request *req, struct str on);

/* Who holds an office today. */
struct holder {
    int64_t office_id, appointment_id, person_id;
    struct str name;
    struct str from_on;
};
/* All of today's, by office. */
struct err *admin_holders(struct web_request *req, struct holder **ret_holders, size_t *ret_n) WARN_UNUSED;
/* The holder of an office in such a list, or NULL. Logarithmic. */
const struct holder *admin_holder_of(const struct holder *holders, size_t n, int64_t office_id);
/* Does the office exist today or later? */
bool admin_office_lasts(const struct office *o, struct str today);

#endif
