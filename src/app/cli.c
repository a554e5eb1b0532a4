/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cli.c - reading a command line by the table of commands.
 */
#include "app/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/database.h"

/* Edit distance of two short words, at most 32 bytes each; longer ones are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    if (n > 32 || m > 32)
        return 99;
    size_t row[33];
    for (size_t k = 0; k <= m; k++)
        row[k] = k;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= m; k++) {
            size_t best = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
            diagonal = row[k];
            best = row[k] + 1 < best ? row[k] + 1 : best;
            row[k] = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
        }
    }
    return row[m];
}

void cli_say(const struct cli *cli, const char *fmt, ...)
{
    va_list ap;
    (void)cli;
    (void)fputs("birge: ", stderr);
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
}

enum cli_exit cli_fail(const struct cli *cli, const struct err *e)
{
    cli_say(cli, "%s", err_text(cli->a, e).p);
    bool is_usage = e->code == ERR_INPUT || e->code == ERR_CONFIG;
    return is_usage ? CLI_USAGE : CLI_WRONG;
}

static void print_usage(const struct cli *cli)
{
    struct buf b;
    buf_init(&b, cli->a, 64 * ARENA_KIB);
    cli_usage(&b, cli->command);
    (void)fprintf(stderr, "%.*s", STR_FMT(buf_view(&b)));
}

bool cli_is_word_of(const char *pattern, const char *value)
{
    struct str rest = str_c(pattern);
    struct str word;
    if (!strchr(pattern, '|'))
        return true;
    while (str_cut(rest, '|', &word, &rest))
        if (str_eq(word, str_c(value)))
            return true;
    return str_eq(word, str_c(value));
}

static enum cli_exit unknown_command(const struct cli *cli, const struct cli_command *table, const char *word)
{
    const char *best = NULL;
    size_t best_distance = 3;
    for (const struct cli_command *c = table; c->noun; c++) {
        size_t d = distance(word, c->noun);
        if (d < best_distance) {
            best = c->noun;
            best_distance = d;
        }
    }
    if (best)
        cli_say(cli, "unknown command %s; did you mean %s?", word, best);
    else
        cli_say(cli, "unknown command %s; `birge help` lists all", word);
    return CLI_USAGE;
}

/* The verbs of a noun, for somebody who gave none or a wrong one. */
static enum cli_exit unknown_verb(const struct cli *cli, const struct cli_command *table, const char *noun,
                                  const char *verb)
{
    char verbs[160] = "";
    size_t n = 0;
    for (const struct cli_command *c = table; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0)
            continue;
        int wrote = snprintf(verbs + n, sizeof verbs - n, "%s%s", n ? ", " : "", c->verb);
        n += wrote > 0 && (size_t)wrote < sizeof verbs - n ? (size_t)wrote : 0;
    }
    if (verb)
        cli_say(cli, "unknown: birge %s %s; there is %s", noun, verb, verbs);
    else
        cli_say(cli, "birge %s needs one of: %s", noun, verbs);
    return CLI_USAGE;
}

static int find_option(const struct cli_command *c, const char *name, size_t n)
{
    for (int i = 0; c->options && c->options[i].name; i++)
        if (strlen(c->options[i].name) == n && memcmp(c->options[i].name, name, n) == 0)
            return i;
    return -1;
}

static enum cli_exit unknown_option(const struct cli *cli, const char *arg)
{
    const char *best = NULL;
    size_t best_distance = 3;
    for (const struct cli_option *o = cli->command->options; o && o->name; o++) {
        size_t d = distance(arg + 2, o->name);
        if (d < best_distance) {
            best = o->name;
            best_distance = d;
        }
    }
    if (best)
        cli_say(cli, "unknown option %s; did you mean --%s?", arg, best);
    else
        cli_say(cli, "unknown option %s; `%s --help` lists all", arg, cli_name(cli->a, cli->command).p);
    return CLI_USAGE;
}

/* One word that begins with --; may take the word after it. */
static enum cli_exit read_option(struct cli *cli, int argc, char **argv, int *at)
{
    const char *arg = argv[*at];
    if (strcmp(arg, "--json") == 0) {
        cli->is_json = true;
        return CLI_DONE;
    }
    if (strcmp(arg, "--quiet") == 0) {
        cli->is_quiet = true;
        return CLI_DONE;
    }
    const char *equals = strchr(arg, '=');
    size_t n = equals ? (size_t)(equals - arg) - 2 : strlen(arg) - 2;
    int i = find_option(cli->command, arg + 2, n);
    if (i < 0)
        return unknown_option(cli, arg);
    const struct cli_option *o = &cli->command->options[i];
    const char *value = equals ? equals + 1 : NULL;
    if (o->value && !value) {
        if (*at + 1 >= argc) {
            cli_say(cli, "--%s needs %s", o->name, o->value);
            return CLI_USAGE;
        }
        value = argv[++*at];
    }
    if (value && strcmp(o->name, "db") == 0) /* everybody can read the words of a process */
        value = database_hide(cli->a, argv[*at] + (value - argv[*at]));
    if (!o->value && value) {
        cli_say(cli, "--%s takes no value", o->name);
        return CLI_USAGE;
    }
    if (cli->values[i]) {
        cli_say(cli, "--%s is given twice", o->name);
        return CLI_USAGE;
    }
    if (o->value && !cli_is_word_of(o->value, value)) {
        cli_say(cli, "--%s %s: expected one of %s", o->name, value, o->value);
        return CLI_USAGE;
    }
    cli->values[i] = value ? value : "";
    return CLI_DONE;
}

static enum cli_exit check_complete(const struct cli *cli)
{
    const struct cli_command *c = cli->command;
    for (int i = 0; c->options && c->options[i].name; i++) {
        if (c->options[i].is_required && !cli->values[i]) {
            cli_say(cli, "--%s %s is missing", c->options[i].name, c->options[i].value);
            print_usage(cli);
            return CLI_USAGE;
        }
    }
    if (cli->n_operands < c->n_operands || cli->n_operands > c->n_operands + c->n_optional) {
        cli_say(cli, cli->n_operands < c->n_operands ? "%s is missing" : "too many words; expected %s",
                c->operands ? c->operands : "no operands");
        print_usage(cli);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

/* --help: of a command, of a noun, of all. */
static enum cli_exit help(const struct cli *cli, const char *noun)
{
    struct buf b;
    buf_init(&b, cli->a, ARENA_MIB);
    if (cli->command)
        cli_help_command(&b, cli->command);
    else if (noun)
        cli_help_noun(&b, cli->table, noun);
    else
        cli_help_all(&b, cli->table);
    (void)printf("%.*s", STR_FMT(buf_view(&b)));
    return CLI_DONE;
}

static const struct cli_command *find_command(const struct cli_command *table, int argc, char **argv, int *ret_next,
                                              bool *ret_has_noun)
{
    for (const struct cli_command *c = table; c->noun; c++) {
        if (strcmp(c->noun, argv[1]) != 0)
            continue;
        *ret_has_noun = true;
        if (!c->verb) {
            *ret_next = 2;
            return c;
        }
        if (argc > 2 && strcmp(c->verb, argv[2]) == 0) {
            *ret_next = 3;
            return c;
        }
    }
    return NULL;
}

/* The words behind the command: options into values, the rest into operands. */
static enum cli_exit read_words(struct cli *cli, int argc, char **argv, int next)
{
    bool is_plain = false; /* behind "--" */
    for (int i = next; i < argc; i++) {
        if (!is_plain && strcmp(argv[i], "--") == 0) {
            is_plain = true;
        } else if (!is_plain && strncmp(argv[i], "--", 2) == 0) {
            enum cli_exit wrong = read_option(cli, argc, argv, &i);
            if (wrong)
                return wrong;
        } else {
            if (cli->n_operands < CLI_OPERANDS)
                cli->operands[cli->n_operands] = argv[i];
            cli->n_operands++; /* check_complete complains of too many */
        }
    }
    return check_complete(cli);
}

enum cli_exit cli_main(const struct cli_command *table, int argc, char **argv)
{
    struct cli cli = {.a = arena_new("command", 0), .table = table};
    int next = 0;
    bool has_noun = false;
    if (argc < 2 || is_help(argv[1])) {
        (void)help(&cli, NULL);
        return argc < 2 ? CLI_USAGE : CLI_DONE;
    }
    cli.command = find_command(table, argc, argv, &next, &has_noun);
    if (!cli.command && has_noun)
        return argc > 2 && is_help(argv[2]) ? help(&cli, argv[1])
                                            : unknown_verb(&cli, table, argv[1], argc > 2 ? argv[2] : NULL);
    if (!cli.command)
        return unknown_command(&cli, table, argv[1]);
    if (wants_help(argc, argv))
        return help(&cli, NULL);
    enum cli_exit wrong = read_words(&cli, argc, argv, next);
    if (wrong)
        return wrong;
    enum cli_exit done = cli.command->run(&cli);
    arena_free(cli.a);
    return done;
}

const char *cli_value(const struct cli *cli, const char *name)
{
    int i = find_option(cli->command, name, strlen(name));
    MUST(i >= 0 && i < CLI_VALUES);
    return cli->values[i] ? cli->values[i] : cli->command->options[i].standard;
}

bool cli_has(const struct cli *cli, const char *name)
{
    int i = find_option(cli->command, name, strlen(name));
    MUST(i >= 0 && i < CLI_VALUES);
    return cli->values[i] != NULL;
}

bool cli_int(const struct cli *cli, const char *name, int64_t min, int64_t max, int64_t *ret)
{
    const char *value = cli_value(cli, name);
    if (!value)
        return true;
    if (str_to_int64(str_c(value), ret) && *ret >= min && *ret <= max)
        return true;
    cli_say(cli, "--%s %s: expected a whole number from %lld to %lld", name, value, (long long)min, (long long)max);
    return false;
}
