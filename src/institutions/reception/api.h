/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api.h - the JSON API of reception, as a table: what each address takes and gives.
 *
 * The routes answer from it, /api/openapi.json is made of it, and a test holds both against real replies.
 *
 * Source: contract.md (HTTP).
 */
#ifndef BIRGE_RECEPTION_API_H
#define BIRGE_RECEPTION_API_H

#include "core/institution.h"
#include "web/form.h"

/* One member of a JSON reply. */
struct api_member {
    const char *name;  /* "due.on": nested; "answers[].facts": in each element of a list */
    const char *type;  /* of JSON Schema: "string", "integer", "boolean", "object", "array" */
    const char *about; /* English, for developers */
    bool is_optional;  /* may be absent or null */
};

struct api_operation {
    const struct web_route *route;
    const char *id;                  /* "sendAppeal" */
    const char *summary;
    const struct web_form *body;     /* NULL: none */
    const struct api_member *reply;  /* of a 2xx as JSON; NULL: text/plain */
    size_t n_reply;
    int status;                      /* of a 2xx */
    const int *refusals;             /* other statuses, problem+json; ends with 0 */
    bool has_key;                    /* takes Idempotency-Key */
    bool has_code;                   /* takes Authorization: Bearer <code> */
};

struct page;
struct reception_case;
/* The case as its author sees it. Uses arena, texts and directory of `p`, no request. Memory: p->a.
 * Errors: ERR_LIMIT, ERR_CORRUPT for a broken trace. */
struct err *api_appeal_json(struct page *p, const struct reception_case *c, struct str *ret_json) WARN_UNUSED;

/* All operations, in the order of the description. */
const struct api_operation *api_operations(size_t *ret_n);
/* The description of all of it, OpenAPI 3.1, as JSON. `limits` gives lengths, `server` the address that clients see.
 * Memory: `a`. Errors: ERR_LIMIT. */
struct err *api_describe(struct arena *a, const struct config *limits, struct str server, struct str *ret_json)
    WARN_UNUSED;

#endif
