/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_walk.c - one batch after another, every row of the journal's tables against the next.
 *
 * The walk builds the tree again from the entries and asks of each batch: are its rows numbered without gaps,
 * does each event open its entry and say in its lines what its columns say, does the batch's entry bind all its
 * rows, is the root the stored one, do tiles and notes agree. The first thing that does not is the finding.
 *
 * Keeps: rows are read in the order of their keys, some hundreds at a time, each once.
 * Calls: journal_open.c for the tail, audit.c for all.
 */
#include "core/journal_private.h"

#include <string.h>

/* Rows of one table that are held now. */
struct chunk {
    struct arena *arena;
    size_t n, at;
    int64_t after; /* key of the last row that was fetched */
    bool is_last;  /* nothing is behind the rows that are held */
};

struct walk_rows {
    struct chunk heads, events, parts, readings, entries, notes;
    struct core_q_heads_after_row *head;
    struct core_q_events_after_row *event;
    struct core_q_parts_after_row *part;
    struct core_q_readings_after_row *reading;
    struct core_q_entries_after_row *entry;
    struct core_q_notes_after_row *note;
};

static void free_rows(void *arg)
{
    struct journal_walk *w = arg;
    struct walk_rows *rows = w->rows;
    arena_free(rows->heads.arena);
    arena_free(rows->events.arena);
    arena_free(rows->parts.arena);
    arena_free(rows->readings.arena);
    arena_free(rows->entries.arena);
    arena_free(rows->notes.arena);
    arena_free(w->tmp);
}

static struct chunk chunk_behind(const char *name, int64_t key, bool is_start)
{
    return (struct chunk){.arena = arena_new(name, 0), .after = is_start ? INT64_MIN : key};
}

void journal_walk_begin(struct journal_walk *w, struct arena *a, struct db_read *r, int64_t realm,
                        const struct journal_place *place, const struct vkey *vkey)
{
    bool is_start = place->batch == 0;
    *w = (struct journal_walk){.a = a, .r = r, .realm = realm, .place = *place, .vkey = vkey};
    w->root = merkle_root(&place->tree);
    w->tmp = arena_new("walk", 0);
    w->rows = ARENA_NEW(a, struct walk_rows);
    w->rows->heads = chunk_behind("heads", place->batch, is_start);
    w->rows->events = chunk_behind("events", place->events - 1, is_start);
    w->rows->parts = chunk_behind("parts", place->events - 1, is_start);
    w->rows->readings = chunk_behind("readings", place->readings - 1, is_start);
    w->rows->entries = chunk_behind("entries", (int64_t)place->tree.size - 1, is_start);
    w->rows->notes = chunk_behind("notes", (int64_t)place->tree.size - 1, is_start);
    arena_defer(a, free_rows, w);
}

/* peek_<x>: the next row of the table, or NULL behind the last; the next chunk is fetched when one is used up. */
#define DEFINE_PEEK(name, table, query, key)                                                       \
    static struct err *peek_##name(struct journal_walk *w, struct core_q_##query##_row **ret)      \
    {                                                                                              \
        struct chunk *c = &w->rows->table;                                                         \
        if (c->at == c->n && !c->is_last) {                                                        \
            arena_clear(c->arena);                                                                 \
            struct err *e = core_q_##query(c->arena, w->r, w->realm, c->after, WALK_ROWS,          \
                                           &w->rows->name, &c->n);                                 \
            if (e)                                                                                 \
                return WRAP(w->a, e, #table);                                                      \
            c->at = 0;                                                                             \
            c->is_last = c->n < WALK_ROWS;                                                         \
            if (c->n > 0)                                                                          \
                c->after = w->rows->name[c->n - 1].key;                                            \
        }                                                                                          \
        *ret = c->at < c->n ? &w->rows->name[c->at] : NULL;                                        \
        return NULL;                                                                               \
    }

DEFINE_PEEK(head, heads, heads_after, batch)
DEFINE_PEEK(event, events, events_after, seq)
DEFINE_PEEK(part, parts, parts_after, seq)
DEFINE_PEEK(reading, readings, readings_after, seq)
DEFINE_PEEK(entry, entries, entries_after, leaf)
DEFINE_PEEK(note, notes, notes_after, size)

#define FINDING(w, ...) str_printf((w)->a, __VA_ARGS__)

static long long ll(int64_t v)
{
    return (long long)v;
}

/* What is wrong with the key that comes, when `want` should: absent when it is right. */
static struct str gap(struct journal_walk *w, const char *table, const char *column, bool is_there, int64_t key,
                      int64_t want)
{
    if (is_there && key == want)
        return (struct str){0};
    if (is_there && key < want)
        return FINDING(w, "%s: the row of %s %lld was never written by the journal", table, column, ll(key));
    return FINDING(w, "%s: the row of %s %lld is missing", table, column, ll(want));
}

/* == the tree == */

static struct err *check_tile(struct journal_walk *w, int level, const struct hash *hash, struct str *ret_finding)
{
    struct core_q_tile_hash_row row;
    bool found;
    int64_t idx = (int64_t)(w->place.tree.size >> (8 * level)) - 1;
    TRY(core_q_tile_hash(w->tmp, w->r, w->realm, level, idx, &row, &found));
    if (!found)
        *ret_finding = FINDING(w, "journal_tile: the row of level %d, idx %lld is missing", level, ll(idx));
    else if (!str_eq(row.hash, hash_str(hash)))
        *ret_finding = FINDING(w, "journal_tile: level %d, idx %lld: the hash is not that of its entries", level,
                               ll(idx));
    return NULL;
}

/* Take the next entry, which must hold `commitment`; `what` and `id` say whose. */
static struct err *take_entry(struct journal_walk *w, const struct hash *commitment, const char *what, int64_t id,
                              struct str *ret_finding)
{
    int64_t leaf = (int64_t)w->place.tree.size;
    struct core_q_entries_after_row *row;
    struct hash path[MERKLE_MAX_LEVEL + 1];
    TRY(peek_entry(w, &row));
    *ret_finding = gap(w, "journal_entry", "leaf", row != NULL, row ? row->leaf : 0, leaf);
    if (ret_finding->p)
        return NULL;
    if (!str_eq(row->commitment, hash_str(commitment))) {
        *ret_finding = FINDING(w, "journal_entry: leaf %lld does not commit to %s %lld: the entry, or what it "
                               "commits to, was changed", ll(leaf), what, ll(id));
        return NULL;
    }
    w->rows->entries.at++;
    struct hash hash = log_leaf(commitment);
    int top = merkle_append_path(&w->place.tree, &hash, path);
    for (int level = 8; level <= top && !ret_finding->p; level += 8)
        TRY(check_tile(w, level / 8, &path[level], ret_finding));
    return NULL;
}

/* == the rows of a batch == */

static struct core_q_event_add_args whole_event(int64_t realm, const struct core_q_events_after_row *row)
{
    return (struct core_q_event_add_args){
        .realm = realm,
        .seq = row->seq,
        .leaf = row->leaf,
        .batch = row->batch,
        .at = row->at,
        .noun = row->noun,
        .noun_id = row->noun_id,
        .verb = row->verb,
        .actor = row->actor,
        .person_id = row->person_id,
        .office_id = row->office_id,
        .profile = row->profile,
        .lines = row->lines,
        .detail = row->detail,
        .salt = row->salt,
        .state = row->state,
    };
}

/* The part of event `seq`, when it has one; `row` NULL otherwise. */
static struct err *take_part(struct journal_walk *w, int64_t seq, struct core_q_part_add_args *ret_part,
                             bool *ret_has_part, struct str *ret_finding)
{
    struct core_q_parts_after_row *row;
    TRY(peek_part(w, &row));
    *ret_has_part = row && row->seq == seq;
    if (row && row->seq < seq)
        *ret_finding = FINDING(w, "journal_part: the row of seq %lld was never written by the journal", ll(row->seq));
    if (!*ret_has_part)
        return NULL;
    *ret_part = (struct core_q_part_add_args){
        .realm = w->realm, .seq = seq, .noun = row->noun, .first_id = row->first_id, .n = row->n, .states = row->states,
    };
    if (row->n < 1 || row->n > JOURNAL_PART || row->states.n != (size_t)row->n * HASH_BYTES)
        *ret_finding = FINDING(w, "journal_part: seq %lld: %zu bytes of states are not those of %lld things", ll(seq),
                               row->states.n, ll(row->n));
    w->rows->parts.at++;
    return NULL;
}

static struct err *take_event(struct journal_walk *w, const struct core_q_heads_after_row *head,
                              struct batch_digest *digest, struct str *ret_finding)
{
    struct core_q_events_after_row *row;
    TRY(peek_event(w, &row));
    *ret_finding = gap(w, "journal_event", "seq", row != NULL, row ? row->seq : 0, w->place.events);
    if (ret_finding->p)
        return NULL;
    int64_t leaf = (int64_t)w->place.tree.size;
    if (row->leaf != leaf)
        *ret_finding = FINDING(w, "journal_event: seq %lld: leaf is %lld and should be %lld", ll(row->seq),
                               ll(row->leaf), ll(leaf));
    else if (row->batch != head->batch)
        *ret_finding = FINDING(w, "journal_event: seq %lld: batch is %lld and should be %lld", ll(row->seq),
                               ll(row->batch), ll(head->batch));
    else if (row->at < w->place.at || row->at > head->at)
        *ret_finding = FINDING(w, "journal_event: seq %lld: at is %lld and lies outside its batch", ll(row->seq),
                               ll(row->at));
    if (ret_finding->p)
        return NULL;
    struct core_q_event_add_args event = whole_event(w->realm, row);
    struct core_q_part_add_args part;
    bool has_part;
    TRY(take_part(w, row->seq, &part, &has_part, ret_finding));
    if (!ret_finding->p && journal_lines_are_own(event.lines) &&
        !str_eq(event.lines, journal_event_lines(w->tmp, &event, has_part ? &part : NULL)))
        *ret_finding = FINDING(w, "journal_event: seq %lld: its lines do not say what its columns%s say", ll(row->seq),
                               has_part ? " and its row of journal_part" : "");
    if (ret_finding->p)
        return NULL;
    struct hash commitment = journal_event_commitment(&event);
    TRY(take_entry(w, &commitment, "journal_event seq", row->seq, ret_finding));
    batch_digest_event(digest, &event);
    if (has_part)
        batch_digest_part(digest, &part);
    w->place.events++;
    w->rows->events.at++;
    return NULL;
}

static struct err *take_reading(struct journal_walk *w, const struct core_q_heads_after_row *head,
                                struct batch_digest *digest, struct str *ret_finding)
{
    struct core_q_readings_after_row *row;
    TRY(peek_reading(w, &row));
    *ret_finding = gap(w, "journal_reading", "seq", row != NULL, row ? row->seq : 0, w->place.readings);
    if (ret_finding->p)
        return NULL;
    if (row->batch != head->batch) {
        *ret_finding = FINDING(w, "journal_reading: seq %lld: batch is %lld and should be %lld", ll(row->seq),
                               ll(row->batch), ll(head->batch));
        return NULL;
    }
    struct core_q_reading_add_args reading = {
        .realm = w->realm,
        .seq = row->seq,
        .batch = row->batch,
        .at = row->at,
        .noun = row->noun,
        .noun_id = row->noun_id,
        .way = row->way,
        .purpose = row->purpose,
        .person_id = row->person_id,
        .office_id = row->office_id,
    };
    batch_digest_reading(digest, &reading);
    w->place.readings++;
    w->rows->readings.at++;
    return NULL;
}

/* == the head of a batch == */

static struct str check_numbers(struct journal_walk *w, const struct core_q_heads_after_row *head)
{
    int64_t n_events = head->events - w->place.events;
    int64_t n_readings = head->readings - w->place.readings;
    struct str finding = gap(w, "journal_head", "batch", true, head->batch, w->place.batch + 1);
    if (finding.p)
        return finding;
    if (n_events < 0 || n_readings < 0 || n_events + n_readings == 0)
        return FINDING(w, "journal_head: batch %lld: events or readings are not those of a batch",
                       ll(head->batch));
    if (head->size != (int64_t)w->place.tree.size + n_events + 1)
        return FINDING(w, "journal_head: batch %lld: size is %lld and should be %lld", ll(head->batch),
                       ll(head->size), ll((int64_t)w->place.tree.size + n_events + 1));
    if (head->at < w->place.at)
        return FINDING(w, "journal_head: batch %lld: at lies before the batch before it", ll(head->batch));
    return (struct str){0};
}

/* The note of the head before this one: stored by this batch. */
static struct err *check_note(struct journal_walk *w, struct str *ret_finding)
{
    struct core_q_notes_after_row *row;
    struct tree_head said;
    int64_t size = (int64_t)w->place.tree.size;
    if (!w->vkey || size == 0)
        return NULL;
    TRY(peek_note(w, &row));
    *ret_finding = gap(w, "journal_note", "size", row != NULL, row ? row->size : 0, size);
    if (ret_finding->p)
        return NULL;
    struct err *e = checkpoint_open(w->tmp, w->vkey, row->note, &said);
    if (e)
        *ret_finding = FINDING(w, "journal_note: size %lld: %s", ll(size), e->msg);
    else if (said.size != size || !hash_eq(&said.root, &w->root))
        *ret_finding = FINDING(w, "journal_note: size %lld: the signed head is another one", ll(size));
    w->rows->notes.at++;
    w->n_notes++;
    return NULL;
}

/* The batch's own entry, and the root. */
static struct err *close_batch(struct journal_walk *w, const struct core_q_heads_after_row *head,
                               struct batch_digest *digest, struct str *ret_finding)
{
    struct hash rows = batch_digest_end(digest);
    struct core_q_head_add_args args = {
        .realm = w->realm,
        .batch = head->batch,
        .at = head->at,
        .size = head->size,
        .events = head->events,
        .readings = head->readings,
        .salt = head->salt,
        .digest = head->digest,
    };
    if (!str_eq(head->digest, hash_str(&rows))) {
        *ret_finding = FINDING(w, "journal_head: batch %lld: the digest is not that of its rows: a column of "
                               "journal_event (seq below %lld), of journal_reading (seq below %lld) or the digest "
                               "was changed", ll(head->batch), ll(head->events), ll(head->readings));
        return NULL;
    }
    struct hash commitment = journal_batch_commitment(w->tmp, &args);
    TRY(take_entry(w, &commitment, "journal_head batch", head->batch, ret_finding));
    if (ret_finding->p)
        return NULL;
    w->root = merkle_root(&w->place.tree);
    if (!str_eq(head->root, hash_str(&w->root)))
        *ret_finding = FINDING(w, "journal_head: batch %lld: the entries do not hash to its root", ll(head->batch));
    return NULL;
}

static struct err *check_batch(struct journal_walk *w, const struct core_q_heads_after_row *head,
                               struct str *ret_finding)
{
    struct batch_digest digest;
    *ret_finding = check_numbers(w, head);
    if (!ret_finding->p)
        TRY(check_note(w, ret_finding));
    batch_digest_begin(&digest);
    while (!ret_finding->p && w->place.events < head->events) {
        struct arena_mark mark = arena_mark(w->tmp);
        TRY(take_event(w, head, &digest, ret_finding));
        arena_rewind(w->tmp, mark);
    }
    while (!ret_finding->p && w->place.readings < head->readings)
        TRY(take_reading(w, head, &digest, ret_finding));
    if (!ret_finding->p)
        TRY(close_batch(w, head, &digest, ret_finding));
    w->place.batch = head->batch;
    w->place.at = head->at;
    return NULL;
}

/* Nothing may lie behind the last head. */
static struct err *check_end(struct journal_walk *w, struct str *ret_finding)
{
    struct core_q_events_after_row *event;
    struct core_q_parts_after_row *part;
    struct core_q_readings_after_row *reading;
    struct core_q_entries_after_row *entry;
    struct core_q_notes_after_row *note = NULL;
    struct core_q_tiles_count_row tiles;
    bool found;
    int64_t expected = 0;
    for (int level = 8; level < MERKLE_MAX_LEVEL; level += 8)
        expected += (int64_t)(w->place.tree.size >> level);
    TRY(peek_event(w, &event));
    TRY(peek_part(w, &part));
    TRY(peek_reading(w, &reading));
    TRY(peek_entry(w, &entry));
    if (w->vkey)
        TRY(peek_note(w, &note));
    TRY(core_q_tiles_count(w->tmp, w->r, w->realm, &tiles, &found));
    if (event)
        *ret_finding = FINDING(w, "journal_event: seq %lld belongs to no head", ll(event->seq));
    else if (part)
        *ret_finding = FINDING(w, "journal_part: seq %lld belongs to no event", ll(part->seq));
    else if (reading)
        *ret_finding = FINDING(w, "journal_reading: seq %lld belongs to no head", ll(reading->seq));
    else if (entry)
        *ret_finding = FINDING(w, "journal_entry: leaf %lld lies behind the last head", ll(entry->leaf));
    else if (note)
        *ret_finding = FINDING(w, "journal_note: size %lld is not that of an older head", ll(note->size));
    else if (tiles.n != expected)
        *ret_finding = FINDING(w, "journal_tile: %lld rows, and the entries fill %lld", ll(tiles.n), ll(expected));
    return NULL;
}

struct err *journal_walk_next(struct journal_walk *w, bool *ret_more, struct str *ret_finding)
{
    struct core_q_heads_after_row *head;
    *ret_finding = (struct str){0};
    *ret_more = true;
    arena_clear(w->tmp);
    TRY(peek_head(w, &head));
    if (head) {
        TRY(check_batch(w, head, ret_finding));
        w->rows->heads.at++;
        return NULL;
    }
    *ret_more = false;
    return check_end(w, ret_finding);
}
