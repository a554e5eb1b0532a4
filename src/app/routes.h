/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * routes.h - the addresses that belong to the server itself, not to an institution.
 */
#ifndef BIRGE_APP_ROUTES_H
#define BIRGE_APP_ROUTES_H

#include "core/institution.h"

/* /healthz */
extern const struct route_table app_routes;

#endif
