/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_user.c - birge user add, list, reset: accounts of staff, from the machine itself.
 */
#include "app/commands.h"

#include <jansson.h>
#include <stdio.h>

#include "app/control.h"

/* Print the result as it is, or as a line for people. */
static enum cli_exit print_password(struct cli *cli, struct str json)
{
    json_t *root = json_loadb(json.p, json.n, 0, NULL);
    if (cli->is_json || !root)
        (void)printf("%.*s\n", STR_FMT(json));
    else
        (void)printf("login: %s\npassword, shown once: %s\n", json_string_value(json_object_get(root, "login")),
                     json_string_value(json_object_get(root, "password")));
    json_decref(root);
    return CLI_DONE;
}

enum cli_exit cmd_user_add(struct cli *cli)
{
    struct str json;
    struct op_arg items[] = {
        {"login", str_c(cli_value(cli, "login"))},
        {"name", str_c(cli_value(cli, "name"))},
        {"language", str_c(cli_value(cli, "language"))},
        {"office", str_c(cli_value(cli, "office"))},
    };
    struct op_args args = {items, sizeof items / sizeof items[0]};
    struct err *e = control_do(cli->a, cli_value(cli, "data"), "user.add", &args, &json);
    return e ? cli_fail(cli, e) : print_password(cli, json);
}

enum cli_exit cmd_user_reset(struct cli *cli)
{
    struct str json;
    struct op_arg items[] = {{"login", str_c(cli_value(cli, "login"))}};
    struct op_args args = {items, 1};
    struct err *e = control_do(cli->a, cli_value(cli, "data"), "user.reset", &args, &json);
    return e ? cli_fail(cli, e) : print_password(cli, json);
}

enum cli_exit cmd_user_list(struct cli *cli)
{
    struct str json;
    struct op_args args = {0};
    struct err *e = control_do(cli->a, cli_value(cli, "data"), "user.list", &args, &json);
    if (e)
        return cli_fail(cli, e);
    json_t *root = json_loadb(json.p, json.n, 0, NULL);
    size_t i;
    json_t *person;
    if (cli->is_json || !root)
        (void)printf("%.*s\n", STR_FMT(json));
    else
        json_array_foreach(json_object_get(root, "people"), i, person)
            (void)printf("%-8lld %-24s %-3s %-9s %s\n", (long long)json_integer_value(json_object_get(person, "id")),
                         json_string_value(json_object_get(person, "login")),
                         json_string_value(json_object_get(person, "language")),
                         json_is_true(json_object_get(person, "disabled")) ? "disabled" : "",
                         json_string_value(json_object_get(person, "name")));
    json_decref(root);
    return CLI_DONE;
}
