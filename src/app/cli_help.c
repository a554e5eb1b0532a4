/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cli_help.c - help texts from the table of commands, and the table itself as JSON.
 */
#include <string.h>

#include "app/cli.h"
#include "base/json.h"

#define ABOUT_COLUMN 26

struct str cli_name(struct arena *a, const struct cli_command *c)
{
    return str_printf(a, "birge %s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
}

void cli_usage(struct buf *b, const struct cli_command *c)
{
    buf_str(b, cli_name(b->a, c));
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        const char *open = o->is_required ? "" : "[";
        const char *close = o->is_required ? "" : "]";
        buf_printf(b, " %s--%s%s%s%s", open, o->name, o->value ? " " : "", o->value ? o->value : "", close);
    }
    if (c->operands)
        buf_printf(b, " %s", c->operands);
    buf_c(b, "\n");
}

static void put_option(struct buf *b, const char *name, const char *value, const char *about, const char *standard)
{
    struct str left = str_printf(b->a, "--%s %s", name, value ? value : "");
    buf_printf(b, "  %-*s %s", ABOUT_COLUMN, left.p, about);
    if (standard)
        buf_printf(b, " (%s)", standard);
    buf_c(b, "\n");
}

static void put_files(struct buf *b, const char *files)
{
    struct str rest = str_c(files);
    struct str line;
    buf_c(b, "\nFiles:\n");
    while (str_cut(rest, '\n', &line, &rest))
        buf_printf(b, "  %.*s\n", STR_FMT(line));
    buf_printf(b, "  %.*s\n", STR_FMT(line));
}

void cli_help_command(struct buf *b, const struct cli_command *c)
{
    buf_printf(b, "    %s\n\n%s\n\nUsage: ", c->example, c->about);
    cli_usage(b, c);
    for (const struct cli_option *o = c->options; o && o->name; o++)
        put_option(b, o->name, o->value, o->about, o->standard);
    put_option(b, "json", NULL, "one JSON object on stdout, where there is a result", NULL);
    put_option(b, "quiet", NULL, "no messages but errors", NULL);
    if (c->files)
        put_files(b, c->files);
    if (c->more)
        c->more(b, c);
    buf_printf(b, "\nExit: 0 done; 1 %s; 2 the command was not understood.\n", c->wrong ? c->wrong : "it failed");
}

/* One line of a list of commands. */
static void put_line(struct buf *b, const struct cli_command *c)
{
    struct str name = str_printf(b->a, "%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
    buf_printf(b, "  %-18s %s\n", name.p, c->about);
}

void cli_help_noun(struct buf *b, const struct cli_command *table, const char *noun)
{
    bool is_first = true;
    for (const struct cli_command *c = table; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0)
            continue;
        if (is_first)
            buf_printf(b, "    %s\n\nCommands:\n", c->example);
        is_first = false;
        put_line(b, c);
    }
    buf_printf(b, "\n`birge %s VERB --help` tells more.\n", noun);
}

void cli_help_all(struct buf *b, const struct cli_command *table)
{
    buf_c(b, "    make run\n    birge init --demo --data demo && birge serve --data demo\n\n"
             "Birge: people speak, the state must answer, and everyone can check it.\n\nCommands:\n");
    for (const struct cli_command *c = table; c->noun; c++)
        put_line(b, c);
    buf_c(b, "\n`birge COMMAND --help` tells more, an example first. Exit: 0 done; 1 failed, or checked and found\n"
             "wrong; 2 the command was not understood.\n");
}

/* ---- JSON ---- */

static void put_json_option(struct json *j, const struct cli_option *o)
{
    json_object(j);
    json_put_str(j, "name", str_c(o->name));
    json_put_str(j, "value", str_c(o->value));
    json_put_str(j, "about", str_c(o->about));
    json_put_bool(j, "required", o->is_required);
    json_put_str(j, "standard", str_c(o->standard));
    json_object_end(j);
}

void cli_table_json(struct buf *b, const struct cli_command *table)
{
    struct json j;
    json_begin(&j, b);
    json_array(&j);
    for (const struct cli_command *c = table; c->noun; c++) {
        struct buf usage;
        buf_init(&usage, b->a, 16 * ARENA_KIB);
        cli_usage(&usage, c);
        json_object(&j);
        json_put_str(&j, "noun", str_c(c->noun));
        json_put_str(&j, "verb", str_c(c->verb));
        json_put_str(&j, "about", str_c(c->about));
        json_put_str(&j, "example", str_c(c->example));
        json_put_str(&j, "usage", str_trim(buf_view(&usage)));
        json_put_str(&j, "operands", str_c(c->operands));
        json_put_str(&j, "wrong", str_c(c->wrong));
        json_put_str(&j, "files", str_c(c->files));
        json_key(&j, "options");
        json_array(&j);
        for (const struct cli_option *o = c->options; o && o->name; o++)
            put_json_option(&j, o);
        json_array_end(&j);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_end(&j);
}
