/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cli.h - the command line: one table of commands, from which parsing and --help come.
 *
 * Data goes to stdout, messages to stderr. Exit 0: done; 1: checked and found wrong, or failed; 2: the command
 * was not understood. An unknown word is answered with the nearest known one.
 *
 * Source: contract.md (Command line); experience.md section 10; clig.dev.
 */
#ifndef BIRGE_APP_CLI_H
#define BIRGE_APP_CLI_H

#include "base/err.h"

enum cli_exit { CLI_DONE = 0, CLI_WRONG = 1, CLI_USAGE = 2 };

struct cli_option {
    const char *name;  /* "data" for --data */
    const char *value; /* name of its value in the help, "DIR"; NULL: a flag */
    const char *about;
    bool is_required;
    const char *standard; /* value when it is not given; NULL: none */
};

struct cli;

struct cli_command {
    const char *noun; /* "user" */
    const char *verb; /* "add"; NULL for a short verb that stands alone */
    const char *about;
    const char *example; /* shown first */
    const struct cli_option *options; /* ends with a name of NULL */
    const char *operands;             /* "FILE"; NULL: none */
    int n_operands;                   /* exactly so many */
    enum cli_exit (*run)(struct cli *cli);
};

#define CLI_VALUES 16
#define CLI_OPERANDS 8

/* One call. Everything lives in `a`, to the end of the process. */
struct cli {
    struct arena *a;
    const struct cli_command *command;
    const char *values[CLI_VALUES]; /* as command->options; NULL: not given */
    const char *operands[CLI_OPERANDS];
    int n_operands;
    bool is_quiet;
    bool is_json;
};

/* Find the command, read its options, run it. `table` ends with a noun of NULL. */
enum cli_exit cli_main(const struct cli_command *table, int argc, char **argv);
/* Value of an option of this command, its standard, or NULL. Aborts for a name the table lacks. */
const char *cli_value(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);
/* An integer option within bounds; complains and returns false otherwise. */
bool cli_int(const struct cli *cli, const char *name, int64_t min, int64_t max, int64_t *ret);
/* One line on stderr, "birge: ...". */
void cli_say(const struct cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for an error; the exit code that fits it: usage for settings and input, wrong otherwise. */
enum cli_exit cli_fail(const struct cli *cli, const struct err *e);

#endif
