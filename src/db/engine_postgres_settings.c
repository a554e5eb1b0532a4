/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_postgres_settings.c - which servers Birge trusts with what it has acknowledged.
 *
 * A server that does not sync, does not write whole pages or has no checksums works well, until power fails; then it
 * may have lost what people hold receipts for, and nobody can tell. So each setting is asked for on every connection,
 * also on one made after a failover, and a wrong one is refused by name.
 *
 * Source: trust.md, sections 1 and 7.
 */
#include "db/engine_postgres_private.h"

#include <stdlib.h>
#include <string.h>

#define VERSION_MIN 140000 /* pipelines and all settings below are known */

struct setting {
    const char *name;
    const char *value; /* that it must have; of several, separated by spaces, one. NULL: told only */
    enum { BOTH, WRITER } of;
    const char *why;
};

static const struct setting settings[] = {
    {"server_version", NULL, BOTH, NULL},
    {"fsync", "on", BOTH, "without it a power cut loses or damages what was acknowledged"},
    {"full_page_writes", "on", BOTH, "without it a power cut leaves torn pages"},
    {"data_checksums", "on", BOTH, "without them nobody notices that a disk changed a page (initdb --data-checksums)"},
    {"synchronous_commit", "on remote_write remote_apply", BOTH, "a commit must not return before it is on the disk"},
    {"data_sync_retry", "off", BOTH, "after a failed sync a second one may lie"},
    {"zero_damaged_pages", "off", BOTH, "a damaged page must not become an empty one"},
    {"ignore_checksum_failure", "off", BOTH, "a damaged page must not be read as a sound one"},
    {"server_encoding", "UTF8", BOTH, "the database must be created with ENCODING 'UTF8'"},
    {"client_encoding", "UTF8", BOTH, "texts travel as UTF-8"},
    {"standard_conforming_strings", "on", BOTH, "a backslash is a letter"},
    {"in_hot_standby", "off", WRITER, "this server is a standby and cannot be written to"},
    {"transaction_read_only", "off", WRITER, "this role or database can only read"},
};
#define N_SETTINGS (sizeof settings / sizeof settings[0])

static bool is_among(const char *value, const char *words)
{
    struct str rest = str_c(words);
    while (rest.n > 0) {
        struct str word;
        struct str next;
        if (!str_cut(rest, ' ', &word, &next))
            next = S("");
        if (str_eq(word, str_c(value)))
            return true;
        rest = next;
    }
    return false;
}

static bool is_asked(const struct engine_postgres *s, const struct setting *p)
{
    return p->of == BOTH || s->use == ENGINE_WRITER;
}

/* All values in one row. */
static struct err *read_all(struct engine_postgres *s, struct arena *a, PGresult **ret_row)
{
    struct str sql = S("SELECT ");
    for (size_t i = 0; i < N_SETTINGS; i++)
        sql = str_printf(a, "%.*s%scurrent_setting('%s', true)", STR_FMT(sql), i ? ", " : "", settings[i].name);
    return pg_run(s, a, "settings", sql.p, ret_row);
}

static struct err *judge(struct engine_postgres *s, struct arena *a, const PGresult *row)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct setting *p = &settings[i];
        const char *value = PQgetvalue(row, 0, (int)i);
        if (!p->value || !is_asked(s, p) || is_among(value, p->value))
            continue;
        return ERR(a, ERR_CONFIG, "PostgreSQL: %s is %s and must be %s: %s", p->name, value[0] ? value : "unknown",
                   p->value, p->why);
    }
    return NULL;
}

/* What a session may choose itself. A stronger synchronous_commit is left as it is. */
static const char session[] =
    "SET client_min_messages = warning; SET jit = off; SET lock_timeout = '30s'; SET search_path = public; "
    "SET default_transaction_isolation = 'read committed'; "
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";
/* A server that was stopped in the middle of a batch must not keep the others out for ever. */
static const char writer_session[] = "SET idle_in_transaction_session_timeout = '60s'; SET statement_timeout = 0";
static const char reader_session[] = "SET default_transaction_read_only = on; SET statement_timeout = '300s'";

struct err *pg_configure(struct engine_postgres *s, struct arena *a)
{
    PGresult *row;
    int version = PQserverVersion(s->conn);
    if (version < VERSION_MIN)
        return ERR(a, ERR_CONFIG, "PostgreSQL %d is too old: Birge needs %d or later", version / 10000,
                   VERSION_MIN / 10000);
    TRY(pg_run(s, a, "settings", session, NULL));
    TRY(read_all(s, a, &row));
    struct err *e = judge(s, a, row);
    PQclear(row);
    TRY(e);
    return pg_run(s, a, "settings", s->use == ENGINE_WRITER ? writer_session : reader_session, NULL);
}

struct err *pg_settings(struct engine *e, struct arena *a, struct db_setting **ret_settings, size_t *ret_n)
{
    struct engine_postgres *s = (struct engine_postgres *)(void *)e;
    struct db_setting *all = ARENA_ARRAY(a, N_SETTINGS, struct db_setting);
    PGresult *row;
    size_t n = 0;
    TRY(read_all(s, a, &row));
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct setting *p = &settings[i];
        if (!is_asked(s, p))
            continue;
        struct str value = str_dup(a, str_c(PQgetvalue(row, 0, (int)i)));
        bool is_one_of = p->value && is_among(PQgetvalue(row, 0, (int)i), p->value);
        all[n++] = (struct db_setting){i == 0 ? "PostgreSQL" : p->name, value, is_one_of ? str_to_c(a, value) : p->value};
    }
    PQclear(row);
    *ret_settings = all;
    *ret_n = n;
    return NULL;
}

struct err *pg_check(struct engine *e, struct arena *a)
{
    static const char sql[] = "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database "
                              "WHERE datname = current_database() OR datname IS NULL";
    struct engine_postgres *s = (struct engine_postgres *)(void *)e;
    PGresult *row;
    TRY(pg_run(s, a, "check", sql, &row));
    struct err *err = NULL;
    if (strcmp(PQgetvalue(row, 0, 0), "0") != 0)
        err = ERR(a, ERR_CORRUPT, "PostgreSQL met %s pages whose checksum is wrong: see its log, check its disk, restore "
                  "a backup", PQgetvalue(row, 0, 0));
    PQclear(row);
    return err;
}
