/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cli_man.c - the man page birge.1 from the table of commands, in mdoc(7).
 *
 * Source: mdoc(7); `mandoc -T lint` and `groff -ww` find nothing to say about it (tests/ops).
 */
#include <string.h>

#include "app/cli.h"

#define MAN_DATE "November 25, 2026" /* of the last change in what the commands promise; fixed, so that builds agree */

/* Text of a line: roff's own characters are escaped, and a leading dot or quote is no request. */
static void put_text(struct buf *b, struct str s)
{
    if (s.n > 0 && (s.p[0] == '.' || s.p[0] == '\''))
        buf_c(b, "\\&");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            buf_c(b, "\\e");
        else if (s.p[i] == '-')
            buf_c(b, "\\-");
        else if (s.p[i] == '\'')
            buf_c(b, "\\(aq");
        else if (s.p[i] == '`')
            buf_c(b, "\\(ga");
        else if (s.p[i] == '\n')
            buf_c(b, "\n.br\n");
        else
            buf_byte(b, s.p[i]);
    }
}

static void put_line(struct buf *b, const char *s)
{
    put_text(b, str_c(s));
    buf_c(b, "\n");
}

/* One word as an argument of a macro; mdoc would take "|" and a lone "." for its own. */
static void put_word(struct buf *b, const char *s)
{
    buf_c(b, "\"");
    for (; *s; s++)
        if (*s == '|')
            buf_c(b, "\\(ba");
        else if (*s == '"')
            buf_c(b, "\\(dq");
        else
            put_text(b, (struct str){s, 1});
    buf_c(b, "\"");
}

static void put_option(struct buf *b, const struct cli_option *o)
{
    buf_printf(b, ".It Fl Fl %s", o->name);
    if (o->value) {
        buf_c(b, " Ar ");
        put_word(b, o->value);
    }
    buf_c(b, "\n");
    put_text(b, str_c(o->about));
    if (o->standard) {
        buf_c(b, " (");
        put_text(b, str_c(o->standard));
        buf_c(b, ")");
    }
    buf_c(b, o->is_required ? "; must be given.\n" : ".\n");
}

static void put_usage(struct buf *b, const struct cli_command *c)
{
    buf_printf(b, ".Nm\n.Cm %s%s%s\n", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        buf_c(b, o->is_required ? "." : ".Op ");
        buf_printf(b, "Fl Fl %s", o->name);
        if (o->value) {
            buf_c(b, " Ar ");
            put_word(b, o->value);
        }
        buf_c(b, "\n");
    }
    if (c->operands) {
        buf_c(b, ".Ar ");
        put_word(b, c->operands);
        buf_c(b, "\n");
    }
}

static void put_command(struct buf *b, const struct cli_command *c)
{
    buf_printf(b, ".Ss %s%s%s\n", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
    put_line(b, c->about);
    buf_c(b, ".Pp\n");
    put_usage(b, c);
    buf_c(b, ".Bd -literal -offset indent\n");
    put_line(b, c->example);
    buf_c(b, ".Ed\n");
    if (c->options && c->options->name) {
        buf_c(b, ".Bl -tag -width Ds\n");
        for (const struct cli_option *o = c->options; o->name; o++)
            put_option(b, o);
        buf_c(b, ".El\n");
    }
    if (c->files) {
        buf_c(b, ".Pp\n");
        put_line(b, c->files);
    }
    if (c->wrong) {
        buf_c(b, ".Pp\nExit 1: ");
        put_line(b, str_printf(b->a, "%s.", c->wrong).p);
    }
}

static const char head[] =
    ".\\\" SPDX-License-Identifier: AGPL-3.0-or-later\n"
    ".\\\" Made by `birge help --man` from the table of commands.\n"
    ".Dd " MAN_DATE "\n"
    ".Dt BIRGE 1\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm birge\n"
    ".Nd people speak, the state must answer, and everyone can check it\n"
    ".Sh SYNOPSIS\n"
    ".Nm\n"
    ".Ar command\n"
    ".Op Fl Fl json\n"
    ".Op Fl Fl quiet\n"
    ".Op Ar option ...\n"
    ".Op Ar operand ...\n"
    ".Nm\n"
    ".Ar command\n"
    ".Fl Fl help\n"
    ".Sh DESCRIPTION\n"
    "Birge takes appeals of citizens, registers them, gives each a due date that explains itself and a receipt that\n"
    "anyone can verify, and lets the responsible body answer.\n"
    "The whole state of a realm lies in one folder.\n"
    "Data goes to standard output, messages to standard error.\n"
    "Commands that change a folder ask the server that serves it; when none runs, they do the work themselves.\n"
    ".Pp\n"
    "Options of every command:\n"
    ".Bl -tag -width Ds\n"
    ".It Fl Fl json\n"
    "One JSON object on standard output, where there is a result.\n"
    ".It Fl Fl quiet\n"
    "No messages but errors.\n"
    ".It Fl Fl help\n"
    "Tell about the command, an example first.\n"
    ".El\n"
    ".Sh COMMANDS\n";

static const char tail[] =
    ".Sh FILES\n"
    ".Bl -tag -width Ds\n"
    ".It Pa DIR/birge.db\n"
    "Facts, journal and projections.\n"
    ".It Pa DIR/objects/\n"
    "Attachments by their hash.\n"
    ".It Pa DIR/keys/\n"
    "Secret keys; nobody else may read them.\n"
    ".It Pa DIR/log/vkey\n"
    "The public key that receipts are verified with.\n"
    ".It Pa DIR/birge.ini\n"
    "Settings.\n"
    ".It Pa DIR/control.sock\n"
    "Where a running server takes the commands of the machine.\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width Ds\n"
    ".It 0\n"
    "Done.\n"
    ".It 1\n"
    "Failed, or checked and found wrong.\n"
    ".It 2\n"
    "The command was not understood, or a setting is wrong.\n"
    ".El\n";

void cli_man(struct buf *b, const struct cli_command *table)
{
    buf_c(b, head);
    for (const struct cli_command *c = table; c->noun; c++)
        put_command(b, c);
    buf_c(b, tail);
}
