/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_policy.c - birge policy show: who may do what, the very table that every path asks.
 *
 * For auditors, and for the test that holds pages, files and API against it.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/registry.h"
#include "base/json.h"

static const char *const scopes[] = {
    [SCOPE_ANY] = "any", [SCOPE_OWN_CASE] = "own_case", [SCOPE_OWN_BODY] = "own_body", [SCOPE_OWN_OFFICE] = "own_office",
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
