/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * download.c - document_get, off the loop thread.
 *
 * Keeps: the pool works in an arena of its own, which holds copies of all that it reads.
 */
#include "institutions/reception/download.h"

#include "base/hash.h"
#include "core/document.h"

struct download_private {
    struct download d;
    struct arena *a;
    struct str objects_dir, hash;
    int64_t size;
    struct err *outcome;
    struct err *(*then)(struct web_request *req, const struct download *d);
};

static void gone(void *arena)
{
    arena_free(arena);
}

/* On the pool. */
static void work(void *user)
{
    struct download_private *own = user;
    own->outcome = document_get(own->a, own->objects_dir, (const uint8_t *)own->hash.p, own->size, &own->d.bytes);
}

static struct err *resumed(struct web_request *req, void *user)
{
    struct download_private *own = user;
    return own->outcome ? own->outcome : own->then(req, &own->d);
}

static struct reading reading_copy(struct arena *a, struct reading r)
{
    r.noun = str_dup(a, r.noun);
    r.way = str_dup(a, r.way);
    r.purpose = str_dup(a, r.purpose);
    r.actor.noun = str_dup(a, r.actor.noun);
    return r;
}

struct err *download_run(struct web_request *req, const struct site *site, const struct attachment *f,
                         const struct reading *reading,
                         struct err *(*then)(struct web_request *req, const struct download *d))
{
    struct arena *a = arena_new("download", (size_t)f->size + ARENA_MIB);
    struct download_private *own = ARENA_NEW(a, struct download_private);
    arena_defer(web_arena(req), gone, a);
    MUST(f->hash.n == HASH_BYTES);
    own->a = a;
    own->objects_dir = site->objects_dir;
    own->hash = str_dup(a, f->hash);
    own->size = f->size;
    own->then = then;
    own->d.name = str_printf(a, "%s%.*s", site->is_demo ? "example-" : "", STR_FMT(f->name));
    own->d.type = str_to_c(a, f->media_type);
    own->d.own = own;
    if (reading)
        own->d.reading = reading_copy(a, *reading);
    if (!web_offload(req, work, resumed, own))
        return ERR(web_arena(req), ERR_BUSY, "too many files wait to be read");
    return NULL;
}
