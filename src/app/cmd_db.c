/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_db.c - birge db copy (from a file to a server and back) and birge db distribute (Citus).
 *
 * Keeps: the folder names its new database only after every row was read back equal and the audit of the copy was
 *        sound; until that moment, and after any error, it goes on with the old one.
 */
#include "app/commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/control.h"
#include "app/database.h"
#include "app/registry.h"
#include "app/site_open.h"
#include "base/file.h"
#include "base/json.h"
#include "core/audit.h"
#include "core/config.h"
#include "db/distribute.h"
#include "gen/schema.h"

struct move {
    struct cli *cli;
    struct arena *a;
    struct site_paths paths;
    struct database from, to;
    struct db_copy_report report;
    struct audit_report audit;
};

static void draw_rows(void *user, int64_t done, int64_t all)
{
    (void)user;
    (void)fprintf(stderr, "\rcopy: %lld of %lld", (long long)done, (long long)all);
    if (done >= all)
        (void)fputs("\r\033[K", stderr);
}

/* A name for people. */
static struct str shown(struct move *m, const struct database *place)
{
    return place->url.n > 0 ? database_shown(m->a, place->url) : str_c(place->path);
}

/* ---- from where, to where ---- */

static struct err *expect_no_server(struct move *m, const char *dir)
{
    bool is_running = false;
    struct str json;
    struct err *e = control_ask(m->a, dir, "ping", &is_running, &json); /* any word: an answer is enough */
    (void)e;
    return is_running ? ERR(m->a, ERR_CONFLICT, "a server runs on %s; stop it first, and every other server of this state: "
                            "what they take in meanwhile would be left behind", dir)
                      : NULL;
}

static struct err *find_places(struct move *m, const char *dir)
{
    struct config config;
    TRY(expect_no_server(m, dir));
    if (!file_exists(m->paths.ini))
        return ERR(m->a, ERR_CONFIG, "%s is not a data folder; `birge init --data %s` makes one", dir, dir);
    TRY(config_load(m->a, m->paths.ini, &config));
    m->from = (struct database){.path = m->paths.db, .url = config.database_url};
    if (strcmp(cli_value(m->cli, "db"), "sqlite") != 0) {
        TRY(database_url(m->a, cli_value(m->cli, "db"), &m->to.url));
        if (m->from.url.n > 0 && str_eq(m->from.url, m->to.url))
            return ERR(m->a, ERR_CONFIG, "%s uses this database already", dir);
    } else if (m->from.url.n == 0) {
        return ERR(m->a, ERR_CONFIG, "%s uses %s already", dir, m->paths.db);
    }
    m->to.path = str_printf(m->a, "%s.new", m->paths.db).p;
    if (m->to.url.n == 0 && file_exists(m->paths.db))
        return ERR(m->a, ERR_CONFLICT, "%s is in the way; nothing was changed. Move it elsewhere first", m->paths.db);
    if (m->from.url.n == 0 && !file_exists(m->paths.db))
        return ERR(m->a, ERR_CONFIG, "%s is missing: restore a backup", m->paths.db);
    return NULL;
}

/* ---- the copy is judged by itself ---- */

static struct err *audit_copy(struct move *m)
{
    struct db_options options = {.path = m->to.path, .is_read_only = true,
                                 .url = m->to.url.n > 0 ? str_to_c(m->a, m->to.url) : NULL};
    struct audit_options how = {.realm = 1, .head_path = m->paths.head, .objects_dir = str_c(m->paths.objects)};
    struct str vkey;
    struct db *db;
    struct db_read *r;
    how.institutions = registry(&how.n_institutions);
    TRY(file_read(m->a, m->paths.vkey, 4 * ARENA_KIB, &vkey));
    TRY(vkey_parse(m->a, vkey, &how.vkey));
    TRY(db_open(m->a, &schema_all, &options, &db));
    struct err *e = db_reader(m->a, db, &r);
    if (!e)
        e = audit(m->a, r, &how, &m->audit);
    db_close(db);
    return e;
}

/* ---- the change of databases ---- */

static struct err *rename_file(struct move *m, const char *from, const char *to)
{
    if (rename(from, to) != 0)
        return ERR(m->a, ERR_IO, "%s: %s", to, strerror(errno));
    return file_sync_folder(m->a, to);
}

/* A crash between two steps leaves a folder that works: birge.ini decides which database counts. */
static struct err *change_over(struct move *m)
{
    if (m->to.url.n == 0) {
        (void)unlink(str_printf(m->a, "%s.lock", m->to.path).p);
        TRY(rename_file(m, m->to.path, m->paths.db));
        return database_write_ini(m->a, m->paths.ini, m->to.url);
    }
    TRY(database_write_ini(m->a, m->paths.ini, m->to.url));
    if (m->from.url.n == 0) {
        (void)unlink(str_printf(m->a, "%s.lock", m->from.path).p);
        return rename_file(m, m->from.path, str_printf(m->a, "%s.copied", m->from.path).p);
    }
    return NULL;
}

/* What an interrupted copy into a file left; nothing ever used it. */
static void remove_new_file(struct move *m)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        (void)unlink(str_printf(m->a, "%s%s", m->to.path, ends[i]).p);
}

static struct err *move_all(struct move *m, const char *dir)
{
    struct db_copy_options options = {.progress = isatty(STDERR_FILENO) && !m->cli->is_quiet ? draw_rows : NULL};
    TRY(find_places(m, dir));
    if (m->to.url.n == 0)
        remove_new_file(m);
    struct err *e = database_copy(m->a, &m->from, &m->to, &options, &m->report);
    if (!e)
        e = audit_copy(m);
    if (!e && m->audit.is_sound)
        return change_over(m);
    if (m->to.url.n == 0)
        remove_new_file(m);
    return e;
}

/* ---- the command ---- */

static void print_json(struct move *m)
{
    struct buf b;
    struct json j;
    buf_init(&b, m->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "from", shown(m, &m->from));
    json_put_str(&j, "to", m->to.url.n > 0 ? shown(m, &m->to) : str_c(m->paths.db));
    json_put_int(&j, "tables", m->report.tables);
    json_put_int(&j, "rows", m->report.rows);
    json_put_str(&j, "digest", str_hex(m->a, m->report.digest.b, HASH_BYTES));
    json_put_int(&j, "leaves", m->audit.leaves);
    json_put_bool(&j, "sound", m->audit.is_sound);
    if (!m->audit.is_sound)
        json_put_str(&j, "finding", m->audit.finding);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
}

enum cli_exit cmd_db_copy(struct cli *cli)
{
    const char *dir = cli_value(cli, "data");
    struct move m = {.cli = cli, .a = cli->a, .paths = site_paths(cli->a, dir)};
    struct err *e = move_all(&m, dir);
    if (e)
        return cli_fail(cli, e);
    if (cli->is_json)
        print_json(&m);
    if (!m.audit.is_sound) {
        cli_say(cli, "the copy is not sound: %.*s. %s goes on with %.*s", STR_FMT(m.audit.finding), dir,
                STR_FMT(shown(&m, &m.from)));
        return CLI_WRONG;
    }
    if (!cli->is_json && !cli->is_quiet)
        (void)printf("%lld rows of %lld tables copied and read back equal; %lld entries of the log audited.\n%s now uses "
                     "%.*s\n", (long long)m.report.rows, (long long)m.report.tables, (long long)m.audit.leaves, dir,
                     STR_FMT(m.to.url.n > 0 ? shown(&m, &m.to) : str_c(m.paths.db)));
    return CLI_DONE;
}

/* ---- Citus ---- */

static struct err *distribute(struct cli *cli, const char *dir, int64_t *ret_tables)
{
    struct config config;
    struct db *db;
    struct site_paths paths = site_paths(cli->a, dir);
    TRY(config_load(cli->a, paths.ini, &config));
    if (config.database_url.n == 0)
        return ERR(cli->a, ERR_CONFIG, "%s uses a file; `birge db copy` moves it to PostgreSQL first", dir);
    struct db_options options = {.path = paths.db, .url = str_to_c(cli->a, config.database_url)};
    TRY(db_open(cli->a, &schema_all, &options, &db));
    struct err *e = db_distribute(cli->a, db, ret_tables);
    db_close(db);
    return e;
}

enum cli_exit cmd_db_distribute(struct cli *cli)
{
    int64_t tables = 0;
    struct err *e = distribute(cli, cli_value(cli, "data"), &tables);
    if (e)
        return cli_fail(cli, e);
    if (cli->is_json)
        (void)printf("{\"tables\":%lld}\n", (long long)tables);
    else if (!cli->is_quiet)
        (void)printf("%lld tables are spread by realm\n", (long long)tables);
    return CLI_DONE;
}
