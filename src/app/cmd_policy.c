/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_policy.c - birge policy show, routes: who may do what, and by which addresses.
 *
 * The very tables that every path asks. For auditors, and for the test that holds pages, files and API against them:
 * an address that the test does not know fails it.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/registry.h"
#include "app/route_words.h"
#include "base/json.h"
#include "core/api.h"
#include "core/config.h"

static const char *const scopes[] = {
    [SCOPE_ANY] = "any", [SCOPE_OWN_CASE] = "own_case", [SCOPE_OWN_BODY] = "own_body", [SCOPE_OWN_OFFICE] = "own_office",
    [SCOPE_OPENED] = "opened", [SCOPE_SHOWN] = "shown",
};

static void print_json(struct cli *cli, const struct policy *policy)
{
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, 4 * ARENA_MIB);
    json_begin(&j, &b);
    json_array(&j);
    for (size_t i = 0; i < policy->n_rows; i++) {
        const struct policy_row *row = &policy->rows[i];
        json_object(&j);
        json_put_str(&j, "role", role_name(row->role));
        json_put_str(&j, "action", str_c(row->action));
        json_put_str(&j, "scope", str_c(scopes[row->scope]));
        json_put_int(&j, "states", row->states);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
}

enum cli_exit cmd_policy_show(struct cli *cli)
{
    struct policy policy = registry_policy(cli->a);
    if (cli->is_json) {
        print_json(cli, &policy);
        return CLI_DONE;
    }
    (void)printf("%-14s %-32s %-10s %s\n", "role", "action", "scope", "states (bits)");
    for (size_t i = 0; i < policy.n_rows; i++) {
        const struct policy_row *row = &policy.rows[i];
        (void)printf("%-14.*s %-32s %-10s 0x%x\n", STR_FMT(role_name(row->role)), row->action, scopes[row->scope],
                     row->states);
    }
    return CLI_DONE;
}

/* ---- addresses ---- */

static const char *const methods[] = {[WEB_GET] = "GET", [WEB_POST] = "POST", [WEB_DELETE] = "DELETE"};

static void put_route(struct cli *cli, struct json *j, const struct web_route *route)
{
    const char *permission = route->permission ? route->permission : "";
    const char *words = route_words(route);
    if (!cli->is_json) {
        (void)printf("%-7s %-44s %-28s %s\n", methods[route->method], route->pattern, permission, words ? words : "");
        return;
    }
    json_object(j);
    json_put_str(j, "method", str_c(methods[route->method]));
    json_put_str(j, "pattern", str_c(route->pattern));
    json_put_str(j, "permission", str_c(permission));
    json_put_str(j, "words", str_c(words));
    json_put_bool(j, "has_form_token", route->csrf == WEB_CSRF_FORM);
    json_object_end(j);
}

enum cli_exit cmd_policy_routes(struct cli *cli)
{
    const struct web_route *const *tables;
    const size_t *sizes;
    size_t n;
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, 4 * ARENA_MIB);
    json_begin(&j, &b);
    json_array(&j);
    registry_routes(cli->a, &tables, &sizes, &n);
    if (!cli->is_json)
        (void)printf("%-7s %-44s %s\n", "method", "address", "action that is asked first; none: the handler asks");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            put_route(cli, &j, &tables[i][k]);
    json_array_end(&j);
    json_end(&j);
    if (cli->is_json)
        (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
    return CLI_DONE;
}

/* ---- the JSON API ---- */

enum cli_exit cmd_policy_api(struct cli *cli)
{
    size_t n;
    struct str json;
    struct config limits = config_default();
    const struct institution *const *all = registry(&n);
    struct err *e = api_describe(cli->a, all, n, &limits, S("/"), &json);
    if (e)
        return cli_fail(cli, e);
    (void)printf("%.*s\n", STR_FMT(json));
    return CLI_DONE;
}
