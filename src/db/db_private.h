/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * db_private.h - what db.c and writer.c share.
 */
#ifndef BIRGE_DB_DB_PRIVATE_H
#define BIRGE_DB_DB_PRIVATE_H

#include <pthread.h>

#include "base/hasher.h"
#include "db/db.h"
#include "db/engine.h"

struct reader {
    struct db_read read;
    struct reader *next;
};

struct db_tx {
    struct db_read view;
    struct db_job *job; /* NULL while the batch is sealed */
};

struct db {
    struct arena *app;
    const struct db_schema *schema;
    struct db_options options;
    struct engine *writer; /* the only connection that writes; the writer thread's once it runs */
    int lock_fd;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    struct reader *readers;
    struct job_queue {
        struct db_job *first, *last;
    } jobs, patient;
    int waiting;          /* in both queues */
    int64_t hurried_at;   /* us; when a job was queued last that is not patient; 0: never */
    int64_t yielding_at;  /* us; since when the first patient job stands behind others; 0: it does not */
    int64_t patient_at;   /* us; when the last patient job ran; 0: never */
    bool is_running;  /* the thread exists */
    bool is_stopping; /* no new jobs */
    bool is_lossy;    /* the last batch was lost */
    struct backup *backups; /* asked for, between two batches */
    struct at_close {
        void (*fn)(void *arg);
        void *arg;
    } at_close[DB_AT_CLOSE];
    size_t n_at_close;
    pthread_t thread;
    struct batch_hooks hooks;
};

/* Typed and length-prefixed, into a running SHA-256. */
void digest_str(struct hasher *st, char tag, struct str s);
void digest_value(struct hasher *st, const struct db_value *v);

#endif
