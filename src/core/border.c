/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border.c - borders to bytes and back, with fewer points, and into the database.
 *
 * Keeps:  bytes are believed only as far as they can be counted; simplifying is bounded: a line is done in pieces of
 *         PIECE points, since the worst of lines costs the square of its length.
 */
#include "core/border.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "gen/core_queries.h"

#define RING_MIN 4
#define PIECE 1000
#define FINENESS 400 /* parts of the longer side that are told apart */
#define SOURCE_CHARS 200

/* == bytes == */

static char *put32(char *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        *at++ = (char)(v >> (8 * i));
    return at;
}

static uint32_t get32(const char *at)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++)
        v |= (uint32_t)(unsigned char)at[i] << (8 * i);
    return v;
}

struct str border_bytes(struct arena *a, const struct border *b)
{
    size_t size = 0;
    for (size_t i = 0; i < b->n; i++)
        size += 4 + 8 * b->rings[i].n;
    char *bytes = arena_alloc(a, size + 1);
    char *at = bytes;
    for (size_t i = 0; i < b->n; i++) {
        at = put32(at, (uint32_t)b->rings[i].n);
        for (size_t k = 0; k < b->rings[i].n; k++) {
            at = put32(at, (uint32_t)b->rings[i].points[k].x);
            at = put32(at, (uint32_t)b->rings[i].points[k].y);
        }
    }
    return (struct str){bytes, size};
}

/* How many rings, or 0 when the bytes do not come out even. */
static size_t count_rings(struct str bytes)
{
    size_t n = 0;
    size_t at = 0;
    while (at < bytes.n) {
        size_t points = bytes.n - at >= 4 ? get32(bytes.p + at) : 0;
        if (points < RING_MIN || points > (bytes.n - at - 4) / 8)
            return 0;
        at += 4 + 8 * points;
        n++;
    }
    return n;
}

static bool is_on_earth(struct point p)
{
    return p.x >= -180000000 && p.x <= 180000000 && p.y >= -90000000 && p.y <= 90000000;
}

bool border_read(struct arena *a, struct str bytes, struct border *ret_border)
{
    size_t n = count_rings(bytes);
    if (n == 0 || bytes.n / 8 > BORDER_POINTS_MAX)
        return false;
    struct border_ring *rings = ARENA_ARRAY(a, n, struct border_ring);
    const char *at = bytes.p;
    for (size_t i = 0; i < n; i++) {
        size_t n_points = get32(at);
        struct point *points = ARENA_ARRAY(a, n_points, struct point);
        at += 4;
        for (size_t k = 0; k < n_points; k++, at += 8) {
            points[k] = (struct point){(int32_t)get32(at), (int32_t)get32(at + 4)};
            if (!is_on_earth(points[k]))
                return false;
        }
        rings[i] = (struct border_ring){points, n_points};
    }
    *ret_border = (struct border){rings, n};
    return true;
}

/* == fewer points == */

/* The longer side of the box around some rings. */
static int64_t extent(const struct border_ring *rings, size_t n)
{
    struct point low = {INT32_MAX, INT32_MAX};
    struct point high = {INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rings[i].n; k++) {
            struct point p = rings[i].points[k];
            low = (struct point){p.x < low.x ? p.x : low.x, p.y < low.y ? p.y : low.y};
            high = (struct point){p.x > high.x ? p.x : high.x, p.y > high.y ? p.y : high.y};
        }
    int64_t wide = (int64_t)high.x - low.x;
    int64_t tall = (int64_t)high.y - low.y;
    return wide > tall ? wide : tall;
}

/* A ring in pieces; the ends of pieces stay. */
static struct border_ring simplify_ring(struct arena *a, const struct border_ring *ring, int64_t tolerance)
{
    struct point *points = ARENA_ARRAY(a, ring->n, struct point);
    struct arena_mark mark = arena_mark(a);
    size_t n = 0;
    for (size_t from = 0; from + 1 < ring->n; from += PIECE) {
        size_t left = ring->n - from;
        size_t piece = left < PIECE + 1 ? left : PIECE + 1; /* its last point begins the next */
        n += simplify(a, ring->points + from, piece, tolerance, points + n);
        n -= from + piece < ring->n;
        arena_rewind(a, mark);
    }
    return (struct border_ring){points, n};
}

void border_simplify(struct arena *a, const struct border *b, struct border *ret_border)
{
    int64_t tolerance = extent(b->rings, b->n) / FINENESS;
    struct border_ring *rings = ARENA_ARRAY(a, b->n, struct border_ring);
    size_t n = 0;
    size_t largest = 0;
    for (size_t i = 1; i < b->n; i++)
        if (extent(&b->rings[i], 1) > extent(&b->rings[largest], 1))
            largest = i;
    for (size_t i = 0; i < b->n; i++) {
        struct border_ring ring = simplify_ring(a, &b->rings[i], tolerance);
        if (i == largest && ring.n < RING_MIN)
            ring = b->rings[i];
        if (ring.n >= RING_MIN && (i == largest || extent(&ring, 1) > tolerance))
            rings[n++] = ring;
    }
    *ret_border = (struct border){rings, n};
}

/* == stored == */

struct err *borders_below(struct arena *a, struct db_read *r, int64_t realm, int64_t parent_id, size_t n,
                          struct border_drawn **ret_borders, size_t *ret_n)
{
    struct core_q_borders_below_row *rows;
    size_t n_rows;
    TRY(core_q_borders_below(a, r, realm, parent_id, (int64_t)n, &rows, &n_rows));
    struct border_drawn *borders = ARENA_ARRAY(a, n_rows, struct border_drawn);
    *ret_n = 0;
    for (size_t i = 0; i < n_rows; i++)
        if (border_read(a, rows[i].display, &borders[*ret_n].border)) {
            borders[*ret_n].place_id = rows[i].place_id;
            borders[(*ret_n)++].source = rows[i].source;
        }
    *ret_borders = borders;
    return NULL;
}

struct err *border_compare(struct arena *a, struct db_read *r, int64_t realm, int64_t place_id, struct str rings,
                           struct str source, bool *ret_has, bool *ret_same)
{
    struct core_q_border_of_row row;
    TRY(core_q_border_of(a, r, realm, place_id, &row, ret_has));
    *ret_same = *ret_has && str_eq(row.rings, rings) && str_eq(row.source, source);
    return NULL;
}

static struct str detail_of(struct action *x, const struct border *b, bool is_new)
{
    struct buf out;
    struct json j;
    size_t points = 0;
    for (size_t i = 0; i < b->n; i++)
        points += b->rings[i].n;
    buf_init(&out, x->a, ARENA_KIB);
    json_begin(&j, &out);
    json_object(&j);
    json_put_int(&j, "rings", (int64_t)b->n);
    json_put_int(&j, "points", (int64_t)points);
    json_put_bool(&j, "new", is_new);
    json_object_end(&j);
    json_end(&j);
    return str_dup(x->a, buf_view(&out));
}

static struct err *take_one(struct action *x, struct borders_command *c, const struct border_item *item)
{
    struct border made;
    bool has;
    bool is_same;
    struct core_q_border_set_args row = {.realm = x->site->realm, .place_id = item->place_id, .source = c->source};
    row.rings = border_bytes(x->a, item->border);
    TRY(border_compare(x->a, db_tx_read(x->tx), x->site->realm, item->place_id, row.rings, c->source, &has, &is_same));
    c->n_same += is_same;
    if (is_same)
        return NULL;
    *(has ? &c->n_changed : &c->n_added) += 1;
    if (!item->drawn)
        border_simplify(x->a, item->border, &made);
    row.display = border_bytes(x->a, item->drawn ? item->drawn : &made);
    TRY(core_q_border_set(x->a, x->tx, &row, NULL));
    return admin_event(x, S("border"), item->place_id, S("taken"), detail_of(x, item->border, !has));
}

struct err *borders_take(struct action *x)
{
    struct borders_command *c = x->command;
    TRY(admin_may(x, MAY_CHANGE_BODIES));
    TRY(admin_line(x, "source of the borders", c->source, SOURCE_CHARS, false));
    for (size_t i = 0; i < c->n; i++)
        TRY(take_one(x, c, &c->items[i]));
    return NULL;
}
