/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * catalogue.c - the .mo format: two sorted tables of strings and a hash table over the first.
 *
 * Keeps: nothing outside the file is read, whatever the file says (catalogue_open finds it out).
 * Source: GNU gettext manual, "The Format of GNU MO Files"; the hash is hashpjw of its intl/hash-string.
 */
#include "web/catalogue.h"

#include <string.h>

#define MAGIC 0x950412deu
#define HEADER 28 /* bytes: seven words */

/* A 32-bit word of the file, in the file's byte order; msgfmt writes little-endian. */
static uint32_t word(const struct catalogue *c, size_t offset)
{
    const unsigned char *p = (const unsigned char *)c->bytes.p + offset;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t hash_of(const char *id)
{
    uint32_t h = 0;
    for (; *id; id++) {
        h = (h << 4) + (unsigned char)*id;
        uint32_t high = h & 0xf0000000u;
        if (high)
            h ^= high >> 24 ^ high;
    }
    return h;
}

static struct str string_at(const struct catalogue *c, uint32_t table, size_t i)
{
    size_t entry = table + i * 8;
    return (struct str){c->bytes.p + word(c, entry + 4), word(c, entry)};
}

struct message catalogue_at(const struct catalogue *c, size_t i)
{
    MUST(i < c->n);
    struct str id = string_at(c, c->originals, i);
    size_t end = str_find(id, '\0');
    bool is_plural = end != SIZE_MAX;
    return (struct message){str_slice(id, 0, is_plural ? end : id.n),
                            string_at(c, c->translations, i), is_plural};
}

bool catalogue_find(const struct catalogue *c, const char *id, struct message *ret)
{
    uint32_t h = hash_of(id);
    uint32_t slot = h % c->n_hash;
    uint32_t step = 1 + h % (c->n_hash - 2);
    for (uint32_t tries = 0; tries < c->n_hash; tries++) {
        uint32_t i = word(c, c->hash + slot * 4);
        if (!i)
            return false;
        /* Every string of the file ends with NUL, and a plural id has one before its second half. */
        if (i <= c->n && !strcmp(string_at(c, c->originals, i - 1).p, id)) {
            *ret = catalogue_at(c, i - 1);
            return true;
        }
        slot = slot >= c->n_hash - step ? slot - (c->n_hash - step) : slot + step;
    }
    return false;
}

static bool read_header(struct str bytes, struct catalogue *ret)
{
    struct catalogue c = {.bytes = bytes};
    if (bytes.n < HEADER || word(&c, 0) != MAGIC || word(&c, 4) != 0)
        return false;
    c.n = word(&c, 8);
    c.originals = word(&c, 12);
    c.translations = word(&c, 16);
    c.n_hash = word(&c, 20);
    c.hash = word(&c, 24);
    uint64_t n = bytes.n;
    if (c.n_hash < 3 || c.originals + (uint64_t)c.n * 8 > n || c.translations + (uint64_t)c.n * 8 > n ||
        c.hash + (uint64_t)c.n_hash * 4 > n)
        return false;
    *ret = c;
    return true;
}

static bool string_is_sound(const struct catalogue *c, uint32_t table, size_t i)
{
    uint64_t length = word(c, table + i * 8);
    uint64_t offset = word(c, table + i * 8 + 4);
    return offset + length < c->bytes.n && c->bytes.p[offset + length] == '\0' &&
           str_is_utf8((struct str){c->bytes.p + offset, length});
}

struct err *catalogue_open(struct arena *a, struct str bytes, struct catalogue *ret)
{
    struct catalogue c;
    if (!read_header(bytes, &c))
        return ERR(a, ERR_CONFIG, "not a compiled catalogue with a hash table (msgfmt without --no-hash)");
    for (size_t i = 0; i < c.n; i++)
        if (!string_is_sound(&c, c.originals, i) || !string_is_sound(&c, c.translations, i))
            return ERR(a, ERR_CONFIG, "message %zu of the catalogue is broken", i);
    for (size_t i = 0; i < c.n; i++) {
        struct message m = catalogue_at(&c, i);
        struct message found;
        if (!catalogue_find(&c, m.id.p, &found) || found.id.p != m.id.p)
            return ERR(a, ERR_CONFIG, "message \"%.*s\" is not found by the hash table", STR_FMT(m.id));
    }
    *ret = c;
    return NULL;
}

void catalogue_open_trusted(struct str bytes, struct catalogue *ret)
{
    MUST(read_header(bytes, ret));
}

size_t message_forms(struct message m)
{
    size_t n = 1;
    for (size_t i = 0; m.is_plural && i < m.text.n; i++)
        n += m.text.p[i] == '\0';
    return n;
}

struct str message_form(struct message m, size_t i)
{
    struct str form = m.text;
    struct str rest = m.text;
    for (size_t k = 0; m.is_plural && k <= i && rest.p; k++)
        (void)str_cut(rest, '\0', &form, &rest);
    return form;
}
