/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * registry.c - adding an institution is its folder and one line here.
 */
#include "app/registry.h"

#include "app/routes.h"
#include "core/core.h"
#include "institutions/diary/diary.h"
#include "institutions/reception/reception.h"

static const struct route_table *const app_tables[] = {&app_routes};
static const struct institution app_institution = {
    .name = "app",
    .route_tables = app_tables,
    .n_route_tables = 1,
};

static const struct institution *const institutions[] = {
    &app_institution,
    &core_institution,
    &reception_institution,
    &diary_institution,
};

const struct institution *const *registry(size_t *ret_n)
{
    *ret_n = sizeof institutions / sizeof institutions[0];
    return institutions;
}

struct policy registry_policy(struct arena *a)
{
    size_t n;
    const struct institution *const *all = registry(&n);
    const struct policy_row **tables = ARENA_ARRAY(a, n, const struct policy_row *);
    size_t *sizes = ARENA_ARRAY(a, n, size_t);
    for (size_t i = 0; i < n; i++) {
        tables[i] = all[i]->policy_rows;
        sizes[i] = all[i]->n_policy_rows;
    }
    return policy_join(a, tables, sizes, n);
}

void registry_routes(struct arena *a, const struct web_route *const **ret_tables, const size_t **ret_sizes,
                     size_t *ret_n)
{
    size_t n;
    size_t n_tables = 0;
    const struct institution *const *all = registry(&n);
    for (size_t i = 0; i < n; i++)
        n_tables += all[i]->n_route_tables;
    const struct web_route **tables = ARENA_ARRAY(a, n_tables, const struct web_route *);
    size_t *sizes = ARENA_ARRAY(a, n_tables, size_t);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < all[i]->n_route_tables; k++, at++) {
            tables[at] = all[i]->route_tables[k]->routes;
            sizes[at] = all[i]->route_tables[k]->n;
        }
    }
    *ret_tables = tables;
    *ret_sizes = sizes;
    *ret_n = n_tables;
}
