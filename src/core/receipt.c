/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * receipt.c - writing, reading and checking receipts.
 *
 * Reading accepts a little and then writes again what it understood: only a text that comes out the same is
 * a receipt. So there is one grammar, the writer's.
 */
#include "core/receipt.h"

#include <string.h>

#include "algo/merkle.h"
#include "base/buf.h"
#include "base/clock.h"
#include "core/journal.h"

#define LINE_MAX_BYTES 1000

static const struct str title = STR("Birge receipt v1");
static const struct str proof_title = STR("c2sp.org/tlog-proof@v1");

struct hash receipt_content(struct str salt, struct str subject, struct str text)
{
    return HASH(STR("birge content v1\n"), salt, subject, STR("\n"), text);
}

/* == writing == */

static struct err *check_value(struct arena *a, const char *key, struct str s)
{
    bool ok = s.n > 0 && s.n <= LINE_MAX_BYTES && str_is_utf8(s);
    for (size_t i = 0; i < s.n; i++)
        ok = ok && (uint8_t)s.p[i] >= 0x20 && s.p[i] != 0x7F;
    if (!ok)
        return ERR(a, ERR_INPUT, "the %s of a receipt must be one line of 1 to %d bytes", key, LINE_MAX_BYTES);
    return NULL;
}

struct err *receipt_lines(struct arena *a, const struct receipt *rc, struct str *ret_lines)
{
    struct buf b;
    TRY(check_value(a, "number", rc->number));
    TRY(check_value(a, "body", rc->body));
    buf_init(&b, a, 4 * LINE_MAX_BYTES);
    buf_c(&b, "number: ");
    buf_str(&b, rc->number);
    buf_c(&b, "\nregistered: ");
    buf_str(&b, instant_text(a, rc->registered_at));
    buf_c(&b, "\nbody: ");
    buf_str(&b, rc->body);
    buf_c(&b, "\ncontent: ");
    buf_base64(&b, rc->content.b, HASH_BYTES);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "the lines of a receipt"));
    *ret_lines = buf_view(&b);
    return NULL;
}

/* The text around four lines that stand already. */
static struct err *write_around(struct arena *a, const struct receipt *rc, struct str lines, struct str *ret_text)
{
    struct buf b;
    buf_init(&b, a, RECEIPT_MAX);
    buf_str(&b, title);
    buf_byte(&b, '\n');
    buf_str(&b, lines);
    buf_c(&b, "salt: ");
    buf_base64(&b, rc->salt.p, rc->salt.n);
    buf_c(&b, "\n\n");
    buf_str(&b, proof_title);
    buf_c(&b, "\nindex ");
    buf_int(&b, rc->leaf);
    buf_byte(&b, '\n');
    for (size_t i = 0; i < rc->n_hashes; i++) {
        buf_base64(&b, rc->hashes[i].b, HASH_BYTES);
        buf_byte(&b, '\n');
    }
    buf_byte(&b, '\n');
    buf_str(&b, rc->checkpoint);
    TRY(buf_check(&b, "a receipt"));
    *ret_text = buf_view(&b);
    return NULL;
}

struct err *receipt_text(struct arena *a, const struct receipt *rc, struct str *ret_text)
{
    struct str lines;
    TRY(receipt_lines(a, rc, &lines));
    return write_around(a, rc, lines, ret_text);
}

struct err *receipt_of_event(struct arena *a, struct journal *j, struct db_read *r, struct str lines,
                             struct str salt, int64_t leaf, int64_t size, struct str *ret_text)
{
    struct receipt rc = {.salt = salt, .leaf = leaf};
    struct hash *hashes;
    TRY(journal_note(a, j, r, size, &rc.checkpoint));
    TRY(journal_proof(a, j, r, leaf, size, &hashes, &rc.n_hashes));
    rc.hashes = hashes;
    return write_around(a, &rc, lines, ret_text);
}

/* == reading == */

struct reader {
    struct arena *a;
    struct str rest;
    int line;
};

static struct err *next_line(struct reader *r, struct str *ret_line)
{
    r->line++;
    if (!str_cut(r->rest, '\n', ret_line, &r->rest))
        return ERR(r->a, ERR_INPUT, "line %d: the text ends too early", r->line);
    return NULL;
}

static struct err *exact_line(struct reader *r, struct str expected)
{
    struct str line;
    TRY(next_line(r, &line));
    if (!str_eq(line, expected))
        return ERR(r->a, ERR_INPUT, "line %d: expected \"%.*s\"", r->line, STR_FMT(expected));
    return NULL;
}

/* "key: value" or "index value". */
static struct err *value_line(struct reader *r, struct str key, struct str *ret_value)
{
    struct str line;
    TRY(next_line(r, &line));
    if (!str_starts(line, key))
        return ERR(r->a, ERR_INPUT, "line %d: expected \"%.*s\"", r->line, STR_FMT(key));
    *ret_value = str_slice(line, key.n, line.n);
    return NULL;
}

static struct err *bytes32(struct reader *r, struct str encoded, struct str *ret_bytes)
{
    if (!base64_decode(r->a, encoded, ret_bytes) || ret_bytes->n != HASH_BYTES)
        return ERR(r->a, ERR_INPUT, "line %d: expected the base64 of 32 bytes", r->line);
    return NULL;
}

static struct err *read_lines(struct reader *r, struct receipt *rc)
{
    struct str value;
    struct str bytes;
    TRY(exact_line(r, title));
    TRY(value_line(r, S("number: "), &rc->number));
    TRY(value_line(r, S("registered: "), &value));
    if (!instant_parse(value, &rc->registered_at))
        return ERR(r->a, ERR_INPUT, "line %d: expected a time such as 2026-03-30T09:15:00Z", r->line);
    TRY(value_line(r, S("body: "), &rc->body));
    TRY(value_line(r, S("content: "), &value));
    TRY(bytes32(r, value, &bytes));
    memcpy(rc->content.b, bytes.p, HASH_BYTES);
    TRY(value_line(r, S("salt: "), &value));
    TRY(bytes32(r, value, &rc->salt));
    return exact_line(r, S(""));
}

static struct err *read_proof(struct reader *r, struct receipt *rc)
{
    struct hash *hashes = ARENA_ARRAY(r->a, MERKLE_MAX_LEVEL + 1, struct hash);
    struct str value;
    struct str bytes;
    TRY(exact_line(r, proof_title));
    TRY(value_line(r, S("index "), &value));
    if (!str_to_int64(value, &rc->leaf) || rc->leaf < 0)
        return ERR(r->a, ERR_INPUT, "line %d: the index is not a number", r->line);
    for (;;) {
        TRY(next_line(r, &value));
        if (value.n == 0)
            break;
        if (rc->n_hashes > MERKLE_MAX_LEVEL)
            return ERR(r->a, ERR_INPUT, "line %d: more hashes than any tree has levels", r->line);
        TRY(bytes32(r, value, &bytes));
        memcpy(hashes[rc->n_hashes++].b, bytes.p, HASH_BYTES);
    }
    rc->hashes = hashes;
    return NULL;
}

struct err *receipt_parse(struct arena *a, struct str text, struct receipt *ret_receipt)
{
    struct receipt rc = {0};
    struct reader r = {.a = a, .rest = text};
    struct str again;
    if (text.n > RECEIPT_MAX)
        return ERR(a, ERR_INPUT, "a receipt has at most %zu bytes", RECEIPT_MAX);
    TRY(read_lines(&r, &rc));
    TRY(read_proof(&r, &rc));
    rc.checkpoint = r.rest;
    TRY(receipt_text(a, &rc, &again));
    if (!str_eq(again, text))
        return ERR(a, ERR_INPUT, "the receipt is not written the one way that receipts are written");
    *ret_receipt = rc;
    return NULL;
}

/* == checking == */

struct err *receipt_verify(struct arena *a, const struct vkey *v, struct str text, struct receipt *ret_receipt)
{
    struct receipt rc;
    struct tree_head head;
    struct str lines;
    TRY(receipt_parse(a, text, &rc));
    struct err *e = checkpoint_open(a, v, rc.checkpoint, &head);
    if (e)
        return WRAP(a, e, "checkpoint");
    TRY(receipt_lines(a, &rc, &lines));
    struct hash commitment = log_commitment(rc.salt, S("appeal"), S("registered"), lines);
    struct hash leaf = log_leaf(&commitment);
    if (!merkle_check((uint64_t)rc.leaf, (uint64_t)head.size, &leaf, rc.hashes, rc.n_hashes, &head.root))
        return ERR(a, ERR_INPUT, "the log does not hold what the receipt says: number, time, body, content, salt "
                   "or proof was changed");
    if (ret_receipt)
        *ret_receipt = rc;
    return NULL;
}
