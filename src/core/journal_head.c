/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_head.c - signed heads: those of this server, and those of others beside it on the same database.
 *
 * All servers of a realm hold the same key, and Ed25519 is deterministic, so it does not matter who signs: the bytes
 * are the same. A batch takes the realm's lock before it looks where the journal stands, so batches of different
 * servers follow each other, and each begins where the one before it ended. Pages learn of heads that others wrote from
 * the rows.
 *
 * Keeps:  only what is committed is signed; the newest head never goes back; two heads of one size with different roots
 *         are never signed by one process: the second is an error that ends it (a standby took over that lacked the last
 *         batches, or an old copy was restored beneath a running server).
 * Source: trust.md section 3, points 4 to 7; architecture.md, section 6.
 */
#include "core/journal_private.h"

#include <string.h>

#include "base/file.h"
#include "base/log.h"

/* == signing == */

static void keep_note(struct signed_note *to, int64_t size, struct str note)
{
    MUST(note.n <= sizeof to->text);
    memcpy(to->text, note.p, note.n);
    to->n = note.n;
    to->size = size;
}

bool journal_sign(struct journal *j, const struct tree_head *head)
{
    struct arena *a = arena_new("sign", 0);
    struct str note = checkpoint_sign(a, j->key, head);
    MUST(pthread_mutex_lock(&j->lock) == 0);
    bool is_same = j->has_head && head->size == j->head.size;
    bool is_newest = !j->has_head || head->size > j->head.size || is_same;
    MUST(!is_same || hash_eq(&head->root, &j->head.root)); /* two heads of one size would be the proof of a fraud */
    keep_note(&j->notes[j->n_notes++ % JOURNAL_NOTES], head->size, note);
    if (is_newest) {
        keep_note(&j->newest, head->size, note);
        j->head = *head;
        j->has_head = true;
    }
    MUST(pthread_mutex_unlock(&j->lock) == 0);
    arena_free(a);
    return is_newest;
}

static void write_head_file(struct journal *j, bool is_synced)
{
    struct arena *a = arena_new("head", 0);
    struct str note = journal_checkpoint(a, j);
    struct err *e = is_synced ? file_write(a, j->head_path, note, 0644) : file_swap(a, j->head_path, note, 0644);
    if (e) /* the head is durable in the database; this file only tells of old copies */
        LOG(LOG_WARN, "the head file was not written", {"error", err_text(a, e)});
    arena_free(a);
}

static struct tree_head head_of_place(const struct journal *j)
{
    return (struct tree_head){(int64_t)j->place.tree.size, merkle_root(&j->place.tree)};
}

void journal_publish(struct journal *j, bool is_synced)
{
    struct tree_head head = head_of_place(j);
    bool is_newest = journal_sign(j, &head);
    if (is_newest && j->head_path)
        write_head_file(j, is_synced);
}

/* == notes == */

struct str journal_checkpoint(struct arena *a, struct journal *j)
{
    MUST(pthread_mutex_lock(&j->lock) == 0);
    struct str note = str_dup(a, (struct str){j->newest.text, j->newest.n});
    MUST(pthread_mutex_unlock(&j->lock) == 0);
    return note;
}

int64_t journal_size(struct journal *j)
{
    MUST(pthread_mutex_lock(&j->lock) == 0);
    int64_t size = j->head.size;
    MUST(pthread_mutex_unlock(&j->lock) == 0);
    return size;
}

/* From the notes in memory; absent when it is not among them. */
static struct str recent_note(struct arena *a, struct journal *j, int64_t size)
{
    struct str note = {0};
    MUST(pthread_mutex_lock(&j->lock) == 0);
    for (unsigned i = 0; i < JOURNAL_NOTES && i < j->n_notes; i++)
        if (j->notes[i].size == size)
            note = str_dup(a, (struct str){j->notes[i].text, j->notes[i].n});
    MUST(pthread_mutex_unlock(&j->lock) == 0);
    return note;
}

struct str journal_note_of_place(struct arena *a, struct journal *j)
{
    struct str note = recent_note(a, j, (int64_t)j->place.tree.size);
    if (note.p)
        return note;
    struct tree_head head = head_of_place(j);
    return checkpoint_sign(a, j->key, &head);
}

static struct err *take_root(struct arena *a, struct str root, struct hash *ret_root)
{
    if (root.n != HASH_BYTES)
        return ERR(a, ERR_CORRUPT, "journal_head: a root is no hash");
    memcpy(ret_root->b, root.p, HASH_BYTES);
    return NULL;
}

/* A head that is stored without its note: the newest, or the newest that `r` sees. */
static struct err *sign_stored(struct arena *a, struct journal *j, struct db_read *r, int64_t size, struct str *ret_note)
{
    struct core_q_head_covering_row row = {0};
    struct tree_head head = {.size = size};
    bool found = false;
    if (size > 0)
        TRY(core_q_head_covering(a, r, j->realm, size - 1, &row, &found));
    if (!found || row.size != size)
        return ERR(a, ERR_NOT_FOUND, "no head of %lld leaves is known", (long long)size);
    TRY(take_root(a, row.root, &head.root));
    *ret_note = checkpoint_sign(a, j->key, &head);
    return NULL;
}

struct err *journal_note(struct arena *a, struct journal *j, struct db_read *r, int64_t size, struct str *ret_note)
{
    struct core_q_note_of_size_row row;
    bool found;
    struct str note = recent_note(a, j, size);
    if (note.p) {
        *ret_note = note;
        return NULL;
    }
    TRY(core_q_note_of_size(a, r, j->realm, size, &row, &found));
    if (!found)
        return sign_stored(a, j, r, size, ret_note);
    *ret_note = row.note;
    return NULL;
}

/* == heads of others == */

static struct err *other_history(struct arena *a, int64_t batch)
{
    return ERR(a, ERR_CORRUPT, "the database has another history than this server has signed, from batch %lld on: a standby "
               "without the last batches took over, or an old copy was restored", (long long)batch);
}

struct err *journal_follow(struct arena *a, struct journal *j, struct db_read *r)
{
    struct core_q_head_last_row last;
    struct tree_head head;
    bool found;
    if (!db_is_shared(r->db))
        return NULL;
    TRY(core_q_head_last(a, r, j->realm, &last, &found));
    if (!found || last.size <= journal_size(j))
        return NULL;
    head.size = last.size;
    TRY(take_root(a, last.root, &head.root));
    (void)journal_sign(j, &head);
    return NULL;
}

struct err *journal_size_seen(struct arena *a, struct journal *j, struct db_read *r, int64_t *ret_size)
{
    struct core_q_head_last_row last;
    bool found;
    TRY(core_q_head_last(a, r, j->realm, &last, &found));
    *ret_size = found ? last.size : 0;
    return NULL;
}

/* Is that the head that this server knows? */
static bool is_own(const struct journal *j, int64_t size, struct str root)
{
    struct tree_head own = head_of_place(j);
    return size == own.size && str_eq(root, hash_str(&own.root));
}

/* The head that this server knows must be among those of the database. */
static struct err *check_own(struct arena *a, struct journal *j, struct db_read *r)
{
    struct core_q_head_by_batch_row row;
    bool found;
    if (j->place.batch == 0)
        return NULL;
    TRY(core_q_head_by_batch(a, r, j->realm, j->place.batch, &row, &found));
    return found && is_own(j, row.size, row.root) ? NULL : other_history(a, j->place.batch);
}

/* Go on from the head `last` of another server. */
static struct err *catch_up(struct arena *a, struct journal *j, struct db_read *r, const struct core_q_head_last_row *last)
{
    struct journal_place place = {.batch = last->batch, .events = last->events, .readings = last->readings, .at = last->at};
    struct tree_reader *t = ARENA_NEW(a, struct tree_reader);
    struct hash root;
    TRY(check_own(a, j, r));
    TRY(take_root(a, last->root, &root));
    tree_reader_init(t, a, r, j->realm, last->size, &j->tiles);
    TRY(tree_frontier(t, last->size, &place.tree));
    struct hash made = merkle_root(&place.tree);
    if (!hash_eq(&made, &root))
        return ERR(a, ERR_CORRUPT, "the entries of batch %lld do not give its root", (long long)last->batch);
    j->place = place;
    journal_publish(j, false);
    return j->others_wrote ? j->others_wrote(j->others_wrote_user, a, r) : NULL;
}

struct err *journal_begun(void *user, struct arena *a, struct db_tx *tx)
{
    struct journal *j = user;
    struct db_read *r = db_tx_read(tx);
    struct core_q_head_last_row last = {0};
    bool found;
    if (!db_is_shared(r->db))
        return NULL;
    TRY(db_lock_realm(a, tx, j->realm));
    TRY(core_q_head_last(a, r, j->realm, &last, &found));
    if (last.batch > j->place.batch)
        return catch_up(a, j, r, &last);
    if (last.batch < j->place.batch || (found && !is_own(j, last.size, last.root)))
        return other_history(a, last.batch + 1);
    return NULL;
}

void journal_watch_others(struct journal *j, struct err *(*fn)(void *user, struct arena *a, struct db_read *r), void *user)
{
    j->others_wrote = fn;
    j->others_wrote_user = user;
}
