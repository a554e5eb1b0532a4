/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api.h - the JSON API of reception.
 *
 * Source: contract.md (HTTP).
 */
#ifndef BIRGE_RECEPTION_API_H
#define BIRGE_RECEPTION_API_H

#include "core/api.h"

struct page;
struct reception_case;
/* The case as its author sees it. Uses arena, texts and directory of `p`, no request. Memory: p->a.
 * Errors: ERR_LIMIT, ERR_CORRUPT for a broken trace. */
struct err *api_appeal_json(struct page *p, const struct reception_case *c, struct str *ret_json) WARN_UNUSED;

/* Institution.api: all operations, in the order of the description. */
const struct api_operation *reception_api(size_t *ret_n);

#endif
