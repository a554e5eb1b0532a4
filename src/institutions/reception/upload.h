/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * upload.h - a file on its way in: judged and made durable on the slow pool, before any row names it.
 */
#ifndef BIRGE_RECEPTION_UPLOAD_H
#define BIRGE_RECEPTION_UPLOAD_H

#include "institutions/reception/actions.h"
#include "web/form.h"

struct upload {
    struct verdict verdict;  /* of document_check; a "no" stored nothing */
    struct stored_file file; /* for the command, when it was stored */
    void *user;              /* the handler's */
    struct upload_private *own;
};

/* Take `f` in and call `then` on this loop: with u->file stored, or with a "no" in u->verdict. Parks the request.
 * Memory: u and what it names live as long as the request. A failed write is answered by its error page, a full pool
 * by 503. */
struct err *upload_run(struct web_request *req, const struct site *site, const struct web_file *f,
                       struct err *(*then)(struct web_request *req, struct upload *u), void *user) WARN_UNUSED;

#endif
