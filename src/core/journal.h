/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal.h - every action is an event, and a public tree commits to every event.
 *
 * Inside: journal_event rows, personal data included, and journal_reading rows (who opened what).
 * Outside: one salted commitment for each event, and one for each batch that binds the batch's rows;
 * all of one shape, so the log says nothing about anyone. A job only stages; digests of the state are
 * taken when the job ends, leaf numbers, hashes and the head are made once when the batch is sealed,
 * and the head is signed after the commit, never before.
 *
 * Keeps:  an event's leaf, number and time only grow; the frontier in memory is replaced only after
 *         the commit; a head is signed only when it is durable; signing twice gives the same bytes.
 * Source: contract.md (receipt, log), trust.md section 3, RFC 6962, C2SP tlog-tiles.
 */
#ifndef BIRGE_CORE_JOURNAL_H
#define BIRGE_CORE_JOURNAL_H

#include "base/err.h"
#include "base/hash.h"
#include "core/actor.h"
#include "db/db.h"

#define JOURNAL_PART 512 /* things that one event may bring in bulk */

struct journal;
struct log_key; /* core/log: the Ed25519 key and its name */

/* One action, staged by journal_append. The job's arena owns it; `leaf` and `batch` are filled when the
 * batch is sealed and may be read from the job's `done` on. */
struct event {
    struct str noun;      /* "appeal"; as declared in the schema */
    int64_t noun_id;
    struct str verb;      /* "registered" */
    struct actor actor;
    struct str profile;   /* name and hash of the rules asked; "" for none */
    struct str detail;    /* JSON that staff and author may read; "{}" for none */
    struct str lines;     /* lines of the commitment if the contract fixes them (a registration);
                             absent: made from the event itself */
    struct str salt;      /* 32 bytes if the caller needs to know it first; absent: made here */
    /* New things that this event brought in bulk: ids from part_first on without gaps, none of which any event named
     * before. The event commits to the facts of each, and speaks for it until a later event does. */
    struct str part_noun; /* absent: none */
    int64_t part_first;
    int64_t part_n;       /* at most JOURNAL_PART */
    int64_t at;           /* out: time of the event, ms UTC, never before the one before it */
    int64_t leaf;         /* out: index in the log */
    int64_t seq;          /* out: number of the event */
    int64_t size;         /* out: leaves of the head that covers it */
    struct hash state;    /* out: digest of the noun's facts after the job */
    struct str states;    /* out: of the part, 32 bytes for each thing */
    struct event *next;   /* opaque */
};

/* Open the journal of `realm` over `db`: check the tail against the last head, sign that head again, and compare
 * with `head_path`, where the last head is kept outside the database (NULL: nowhere). Before db_start.
 * Memory: `app`, for the life of the process. `key` must outlive it.
 * Errors: ERR_CORRUPT when entries and head disagree (naming the first leaf that does), and when the database is
 * older than the file or another history: an old copy was restored, or power was lost without sync.
 * Cost: the last 1,024 entries, more for at most a second; 20 hashes for the file. */
struct err *journal_open(struct arena *app, struct db *db, struct db_read *r, int64_t realm,
                         const struct log_key *key, const char *head_path, struct journal **ret_journal)
    WARN_UNUSED;
/* Take the time from `now(user)` instead of the system's clock: tests, and the demo, which has a past. Times still
 * never step back. NULL: the system's clock. On the writer's thread, or while it rests. */
void journal_set_clock(struct journal *j, int64_t (*now)(void *user), void *user);

/* Let `fn` be called when a batch begins and other servers wrote since the last one: what is kept beside the database may
 * be old. On the writer's thread, inside the transaction; an error loses the batch. Never where only one can write. */
void journal_watch_others(struct journal *j, struct err *(*fn)(void *user, struct arena *a, struct db_read *r), void *user);

/* What the writer calls; handed to the database by app at start. */
struct batch_hooks journal_hooks(struct journal *j);

/* Stage `e`, which must stay where it is until the job is done; copies nothing. Noun and verb are words of small
 * letters, digits and '_'; `profile` is one line. Inside a job only. */
struct err *journal_append(struct journal *j, struct db_tx *tx, struct event *e) WARN_UNUSED;

/* The time of the running batch: what an action stores as "now". Never before the last event. Inside a job only. */
int64_t journal_now(struct journal *j);

/* One reading of a personal case by staff. */
struct reading {
    struct str noun;
    int64_t noun_id;
    struct str way;     /* "open", "print", "download", "search", "export" */
    struct str purpose; /* "own_case", "registration", "audit" */
    struct actor actor;
};
/* Record `reading` in the running job; the struct is copied, its texts must live as long as the job. */
struct err *journal_read(struct journal *j, struct db_tx *tx, const struct reading *reading) WARN_UNUSED;

/* The newest signed head (C2SP checkpoint note), copied into `a`. Any thread. */
struct str journal_checkpoint(struct arena *a, struct journal *j);
/* Leaves under the newest signed head. Any thread. */
int64_t journal_size(struct journal *j);

/* Learn of heads that other servers committed, as far as `r` sees them: what the next three tell then includes them.
 * Nothing where only one can write. Any thread. ERR_CORRUPT when the database has another history than was signed. */
struct err *journal_follow(struct arena *a, struct journal *j, struct db_read *r) WARN_UNUSED;
/* Leaves under the newest head that `r` sees: a proof in that tree can be made from what `r` reads. */
struct err *journal_size_seen(struct arena *a, struct journal *j, struct db_read *r, int64_t *ret_size) WARN_UNUSED;

/* The signed note of the head of `size`: from memory, else stored, else signed again.
 * ERR_NOT_FOUND when no such head is known. */
struct err *journal_note(struct arena *a, struct journal *j, struct db_read *r, int64_t size,
                         struct str *ret_note) WARN_UNUSED;

/* The inclusion proof of `leaf` in the tree of `size`, leaf's sibling first.
 * Memory: `a`. Cost: a few hundred hashes. */
struct err *journal_proof(struct arena *a, struct journal *j, struct db_read *r, int64_t leaf, int64_t size,
                          struct hash **ret_hashes, size_t *ret_n) WARN_UNUSED;

/* The size of the head that first covered `leaf`. */
struct err *journal_head_of_leaf(struct arena *a, struct journal *j, struct db_read *r, int64_t leaf,
                                 int64_t *ret_size) WARN_UNUSED;

/* A tile of the C2SP layout with `width` hashes (256 when full), or ERR_NOT_FOUND beyond the newest head. */
struct err *journal_tile(struct arena *a, struct journal *j, struct db_read *r, int level, int64_t idx,
                         int width, struct str *ret_tile) WARN_UNUSED;
/* An entry bundle: each entry with its length in two bytes before it. As journal_tile. */
struct err *journal_entries(struct arena *a, struct journal *j, struct db_read *r, int64_t idx, int width,
                            struct str *ret_bundle) WARN_UNUSED;

#endif
