/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * catalogue.h - reading one compiled catalogue of texts (.mo) where it lies in memory.
 *
 * Private to i18n. Nothing is copied: a look-up is the file's own hash table and one or two comparisons.
 *
 * Source: GNU gettext manual, "The Format of GNU MO Files".
 */
#ifndef BIRGE_WEB_CATALOGUE_H
#define BIRGE_WEB_CATALOGUE_H

#include "base/err.h"

struct catalogue {
    struct str bytes;       /* the whole file */
    uint32_t n;             /* messages, the header included */
    uint32_t originals;     /* offsets of the two tables of (length, offset) */
    uint32_t translations;
    uint32_t n_hash;        /* slots of the hash table */
    uint32_t hash;          /* its offset */
};

/* One message: its key, and its plural forms with a NUL between them. */
struct message {
    struct str id;          /* without the second, plural id that plural messages carry */
    struct str text;
    bool is_plural;
};

/* Take `bytes` as a catalogue and check it wholly: every table, string and slot lies inside, every string
 * ends with NUL, every message is found by its id. Memory: `bytes` stays the caller's and must outlive
 * `ret`; errors in `a`. Errors: ERR_CONFIG. Cost: linear in the file. */
struct err *catalogue_open(struct arena *a, struct str bytes, struct catalogue *ret) WARN_UNUSED;
/* As catalogue_open without the check, for a file that a test of this build has checked: aborts when it
 * is not a catalogue at all. */
void catalogue_open_trusted(struct str bytes, struct catalogue *ret);
/* The message with key `id`; false when there is none. Memory: static, the file's. */
bool catalogue_find(const struct catalogue *c, const char *id, struct message *ret);
/* The i-th message, i < c->n, sorted by id; the first is the header, its id is "". */
struct message catalogue_at(const struct catalogue *c, size_t i);
/* Number of plural forms of a message (1 for a plain one), and the form `i` of them; the last when
 * there are fewer. */
size_t message_forms(struct message m);
struct str message_form(struct message m, size_t i);

#endif
