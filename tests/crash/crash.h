/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * crash.h - what the parts of the crash harness share: the ledger of everything that was ever sent and promised.
 *
 * The harness believes nothing that Birge says of itself. It has its own HTTP client, its own reading of receipts, its
 * own tree; of Birge it includes no line. Its ledger lies in memory and in one file outside the server's disk.
 *
 * A request is a number n: subject, text and idempotency key follow from n and the name of the run, so that what was
 * sent can be compared with what is stored without keeping it.
 *
 * Keeps:  a promise once broken ends the command with wrong(); nothing is repaired here.
 * Source: trust.md, section 10; contract.md (receipt, log).
 */
#ifndef BIRGE_TESTS_CRASH_H
#define BIRGE_TESTS_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CRASH_HASH 32
#define CRASH_BODY 8192       /* bytes of one request or reply */
#define CRASH_CONNECTIONS 128 /* clients at once */
#define CRASH_PORTS 4
#define CRASH_LEVELS 40       /* of the tree */

enum request_state {
    REQUEST_FREE,    /* never sent */
    REQUEST_SENT,    /* on its way */
    REQUEST_OPEN,    /* sent, and no answer came: may be stored once, or not at all */
    REQUEST_REFUSED, /* answered 503 or 500: as open, but nobody asks again */
    REQUEST_PROMISED, /* 201 and a receipt */
};

struct request {
    uint8_t state;
    bool is_checked;      /* the receipt was verified */
    char number[24];      /* as promised; "" before */
    char due_on[12];
    int64_t leaf;         /* index in the log */
    uint8_t leaf_hash[CRASH_HASH];
    uint64_t reply_at;    /* where the 201 lies in the ledger's file */
    uint32_t reply_n;
    uint32_t seen;        /* the last look at the stored rows that met it */
};

struct head {
    int64_t size; /* 0: free place */
    uint8_t root[CRASH_HASH];
    bool is_compared; /* with the tree of the entries */
};

/* Complete subtrees: level k, index i covers leaves i * 2^k to (i + 1) * 2^k - 1. */
struct tree {
    int64_t size;
    uint8_t (*level[CRASH_LEVELS])[CRASH_HASH];
    int64_t room[CRASH_LEVELS];
};

struct ledger {
    char run[32];         /* name of this run, in every subject and key */
    char origin[64];      /* of the pinned key */
    uint8_t key_hash[4];
    uint8_t key[32];      /* Ed25519, pinned at the first start */
    FILE *replies;        /* every 201, byte for byte */
    uint64_t replies_n;

    struct request *requests;
    int64_t n_requests, room;
    int64_t n_promised;
    int64_t *unchecked;   /* promised in this round */
    int64_t n_unchecked, room_unchecked;

    struct head *heads;   /* open addressing by size */
    int64_t n_heads, room_heads, largest_head;
    char last_note[2048]; /* verified last: receipts of a batch share it */
    int64_t last_size;
    uint8_t last_root[CRASH_HASH];

    int64_t *numbers;     /* open addressing by number: n + 1 */
    int64_t room_numbers;

    struct tree tree;     /* of the entries that the log served */
    uint32_t looks;       /* at the stored rows */

    int64_t statuses[600];
};

/* The promise is broken: say it on stdout as "wrong ..." and leave the command. */
_Noreturn void wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The harness itself cannot go on: "error ...", and the process ends. */
_Noreturn void broken(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* == ledger.c == */

void ledger_open(struct ledger *l, const char *run, const char *vkey, const char *path);
/* The next request that was never sent. */
int64_t ledger_new(struct ledger *l);
void ledger_subject(const struct ledger *l, int64_t n, char *out, size_t room);
size_t ledger_text(const struct ledger *l, int64_t n, char *out, size_t room);
void ledger_key(const struct ledger *l, int64_t n, char *out, size_t room);
/* The JSON that is posted for n; returns its length. */
size_t ledger_body(const struct ledger *l, int64_t n, char *out, size_t room);
/* n of a stored subject, or -1 when this run never sent it. */
int64_t ledger_of_subject(const struct ledger *l, const char *subject, size_t len);
/* A 201 came for n: kept; for the second time it must be the same, byte for byte. */
void ledger_promise(struct ledger *l, int64_t n, const char *reply, size_t len);
/* The kept 201 of n into `out`, NUL-terminated. */
void ledger_reply(struct ledger *l, int64_t n, char *out, size_t room);
/* A head that was signed: two of one size must be one. */
void ledger_head(struct ledger *l, int64_t size, const uint8_t *root);
/* `number` was promised to n, and to nobody else. */
void ledger_number(struct ledger *l, int64_t n);

/* == receipt.c == */

/* Verify a signed note under the pinned key; its head goes to the ledger. */
void note_check(struct ledger *l, const char *note, int64_t *ret_size, uint8_t *ret_root);
/* Verify the 201 of n wholly: content, entry, inclusion, signature, number. Fills the request's fields. */
void receipt_check(struct ledger *l, int64_t n);
/* A string of a flat JSON object, unescaped; false when there is none. */
bool json_text(const char *json, const char *name, char *out, size_t room);

/* == tree.c == */

void sha256_of(const void *a, size_t na, const void *b, size_t nb, uint8_t *out);
void tree_append(struct tree *t, const uint8_t *leaf);
void tree_root(const struct tree *t, int64_t size, uint8_t *out);
void tree_clear(struct tree *t);

/* == http.c == */

/* Ask one thing and wait for the whole answer, at most 20 s; returns the status, 0 when there was none. */
int http_get(int port, const char *path, char *out, size_t room, size_t *ret_n);

struct load {
    int ports[CRASH_PORTS];
    int n_ports;
    int clients;
    bool hangs_up;        /* some clients leave in the middle of the commit */
    const int64_t *again; /* send these, each twice, and nothing new; NULL: new ones */
    int64_t n_again;
    int64_t at_most;      /* new requests; 0: no bound */
};
struct loaded {
    int64_t promised, refused, open;
    int64_t longest_us;   /* from the request to its 201 */
};
/* Drive the clients until "stop" comes on stdin, the bound is reached, or nobody listens any more. */
void load_run(struct ledger *l, const struct load *load, struct loaded *ret);

/* == checks.c == */

/* Every receipt of this round. */
void check_receipts(struct ledger *l);
/* The log as it is served: never shorter than any head, every head a prefix, every receipt's entry in its place. From
 * the last entry that was seen on, or from the first with `is_whole`. Returns its size. */
int64_t check_log(struct ledger *l, int port, bool is_whole);
/* All stored rows, as `command` writes them: number 0x1f subject 0x1f text 0x1f due_on 0x1e. Every promise is there
 * with its number, words and day, every other request at most once. Returns how many rows. */
int64_t check_rows(struct ledger *l, const char *command);
/* Every receipt since the beginning, from the file, with every signature and path anew. */
int64_t check_everything(struct ledger *l);
/* `trials` receipts with one bit flipped: how many were accepted. */
int64_t check_flipped(struct ledger *l, int64_t trials);

#endif
