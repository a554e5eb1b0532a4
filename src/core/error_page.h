/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * error_page.h - the page that says what went wrong, why, and what to do.
 */
#ifndef BIRGE_CORE_ERROR_PAGE_H
#define BIRGE_CORE_ERROR_PAGE_H

#include "web/web.h"

/* For web_options.draw_error: core.problem in the request's language. `v`, when there is one, names the ground
 * and the next step; otherwise the status does. Memory: the request's arena. Works without a database. */
struct err *error_page_draw(struct web_request *req, int status, const struct verdict *v, struct str *ret_html)
    WARN_UNUSED;

#endif
