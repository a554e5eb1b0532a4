/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * page.h - from a filled view to a reply: the few lines that every handler of a page needs.
 *
 *     struct html h;
 *     page_begin(req, &h);
 *     core_view_sign_in(&h, &m);
 *     return page_end(req, 200, &h);
 */
#ifndef BIRGE_CORE_PAGE_H
#define BIRGE_CORE_PAGE_H

#include "core/calendar.h"
#include "core/directory.h"
#include "core/session.h"
#include "core/views.h"
#include "web/form.h"
#include "web/html.h"

/* ---- one read transaction ---- */

/* A page is one read transaction: pages_run opens it, calls the handler with a `struct page`, and closes it
 * whatever the handler returns. Pointers into the directory are good until then. */
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

typedef struct err *pages_handler(struct page *p);

/* Run `fn` inside one read transaction of this loop's connection. */
struct err *pages_run(struct web_request *req, pages_handler *fn) WARN_UNUSED;
/* The same, handing `user` on. */
struct err *pages_run_with(struct web_request *req, pages_handler *fn, void *user) WARN_UNUSED;

/* ---- words ---- */

/* A text of the page's language. */
struct str pages_t(struct page *p, const char *id);
/* The text whose id is `prefix` and `name`: pages_t_of(p, "reception.state.", name). */
struct str pages_t_of(struct page *p, const char *prefix, struct str name);
/* Name of a body or title of an office; "" for an unknown id. */
struct str pages_body(struct page *p, int64_t body_id);
struct str pages_office(struct page *p, int64_t office_id);
/* "30 March 2026" of an ISO date; the date itself when it is none. */
struct str pages_date(struct page *p, struct str iso);
/* The same in digits, for dense tables. */
struct str pages_day(struct page *p, struct str iso);
/* "30 March 2026, 14:05" in the realm's zone. */
struct str pages_time(struct page *p, int64_t at);

/* ---- drawing ---- */

/* A page in the request's language, the realm's zone and the request's time. */
void page_begin(struct web_request *req, struct html *h);
/* Send it. */
struct err *page_end(struct web_request *req, int status, struct html *h) WARN_UNUSED;
/* The markup, to be sent after a reading is durable. */
struct err *page_html(struct html *h, struct str *ret_html) WARN_UNUSED;

/* "/{lang}" and `path`, in the request's arena; `path` printf-like, ASCII that needs no encoding. */
struct str page_href(struct web_request *req, const char *path, ...) __attribute__((format(printf, 2, 3)));
/* `s` as one component of a URL, percent-encoded, in `a`. */
struct str page_url_part(struct arena *a, struct str s);

/* Errors of a form as its page shows them: a list, NULL when there is none. */
const struct core_errors *page_errors(struct web_request *req, const struct web_errors *errors);
/* Add an error before the others: of a field that stands first in its form. */
void page_error_first(struct web_request *req, struct web_errors *errors, struct str field, struct str message);
/* Add to `errors`, at the input `field`: the sentence of the refusal `v` and what can be done instead. */
void page_add_refusal(struct web_request *req, struct web_errors *errors, struct str field, const struct verdict *v);
/* One error: the sentence of `v` and what to do, at the input `field` ("" for the form as a whole). */
const struct core_errors *page_refusal(struct web_request *req, const char *field, const struct verdict *v);
/* The status of a refused form: 403 for rights, 409 for a state that changed, 422 for what was typed. */
int page_refusal_status(const struct verdict *v);
/* A segment or value that is a positive id, or 0. */
int64_t page_id(struct str s);

#endif
