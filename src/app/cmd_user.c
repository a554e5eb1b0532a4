/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_user.c - birge user add, list, reset: accounts of staff, from the machine itself.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/control.h"
#include "core/json_read.h"

/* Print the result as it is, or as two lines for people. */
static enum cli_exit print_password(struct cli *cli, struct str json)
{
    struct json_reader r;
    if (cli->is_json) {
        (void)printf("%.*s\n", STR_FMT(json));
        return CLI_DONE;
    }
    struct json_at root = json_read_open(&r, cli->a, S("the result"), ERR_INTERNAL, json);
    struct json_at login = json_read_get(&root, "login");
    struct json_at password = json_read_get(&root, "password");
    struct str login_text = json_read_str(&login, 256);
    struct str password_text = json_read_str(&password, 256);
    if (r.e)
        return cli_fail(cli, r.e);
    (void)printf("login: %.*s\npassword, shown once: %.*s\n", STR_FMT(login_text), STR_FMT(password_text));
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

/* One line of the list. */
static void print_person(const struct json_at *person)
{
    struct json_at id = json_read_get(person, "id");
    struct json_at login = json_read_get(person, "login");
    struct json_at language = json_read_get(person, "language");
    struct json_at disabled = json_read_get(person, "disabled");
    struct json_at name = json_read_get(person, "name");
    (void)printf("%-8lld %-24.*s %-3.*s %-9s %.*s\n", (long long)json_read_int(&id, 1, INT64_MAX),
                 STR_FMT(json_read_str(&login, 256)), STR_FMT(json_read_str(&language, 8)),
                 json_read_bool(&disabled) ? "disabled" : "", STR_FMT(json_read_str(&name, 1024)));
}

enum cli_exit cmd_user_list(struct cli *cli)
{
    struct str json;
    struct op_args args = {0};
    struct json_reader r;
    struct err *e = control_do(cli->a, cli_value(cli, "data"), "user.list", &args, &json);
    if (e)
        return cli_fail(cli, e);
    if (cli->is_json) {
        (void)printf("%.*s\n", STR_FMT(json));
        return CLI_DONE;
    }
    struct json_at root = json_read_open(&r, cli->a, S("the result"), ERR_INTERNAL, json);
    struct json_at people = json_read_get(&root, "people");
    size_t n = json_read_count(&people, 1000000);
    for (size_t i = 0; i < n && !r.e; i++) {
        struct json_at person = json_read_item(&people, i);
        print_person(&person);
    }
    return r.e ? cli_fail(cli, r.e) : CLI_DONE;
}
