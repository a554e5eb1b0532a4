/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cli.h - the command line: one table of commands, from which parsing, --help, man page and completion come.
 *
 * Data goes to stdout, messages to stderr. Exit 0: done; 1: checked and found wrong, or failed; 2: the command
 * was not understood. An unknown word is answered with the nearest known one. A word "--" ends the options.
 *
 * Source: contract.md (Command line); experience.md section 10; clig.dev.
 */
#ifndef BIRGE_APP_CLI_H
#define BIRGE_APP_CLI_H

#include "base/buf.h"
#include "base/err.h"

enum cli_exit { CLI_DONE = 0, CLI_WRONG = 1, CLI_USAGE = 2 };

struct cli_option {
    const char *name;  /* "data" for --data */
    /* Name of its value in the help; NULL: a flag. It also says what completion offers and what is accepted:
     * "DIR" folders, "FILE" files, "a|b|c" one of these words, anything else is free. */
    const char *value;
    const char *about;
    bool is_required;
    const char *standard; /* value when it is not given; NULL: none */
    bool is_file;         /* completion offers files although the value is named otherwise: "VKEY" */
};

struct cli;

struct cli_command {
    const char *noun; /* "user" */
    const char *verb; /* "add"; NULL for a short verb that stands alone */
    const char *about;
    const char *example; /* shown first; a test runs it */
    const struct cli_option *options; /* ends with a name of NULL */
    const char *operands;             /* "FILE", "[NOUN [VERB]]"; NULL: none */
    int n_operands;                   /* at least so many */
    enum cli_exit (*run)(struct cli *cli);
    int n_optional;    /* and at most so many more */
    const char *wrong; /* what exit 1 means: "the receipt does not hold"; NULL: "it failed" */
    const char *files; /* what it reads and writes: "DIR/log/vkey: ..."; lines; NULL: nothing to tell */
    void (*more)(struct buf *b, const struct cli_command *c); /* what else --help tells; NULL: nothing */
};

#define CLI_VALUES 16
#define CLI_OPERANDS 8

/* One call. Everything lives in `a`, to the end of the process. */
struct cli {
    struct arena *a;
    const struct cli_command *table; /* all of them */
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

/* Is `value` one of the words of "a|b|c"? True for a pattern without a bar. */
bool cli_is_word_of(const char *pattern, const char *value);

/* ---- what else the table gives: cli_help.c, cli_man.c, cli_complete.c ---- */

/* "birge user add" */
struct str cli_name(struct arena *a, const struct cli_command *c);
/* One line: name, options, operands. */
void cli_usage(struct buf *b, const struct cli_command *c);
/* The help of one command, of a noun with several verbs, of all. */
void cli_help_command(struct buf *b, const struct cli_command *c);
void cli_help_noun(struct buf *b, const struct cli_command *table, const char *noun);
void cli_help_all(struct buf *b, const struct cli_command *table);
/* The table as JSON, for the generated reference and for tests. */
void cli_table_json(struct buf *b, const struct cli_command *table);
/* birge.1 in mdoc(7). */
void cli_man(struct buf *b, const struct cli_command *table);
/* A completion script for bash; works with and without the package bash-completion. */
void cli_complete_bash(struct buf *b, const struct cli_command *table);
/* The same for zsh. */
void cli_complete_zsh(struct buf *b, const struct cli_command *table);

#endif
