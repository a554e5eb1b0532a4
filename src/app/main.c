/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * main.c - starts the command that the table in commands.c names.
 */
#include <locale.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "app/courier_main.h"

int main(int argc, char **argv)
{
    (void)umask(077);
    (void)setlocale(LC_ALL, "C.UTF-8"); /* once; nothing in Birge depends on a process-wide locale */
    if (sodium_init() < 0)
        return CLI_WRONG;
    if (argc == 2 && strcmp(argv[1], COURIER_WORD) == 0)
        return courier_main(); /* a process of birge serve, no command for people */
    return (int)cli_main(commands, argc, argv);
}
