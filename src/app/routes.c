/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * routes.c - is this server well? For load balancers and the service manager.
 */
#include "app/routes.h"

#include "core/session.h"

/* "ok" only while writes are possible: disk above the reserve, the queue not full, the writer running. */
static struct err *get_healthz(struct web_request *req)
{
    struct site *site = session_site(req);
    web_header(req, "Cache-Control", S("no-store"));
    if (db_takes_writes(site->db))
        return web_reply(req, 200, "text/plain; charset=utf-8", S("ok\n"));
    web_header(req, "Retry-After", S("5"));
    return web_reply(req, 503, "text/plain; charset=utf-8", S("not taking writes\n"));
}

static const struct web_route routes[] = {
    {WEB_GET, "/healthz", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_healthz},
};

const struct route_table app_routes = {routes, sizeof routes / sizeof routes[0]};
