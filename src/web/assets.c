/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * assets.c - finding an asset, and choosing the representation that a client can read.
 *
 * Keeps: a coding that the client refuses is never sent; a client that says nothing gets plain bytes.
 * Source: RFC 9110, sections 8.8.3 (one ETag per representation) and 12.5.3 (Accept-Encoding).
 */
#include "web/assets.h"

#include "base/err.h"
#include "web/assets_table.h"
#include "web/weight.h"

#define UNNAMED (-1)

/* What a client thinks of the three codings, in thousandths; UNNAMED where it says nothing. */
struct wishes {
    int brotli, gzip, identity, any;
};

static struct wishes read_wishes(struct str header)
{
    struct wishes w = {UNNAMED, UNNAMED, UNNAMED, UNNAMED};
    struct str rest = header;
    while (rest.p) {
        struct str item;
        struct str params;
        (void)str_cut(rest, ',', &item, &rest);
        (void)str_cut(item, ';', &item, &params);
        item = str_trim(item);
        int weight = weight_of(params);
        if (str_eq_nocase(item, S("br")))
            w.brotli = weight;
        else if (str_eq_nocase(item, S("gzip")) || str_eq_nocase(item, S("x-gzip")))
            w.gzip = weight;
        else if (str_eq_nocase(item, S("identity")))
            w.identity = weight;
        else if (str_eq(item, S("*")))
            w.any = weight;
    }
    /* A coding that is not named falls under "*"; without one it is not wanted, but identity always is. */
    if (w.brotli == UNNAMED)
        w.brotli = w.any == UNNAMED ? 0 : w.any;
    if (w.gzip == UNNAMED)
        w.gzip = w.any == UNNAMED ? 0 : w.any;
    if (w.identity == UNNAMED)
        w.identity = w.any == UNNAMED ? 1 : w.any;
    return w;
}

bool assets_takes_gzip(struct str accept_encoding)
{
    struct wishes w = read_wishes(accept_encoding);
    return w.gzip > 0 && w.gzip >= w.identity;
}

static const struct asset *find(struct str path)
{
    for (size_t i = 0; i < asset_table_n; i++)
        if (str_eq(asset_table[i].path, path))
            return &asset_table[i];
    return NULL;
}

bool assets_find(struct str path, struct str accept_encoding, struct asset_reply *ret_reply)
{
    const struct asset *f = find(path);
    if (!f)
        return false;
    struct asset_reply r = {
        .body = f->raw,
        .type = f->type,
        .etag = f->raw_etag,
        .cache_control = S("public, max-age=31536000, immutable"),
        .has_variants = f->gzip.p || f->brotli.p,
    };
    struct wishes w = read_wishes(accept_encoding);
    /* Equal wishes: the smaller one. Nothing acceptable: plain bytes all the same, as 12.5.3 allows. */
    if (f->brotli.p && w.brotli > 0 && w.brotli >= w.identity && (w.brotli >= w.gzip || !f->gzip.p)) {
        r.body = f->brotli;
        r.encoding = S("br");
        r.etag = f->brotli_etag;
    } else if (f->gzip.p && w.gzip > 0 && w.gzip >= w.identity) {
        r.body = f->gzip;
        r.encoding = S("gzip");
        r.etag = f->gzip_etag;
    }
    *ret_reply = r;
    return true;
}

struct str asset_url(const char *name)
{
    for (size_t i = 0; i < asset_table_n; i++)
        if (str_eq(asset_table[i].name, str_c(name)))
            return asset_table[i].path;
    must_failed("the name of an asset", name, 0);
}

const struct asset *assets_all(size_t *ret_n)
{
    *ret_n = asset_table_n;
    return asset_table;
}
