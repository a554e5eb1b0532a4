/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_import.c - birge import: a file's rows into a data folder, by the server when one runs.
 *
 * The command opens the file and rejects.csv and hands both over open: the server need not be able to reach them, and
 * whoever may not read the file cannot import it. Progress comes back a few times a second and is drawn here.
 */
#include "app/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/control.h"
#include "app/registry.h"
#include "core/import.h"
#include "core/json_read.h"

static atomic_bool is_interrupted;

static void interrupt(int sig)
{
    (void)sig;
    atomic_store(&is_interrupted, true);
}

/* == help == */

static const char *type_name(enum import_type t)
{
    static const char *const names[] = {
        [IMPORT_LINE] = "line", [IMPORT_TEXT] = "text", [IMPORT_DATE] = "date", [IMPORT_TIME] = "date and time",
        [IMPORT_FLAG] = "yes or no", [IMPORT_INT] = "number", [IMPORT_DECIMAL] = "decimal", [IMPORT_WORD] = "word",
    };
    return names[t];
}

void cmd_import_fields(struct buf *b, const struct cli_command *c)
{
    size_t n;
    const struct institution *const *all = registry(&n);
    const struct import_kind *kind = import_find(all, n, str_c(c->verb));
    if (!kind)
        return;
    buf_printf(b, "\nFields, * needed; a column of the same name is found without --map:\n");
    for (size_t f = 0; f < kind->n_fields; f++) {
        const struct import_field *field = &kind->fields[f];
        buf_printf(b, "  %c %-20s %s (%s", field->is_required ? '*' : ' ', field->name, field->about,
                   type_name(field->type));
        for (size_t w = 0; field->words && field->words[w]; w++)
            buf_printf(b, "%s%s", w ? ", " : ": ", field->words[w]);
        buf_c(b, ")\n");
    }
    buf_c(b, "\nWhat cannot be taken goes to rejects.csv with line, field and reason; mend it there and import that file.\n"
             "A run that was stopped goes on where it stopped when it is given again. docs/howto/import.md tells more.\n");
}

/* == progress == */

struct drawing {
    struct cli *cli;
    bool is_drawn;
};

static void draw(const struct json_at *at)
{
    struct json_at rows = json_read_get(at, "rows");
    struct json_at rejected = json_read_get(at, "rejected");
    struct json_at bytes = json_read_get(at, "bytes");
    struct json_at size = json_read_get(at, "size");
    struct json_at ms = json_read_get(at, "ms");
    int64_t n = json_read_int(&rows, 0, INT64_MAX);
    int64_t bad = json_read_int(&rejected, 0, INT64_MAX);
    int64_t done = json_read_int(&bytes, 0, INT64_MAX);
    int64_t all = json_read_int(&size, 0, INT64_MAX);
    int64_t t = json_read_int(&ms, 0, INT64_MAX);
    int percent = all > 0 ? (int)(done * 100 / all) : 100;
    char bar[21] = "....................";
    for (int i = 0; i < percent / 5 && i < 20; i++)
        bar[i] = '#';
    int64_t left = done > 0 ? t * (all - done) / done / 1000 : 0;
    (void)fprintf(stderr, "\r[%s] %3d %%  %lld rows, %lld rejected, %lld rows/s, %lld:%02lld left \033[K", bar, percent,
                  (long long)n, (long long)bad, (long long)(t > 0 ? n * 1000 / t : 0), (long long)(left / 60),
                  (long long)(left % 60));
}

/* false when the operator pressed Ctrl-C: the server settles what it has and stops. */
static bool tell(void *user, struct str json)
{
    struct drawing *d = user;
    struct json_reader r;
    struct arena *a = arena_new("progress", 0);
    struct json_at root = json_read_open(&r, a, S("progress"), ERR_INTERNAL, json);
    if (isatty(STDERR_FILENO) && !d->cli->is_quiet && !r.e) {
        draw(&root);
        d->is_drawn = true;
    }
    arena_free(a);
    return !atomic_load(&is_interrupted);
}

/* == what became of it == */

static int64_t number(const struct json_at *root, const char *key)
{
    struct json_at at = json_read_get(root, key);
    return json_read_int(&at, 0, INT64_MAX);
}

static bool flag(const struct json_at *root, const char *key)
{
    struct json_at at = json_read_get(root, key);
    return json_read_bool(&at);
}

static struct str text(const struct json_at *root, const char *key)
{
    struct json_at at = json_read_get(root, key);
    return json_read_str(&at, 4096);
}

static void print_rejects(const struct json_at *root, const char *rejects_path)
{
    struct json_at list = json_read_get(root, "rejects");
    size_t n = json_read_count(&list, IMPORT_TOLD);
    for (size_t i = 0; i < n; i++) {
        struct json_at item = json_read_item(&list, i);
        struct json_at named = json_read_opt(&item, "field");
        struct str field = named.v ? json_read_str(&named, 4096) : S("");
        (void)printf("  line %lld%s%.*s: %.*s\n", (long long)number(&item, "line"), field.n > 0 ? ", " : "", STR_FMT(field),
                     STR_FMT(text(&item, "reason")));
    }
    if (n > 0)
        (void)printf("  all rejected rows: %s\n", rejects_path);
}

static void print_result(struct cli *cli, const struct json_at *root, const char *rejects_path)
{
    int64_t ms = number(root, "ms");
    int64_t rows = number(root, "rows");
    int64_t resumed = number(root, "resumed_at");
    if (flag(root, "known")) {
        (void)printf("This file was imported before, as import %lld; nothing was done. --again takes it as a new import.\n",
                     (long long)number(root, "import"));
        return;
    }
    if (resumed > 0)
        (void)printf("went on behind row %lld\n", (long long)resumed);
    (void)printf("%lld rows: %s %lld, of which %lld change something; %lld the same as stored; %lld rejected\n",
                 (long long)rows, cli_has(cli, "dry-run") ? "would take" : "taken", (long long)number(root, "taken"),
                 (long long)number(root, "changed"), (long long)number(root, "same"), (long long)number(root, "rejected"));
    print_rejects(root, rejects_path);
    if (!cli_has(cli, "dry-run") && ms > 0)
        (void)printf("%lld rows/s\n", (long long)((rows - resumed) * 1000 / ms));
    if (flag(root, "stopped"))
        (void)printf("stopped; the same command goes on from here\n");
}

/* Fewer rejects than the operator hoped for is no failure; none taken of some is. */
static enum cli_exit finish(struct cli *cli, struct str json, const char *rejects_path)
{
    struct json_reader r;
    struct json_at root = json_read_open(&r, cli->a, S("the result"), ERR_INTERNAL, json);
    int64_t rejected = number(&root, "rejected");
    bool is_stopped = flag(&root, "stopped");
    if (!r.e && !cli->is_json && !cli->is_quiet)
        print_result(cli, &root, rejects_path);
    if (cli->is_json)
        (void)printf("%.*s\n", STR_FMT(json));
    if (r.e)
        return cli_fail(cli, r.e);
    return rejected > 0 || is_stopped ? CLI_WRONG : CLI_DONE;
}

/* == the command == */

static struct err *open_files(struct cli *cli, const char *rejects_path, struct op_args *args)
{
    const char *path = cli->operands[0];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR(cli->a, ERR_INPUT, "%s: %s", path, strerror(errno));
    int rejects = open(rejects_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat a;
    struct stat b;
    if (rejects < 0)
        return ERR(cli->a, ERR_INPUT, "%s: %s; --rejects names another place", rejects_path, strerror(errno));
    if (fstat(fd, &a) == 0 && fstat(rejects, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return ERR(cli->a, ERR_INPUT, "%s is the file that is read; --rejects names another place for what is rejected",
                   path);
    args->files[0] = fd;
    args->files[1] = rejects;
    args->n_files = 2;
    return NULL;
}

static void remove_empty(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0)
        (void)unlink(path);
}

enum cli_exit cmd_import(struct cli *cli)
{
    const char *slash = strrchr(cli->operands[0], '/');
    const char *rejects_path = cli_value(cli, "rejects");
    struct op_arg items[] = {
        {"noun", str_c(cli->command->verb)},
        {"file", str_c(slash ? slash + 1 : cli->operands[0])},
        {"source", str_c(cli_value(cli, "source"))},
        {"map", str_c(cli_value(cli, "map"))},
        {"set", str_c(cli_value(cli, "set"))},
        {"encoding", str_c(cli_value(cli, "encoding"))},
        {"separator", str_c(cli_value(cli, "separator"))},
        {"empty", str_c(cli_value(cli, "empty"))},
        {"html", str_c(cli_value(cli, "html"))},
        {"dates", str_c(cli_value(cli, "dates"))},
        {"dry_run", str_c(cli_has(cli, "dry-run") ? "1" : NULL)},
        {"again", str_c(cli_has(cli, "again") ? "1" : NULL)},
    };
    struct drawing drawing = {.cli = cli};
    struct op_args args = {.items = items, .n = sizeof items / sizeof items[0], .tell = tell, .user = &drawing};
    struct str json;
    struct sigaction act = {.sa_handler = interrupt};
    (void)sigaction(SIGINT, &act, NULL);
    struct err *e = open_files(cli, rejects_path, &args);
    if (!e)
        e = control_do(cli->a, cli_value(cli, "data"), "import", &args, &json);
    if (drawing.is_drawn)
        (void)fputs("\r\033[K", stderr);
    remove_empty(rejects_path);
    return e ? cli_fail(cli, e) : finish(cli, json, rejects_path);
}
