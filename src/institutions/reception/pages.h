/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages.h - what the pages and the API of reception share: the start of every handler, links, panels.
 *
 * A page is one read transaction: page_run opens it, calls the handler with a `struct page`, and closes it
 * whatever the handler returns. Pointers into the directory are good until then; an answer that comes back from
 * the writer starts a new page.
 *
 * Keeps:  no handler asks the database by itself: store.h does, and asks the policy first.
 */
#ifndef BIRGE_RECEPTION_PAGES_H
#define BIRGE_RECEPTION_PAGES_H

#include "core/calendar.h"
#include "core/deadline.h"
#include "core/directory.h"
#include "core/institution.h"
#include "core/profile.h"
#include "core/session.h"
#include "institutions/reception/rules.h"
#include "institutions/reception/store.h"
#include "institutions/reception/views.h"
#include "web/form.h"

/* Routes and menu of this part, for the manifest. */
extern const struct route_table reception_routes_home;  /* home, bodies, who sees what, help */
extern const struct route_table reception_routes_send;  /* choosing, writing, sent */
extern const struct route_table reception_routes_files; /* further files, receipts, downloads */
extern const struct route_table reception_routes_case;  /* tracking, the appeal for its author */
extern const struct route_table reception_routes_api;   /* /api/v1 and its description */
extern const struct nav_link reception_public_nav[];
extern const size_t reception_public_nav_n;

/* One request on its way to a page. */
struct page {
    struct web_request *req;
    struct arena *a;                   /* of the request */
    struct site *site;
    struct loop *loop;
    const struct actor *who;
    const struct lang *lang;
    struct str code;                   /* "kk" */
    const struct directory *directory; /* good until the handler returns */
    const struct calendar *calendar;   /* good until the handler returns */
    int64_t now;                       /* ms UTC */
    int32_t today;                     /* civil day of the realm */
    void *user;                        /* of page_run_with */
};

typedef struct err *page_handler(struct page *p);

/* Run `fn` inside one read transaction of this loop's connection. */
struct err *page_run(struct web_request *req, page_handler *fn) WARN_UNUSED;
/* The same, handing `user` on. */
struct err *page_run_with(struct web_request *req, page_handler *fn, void *user) WARN_UNUSED;

/* The frame: `title` is the page's h1. Public pages are the same for everybody and may be cached; private ones hold
 * forms or personal things and get the quick exit. */
struct err *page_public(struct page *p, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;
struct err *page_private(struct page *p, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;
/* Begin the HTML of a page, and send what was drawn. Public pages are sent with page_send_public. */
void page_html(struct page *p, struct html *h);
struct err *page_send(struct page *p, int status, struct html *h) WARN_UNUSED;
struct err *page_send_public(struct page *p, struct html *h) WARN_UNUSED;

/* "/kk" and `rest` ("/track"), in `p->a`. */
struct str page_href(struct page *p, struct str rest);
/* "/kk/appeals/2026-0000123-4" and `rest` ("/due"), in `p->a`. */
struct str page_appeal_href(struct page *p, struct str number, const char *rest);
/* A text of the page's language. */
struct str page_t(struct page *p, const char *id);
/* The text whose id is `prefix` and `name`: page_t_of(p, "reception.state.", name). */
struct str page_t_of(struct page *p, const char *prefix, struct str name);
/* Name of a body or title of an office; "" for an unknown id. */
struct str page_body(struct page *p, int64_t body_id);
struct str page_office(struct page *p, int64_t office_id);
/* "30 March 2026" of an ISO date; the date itself when it is none. */
struct str page_date(struct page *p, struct str iso);
/* "30 March 2026, 14:05" in the realm's zone. */
struct str page_time(struct page *p, int64_t at);
/* "an address of mail": the first letter and the part behind @, for screens that others see. */
struct str page_mail_shortened(struct page *p, struct str email);

/* ---- panels ---- */

/* The panel of a due date. `closed_at` 0: still open; `why_href` may be absent. */
struct core_view_due page_due(struct page *p, const char *label_id, struct str due_on, int64_t closed_at,
                              struct str why_href);
/* Who will see it, computed from the policy. `subject` as reception_rules_audience takes it. */
struct reception_view_sees page_sees(struct page *p, const struct policy_subject *subject, int64_t accused_body_id,
                                     bool can_be_forwarded);
/* What each level of identity means, those that are possible here. Memory: p->a. */
size_t page_levels(struct page *p, const struct reception_level **ret_levels);
/* "PDF, JPEG, PNG ... up to 10 MB". */
struct str page_file_hint(struct page *p);
/* A file for core.files: download at `href`. */
struct core_file page_file(struct page *p, const struct attachment *f, struct str number);

/* ---- errors of forms ---- */

/* What a form's handler found, as the layout shows it. Memory: p->a. */
const struct core_errors *page_errors(struct page *p, const struct web_errors *errors);
/* Add the sentence of a refusal, and what can be done, to `field`. */
void page_add_verdict(struct page *p, struct web_errors *errors, struct str field, const struct verdict *v);

#endif
