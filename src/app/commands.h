/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * commands.h - the table of commands, and what each line of it runs.
 */
#ifndef BIRGE_APP_COMMANDS_H
#define BIRGE_APP_COMMANDS_H

#include "app/cli.h"

/* All commands; ends with a noun of NULL. */
extern const struct cli_command commands[];

/* One function per line of the table; each says what went wrong on stderr. */
enum cli_exit cmd_doctor(struct cli *cli);
enum cli_exit cmd_help(struct cli *cli);
enum cli_exit cmd_import(struct cli *cli);
enum cli_exit cmd_init(struct cli *cli);
enum cli_exit cmd_serve(struct cli *cli);
enum cli_exit cmd_verify(struct cli *cli);
enum cli_exit cmd_audit(struct cli *cli);
enum cli_exit cmd_backup(struct cli *cli);
enum cli_exit cmd_restore(struct cli *cli);
enum cli_exit cmd_rebuild(struct cli *cli);
enum cli_exit cmd_db_copy(struct cli *cli);
enum cli_exit cmd_db_distribute(struct cli *cli);
enum cli_exit cmd_user_add(struct cli *cli);
enum cli_exit cmd_user_list(struct cli *cli);
enum cli_exit cmd_user_reset(struct cli *cli);
enum cli_exit cmd_mail_test(struct cli *cli);
enum cli_exit cmd_profile_show(struct cli *cli);
enum cli_exit cmd_profile_check(struct cli *cli);
enum cli_exit cmd_text_detect(struct cli *cli);
enum cli_exit cmd_text_stem(struct cli *cli);
enum cli_exit cmd_text_duplicates(struct cli *cli);
enum cli_exit cmd_policy_show(struct cli *cli);
enum cli_exit cmd_policy_routes(struct cli *cli);
enum cli_exit cmd_policy_api(struct cli *cli);
enum cli_exit cmd_seal(struct cli *cli);
enum cli_exit cmd_seal_keygen(struct cli *cli);
enum cli_exit cmd_seal_open(struct cli *cli);
enum cli_exit cmd_settings_show(struct cli *cli);

/* The fields of a noun of `birge import`, for its help. */
void cmd_import_fields(struct buf *b, const struct cli_command *c);

#endif
