/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document.c - the door for attached files, and the folder where their bytes lie.
 *
 * Keeps: an object under its hash is whole and durable before this says so; what is read back hashes to its
 * name.
 * Source: trust.md section 3 point 9, section 6; experience.md (attachments are downloads, never pages).
 */
#include "core/document_private.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

/* ---- the verdict ---- */

static struct verdict no(const char *code, const char *text_id, const char *next_id)
{
    return verdict_no(code, text_id, next_id, (struct str){0});
}

static struct verdict no_named(const char *code, const char *text_id, const char *next_id, struct str name)
{
    struct verdict v = no(code, text_id, next_id);
    verdict_fact(&v, "name", name);
    return v;
}

static struct str mebibytes(struct arena *a, uint64_t bytes)
{
    return str_printf(a, "%llu", (unsigned long long)((bytes + ARENA_MIB - 1) / ARENA_MIB));
}

static struct verdict too_large(struct arena *a, struct str bytes, int64_t max_bytes)
{
    struct verdict v =
        no("DOCUMENT_TOO_LARGE", "verdict.document.too_large", "verdict.document.too_large.next");
    verdict_fact(&v, "size", mebibytes(a, bytes.n));
    verdict_fact(&v, "limit", str_printf(a, "%lld", (long long)(max_bytes / (int64_t)ARENA_MIB)));
    return v;
}

static struct verdict too_many_pixels(struct arena *a, struct picture_size size)
{
    struct verdict v = no("DOCUMENT_PIXELS", "verdict.document.pixels", "verdict.document.pixels.next");
    verdict_fact(&v, "width", str_printf(a, "%u", size.width));
    verdict_fact(&v, "height", str_printf(a, "%u", size.height));
    return v;
}

static const struct str media_types[] = {
    [DOCUMENT_NOTHING] = STR(""),
    [DOCUMENT_PDF] = STR("application/pdf"),
    [DOCUMENT_JPEG] = STR("image/jpeg"),
    [DOCUMENT_PNG] = STR("image/png"),
    [DOCUMENT_DOCX] = STR("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    [DOCUMENT_TEXT] = STR("text/plain; charset=utf-8"),
};

/* A closer look at bytes of a known type; `ret_bytes` is what would be stored. */
static enum document_finding look(struct arena *a, enum document_type type, struct str bytes,
                                  struct str *ret_bytes, struct picture_size *ret_size)
{
    *ret_bytes = bytes;
    switch (type) {
    case DOCUMENT_PDF:
        return document_pdf(bytes);
    case DOCUMENT_DOCX:
        return document_docx(bytes);
    case DOCUMENT_JPEG:
        return document_jpeg(a, bytes, ret_bytes, ret_size);
    case DOCUMENT_PNG:
        return document_png(a, bytes, ret_bytes, ret_size);
    case DOCUMENT_TEXT:
    case DOCUMENT_NOTHING:
        break;
    }
    return FOUND_FINE;
}

struct verdict document_check(struct arena *a, struct str name, struct str bytes, int64_t max_bytes,
                              struct document *ret_document)
{
    struct picture_size size = {0};
    struct str kept = bytes;
    if (bytes.n == 0)
        return no("DOCUMENT_EMPTY", "verdict.document.empty", "verdict.document.empty.next");
    if (bytes.n > (uint64_t)(max_bytes < 0 ? 0 : max_bytes))
        return too_large(a, bytes, max_bytes);
    enum document_type type = document_type_of(bytes);
    struct str shown = document_name(a, name, DOCUMENT_NOTHING);
    if (type == DOCUMENT_NOTHING || (type == DOCUMENT_TEXT && !document_text_name_ok(name)))
        return no_named("DOCUMENT_TYPE", "verdict.document.type", "verdict.document.type.next", shown);
    switch (look(a, type, bytes, &kept, &size)) {
    case FOUND_BROKEN:
        return no_named("DOCUMENT_BROKEN", "verdict.document.broken", "verdict.document.broken.next", shown);
    case FOUND_ACTIVE:
        return no_named("DOCUMENT_ACTIVE", "verdict.document.active", "verdict.document.active.next", shown);
    case FOUND_PIXELS:
        return too_many_pixels(a, size);
    case FOUND_FINE:
        break;
    }
    struct hash h = HASH(kept);
    *ret_document = (struct document){
        .name = document_name(a, name, type),
        .media_type = media_types[type],
        .bytes = kept,
    };
    memcpy(ret_document->hash, h.b, sizeof h.b);
    return verdict_yes();
}

/* ---- storing ---- */

char *document_path(struct arena *a, struct str objects_dir, const uint8_t hash[32])
{
    struct str hex = str_hex(a, hash, 32);
    return str_to_c(a, str_printf(a, "%.*s/%.2s/%s", STR_FMT(objects_dir), hex.p, hex.p + 2));
}

static bool hashes_to(struct str bytes, const uint8_t hash[32])
{
    struct hash h = HASH(bytes);
    return memcmp(h.b, hash, sizeof h.b) == 0;
}

/* Is the object there and whole? A damaged one is written anew: its bytes have just come again. */
static bool is_stored(struct arena *a, const char *path, const struct document *d)
{
    struct str bytes;
    return file_exists(path) && !file_read(a, path, d->bytes.n, &bytes) && hashes_to(bytes, d->hash);
}

struct err *document_put(struct arena *a, struct str objects_dir, const struct document *d)
{
    char *path = document_path(a, objects_dir, d->hash);
    struct str folder = str_printf(a, "%.*s", (int)(strrchr(path, '/') - path), path);
    TRY(file_mkdir(a, folder.p, 0700));
    if (is_stored(a, path, d))
        return file_sync_folder(a, path); /* whoever wrote it may have lost power before this */
    /* A name of its own: the same file may come twice at once. */
    struct str own = random_str(a, 8);
    struct str tmp = str_printf(a, "%s.%.*s.tmp", path, STR_FMT(str_hex(a, own.p, own.n)));
    TRY(file_create(a, tmp.p, d->bytes, 0600));
    if (rename(tmp.p, path) != 0) {
        int number = errno;
        (void)unlink(tmp.p);
        return ERR(a, ERR_IO, "rename %s: %s", path, strerror(number));
    }
    return file_sync_folder(a, path);
}

struct err *document_get(struct arena *a, struct str objects_dir, const uint8_t hash[32], int64_t max_bytes,
                         struct str *ret_bytes)
{
    struct str bytes;
    char *path = document_path(a, objects_dir, hash);
    TRY(file_read(a, path, max_bytes < 0 ? 0 : (size_t)max_bytes, &bytes));
    if (!hashes_to(bytes, hash))
        return ERR(a, ERR_CORRUPT, "object %s does not hash to its name", path);
    *ret_bytes = bytes;
    return NULL;
}
