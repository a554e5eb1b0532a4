/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * download.h - a stored file on its way out: read and re-hashed on the slow pool, named so that nobody takes an
 * example for a document.
 */
#ifndef BIRGE_RECEPTION_DOWNLOAD_H
#define BIRGE_RECEPTION_DOWNLOAD_H

#include "core/site.h"
#include "institutions/reception/model.h"
#include "web/web.h"

struct download {
    struct str name;       /* for the person: "example-" before it in a demo */
    const char *type;      /* media type */
    struct str bytes;
    struct reading reading; /* the caller's, when staff reads */
    struct download_private *own;
};

/* Fetch the object of `f` and call `then` on this loop with it. `reading` may be NULL. Parks the request.
 * Memory: the download lives as long as the request. ERR_NOT_FOUND, ERR_CORRUPT, and ERR_BUSY when too many wait. */
struct err *download_run(struct web_request *req, const struct site *site, const struct attachment *f,
                         const struct reading *reading,
                         struct err *(*then)(struct web_request *req, const struct download *d)) WARN_UNUSED;

#endif
