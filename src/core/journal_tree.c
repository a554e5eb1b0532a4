/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_tree.c - the tree, read back from the database tile by tile.
 *
 * It is not stored node by node: level 0 follows from the entries, and one hash for 256 leaves (and for 65,536, and
 * so on) is a row. Any node lies inside one tile, so it costs one tile of 256 rows at most; the tiles used last are
 * kept with all their nodes, and one that has grown since is read from where it ended.
 */
#include "core/journal_private.h"

#include <string.h>

/* Where the nodes `above` levels above the tile's hashes begin: 0, 256, 384, 448 ... 510. */
static int row_of(int above)
{
    return 2 * MERKLE_TILE - (2 * MERKLE_TILE >> above);
}

static void tile_add(struct tile *t, const struct hash *hash)
{
    int i = t->n++;
    t->nodes[i] = *hash;
    for (int above = 1; above <= 8 && (t->n & ((1 << above) - 1)) == 0; above++) {
        const struct hash *below = &t->nodes[row_of(above - 1) + (i >> above) * 2];
        t->nodes[row_of(above) + (i >> above)] = merkle_node(&below[0], &below[1]);
    }
}

/* == the cache == */

static bool cache_get(struct tile_cache *c, int level, int64_t idx, struct tile *ret)
{
    bool found = false;
    MUST(pthread_mutex_lock(&c->lock) == 0);
    for (int i = 0; i < CACHED_TILES && !found; i++) {
        found = c->items[i].used > 0 && c->items[i].tile.level == level && c->items[i].tile.idx == idx;
        if (found) {
            c->items[i].used = ++c->clock;
            *ret = c->items[i].tile;
        }
    }
    MUST(pthread_mutex_unlock(&c->lock) == 0);
    return found;
}

static void cache_put(struct tile_cache *c, const struct tile *tile)
{
    MUST(pthread_mutex_lock(&c->lock) == 0);
    int at = 0;
    for (int i = 0; i < CACHED_TILES; i++) {
        if (c->items[i].used > 0 && c->items[i].tile.level == tile->level && c->items[i].tile.idx == tile->idx) {
            at = i; /* replace the same tile */
            break;
        }
        if (c->items[i].used < c->items[at].used)
            at = i;
    }
    bool is_older = c->items[at].used > 0 && c->items[at].tile.level == tile->level &&
                    c->items[at].tile.idx == tile->idx && c->items[at].tile.n >= tile->n;
    if (!is_older)
        c->items[at].tile = *tile;
    c->items[at].used = ++c->clock;
    MUST(pthread_mutex_unlock(&c->lock) == 0);
}

/* == rows == */

void tree_reader_init(struct tree_reader *t, struct arena *a, struct db_read *r, int64_t realm, int64_t size,
                      struct tile_cache *cache)
{
    t->a = a;
    t->r = r;
    t->realm = realm;
    t->size = size;
    t->cache = cache;
    t->tile.level = -1;
    t->tile.idx = 0;
    t->tile.n = 0;
}

/* Add hashes of level 0 from `from` to below `to`: made from the entries. */
static struct err *read_leaves(struct tree_reader *t, int64_t from, int64_t to)
{
    struct core_q_entries_row *rows;
    size_t n;
    TRY(core_q_entries(t->a, t->r, t->realm, from, to, &rows, &n));
    for (int64_t i = 0; i < to - from; i++) {
        struct hash commitment;
        if (i >= (int64_t)n || rows[i].leaf != from + i || rows[i].commitment.n != HASH_BYTES)
            return ERR(t->a, ERR_CORRUPT, "journal_entry: leaf %lld is missing", (long long)(from + i));
        memcpy(commitment.b, rows[i].commitment.p, HASH_BYTES);
        struct hash leaf = log_leaf(&commitment);
        tile_add(&t->tile, &leaf);
    }
    return NULL;
}

static struct err *read_hashes(struct tree_reader *t, int level, int64_t from, int64_t to)
{
    struct core_q_tile_hashes_row *rows;
    size_t n;
    TRY(core_q_tile_hashes(t->a, t->r, t->realm, level, from, to, &rows, &n));
    for (int64_t i = 0; i < to - from; i++) {
        struct hash hash;
        if (i >= (int64_t)n || rows[i].idx != from + i || rows[i].hash.n != HASH_BYTES)
            return ERR(t->a, ERR_CORRUPT, "journal_tile: hash %lld of level %d is missing", (long long)(from + i), level);
        memcpy(hash.b, rows[i].hash.p, HASH_BYTES);
        tile_add(&t->tile, &hash);
    }
    return NULL;
}

struct err *tree_load(struct tree_reader *t, int level, int64_t idx)
{
    int64_t first = idx * MERKLE_TILE;
    int64_t there = (t->size >> (8 * level)) - first;
    int needed = there < MERKLE_TILE ? (int)there : MERKLE_TILE;
    if (t->tile.level != level || t->tile.idx != idx) {
        if (!t->cache || !cache_get(t->cache, level, idx, &t->tile)) {
            t->tile.n = 0;
            t->tile.level = level;
            t->tile.idx = idx;
        }
    }
    if (t->tile.n >= needed)
        return NULL;
    struct arena_mark mark = arena_mark(t->a);
    int64_t from = first + t->tile.n;
    struct err *e = level == 0 ? read_leaves(t, from, first + needed) : read_hashes(t, level, from, first + needed);
    if (e) {
        t->tile.level = -1;
        return e;
    }
    arena_rewind(t->a, mark); /* the rows; the hashes are copied */
    if (t->cache)
        cache_put(t->cache, &t->tile);
    return NULL;
}

struct err *tree_read(void *user, int level, uint64_t idx, struct hash *ret_hash)
{
    struct tree_reader *t = user;
    int above = level % 8;
    int per_tile = MERKLE_TILE >> above; /* nodes of this level in one tile */
    MUST(((int64_t)(idx + 1) << level) <= t->size);
    TRY(tree_load(t, level / 8, (int64_t)idx / per_tile));
    *ret_hash = t->tile.nodes[row_of(above) + (int64_t)idx % per_tile];
    return NULL;
}

struct err *tree_frontier(struct tree_reader *t, int64_t size, struct merkle_frontier *ret)
{
    struct merkle_frontier f = {.size = (uint64_t)size};
    for (int level = 0; level < MERKLE_MAX_LEVEL; level++)
        if (size >> level & 1)
            TRY(tree_read(t, level, (uint64_t)size >> level & ~UINT64_C(1), &f.part[level]));
    *ret = f;
    return NULL;
}
