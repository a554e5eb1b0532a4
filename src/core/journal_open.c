/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_open.c - starting where the last process stopped, and not where somebody would like it to.
 *
 * The tail is checked against the last head, which is signed again: a crash between commit and signature loses
 * nothing, since Ed25519 gives the same bytes. The last head also lies in a second file; a database that is older
 * than it, or has another history, is not opened.
 *
 * Source: trust.md section 3, points 4, 6 and 7.
 */
#include "core/journal_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#define TAIL_ENTRIES 1024 /* checked at least */

/* == the tail == */

/* The place behind the last head that leaves enough of the tail to check; everything zero: the beginning. */
static struct err *tail_begin(struct arena *a, struct db_read *r, int64_t realm, int64_t size,
                              struct journal_place *ret_place)
{
    struct journal_place place = {0};
    struct core_q_head_before_row head;
    struct core_q_note_last_row note;
    bool found;
    int64_t from = size - TAIL_ENTRIES;
    TRY(core_q_note_last(a, r, realm, &note, &found));
    if (found && note.size < from)
        from = note.size; /* what no stored note covers is checked whole */
    TRY(core_q_head_before(a, r, realm, from, &head, &found));
    if (found && head.size > 0) {
        struct tree_reader *t = ARENA_NEW(a, struct tree_reader);
        tree_reader_init(t, a, r, realm, head.size, NULL);
        TRY(tree_frontier(t, head.size, &place.tree));
        place.batch = head.batch;
        place.events = head.events;
        place.readings = head.readings;
        place.at = head.at;
    }
    *ret_place = place;
    return NULL;
}

static struct err *check_tail(struct arena *a, struct db_read *r, int64_t realm, struct journal_place *ret_place)
{
    struct core_q_head_last_row last;
    struct journal_place from;
    struct journal_walk *w = ARENA_NEW(a, struct journal_walk);
    struct str finding;
    bool found;
    bool more = true;
    TRY(core_q_head_last(a, r, realm, &last, &found));
    TRY(tail_begin(a, r, realm, found ? last.size : 0, &from));
    journal_walk_begin(w, a, r, realm, &from, NULL);
    while (more) {
        TRY(journal_walk_next(w, &more, &finding));
        if (finding.p)
            return ERR(a, ERR_CORRUPT, "the journal does not agree with its log: %.*s", STR_FMT(finding));
    }
    *ret_place = w->place;
    return NULL;
}

/* == the second file == */

static struct err *read_head_file(struct arena *a, struct journal *j, struct tree_head *ret_head, bool *ret_found)
{
    struct vkey v = log_key_public(j->key);
    struct str note;
    *ret_found = false;
    struct err *e = file_read(a, j->head_path, LOG_NOTE_MAX, &note);
    if (e && e->code == ERR_NOT_FOUND)
        return NULL;
    TRY(e);
    e = checkpoint_open(a, &v, note, ret_head);
    *ret_found = !e;
    if (e) /* it is not synced on purpose: after a power cut it may be empty */
        LOG(LOG_WARN, "the head file is no checkpoint of this log and is written anew",
            {"file", str_c(j->head_path)}, {"error", err_text(a, e)});
    return NULL;
}

static struct err *compare_head_file(struct arena *a, struct journal *j, struct db_read *r)
{
    struct tree_head kept;
    struct hash root;
    bool found;
    int64_t size = (int64_t)j->place.tree.size;
    TRY(read_head_file(a, j, &kept, &found));
    if (!found)
        return NULL;
    if (kept.size > size)
        return ERR(a, ERR_CORRUPT, "the database is older than the log: it holds %lld entries, %s is signed for %lld: "
                   "an old copy was restored, or power was lost without sync", (long long)size, j->head_path,
                   (long long)kept.size);
    struct tree_reader *t = ARENA_NEW(a, struct tree_reader);
    tree_reader_init(t, a, r, j->realm, size, NULL);
    root = merkle_empty();
    if (kept.size > 0)
        TRY(merkle_range(tree_read, t, 0, (uint64_t)kept.size, &root));
    if (!hash_eq(&root, &kept.root))
        return ERR(a, ERR_CORRUPT, "the database has another history than the log: its first %lld entries are not "
                   "those that %s is signed for", (long long)kept.size, j->head_path);
    return NULL;
}

struct err *journal_open(struct arena *app, struct db *db, struct db_read *r, int64_t realm,
                         const struct log_key *key, const char *head_path, struct journal **ret_journal)
{
    (void)db;
    struct journal *j = ARENA_NEW(app, struct journal);
    struct arena *tmp = arena_new("journal_open", 0);
    j->realm = realm;
    j->key = key;
    j->head_path = head_path;
    MUST(pthread_mutex_init(&j->lock, NULL) == 0 && pthread_mutex_init(&j->tiles.lock, NULL) == 0);
    struct err *e = db_read_begin(tmp, r);
    if (!e) {
        e = check_tail(tmp, r, realm, &j->place);
        if (!e && head_path)
            e = compare_head_file(tmp, j, r);
        db_read_end(r);
    }
    if (e)
        e = WRAP(app, e, "journal of realm %lld", (long long)realm);
    if (e) { /* its cause lives in tmp */
        struct str text = err_text(app, e);
        e = ERR(app, e->code, "%.*s", STR_FMT(text));
    } else {
        journal_publish(j, true);
        *ret_journal = j;
    }
    arena_free(tmp);
    return e;
}
