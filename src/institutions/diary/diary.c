/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * diary.c - the manifest of the diary.
 */
#include "institutions/diary/diary.h"

#include "institutions/diary/actions.h"
#include "institutions/diary/api.h"
#include "institutions/diary/demo.h"
#include "institutions/diary/import.h"
#include "institutions/diary/pages.h"
#include "institutions/diary/policy.h"

static const struct route_table *const tables[] = {
    &diary_routes_public,
    &diary_routes_entry,
    &diary_routes_counters,
    &diary_routes_feeds,
    &diary_routes_api,
    &diary_routes_desk,
    &diary_routes_write,
};

static const struct nav_link nav[] = {
    {50, "diary.nav", "/diary", NULL},
    {50, "diary.desk.nav", "/desk/diary", DIARY_DESK},
};

static const struct import_kind *const imports[] = {&diary_import};

const struct institution diary_institution = {
    .name = "diary",
    .route_tables = tables,
    .n_route_tables = sizeof tables / sizeof tables[0],
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .policy_rows = diary_policy_rows,
    .n_policy_rows = N_DIARY_POLICY_ROWS,
    .api = diary_api,
    .rebuild = diary_rebuild,
    .imports = imports,
    .n_imports = 1,
    .demo = diary_demo,
};
