/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * upload.c - document_check and document_put, off the loop thread.
 *
 * Keeps: the pool works in an arena of its own; it only reads the request's bytes, which live until the reply.
 */
#include "institutions/reception/upload.h"

#include "core/config.h"
#include "core/site.h"

#define UPLOAD_MEMORY (64 * ARENA_MIB) /* a picture is rewritten beside its original */

struct upload_private {
    struct arena *a;
    struct upload u;
    struct str name, bytes;
    struct str objects_dir;
    int64_t max_bytes;
    struct err *outcome;
    struct err *(*then)(struct web_request *req, struct upload *u);
};

static void gone(void *arg)
{
    arena_free(arg);
}

/* On the pool. */
static void work(void *user)
{
    struct upload_private *own = user;
    struct document d;
    own->u.verdict = document_check(own->a, own->name, own->bytes, own->max_bytes, &d);
    if (!own->u.verdict.allowed)
        return;
    own->outcome = document_put(own->a, own->objects_dir, &d);
    if (!own->outcome)
        own->u.file = stored_file_of(own->a, &d);
}

static struct err *resumed(struct web_request *req, void *user)
{
    struct upload_private *own = user;
    return own->outcome ? own->outcome : own->then(req, &own->u);
}

struct err *upload_run(struct web_request *req, const struct site *site, const struct web_file *f,
                       struct err *(*then)(struct web_request *req, struct upload *u), void *user)
{
    struct arena *a = arena_new("upload", UPLOAD_MEMORY);
    struct upload_private *own = ARENA_NEW(a, struct upload_private);
    arena_defer(web_arena(req), gone, a);
    own->a = a;
    own->name = f->name;
    own->bytes = f->bytes;
    own->objects_dir = site->objects_dir;
    own->max_bytes = site->config->attachment_mib * (int64_t)ARENA_MIB;
    own->then = then;
    own->u.user = user;
    own->u.own = own;
    if (web_offload(req, work, resumed, own))
        return NULL;
    return web_error(req, 503);
}
