/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * intake.h - what the form and the API do alike before an appeal goes to the writer.
 *
 * Source: contract.md (POST /api/v1/appeals); rules.md A2.
 */
#ifndef BIRGE_RECEPTION_INTAKE_H
#define BIRGE_RECEPTION_INTAKE_H

#include "core/document.h"
#include "core/session.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/rules.h"
#include "web/form.h"

/* Names of the inputs, as the sender knows them. */
struct intake_names {
    const char *subject, *text, *kind, *language, *body, *accused, *file;
    const char *contact; /* before name, email, phone, address: "applicant." or "" */
};

/* Ask the rules about all that was typed, and add one error for each part that they refuse, so that nobody has to
 * send a form five times to learn of five mistakes. Parts that have an error already are not asked about again.
 * Memory: `a`. The verb asks once more. */
void intake_check(struct arena *a, const struct lang *l, const struct site *site, const struct directory *d,
                  struct submit_facts facts, const struct intake_names *names, struct web_errors *errors);

/* ---- uploads ---- */

/* One file on its way into the object store. Lives in the action's arena. */
struct upload {
    struct action *x;
    struct document document; /* when `verdict` allows it: checked and stored */
    struct verdict verdict;
    struct err *error;        /* it could not be stored */
    struct str name, bytes;   /* as sent */
    int64_t max_bytes;
    struct err *(*then)(struct web_request *req, struct upload *u);
    void *user;
};
/* Check `file` and store it on the pool for slow work, then call `then` on this loop's thread. Parks. Answers 503
 * when the pool is full. A failure is returned before `then` is called.
 * Memory: x->a; `file` stays in the request's. `user` must outlive the request's parking. */
struct err *intake_upload(struct web_request *req, struct action *x, struct web_file file,
                          struct err *(*then)(struct web_request *req, struct upload *u), void *user) WARN_UNUSED;

/* The receipt of a case as it was first given: against the head that first covered it. Byte for byte the same
 * whenever it is asked for. Memory: `a`. */
struct err *intake_first_receipt(struct arena *a, const struct site *site, struct db_read *r, int64_t appeal_id,
                                 struct str *ret_text) WARN_UNUSED;
/* The receipt against the newest head. */
struct err *intake_renewed_receipt(struct arena *a, const struct site *site, struct db_read *r, int64_t appeal_id,
                                   struct str *ret_text) WARN_UNUSED;

#endif
