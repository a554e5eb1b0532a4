/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * router.h - from a path to a route.
 *
 * Patterns form a tree of segments; a literal segment goes before {lang}, {lang} before any other name. A path
 * is cut and decoded first, and what is not canonical is refused there: no dot segments, no encoded slash, no
 * NUL or control character, no broken UTF-8, no empty segment. So a route has one address.
 *
 * Source: RFC 3986, sections 2.1 and 3.3; trust.md section 5 ("identifiers").
 */
#ifndef BIRGE_WEB_ROUTER_H
#define BIRGE_WEB_ROUTER_H

#include "web/web.h"

#define ROUTER_SEGMENTS 16 /* of one path */

struct router;

/* A path, cut at its slashes and decoded. */
struct path {
    struct str segments[ROUTER_SEGMENTS];
    size_t n;
};

struct str_pair {
    struct str name, value;
};

struct router_match {
    const struct web_route *route; /* NULL: none */
    struct path path;
    unsigned allow;                /* bit of each enum web_method that the path has; 0: no such path */
};

/* Build the tree; it points into `routes`. Memory: `a`.
 * Errors: ERR_CONFIG for a pattern that is not one, two routes alike, a route that changes state without a CSRF rule. */
struct err *router_new(struct arena *a, const struct web_route *routes, size_t n, struct router **ret) WARN_UNUSED;
/* Decode `path` (from '/' up to '?'). 0, or 400 or 404. Memory: `a` for segments that were encoded. */
int router_split(struct arena *a, struct str path, struct path *ret_path);
/* Find the route; `ret_match->path` is filled in already. Cost: the number of segments, but for backtracking. */
void router_find(const struct router *r, enum web_method method, struct router_match *ret_match);
/* The segment that `name` stands for in the pattern of the match; absent when the pattern lacks it. */
struct str router_param(const struct router_match *m, struct str name);

enum percent_rule {
    PERCENT_PATH,  /* '+' is itself; NUL is refused */
    PERCENT_QUERY, /* '+' is a space; NUL is refused */
    PERCENT_FORM,  /* '+' is a space; NUL is let through, so that its field can be named */
};
/* Percent-decode. False for a bad escape, NUL or broken UTF-8. Shares the memory of `s` when nothing is encoded, else
 * `a`. */
bool percent_decode(struct arena *a, struct str s, enum percent_rule rule, struct str *ret);
/* Percent-encode everything but unreserved characters (and '/' when `keeps_slash`). */
struct str percent_encode(struct arena *a, struct str s, bool keeps_slash);

#endif
