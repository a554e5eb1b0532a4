/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * asset.c - answering for /assets/...: static bytes, in the best encoding, kept for ever by whoever got them.
 *
 * Source: RFC 9110, 12.5.3 and 13.1.2.
 */
#include "web/web_private.h"

#include "web/assets.h"

/* Is `etag` in the list of If-None-Match? */
static bool is_listed(struct str list, struct str etag)
{
    struct str one, rest = list;
    bool more = list.n > 0;
    while (more) {
        more = str_cut(rest, ',', &one, &rest);
        one = str_trim(one);
        if (str_starts(one, S("W/")))
            one = str_slice(one, 2, one.n);
        if (str_eq(one, etag) || str_eq(one, S("*")))
            return true;
    }
    return false;
}

struct err *asset_serve(struct web_request *req)
{
    struct asset_reply asset;
    if (!assets_find(req->path, head_find(&req->head, S("accept-encoding")), &asset))
        return web_error(req, 404);
    web_header(req, "Cache-Control", asset.cache_control);
    web_header(req, "ETag", asset.etag);
    if (asset.has_variants)
        web_header(req, "Vary", S("Accept-Encoding"));
    if (is_listed(head_find(&req->head, S("if-none-match")), asset.etag))
        return web_reply(req, 304, NULL, S(""));
    if (asset.encoding.p)
        web_header(req, "Content-Encoding", asset.encoding);
    return web_reply(req, 200, str_to_c(req->a, asset.type), asset.body);
}
