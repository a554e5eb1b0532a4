/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * route_words.h - what each address does, in a few English words, for the reference.
 */
#ifndef BIRGE_APP_ROUTE_WORDS_H
#define BIRGE_APP_ROUTE_WORDS_H

#include "web/web.h"

/* A phrase for the route, or NULL when nobody wrote one (tools/reference complains). Static. */
const char *route_words(const struct web_route *route);
/* The first phrase whose address no table has, as "GET /x"; NULL when there is none. In `a`. */
const char *route_words_stale(struct arena *a);

#endif
