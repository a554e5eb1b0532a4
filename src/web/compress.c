/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * compress.c - pages for slow lines: gzip, where a handler said that nothing secret stands in the page.
 *
 * A village line carries six kilobytes a second; a form of 18 KB is three seconds of it, compressed one. The lowest
 * level is taken: it gains nearly all and costs about 100 us.
 *
 * Source: RFC 1952; RFC 9110, 12.5.3; Gluck, Harris, Prado, "BREACH" (2013) for what is left plain.
 */
#include "web/web_private.h"

#include <zlib.h>

#include "web/assets.h"

#define WORTH 1400       /* bytes: less fits into one packet anyway */
#define GZIP (15 + 16)   /* window bits; 16 asks for the gzip frame */
#define MEMORY_LEVEL 8

static void *take(void *a, unsigned n, unsigned size)
{
    return arena_array(a, n, size);
}

static void leave(void *a, void *p)
{
    (void)a;
    (void)p; /* with the arena */
}

void reply_compress(struct web_request *req)
{
    web_header(req, "Vary", S("Accept-Encoding"));
    if (req->reply.n < WORTH || req->reply.n > UINT32_MAX || !assets_takes_gzip(head_find(&req->head, S("accept-encoding"))))
        return;
    z_stream z = {.zalloc = take, .zfree = leave, .opaque = req->a};
    MUST(deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t room = deflateBound(&z, (uLong)req->reply.n);
    uint8_t *out = arena_alloc(req->a, room);
    z.next_in = (Bytef *)(uintptr_t)req->reply.p;
    z.avail_in = (uInt)req->reply.n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    MUST(deflate(&z, Z_FINISH) == Z_STREAM_END);
    req->reply = (struct str){(const char *)out, room - z.avail_out};
    MUST(deflateEnd(&z) == Z_OK);
    web_header(req, "Content-Encoding", S("gzip"));
}
