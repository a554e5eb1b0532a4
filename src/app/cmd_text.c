/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_text.c - birge text: the language of lines, the stems of words, the near-duplicates of a file; no data folder.
 *
 * Lines come from stdin, one answer a line goes to stdout, so that they fit into a pipe.
 * Source: contract.md (Command line).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "algo/near.h"
#include "algo/stem.h"
#include "algo/words.h"
#include "app/commands.h"
#include "app/text_table.h"
#include "base/buf.h"
#include "base/json.h"

#define LINE_MAX_BYTES (1u << 20)

/* The next line of stdin without its end, in `line` of LINE_MAX_BYTES. False at the end. Longer lines end the command,
 * and so does what is not UTF-8. */
static bool next_line(struct cli *cli, char *line, int64_t *no, enum cli_exit *ret_exit, struct str *ret_line)
{
    if (!fgets(line, LINE_MAX_BYTES, stdin)) {
        if (ferror(stdin)) {
            cli_say(cli, "stdin cannot be read");
            *ret_exit = CLI_WRONG;
        }
        return false;
    }
    ++*no;
    size_t n = strlen(line);
    if (n == LINE_MAX_BYTES - 1 && line[n - 1] != '\n') {
        cli_say(cli, "line %lld: longer than 1 MiB", (long long)*no);
        *ret_exit = CLI_USAGE;
        return false;
    }
    *ret_line = (struct str){line, strcspn(line, "\r\n")};
    if (!str_is_utf8(*ret_line)) {
        cli_say(cli, "line %lld: expected UTF-8", (long long)*no);
        *ret_exit = CLI_USAGE;
        return false;
    }
    return true;
}

/* Print an object of two members as JSON, the second a number if so, or their values with a tab between. */
static void print_pair(struct cli *cli, const char *name1, struct str value1, const char *name2, struct str value2,
                       bool is_number)
{
    if (!cli->is_json) {
        (void)printf("%.*s\t%.*s\n", STR_FMT(value1), STR_FMT(value2));
        return;
    }
    struct arena_mark mark = arena_mark(cli->a);
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, 4 * LINE_MAX_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, name1, value1);
    if (is_number)
        json_put_raw(&j, name2, value2);
    else
        json_put_str(&j, name2, value2);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
    arena_rewind(cli->a, mark);
}

enum cli_exit cmd_text_detect(struct cli *cli)
{
    enum cli_exit end = CLI_DONE;
    char *line = ARENA_ARRAY(cli->a, LINE_MAX_BYTES, char);
    struct str text;
    int64_t no = 0;
    while (next_line(cli, line, &no, &end, &text)) {
        struct arena_mark mark = arena_mark(cli->a);
        int confidence;
        struct str code = language_code(language_guess(text, &confidence));
        print_pair(cli, "language", code.n ? code : S("other"), "confidence",
                   str_printf(cli->a, "%d.%02d", confidence / 100, confidence % 100), true);
        arena_rewind(cli->a, mark);
    }
    return end;
}

static bool read_language(struct cli *cli, enum language *ret)
{
    struct str asked = str_c(cli_value(cli, "lang"));
    for (int l = LANGUAGE_KK; l <= LANGUAGE_EN; l++) {
        if (str_eq(asked, language_code((enum language)l))) {
            *ret = (enum language)l;
            return true;
        }
    }
    cli_say(cli, "--lang %.*s: expected kk, ru or en", STR_FMT(asked));
    return false;
}

enum cli_exit cmd_text_stem(struct cli *cli)
{
    enum cli_exit end = CLI_DONE;
    enum language language;
    if (!read_language(cli, &language))
        return CLI_USAGE;
    char *line = ARENA_ARRAY(cli->a, LINE_MAX_BYTES, char);
    struct word_tables *tables = word_tables_new(cli->a);
    struct stemmer *stemmer = stemmer_new(cli->a);
    struct str text;
    int64_t no = 0;
    while (next_line(cli, line, &no, &end, &text)) {
        struct words w = words_of(tables, text);
        struct word word;
        char buf[WORD_FORM_MAX];
        while (words_next(&w, buf, &word))
            print_pair(cli, "word", word.text, "stem", stem(stemmer, language, word.form), false);
    }
    return end;
}

/* == near-duplicates == */

/* A number from 0.1 to 1 with a point. */
static bool read_threshold(struct cli *cli, double *ret)
{
    const char *text = cli_value(cli, "threshold");
    char *end;
    *ret = strtod(text, &end);
    if (*text && !*end && *ret >= 0.1 && *ret <= 1)
        return true;
    cli_say(cli, "--threshold %s: expected a number from 0.1 to 1, such as 0.5", text);
    return false;
}

static void show_progress(void *user, size_t done, size_t all)
{
    (void)user;
    (void)fprintf(stderr, "\r%3zu %%%s", all ? done * 100 / all : 100, done == all ? "\r     \r" : "");
}

static void print_group(struct cli *cli, const struct text_table *t, const struct near_group *g, size_t no)
{
    struct arena_mark mark = arena_mark(cli->a);
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, SIZE_MAX / 2);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "group", (int64_t)no);
    json_put_str(&j, "medoid", t->cells[g->medoid * 2]);
    json_key(&j, "members");
    json_array(&j);
    for (size_t i = 0; i < g->n; i++) {
        json_object(&j);
        json_put_str(&j, "id", t->cells[g->members[i].text * 2]);
        json_put_raw(&j, "similarity", str_printf(cli->a, "%.4f", g->members[i].likeness));
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
    arena_rewind(cli->a, mark);
}

#define WORDS_COMPARED 2000 /* of a text: one of 100,000 letters is not compared whole */

enum cli_exit cmd_text_duplicates(struct cli *cli)
{
    const char *names[] = {cli_value(cli, "id"), cli_value(cli, "text")};
    struct text_table t;
    double threshold;
    if (!read_threshold(cli, &threshold))
        return CLI_USAGE;
    struct err *e = text_table_read(cli->a, cli->operands[0], names, 2, &t);
    if (e)
        return cli_fail(cli, e);
    struct word_tables *tables = word_tables_new(cli->a);
    struct stemmer *stemmer = stemmer_new(cli->a);
    struct shingles *sets = ARENA_ARRAY(cli->a, t.n_rows + 1, struct shingles);
    for (size_t i = 0; i < t.n_rows; i++)
        sets[i] = shingles_of(cli->a, tables, stemmer, t.cells[i * 2 + 1], WORDS_COMPARED);
    struct near_group *groups;
    size_t n;
    bool is_shown = isatty(STDERR_FILENO) && !cli->is_quiet;
    near_groups(cli->a, sets, t.n_rows, threshold, is_shown ? show_progress : NULL, NULL, &groups, &n);
    for (size_t i = 0; i < n; i++)
        print_group(cli, &t, &groups[i], i + 1);
    return CLI_DONE;
}
