/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * db.h - the database, without a word of SQL: statements have numbers, made from queries.sql.
 *
 * Reading and writing are different types. A `struct db_read` is a connection of one thread; a page is
 * one short read transaction on it. A `struct db_tx` exists only inside a job on the writer thread, so
 * nothing else can write. Jobs queue up while the batch before them commits; a batch is one transaction,
 * a job a savepoint in it; a job is done when its batch is durable. Generated wrappers (gen/..._queries.h)
 * are what slices call; db_query and db_exec are for them.
 *
 * Keeps:  one connection writes and checkpoints in the whole system; a failed sync ends the process;
 *         after a failed job the engine is asked whether the transaction still stands.
 * Source: trust.md, sections 1 and 3; architecture.md, section 3.
 */
#ifndef BIRGE_DB_DB_H
#define BIRGE_DB_DB_H

#include "base/err.h"

struct db;
struct db_tx;
struct db_job;
struct engine;

/* A reader: one connection, one thread at a time. */
struct db_read {
    struct db *db;
    struct engine *engine;
    uint64_t round; /* transactions begun and ended on it: odd inside one, never twice the same */
};

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_value {
    enum db_type type;
    int64_t i;    /* DB_INT */
    struct str s; /* DB_TEXT, DB_BLOB */
};

/* == what sqlgen writes == */

struct db_statement {
    const char *name;     /* "reception.appeal_by_id" */
    const char *sql;      /* SQLite's: ?1 */
    const char *postgres; /* PostgreSQL's: $1 */
    const char *params;   /* a letter for each parameter: i integer, t text, b blob */
    bool is_write;
};

struct db_migration {
    const char *slice;
    int number;
    const char *name; /* "0001_core" */
    const char *sql;      /* the file */
    const char *postgres; /* the same in PostgreSQL's words */
    const char *hash;     /* SHA-256 of the file, hex */
};

/* One table that holds facts of a noun. */
struct db_fact_table {
    const char *noun;
    const char *table;
    const char *const *columns;
    int n_columns;
    int key;            /* which of the columns is the id */
    int rows_statement; /* all columns of the rows of one (realm, id), by primary key */
    int range_statement; /* the same of all ids between two, by id and primary key */
    int ids_statement;  /* the distinct ids of one realm above a given one, in order, limited */
    int realms_statement; /* the first realm above a given one that has rows */
};

/* One table of the journal. */
struct db_journal_table {
    const char *table;
    int realms_statement; /* as of a fact table */
};

/* Any table of the schema, as db/copy.h carries its rows. */
struct db_table {
    const char *table;
    const char *const *columns; /* all, in declared order */
    const enum db_type *types;  /* of the columns; each may hold DB_NULL where the schema allows it */
    int n_columns;
    const int *key; /* which columns make the primary key, in its order; realm is the first */
    int n_keys;
    int count_statement;
    int page_statement;   /* all columns of the rows after a key, in its order: the key's columns, then how many rows */
    int insert_statement; /* all columns */
};

struct db_schema {
    const struct db_statement *statements;
    int n_statements;
    const struct db_migration *migrations;
    int n_migrations;
    const struct db_fact_table *facts;
    int n_facts;
    const struct db_journal_table *journals;
    int n_journals;
    const struct db_table *tables; /* all of them, by name */
    int n_tables;
};

/* == opening == */

/* Called by the writer. `user` is handed back. All on the writer thread, never two at once. */
struct batch_hooks {
    void *user;
    /* The transaction has begun and no job ran: take what other servers must leave alone (db_lock_realm), and find out
     * what they wrote. An error loses the batch. */
    struct err *(*begun)(void *user, struct arena *a, struct db_tx *tx);
    /* A job ran without error: finish what it staged, still inside its savepoint. */
    struct err *(*job_end)(void *user, struct arena *a, struct db_tx *tx);
    /* `job` was undone, before or after job_end: forget what it staged, and nothing of the jobs before it. */
    void (*job_undone)(void *user, const struct db_job *job);
    /* All jobs ran: write what binds the batch. An error loses the batch. */
    struct err *(*seal)(void *user, struct arena *a, struct db_tx *tx);
    /* The batch is durable. */
    void (*committed)(void *user);
    /* The batch is gone. */
    void (*lost)(void *user);
};

struct db_options {
    const char *path;             /* of the database file, and of the lock beside it; with `url` of the lock alone */
    const char *url;              /* "postgresql://...": PostgreSQL instead of the file; NULL or "": SQLite at `path` */
    int queue;                    /* jobs that may wait; 0: 4096 */
    int batch;                    /* jobs in one transaction; 0: no bound, 1: a transaction per request */
    int64_t reserve_percent;      /* free disk below which jobs that need space are refused */
    int64_t reserve_bytes;
    int fault_at;                 /* tests: fail the n-th engine call of the writer; 0: none */
    int fault_code;               /* tests: an err_code; ERR_FULL also ends the transaction */
    bool fault_forever;           /* tests: every call from fault_at on */
    bool is_read_only;            /* open without migrating and without a writer: audit, verify */
};

/* Open the database, take the lock beside `path` (with `url`, path NULL: none), apply the migrations that are missing.
 * With `url` several servers may have it open, each with a data folder of its own.
 * Memory: `app`; the strings of `options` too. Errors: ERR_CONFLICT "... is in use by process 123", ERR_CONFIG (a newer
 * or changed schema; a setting of the server that does not keep what is promised, naming it), ERR_BUSY (the server is
 * not there), ERR_CORRUPT, ERR_IO. */
struct err *db_open(struct arena *app, const struct db_schema *schema, const struct db_options *options,
                    struct db **ret_db) WARN_UNUSED;
/* Close everything. The writer must be stopped. NULL is fine. */
void db_close(struct db *db);
#define DB_AT_CLOSE 8
/* Call fn(arg) when `db` is closed: for what is kept beside it. At most DB_AT_CLOSE in all. On the writer's thread, or
 * while it rests. */
void db_at_close(struct db *db, void (*fn)(void *arg), void *arg);
const struct db_schema *db_schema_of(const struct db *db);
/* May other servers write in it too? Then what is kept beside it must be compared with it. */
bool db_is_shared(const struct db *db);
/* A connection for one thread, in `a`; closed when `a` is freed or by db_close, whichever comes first. Any thread. */
struct err *db_reader(struct arena *a, struct db *db, struct db_read **ret_read) WARN_UNUSED;
/* Begin and end a page's read transaction: all statements between see the same state. */
struct err *db_read_begin(struct arena *a, struct db_read *r) WARN_UNUSED;
void db_read_end(struct db_read *r);

/* == writing == */

struct db_job {
    struct arena *a; /* the job's own; freed by whoever `done` hands it to */
    /* On the writer thread, inside a savepoint. An error undoes this job alone. */
    struct err *(*run)(struct db_job *job, struct db_tx *tx);
    /* On the writer thread, after the batch is durable (NULL) or the job or batch failed. */
    void (*done)(struct db_job *job, struct err *outcome);
    void *user;
    bool needs_space;     /* refused with ERR_FULL when the disk is short */
    /* Work in bulk: a batch of its own, when no other job waits; when others always do, twenty times a second. */
    bool is_patient;
    int64_t ran_us;       /* out, of a patient job: how long it held the writer, */
    int64_t commit_us;    /* and how long the commit behind it did, sync and all */
    struct db_job *next;  /* opaque */
    struct err *outcome;  /* opaque */
};

/* Start the writer thread. The hooks are copied. */
struct err *db_start(struct arena *a, struct db *db, const struct batch_hooks *hooks) WARN_UNUSED;
/* Refuse new jobs, finish those that wait, end the thread. */
void db_stop(struct db *db);
/* Queue `job`; false when the queue is full or the writer stopped, and `done` is not called. Any thread. */
bool db_submit(struct db *db, struct db_job *job);
/* Queue `job` and wait until it is done; its `done` is replaced. For commands and tests. */
struct err *db_run(struct db *db, struct db_job *job) WARN_UNUSED;
/* Jobs waiting now. Any thread. */
int db_waiting(struct db *db);
/* Was a job queued in the last second that is not patient? Any thread. */
bool db_is_busy(struct db *db);
/* Would a job that needs space be taken now? */
bool db_has_space(struct db *db);
/* Are writes possible: the writer runs, its queue has room, the disk has space, the last batch was not lost? */
bool db_takes_writes(struct db *db);

/* The read view of a transaction: it sees its own changes. Lives as long as `tx`. */
struct db_read *db_tx_read(struct db_tx *tx);
/* The running job; NULL in seal. */
struct db_job *db_tx_job(struct db_tx *tx);

/* Let nobody else write in `realm` until the running batch ends: waits for a batch of another server, at most half a
 * minute (ERR_BUSY). What is read afterwards includes what that one wrote. Without effect where only one can write. */
struct err *db_lock_realm(struct arena *a, struct db_tx *tx, int64_t realm) WARN_UNUSED;

/* Copy the database to the SQLite file `path` (which must not exist), synced: through the writer's connection, or, of a
 * server, row by row from one snapshot. */
struct err *db_backup(struct arena *a, struct db *db, const char *path) WARN_UNUSED;
/* Ask the engine whether its structures are sound; slow. */
struct err *db_check(struct arena *a, struct db_read *r) WARN_UNUSED;

/* One setting of a connection, for `birge doctor`. */
struct db_setting {
    const char *name;     /* "synchronous" */
    struct str value;     /* as the engine tells it */
    const char *expected; /* NULL: told only, "version" */
};
/* What the engine of this connection is and how it is set, the program and its version first. Memory: `a`. */
struct err *db_settings(struct arena *a, struct db_read *r, struct db_setting **ret_settings, size_t *ret_n) WARN_UNUSED;

/* == what wrappers call == */

struct db_cursor;

/* Run statement `id`. The cursor is in `a` and must be closed before the next use of the statement. Cursors begun before
 * the first of them is stepped share one round trip. */
struct err *db_query(struct arena *a, struct db_read *r, int id, const struct db_value *args, int n_args,
                     struct db_cursor **ret_cursor) WARN_UNUSED;
/* Step to the next row; false at the end. */
struct err *db_next(struct db_cursor *c, bool *ret_has_row) WARN_UNUSED;
/* Column `i` of the row; text and blobs are copied into the arena of db_query. */
struct db_value db_column(struct db_cursor *c, int i);
/* As db_column, but text and blobs point into the engine until the next step. */
struct db_value db_peek(struct db_cursor *c, int i);
void db_finish(struct db_cursor *c);
/* Run a statement that writes. `ret_changed` may be NULL: then its error may come later, from the next call that reads
 * or at the end of the job, and undoes the same job. */
struct err *db_exec(struct arena *a, struct db_tx *tx, int id, const struct db_value *args, int n_args,
                    int64_t *ret_changed) WARN_UNUSED;

/* == digests == */

struct hash;

/* SHA-256 over `salt` and every fact row of (`noun`, `id`), of all slices: tables by name, rows by primary key, each
 * with its table's name and its columns in declared order, those that are not NULL: name, type, length, value. No
 * rows: digest of the salt alone. Any change of any column changes it; a new column does not until it is filled. */
struct err *db_digest(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                      struct str salt, struct hash *ret_digest, int64_t *ret_rows) WARN_UNUSED;
/* The digests of `n` things at once, ids from `first` on without gaps: ret_digests[i] is what db_digest says of id
 * first + i under salts[i]. One pass through each table. `a` is scratch. */
struct err *db_digest_range(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t first, size_t n,
                            const struct hash *salts, struct hash *ret_digests, int64_t *ret_rows);
/* Up to `max` ids of one realm above `after` that `table` has rows of, in order, into `ret_ids`. */
struct err *db_fact_ids(struct arena *a, struct db_read *r, const struct db_fact_table *table, int64_t realm,
                        int64_t after, int64_t *ret_ids, size_t max, size_t *ret_n) WARN_UNUSED;
/* The first realm above `after` that the table of a `realms_statement` has rows of; false when there is none. */
struct err *db_next_realm(struct arena *a, struct db_read *r, int realms_statement, int64_t after,
                          int64_t *ret_realm, bool *ret_found) WARN_UNUSED;

/* Integers, texts and blobs for arguments. */
static inline struct db_value db_int(int64_t i)
{
    return (struct db_value){.type = DB_INT, .i = i};
}
static inline struct db_value db_opt(struct opt_int o)
{
    return (struct db_value){.type = o.has ? DB_INT : DB_NULL, .i = o.v};
}
static inline struct db_value db_text(struct str s)
{
    return (struct db_value){.type = s.p ? DB_TEXT : DB_NULL, .s = s};
}
static inline struct db_value db_blob(struct str s)
{
    return (struct db_value){.type = s.p ? DB_BLOB : DB_NULL, .s = s};
}
static inline struct opt_int db_as_opt(struct db_value v)
{
    return (struct opt_int){.has = v.type == DB_INT, .v = v.type == DB_INT ? v.i : 0};
}

#endif
