/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api.h - the JSON API as tables: what each address takes and gives.
 *
 * Each institution has one table (Institution.api). Its routes answer from it, /api/openapi.json is made of all of
 * them, and tests hold both against real replies.
 *
 * Source: contract.md (HTTP); OpenAPI 3.1.0.
 */
#ifndef BIRGE_CORE_API_H
#define BIRGE_CORE_API_H

#include "web/form.h"

struct config;
struct institution;

/* One member of a JSON reply. */
struct api_member {
    const char *name;  /* "due.on": nested; "answers[].facts": in each element of a list */
    const char *type;  /* of JSON Schema: "string", "integer", "boolean", "object", "array" */
    const char *about; /* English, for developers */
    bool is_optional;  /* may be absent or null */
};

/* One value of an address: a {name} of the pattern, or a filter of the query. */
struct api_parameter {
    const char *name;
    const char *about; /* English, for developers */
    bool is_query;     /* may be left out */
};

/* One address and what it answers. */
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
    const struct api_parameter *parameters;
    size_t n_parameters;
};

/* The description of all of it, OpenAPI 3.1, as JSON: the tables of `n` institutions in order. `limits` gives
 * lengths, `server` the address that clients see.
 * Memory: `a`. Errors: ERR_LIMIT. */
struct err *api_describe(struct arena *a, const struct institution *const *institutions, size_t n,
                         const struct config *limits, struct str server, struct str *ret_json) WARN_UNUSED;

#endif
