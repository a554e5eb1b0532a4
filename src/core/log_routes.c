/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log_routes.c - the public log for programs: checkpoint, key, tiles and entries, as C2SP names them.
 *
 * Tiles and entries never change, so they may be kept for a year by whoever carries them; the newest checkpoint
 * is never kept. Nothing here depends on who asks.
 *
 * Keeps:  one address for each tile: an index is written in one way only.
 * Source: contract.md (HTTP); C2SP tlog-tiles.
 */
#include "core/pages.h"

#include "core/keys.h"
#include "core/log.h"

#define YEAR_SECONDS 31536000
#define FULL_TILE 256

static const char plain[] = "text/plain; charset=utf-8";

static struct err *get_checkpoint(struct web_request *req)
{
    struct journal *j = session_site(req)->journal;
    TRY(journal_follow(web_arena(req), j, session_loop(req)->read));
    return web_reply(req, 200, plain, journal_checkpoint(web_arena(req), j));
}

static struct err *get_key(struct web_request *req)
{
    struct vkey v = log_key_public(session_site(req)->keys->log);
    struct str text = vkey_text(web_arena(req), &v);
    web_cacheable(req, 3600);
    return web_reply(req, 200, plain, str_printf(web_arena(req), "%.*s\n", STR_FMT(text)));
}

/* An older signed head, by its size. */
static struct err *get_note(struct web_request *req)
{
    struct str note;
    int64_t size;
    if (!str_to_int64(web_param(req, "size"), &size))
        return web_error(req, 404);
    struct err *e = journal_note(web_arena(req), session_site(req)->journal, session_loop(req)->read, size, &note);
    if (e && e->code == ERR_NOT_FOUND)
        return web_error(req, 404);
    TRY(e);
    web_cacheable(req, YEAR_SECONDS);
    return web_reply(req, 200, plain, note);
}

/* == tiles == */

/* What an address asks for. */
struct tile_name {
    bool is_entries;
    int level;
    int64_t idx;
    int width; /* FULL_TILE without ".p/<W>" */
};

static bool three_digits(struct str s, int64_t *ret)
{
    int64_t v = 0;
    if (s.n != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *ret = v;
    return true;
}

/* "x001/x234/067" is 1234067: groups of three digits, all but the last with an x, no empty first group. */
static bool read_index(struct str s, int64_t *ret_idx)
{
    int64_t idx = 0;
    for (int groups = 0; groups < 6; groups++) { /* more would be more leaves than an int64 counts */
        struct str group;
        struct str rest;
        int64_t v;
        bool is_last = !str_cut(s, '/', &group, &rest);
        if (!is_last && !str_starts(group, S("x")))
            return false;
        if (!three_digits(is_last ? group : str_slice(group, 1, group.n), &v) || (!is_last && groups == 0 && v == 0))
            return false;
        idx = idx * 1000 + v;
        *ret_idx = idx;
        if (is_last)
            return true;
        s = rest;
    }
    return false;
}

/* The part of the path behind "/log/tile/": "<L>/<N>[.p/<W>]". */
static bool read_tile_name(struct str s, struct tile_name *ret)
{
    struct tile_name t = {.width = FULL_TILE};
    struct str level;
    struct str index;
    int64_t v;
    if (!str_cut(s, '/', &level, &index))
        return false;
    t.is_entries = str_eq(level, S("entries"));
    if (!t.is_entries) {
        if (!str_to_int64(level, &v) || v < 0 || v > 63)
            return false;
        t.level = (int)v;
    }
    size_t part = str_find_str(index, S(".p/"));
    if (part != SIZE_MAX) {
        if (!str_to_int64(str_slice(index, part + 3, index.n), &v) || v < 1 || v >= FULL_TILE)
            return false;
        t.width = (int)v;
        index = str_slice(index, 0, part);
    }
    if (!read_index(index, &t.idx))
        return false;
    *ret = t;
    return true;
}

static struct err *get_tile(struct web_request *req)
{
    struct arena *a = web_arena(req);
    struct journal *j = session_site(req)->journal;
    struct db_read *r = session_loop(req)->read;
    struct str path = web_path(req);
    struct tile_name t;
    struct str bytes;
    path = str_slice(path, 0, str_find(path, '?'));
    if (!read_tile_name(str_slice(path, S("/log/tile/").n, path.n), &t))
        return web_error(req, 404);
    struct err *e = t.is_entries ? journal_entries(a, j, r, t.idx, t.width, &bytes)
                                 : journal_tile(a, j, r, t.level, t.idx, t.width, &bytes);
    if (e && e->code == ERR_NOT_FOUND)
        return web_error(req, 404);
    TRY(e);
    if (t.width == FULL_TILE)
        web_header(req, "Cache-Control", S("public, max-age=31536000, immutable"));
    else
        web_cacheable(req, 86400); /* as true tomorrow, but a full one will take its place */
    return web_reply(req, 200, "application/octet-stream", bytes);
}

/* ---- routes ---- */

#define LOG_GET(pattern, handler) {WEB_GET, "/log/" pattern, NULL, WEB_CSRF_READ, WEB_BODY_NONE, handler}
static const struct web_route routes[] = {
    LOG_GET("checkpoint", get_checkpoint),
    LOG_GET("checkpoint/{size}", get_note),
    LOG_GET("key", get_key),
    LOG_GET("tile/{level}/{n}", get_tile),
    LOG_GET("tile/{level}/{n}/{m}", get_tile), /* one group more, or ".p" and a width */
    LOG_GET("tile/{level}/{n}/{m}/{o}", get_tile),
    LOG_GET("tile/{level}/{n}/{m}/{o}/{p}", get_tile),
};
const struct route_table core_routes_log = {routes, sizeof routes / sizeof routes[0]};
