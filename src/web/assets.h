/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * assets.h - style sheet, scripts, fonts and icons, linked into the program.
 *
 * tools/embed.mjs puts each built file into the binary raw and pre-compressed, under an address that holds
 * the hash of its content: /assets/birge.3f2a9c01.css. So every address may be cached for ever, and an
 * upgrade changes the addresses.
 *
 * Source: experience.md, section 10.
 */
#ifndef BIRGE_WEB_ASSETS_H
#define BIRGE_WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* One file. Written by tools/embed.mjs; all memory is static. */
struct asset {
    struct str name;   /* "birge.css" */
    struct str path;   /* "/assets/birge.3f2a9c01.css" */
    struct str type;   /* "text/css; charset=utf-8" */
    struct str raw;
    struct str gzip;   /* absent when it would not be smaller */
    struct str brotli; /* absent when it would not be smaller */
    struct str raw_etag, gzip_etag, brotli_etag; /* "\"3f2a9c01...\"", another one for each */
};

/* What to send for a request. All memory is static: it may be sent without copying. */
struct asset_reply {
    struct str body;
    struct str type;          /* Content-Type */
    struct str encoding;      /* Content-Encoding; absent: send none */
    struct str etag;          /* of this representation */
    struct str cache_control; /* "public, max-age=31536000, immutable" */
    bool has_variants;        /* send Vary: Accept-Encoding */
};

/* Find the file at `path` and the best representation for an Accept-Encoding header (absent: raw).
 * False: no such file, 404. Old hashes are not found. Source: RFC 9110, 12.5.3. */
bool assets_find(struct str path, struct str accept_encoding, struct asset_reply *ret_reply);
/* Does this Accept-Encoding header (absent: no) take gzip, and not less gladly than plain bytes? */
bool assets_takes_gzip(struct str accept_encoding);
/* Address of an asset by its name: asset_url("birge.css"). Aborts for an unknown name: names stand in
 * templates and code, never in input. */
struct str asset_url(const char *name);
/* All of them, for tests. */
const struct asset *assets_all(size_t *ret_n);

#endif
