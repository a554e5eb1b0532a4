/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * main.c - starts the command that the table in commands.c names.
 */
#include <locale.h>
#include <sodium.h>
#include <sys/stat.h>

#include "app/commands.h"

int main(int argc, char **argv)
{
    (void)umask(077);
    (void)setlocale(LC_ALL, "C.UTF-8"); /* once; nothing in Birge depends on a process-wide locale */
    if (sodium_init() < 0)
        return CLI_WRONG;
    return (int)cli_main(commands, argc, argv);
}
