/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * reception.c - the manifest of reception.
 */
#include "institutions/reception/reception.h"

#include "institutions/reception/actions.h"
#include "institutions/reception/api.h"
#include "institutions/reception/import_appeals.h"
#include "institutions/reception/pages.h"
#include "institutions/reception/pages_desk.h"
#include "institutions/reception/pages_figures.h"
#include "institutions/reception/pages_places.h"
#include "institutions/reception/policy.h"
#include "institutions/reception/rules_private.h"
#include "institutions/reception/store_private.h"

/* A body that still holds open cases keeps its duty. */
static struct verdict may_close_body(struct action *x, int64_t body_id)
{
    int64_t n = 1;
    struct err *e = reception_store_open_of_body(x->a, db_tx_read(x->tx), x->site->realm, body_id, &n);
    if (!e && n == 0)
        return verdict_yes();
    struct verdict v = NO("BODY_HAS_CASES", "body_has_cases", NO_LAW);
    verdict_fact_int(x->a, &v, "n", n);
    return v;
}

static const struct route_table *const tables[] = {
    &reception_routes_home, &reception_routes_figures, &reception_routes_places,
    &reception_routes_bodies, &reception_routes_send, &reception_routes_files,
    &reception_routes_track, &reception_routes_case, &reception_routes_own, &reception_routes_see, &reception_routes_api,
    &reception_routes_desk, &reception_routes_desk_case, &reception_routes_desk_actions,
    &reception_routes_desk_answer, &reception_routes_desk_register,
};

static const struct import_kind *const imports[] = {&reception_import_appeals};

static const struct nav_link nav[] = {
    {10, "home.nav", "", NULL},
    {20, "reception.nav.send", "/appeals/new", NULL},
    {30, "reception.nav.track", "/track", NULL},
    {40, "reception.nav.bodies", "/bodies", NULL},
    {50, "figures.nav", "/figures", NULL},
    {10, "desk.nav", "/desk", RECEPTION_DESK},
    {16, "see.shown.nav", "/desk/shown", RECEPTION_OPEN_SHOWN},
    {15, "see.second.nav", "/desk/second", RECEPTION_CONFIRM_IDENTITY},
    {20, "desk.nav.register", "/desk/register", RECEPTION_REGISTER},
    {NAV_FOOT + 10, "reception.help.title", "/help", NULL},
    {NAV_FOOT + 20, "reception.who.title", "/who-sees-what", NULL},
    {NAV_FOOT + 30, "reception.access.title", "/accessibility", NULL},
};

const struct institution reception_institution = {
    .name = "reception",
    .route_tables = tables,
    .n_route_tables = sizeof tables / sizeof tables[0],
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .policy_rows = reception_policy_rows,
    .n_policy_rows = N_RECEPTION_POLICY_ROWS,
    .api = reception_api,
    .rebuild = reception_rebuild,
    .objects = reception_objects,
    .check = reception_check_boxes,
    .may_close_body = may_close_body,
    .imports = imports,
    .n_imports = sizeof imports / sizeof imports[0],
    .tick = reception_tick,
    .demo = reception_demo,
};
