/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_backup.c - birge backup, restore, rebuild.
 */
#include "app/commands.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/backup.h"
#include "app/control.h"
#include "app/database.h"

/* The server may run in another folder: a path is made absolute before it is handed over. */
static struct err *absolute_path(struct arena *a, const char *path, struct str *ret)
{
    if (path[0] == '/') {
        *ret = str_c(path);
        return NULL;
    }
    char here[PATH_MAX];
    if (!realpath(".", here))
        return ERR(a, ERR_IO, "the current folder has no path");
    *ret = str_printf(a, "%s/%s", here, path);
    return NULL;
}

/* Run an operation and print its JSON with --json, else `sentence`. */
static enum cli_exit finish(struct cli *cli, struct err *e, struct str json, const char *sentence)
{
    if (e)
        return cli_fail(cli, e);
    if (cli->is_json)
        (void)printf("%.*s\n", STR_FMT(json));
    else if (!cli->is_quiet)
        cli_say(cli, "%s", sentence);
    return CLI_DONE;
}

enum cli_exit cmd_backup(struct cli *cli)
{
    struct str file;
    struct str json = {0};
    struct err *e = absolute_path(cli->a, cli->operands[0], &file);
    if (!e) {
        struct op_arg items[] = {{"file", file}};
        struct op_args args = {items, 1};
        e = control_do(cli->a, cli_value(cli, "data"), "backup", &args, &json);
    }
    return finish(cli, e, json, str_printf(cli->a, "%.*s is written; it holds the keys, keep it safe", STR_FMT(file)).p);
}

enum cli_exit cmd_restore(struct cli *cli)
{
    const char *dir = cli_value(cli, "data");
    struct str url = {0};
    struct err *e = cli_has(cli, "db") ? database_url(cli->a, cli_value(cli, "db"), &url) : NULL;
    if (!e)
        e = backup_restore(cli->a, cli->operands[0], dir, url);
    return finish(cli, e, S("{}"), str_printf(cli->a, "%s is restored; `birge audit --data %s` checks it", dir, dir).p);
}

enum cli_exit cmd_rebuild(struct cli *cli)
{
    struct op_args args = {0};
    struct str json = {0};
    struct err *e = control_do(cli->a, cli_value(cli, "data"), "rebuild", &args, &json);
    return finish(cli, e, json, "projections are recreated");
}
