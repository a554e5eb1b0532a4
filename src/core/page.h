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

#include "core/session.h"
#include "core/views.h"
#include "web/form.h"
#include "web/html.h"

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
