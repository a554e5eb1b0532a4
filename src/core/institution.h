/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * institution.h - the manifest of a slice: what app needs to know to take an institution in.
 *
 * Each slice has exactly one const struct of this kind, in <name>.c, declared in <name>.h; src/app/registry.c
 * lists them, and that list is the only place that knows all. Core itself has one too (core_institution).
 * A member that is absent (NULL, 0) says that the slice has nothing of the kind.
 *
 * Source: style.md A2 (Decidim's manifest), architecture.md section 2.
 */
#ifndef BIRGE_CORE_INSTITUTION_H
#define BIRGE_CORE_INSTITUTION_H

#include "base/buf.h"
#include "core/action.h"
#include "core/api.h"
#include "core/policy.h"
#include "web/web.h"

/* One table of routes; a slice has one per file of pages. */
struct route_table {
    const struct web_route *routes;
    size_t n;
};

/* One line of the menu at the top of every page, in the order of `order`. From NAV_FOOT on it stands at the
 * foot instead, for everybody: what this is, who sees what, how to verify, where staff sign in. */
#define NAV_FOOT 1000
struct nav_link {
    int order;
    const char *text_id;
    const char *path;       /* behind /{lang}: "/appeals/new" */
    const char *permission; /* NULL: for everybody who is not signed in as staff; else staff whose office may */
    const char *also;       /* another section under the same line: "/admin/offices"; NULL: none */
};

struct import_kind; /* core/import.h */

/* Called with the hash of a stored object that facts name. An error ends the walk. */
typedef struct err *object_seen(void *user, struct str hash, int64_t size);

struct institution {
    const char *name; /* "reception": folder, table prefix, statement prefix */
    const struct route_table *const *route_tables;
    size_t n_route_tables;
    const struct policy_row *policy_rows;
    size_t n_policy_rows;
    const struct nav_link *nav;
    size_t n_nav;
    /* The operations of its JSON API, for /api/openapi.json; static. */
    const struct api_operation *(*api)(size_t *ret_n);
    /* Recreate all projections of the slice from facts and journal; a verb. */
    struct err *(*rebuild)(struct action *x);
    /* Walk the objects that facts of the slice name. */
    struct err *(*objects)(struct arena *a, struct db_read *r, int64_t realm, object_seen *seen, void *user);
    /* Does what is stored open with the keys of this folder? Asked before serving; ERR_CORRUPT when not. */
    struct err *(*check)(struct arena *a, struct db_read *r, const struct site *site);
    /* May body `body_id` be closed? Asked by the verb that closes it, inside its transaction. */
    struct verdict (*may_close_body)(struct action *x, int64_t body_id);
    /* What `birge import` can take in. */
    const struct import_kind *const *imports;
    size_t n_imports;
    /* Periodic work on the clock's behalf, about once a minute (expired codes, old idempotency keys); a verb. */
    struct err *(*tick)(struct action *x);
    /* Fill a fresh demo realm with made-up data that ends at `now`. Its accounts go to `accounts`, to be printed
     * once: one line each, "login<TAB>password<TAB>office". */
    struct err *(*demo)(struct arena *a, struct site *site, int64_t now, struct buf *accounts);
};

#endif
