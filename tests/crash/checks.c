/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * checks.c - what must hold after each interruption, for everything that was ever promised.
 */
#include "crash.h"

#include <stdlib.h>
#include <string.h>

#define BUNDLE 256
#define ROW_MAX 8192

void check_receipts(struct ledger *l)
{
    for (int64_t i = 0; i < l->n_unchecked; i++)
        receipt_check(l, l->unchecked[i]);
    l->n_unchecked = 0;
}

/* ---- the log ---- */

/* "x001/234": an index as C2SP tlog-tiles write it. */
static void tile_name(int64_t n, char *out, size_t room)
{
    char rest[80];
    (void)snprintf(out, room, "%03d", (int)(n % 1000));
    while (n >= 1000) {
        n /= 1000;
        (void)snprintf(rest, sizeof rest, "%s", out);
        (void)snprintf(out, room, "x%03d/%.50s", (int)(n % 1000), rest);
    }
}

/* Take the entries of one bundle that the tree lacks. */
static void take_bundle(struct ledger *l, int port, int64_t size)
{
    static char bytes[BUNDLE * 512];
    char name[64];
    char path[128];
    size_t n = 0;
    int64_t bundle = l->tree.size / BUNDLE;
    int64_t width = size - bundle * BUNDLE < BUNDLE ? size - bundle * BUNDLE : BUNDLE;
    tile_name(bundle, name, sizeof name);
    int at = snprintf(path, sizeof path, "/log/tile/entries/%s", name);
    if (width < BUNDLE)
        (void)snprintf(path + at, sizeof path - (size_t)at, ".p/%lld", (long long)width);
    int status = http_get(port, path, bytes, sizeof bytes, &n);
    if (status != 200)
        wrong("%s of a log of %lld: %d", path, (long long)size, status);
    int64_t index = bundle * BUNDLE;
    for (size_t i = 0; i + 2 <= n; index++) {
        size_t len = (size_t)(uint8_t)bytes[i] << 8 | (uint8_t)bytes[i + 1];
        uint8_t leaf[CRASH_HASH];
        if (i + 2 + len > n)
            wrong("%s ends in the middle of an entry", path);
        sha256_of("", 1, bytes + i + 2, len, leaf);
        if (index < l->tree.size && memcmp(leaf, l->tree.level[0][index], CRASH_HASH) != 0)
            wrong("entry %lld of the log is another than it was", (long long)index);
        if (index == l->tree.size)
            tree_append(&l->tree, leaf);
        i += 2 + len;
    }
    if (index != bundle * BUNDLE + width)
        wrong("%s holds %lld entries", path, (long long)(index - bundle * BUNDLE));
}

/* Every head ever seen is the root of the entries up to it. Heads that were compared need not be again: the entries
 * below them have not changed since, or the newest root would not fit. */
static void compare_heads(struct ledger *l, bool is_whole)
{
    uint8_t root[CRASH_HASH];
    for (int64_t i = 0; i < l->room_heads; i++) {
        struct head *h = &l->heads[i];
        if (h->size == 0 || (h->is_compared && !is_whole))
            continue;
        tree_root(&l->tree, h->size, root);
        if (memcmp(root, h->root, CRASH_HASH) != 0)
            wrong("the head of size %lld, which was signed, is no prefix of the log", (long long)h->size);
        h->is_compared = true;
    }
}

static void compare_entries(struct ledger *l)
{
    for (int64_t n = 0; n < l->n_requests; n++) {
        const struct request *r = &l->requests[n];
        if (r->is_checked && (r->leaf >= l->tree.size || memcmp(l->tree.level[0][r->leaf], r->leaf_hash, CRASH_HASH) != 0))
            wrong("request %lld, number %s: its entry %lld is not in the log", (long long)n, r->number, (long long)r->leaf);
    }
}

int64_t check_log(struct ledger *l, int port, bool is_whole)
{
    char note[4096];
    size_t n;
    int64_t size;
    uint8_t root[CRASH_HASH];
    uint8_t own[CRASH_HASH];
    int status = http_get(port, "/log/checkpoint", note, sizeof note, &n);
    if (status != 200)
        wrong("/log/checkpoint: %d", status);
    note_check(l, note, &size, root);
    if (size < l->largest_head)
        wrong("a head of size %lld was signed, the log has only %lld entries: %lld promises hang in the air",
              (long long)l->largest_head, (long long)size, (long long)(l->largest_head - size));
    if (is_whole)
        tree_clear(&l->tree);
    while (l->tree.size < size)
        take_bundle(l, port, size);
    tree_root(&l->tree, size, own);
    if (memcmp(own, root, CRASH_HASH) != 0)
        wrong("the newest head, of size %lld, is not the root of the entries that the log serves", (long long)size);
    compare_heads(l, is_whole);
    compare_entries(l);
    return size;
}

/* ---- stored rows ---- */

static void take_row(struct ledger *l, char *row, size_t len)
{
    char *field[4];
    char expected[1024];
    size_t length[4];
    char *at = row;
    for (int i = 0; i < 4; i++) {
        char *end = i < 3 ? memchr(at, 0x1f, (size_t)(row + len - at)) : row + len;
        if (!end)
            wrong("a stored row has %d fields: %.*s", i, (int)len, row);
        field[i] = at;
        length[i] = (size_t)(end - at);
        *end = 0;
        at = end + 1;
    }
    int64_t n = ledger_of_subject(l, field[1], length[1]);
    if (n < 0)
        wrong("number %s is stored with words that nobody sent: %s", field[0], field[1]);
    struct request *r = &l->requests[n];
    if (r->seen == l->looks)
        wrong("request %lld is stored twice, once as %s", (long long)n, field[0]);
    r->seen = l->looks;
    if (ledger_text(l, n, expected, sizeof expected) != length[2] || memcmp(expected, field[2], length[2]) != 0)
        wrong("number %s: another text is stored than was sent: %s", field[0], field[2]);
    if (r->is_checked && strcmp(r->number, field[0]) != 0)
        wrong("request %lld was promised number %s and is stored as %s", (long long)n, r->number, field[0]);
    if (r->is_checked && strcmp(r->due_on, field[3]) != 0)
        wrong("number %s was promised an answer by %s and is due on %s", field[0], r->due_on, field[3]);
}

static void find_lost(const struct ledger *l)
{
    int64_t lost = 0;
    int64_t first = -1;
    for (int64_t n = 0; n < l->n_requests; n++) {
        const struct request *r = &l->requests[n];
        if (r->state == REQUEST_PROMISED && r->seen != l->looks) {
            lost++;
            first = first < 0 ? n : first;
        }
    }
    if (lost > 0)
        wrong("%lld appeals that were acknowledged are gone, the first of them number %s", (long long)lost,
              l->requests[first].number);
}

int64_t check_rows(struct ledger *l, const char *command)
{
    static char buffer[1 << 20];
    int64_t rows = 0;
    size_t have = 0;
    size_t got;
    FILE *in = popen(command, "re");
    if (!in)
        broken("%s cannot be started", command);
    l->looks++;
    do {
        got = fread(buffer + have, 1, sizeof buffer - have, in);
        have += got;
        char *at = buffer;
        char *end;
        while ((end = memchr(at, 0x1e, (size_t)(buffer + have - at))) != NULL) {
            take_row(l, at, (size_t)(end - at));
            at = end + 1;
            rows++;
        }
        have -= (size_t)(at - buffer);
        memmove(buffer, at, have);
    } while (got > 0 && have < ROW_MAX);
    if (pclose(in) != 0)
        broken("%s failed", command);
    while (have > 0 && buffer[have - 1] == '\n')
        have--; /* psql ends its last row with a line end, whatever it is told */
    if (have > 0) {
        take_row(l, buffer, have);
        rows++;
    }
    find_lost(l);
    return rows;
}

/* ---- all of it ---- */

int64_t check_everything(struct ledger *l)
{
    int64_t n_checked = 0;
    for (int64_t n = 0; n < l->n_requests; n++) {
        if (l->requests[n].state != REQUEST_PROMISED)
            continue;
        receipt_check(l, n);
        n_checked++;
    }
    if (n_checked != l->n_promised)
        broken("%lld promises counted, %lld kept", (long long)n_checked, (long long)l->n_promised);
    return n_checked;
}
