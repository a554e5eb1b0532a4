/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * intake.h - what the form and the API do alike before an appeal goes to the writer.
 *
 * Source: contract.md (POST /api/v1/appeals); rules.md A2.
 */
#ifndef BIRGE_RECEPTION_INTAKE_H
#define BIRGE_RECEPTION_INTAKE_H

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

#endif
