/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_private.h - what the files of the journal and the audit share.
 */
#ifndef BIRGE_CORE_JOURNAL_PRIVATE_H
#define BIRGE_CORE_JOURNAL_PRIVATE_H

#include <pthread.h>

#include "algo/merkle.h"
#include "core/journal.h"
#include "core/log.h"
#include "gen/core_queries.h"

#define JOURNAL_NOTES 16 /* signed notes kept in memory */

struct staged_reading {
    struct reading reading;
    struct staged_reading *next;
};

/* A tile with all nodes above its hashes: a proof takes at most eight of them. Hashes never change, so a tile
 * that holds more than is asked for serves as well. */
struct tile {
    int level; /* of the tile; -1: none is held */
    int64_t idx;
    int n;     /* hashes, from the left */
    struct hash nodes[2 * MERKLE_TILE]; /* 256 hashes, 128 nodes above them, 64 ... 1 */
};

#define CACHED_TILES 16

/* The tiles that were used last: receipts of one batch lie in the same ones. Any thread. */
struct tile_cache {
    pthread_mutex_t lock;
    unsigned clock;
    struct {
        unsigned used; /* clock of the last use; 0: empty */
        struct tile tile;
    } items[CACHED_TILES];
};

struct signed_note {
    int64_t size; /* 0: none */
    char text[1024];
    size_t n;
};

/* Where the journal stands; the same after a commit, the next before it. */
struct journal_place {
    struct merkle_frontier tree;
    int64_t batch, events, readings;
    int64_t at; /* of the last event or head */
};

struct journal {
    int64_t realm;
    const struct log_key *key;
    const char *head_path;
    int64_t (*clock)(void *user);
    void *clock_user;

    /* The writer's thread. */
    struct journal_place place; /* durable */
    struct journal_place next;  /* sealed, not yet durable */
    bool is_sealed;             /* `next` holds a batch */
    int64_t now;                /* of the running batch; 0: not asked yet */
    int64_t stepped_back;       /* ms that the clock lies behind the last event, when that is to be told; 0 */
    bool step_told;
    struct event *events, *last_event;
    struct staged_reading *readings, *last_reading;
    const struct db_job *job;       /* the last job that staged something */
    struct event *job_event;        /* the event before its first; NULL: none */
    struct staged_reading *job_reading;

    struct tile_cache tiles;

    struct err *(*others_wrote)(void *user, struct arena *a, struct db_read *r); /* NULL: nobody asks */
    void *others_wrote_user;

    pthread_mutex_t lock; /* guards what follows */
    struct tree_head head; /* the newest that was signed */
    bool has_head;
    struct signed_note newest; /* of it */
    struct signed_note notes[JOURNAL_NOTES]; /* the last ones that this server made */
    unsigned n_notes; /* ever made */
};

/* == rows (journal_row.c) == */

/* The lines that bind every column of an event, and its part when it has one (else NULL): what its commitment opens
 * to, where no contract fixes them. */
struct str journal_event_lines(struct arena *a, const struct core_q_event_add_args *e,
                               const struct core_q_part_add_args *part);
/* The salt of thing `id` of an event's part. */
struct hash journal_part_salt(struct str event_salt, int64_t id);
/* Are the lines of that form? */
bool journal_lines_are_own(struct str lines);
/* The commitment of an event row. */
struct hash journal_event_commitment(const struct core_q_event_add_args *e);
/* The commitment of the batch's own entry: binds all columns of the head but the root, which follows from it. */
struct hash journal_batch_commitment(struct arena *a, const struct core_q_head_add_args *h);

/* Digest of the event and reading rows of one batch: all columns, typed, length-prefixed, in order of seq. */
struct batch_digest {
    crypto_hash_sha256_state st;
};
void batch_digest_begin(struct batch_digest *d);
void batch_digest_event(struct batch_digest *d, const struct core_q_event_add_args *e);
void batch_digest_part(struct batch_digest *d, const struct core_q_part_add_args *p);
void batch_digest_reading(struct batch_digest *d, const struct core_q_reading_add_args *r);
struct hash batch_digest_end(struct batch_digest *d);

/* == the tree in the database (journal_tree.c) == */

/* Reads hashes of subtrees of the first `size` leaves, keeping the last tile. */
struct tree_reader {
    struct arena *a;
    struct db_read *r;
    int64_t realm;
    int64_t size;             /* leaves that may be read */
    struct tile_cache *cache; /* NULL: every tile is read from its rows */
    struct tile tile;
};
void tree_reader_init(struct tree_reader *t, struct arena *a, struct db_read *r, int64_t realm, int64_t size,
                      struct tile_cache *cache);
/* A merkle_reader; `user` is the tree_reader. ERR_CORRUPT naming the leaf or tile row that is missing. */
struct err *tree_read(void *user, int level, uint64_t idx, struct hash *ret_hash);
/* Hold tile `idx` of tile level `level` as far as it is filled: t->tile.nodes begins with its hashes. */
struct err *tree_load(struct tree_reader *t, int level, int64_t idx) WARN_UNUSED;
/* The frontier of the first `size` leaves. */
struct err *tree_frontier(struct tree_reader *t, int64_t size, struct merkle_frontier *ret) WARN_UNUSED;

/* == checking one batch after another (journal_walk.c) == */

#define WALK_ROWS 256 /* rows of a table that are held at a time */

/* Walks the batches and finds the first row that does not agree. Starting from nothing it sees every row. */
struct journal_walk {
    struct arena *a;            /* findings */
    struct arena *tmp;          /* scratch of one batch */
    struct db_read *r;
    int64_t realm;
    struct journal_place place; /* checked so far */
    struct hash root;           /* of its tree */
    int64_t n_notes;            /* notes that agreed */
    const struct vkey *vkey;    /* whose notes; NULL: they are not looked at */
    struct walk_rows *rows;     /* opaque */
};

/* Begin behind `place`, which is believed; everything zero: at the beginning. The walk's buffers are freed with `a`. */
void journal_walk_begin(struct journal_walk *w, struct arena *a, struct db_read *r, int64_t realm,
                        const struct journal_place *place, const struct vkey *vkey);
/* Check the next batch: false in `ret_more` when there is none, and then what lies behind the last head. The finding
 * stays absent while everything agrees. */
struct err *journal_walk_next(struct journal_walk *w, bool *ret_more, struct str *ret_finding) WARN_UNUSED;

/* == heads (journal_head.c) == */

/* Sign `head`, which is durable, and keep its note. It becomes the newest when it is larger than all before; two of one
 * size must have the same root. True when it is the newest now. Any thread. */
bool journal_sign(struct journal *j, const struct tree_head *head);
/* The head of `place`, which this server wrote or found: sign it and write the head file, with a sync when asked.
 * The writer's thread. */
void journal_publish(struct journal *j, bool is_synced);
/* A batch begins: lock the realm, and when other servers wrote since, go on from where they stopped. */
struct err *journal_begun(void *user, struct arena *a, struct db_tx *tx) WARN_UNUSED;
/* The note of the head at `place`. */
struct str journal_note_of_place(struct arena *a, struct journal *j);

#endif
