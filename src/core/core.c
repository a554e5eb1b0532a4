/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * core.c - the manifest of core.
 */
#include "core/core.h"

#include "core/calendar.h"
#include "core/courier.h"
#include "core/import_kinds.h"
#include "core/pages.h"
#include "core/person_words.h"
#include "core/place.h"
#include "core/policy_rows.h"
#include "core/recovery.h"
#include "core/session.h"
#include "core/two_persons.h"

static const struct nav_link nav[] = {
    {500, "admin.nav.home", "/admin", MAY_SEE_ADMIN},
    {510, "admin.nav.bodies", "/admin/bodies", MAY_CHANGE_BODIES, "/admin/offices"},
    {520, "admin.nav.people", "/admin/people", MAY_CHANGE_PEOPLE},
    {525, "recovery.nav", "/admin/recovery", MAY_CONFIRM_RECOVERY},
    {530, "admin.nav.calendar", "/admin/calendar", CALENDAR_CHANGE},
    {535, "admin.nav.letters", "/admin/letters", MAY_SEE_LETTERS},
    {540, "admin.nav.journal", "/admin/journal", MAY_SEE_JOURNAL},
    {NAV_FOOT + 25, "log.title", "/log", NULL},
    {NAV_FOOT + 26, "promise.nav", "/promises", NULL},
    {NAV_FOOT + 900, "staff.nav.sign_in", "/staff/sign-in", NULL},
};

static const struct import_kind *const imports[] = {&core_import_bodies, &core_import_calendar,
                                                   &core_import_territory, &core_import_borders};

static const struct route_table *const tables[] = {
    &core_routes_sign_in, &core_routes_staff,  &core_routes_admin,    &core_routes_bodies,
    &core_routes_offices, &core_routes_people, &core_routes_calendar, &core_routes_letters,
    &core_routes_journal, &core_routes_log,    &core_routes_log_pages, &core_routes_api,
    &core_routes_second_factor, &core_routes_own_factor, &core_routes_recovery, &core_routes_promises,
};

static struct err *rebuild(struct action *x)
{
    TRY(person_words_rebuild(x));
    TRY(courier_rebuild(x));
    return places_rebuild(x);
}

static struct err *tick(struct action *x)
{
    TRY(person_words_fill(x));
    TRY(session_sweep(x));
    TRY(two_persons_sweep(x));
    return recovery_sweep(x);
}

const struct institution core_institution = {
    .name = "core",
    .route_tables = tables,
    .n_route_tables = sizeof tables / sizeof tables[0],
    .policy_rows = core_policy_rows,
    .n_policy_rows = CORE_POLICY_ROWS,
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .api = core_api,
    .imports = imports,
    .n_imports = sizeof imports / sizeof imports[0],
    .rebuild = rebuild,
    .tick = tick,
};
