/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_help.c - birge help: of all, of a noun, of a command; man page, completion scripts, the table as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"

/* What was asked about: a command, a noun with several verbs, or nothing known. */
static enum cli_exit help_about(struct cli *cli, struct buf *b)
{
    const char *noun = cli->operands[0];
    const char *verb = cli->operands[1];
    for (const struct cli_command *c = cli->table; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0)
            continue;
        if (!c->verb || (verb && strcmp(c->verb, verb) == 0)) {
            cli_help_command(b, c);
            return CLI_DONE;
        }
        if (!verb) {
            cli_help_noun(b, cli->table, noun);
            return CLI_DONE;
        }
    }
    cli_say(cli, "unknown command %s%s%s; `birge help` lists all", noun, verb ? " " : "", verb ? verb : "");
    return CLI_USAGE;
}

enum cli_exit cmd_help(struct cli *cli)
{
    struct buf b;
    const char *shell = cli_value(cli, "completion");
    buf_init(&b, cli->a, 4 * ARENA_MIB);
    if (cli_has(cli, "man"))
        cli_man(&b, cli->table);
    else if (shell && strcmp(shell, "bash") == 0)
        cli_complete_bash(&b, cli->table);
    else if (shell)
        cli_complete_zsh(&b, cli->table);
    else if (cli->is_json)
        cli_table_json(&b, cli->table);
    else if (cli->n_operands > 0 && help_about(cli, &b) != CLI_DONE)
        return CLI_USAGE;
    else if (cli->n_operands == 0)
        cli_help_all(&b, cli->table);
    (void)printf("%.*s", STR_FMT(buf_view(&b)));
    return CLI_DONE;
}
