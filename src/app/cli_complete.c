/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cli_complete.c - completion scripts for bash and zsh from the table of commands.
 *
 * A script asks nothing of birge: all words stand in it, so completing costs no start of a process. What a value
 * is called in the table says what is offered for it (cli.h).
 */
#include <string.h>

#include "app/cli.h"

static bool has_verbs(const struct cli_command *c)
{
    return c->verb != NULL;
}

/* Is this the first line of its noun? */
static bool begins_noun(const struct cli_command *table, const struct cli_command *c)
{
    for (const struct cli_command *k = table; k < c; k++)
        if (strcmp(k->noun, c->noun) == 0)
            return false;
    return true;
}

static void put_key(struct buf *b, const struct cli_command *c)
{
    buf_printf(b, "\"%s%s%s\"", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
}

static void put_nouns(struct buf *b, const struct cli_command *table)
{
    for (const struct cli_command *c = table; c->noun; c++)
        if (begins_noun(table, c))
            buf_printf(b, "%s%s", c == table ? "" : " ", c->noun);
}

static void put_verbs(struct buf *b, const struct cli_command *table, const char *noun)
{
    bool is_first = true;
    for (const struct cli_command *c = table; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0 || !has_verbs(c))
            continue;
        buf_printf(b, "%s%s", is_first ? "" : " ", c->verb);
        is_first = false;
    }
}

/* Does the noun also stand alone, as "seal" beside "seal open"? */
static bool stands_alone(const struct cli_command *table, const char *noun)
{
    for (const struct cli_command *c = table; c->noun; c++)
        if (strcmp(c->noun, noun) == 0 && !has_verbs(c))
            return true;
    return false;
}

/* "kk|ru|en" as "kk ru en". */
static void put_words(struct buf *b, const char *pattern)
{
    for (; *pattern; pattern++)
        buf_byte(b, *pattern == '|' ? ' ' : *pattern);
}

/* What the shell is told to offer for a value or an operand. */
static void put_offer(struct buf *b, const char *value, bool is_file)
{
    if (strchr(value, '|')) {
        buf_c(b, "_birge_words \"");
        put_words(b, value);
        buf_c(b, "\"");
    } else if (strcmp(value, "DIR") == 0) {
        buf_c(b, "_birge_folders");
    } else if (is_file || strstr(value, "FILE")) {
        buf_c(b, "_birge_files");
    } else {
        buf_c(b, ":");
    }
}

/* ---- the parts that both shells share: case branches over "command", "command --option" ---- */

static void put_command_branches(struct buf *b, const struct cli_command *table)
{
    for (const struct cli_command *c = table; c->noun; c++) {
        for (const struct cli_option *o = c->options; o && o->name; o++) {
            if (!o->value)
                continue;
            buf_c(b, "    ");
            put_key(b, c);
            buf_printf(b, "\" --%s\") ", o->name);
            put_offer(b, o->value, o->is_file);
            buf_c(b, "; return ;;\n");
        }
    }
}

static void put_option_branches(struct buf *b, const struct cli_command *table)
{
    for (const struct cli_command *c = table; c->noun; c++) {
        buf_c(b, "    ");
        put_key(b, c);
        buf_c(b, ") options=\"");
        for (const struct cli_option *o = c->options; o && o->name; o++)
            buf_printf(b, "--%s ", o->name);
        buf_c(b, "--json --quiet --help\" ;;\n");
    }
}

static void put_operand_branches(struct buf *b, const struct cli_command *table)
{
    for (const struct cli_command *c = table; c->noun; c++) {
        if (!c->operands)
            continue;
        buf_c(b, "    ");
        put_key(b, c);
        buf_c(b, ") ");
        if (strcmp(c->noun, "help") == 0)
            buf_c(b, "_birge_words \"$nouns\"");
        else
            put_offer(b, c->operands, strcmp(c->operands, "RECEIPT") == 0);
        buf_c(b, " ;;\n");
    }
}

static void put_verb_branches(struct buf *b, const struct cli_command *table)
{
    for (const struct cli_command *c = table; c->noun; c++) {
        if (!has_verbs(c) || !begins_noun(table, c))
            continue;
        buf_printf(b, "    %s) verbs=\"", c->noun);
        put_verbs(b, table, c->noun);
        buf_printf(b, "\"%s ;;\n", stands_alone(table, c->noun) ? " alone=yes" : "");
    }
}

/* ---- bash ---- */

static const char bash_head[] =
    "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
    "# Completion of birge for bash; made by `birge help --completion bash` from the table of commands.\n"
    "_birge_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
    "_birge_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); }\n"
    "_birge_folders() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); }\n"
    "_birge() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} noun=${COMP_WORDS[1]}\n"
    "    local command verbs= alone= options= word nouns\n"
    "    COMPREPLY=()\n"
    "    # readline cuts --data=x into three words\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == = && COMP_CWORD -gt 2 ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n";

static const char middle[] =
    "    command=$noun\n"
    "    case $noun in\n";

static const char bash_verbs[] =
    "    esac\n"
    "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
    "        _birge_words \"$nouns --help\"\n"
    "        return\n"
    "    fi\n"
    "    if [[ -n $alone && $COMP_CWORD -eq 2 && $cur != -* ]]; then\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$verbs --help\" -- \"$cur\"; compgen -f -- \"$cur\")\n"
    "        return\n"
    "    fi\n"
    "    if [[ -n $verbs && ( -z $alone || \" $verbs \" == *\" ${COMP_WORDS[2]} \"* ) ]]; then\n"
    "        if [[ $COMP_CWORD -eq 2 ]]; then\n"
    "            _birge_words \"$verbs --help\"\n"
    "            return\n"
    "        fi\n"
    "        command=\"$noun ${COMP_WORDS[2]}\"\n"
    "    fi\n"
    "    case \"$command $prev\" in\n";

static const char bash_options[] =
    "    esac\n"
    "    case $command in\n";

static const char bash_operands[] =
    "    esac\n"
    "    if [[ $cur == -* ]]; then\n"
    "        local left=\n"
    "        for word in $options; do\n"
    "            [[ \" ${COMP_WORDS[*]:0:COMP_CWORD} \" == *\" $word \"* ]] || left+=\" $word\"\n"
    "        done\n"
    "        _birge_words \"$left\"\n"
    "        return\n"
    "    fi\n"
    "    case $command in\n";

static const char bash_tail[] =
    "    *) _birge_words \"$options\" ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _birge birge\n";

static void put_nouns_line(struct buf *b, const struct cli_command *table)
{
    buf_c(b, "    nouns=\"");
    put_nouns(b, table);
    buf_c(b, "\"\n");
}

void cli_complete_bash(struct buf *b, const struct cli_command *table)
{
    buf_c(b, bash_head);
    put_nouns_line(b, table);
    buf_c(b, middle);
    put_verb_branches(b, table);
    buf_c(b, bash_verbs);
    put_command_branches(b, table);
    buf_c(b, bash_options);
    put_option_branches(b, table);
    buf_c(b, bash_operands);
    put_operand_branches(b, table);
    buf_c(b, bash_tail);
}

/* ---- zsh ---- */

static const char zsh_head[] =
    "#compdef birge\n"
    "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
    "# Completion of birge for zsh; made by `birge help --completion zsh` from the table of commands.\n"
    "_birge_words() { compadd -- ${=1} }\n"
    "_birge_files() { _files }\n"
    "_birge_folders() { _files -/ }\n"
    "_birge() {\n"
    "    local noun=${words[2]} prev=${words[CURRENT-1]} command verbs= alone= options= nouns\n"
    "    if [[ ${words[CURRENT]} == --*=* ]]; then\n"
    "        prev=${words[CURRENT]%%=*}\n"
    "        compset -P '*='\n"
    "    fi\n";

static const char zsh_verbs[] =
    "    esac\n"
    "    if (( CURRENT == 2 )); then\n"
    "        _birge_words \"$nouns --help\"\n"
    "        return\n"
    "    fi\n"
    "    if [[ -n $alone && ${words[CURRENT]} != -* ]] && (( CURRENT == 3 )); then\n"
    "        _birge_words \"$verbs --help\"\n"
    "        _files\n"
    "        return\n"
    "    fi\n"
    "    if [[ -n $verbs && ( -z $alone || \" $verbs \" == *\" ${words[3]} \"* ) ]]; then\n"
    "        if (( CURRENT == 3 )); then\n"
    "            _birge_words \"$verbs --help\"\n"
    "            return\n"
    "        fi\n"
    "        command=\"$noun ${words[3]}\"\n"
    "    fi\n"
    "    case \"$command $prev\" in\n";

static const char zsh_operands[] =
    "    esac\n"
    "    if [[ ${words[CURRENT]} == -* ]]; then\n"
    "        local -a left=(${=options})\n"
    "        left=(${left:|words})\n"
    "        compadd -- $left\n"
    "        return\n"
    "    fi\n"
    "    case $command in\n";

static const char zsh_tail[] =
    "    *) _birge_words \"$options\" ;;\n"
    "    esac\n"
    "}\n"
    "_birge \"$@\"\n";

void cli_complete_zsh(struct buf *b, const struct cli_command *table)
{
    buf_c(b, zsh_head);
    put_nouns_line(b, table);
    buf_c(b, middle);
    put_verb_branches(b, table);
    buf_c(b, zsh_verbs);
    put_command_branches(b, table);
    buf_c(b, bash_options);
    put_option_branches(b, table);
    buf_c(b, zsh_operands);
    put_operand_branches(b, table);
    buf_c(b, zsh_tail);
}
