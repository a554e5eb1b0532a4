/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * directory.c - reading bodies and offices into a snapshot, and finding them there.
 */
#include "core/directory.h"

#include "core/site.h"
#include "gen/core_queries.h"

static struct body body_of_row(const struct core_q_bodies_row *row)
{
    return (struct body){
        .id = row->id,
        .parent_id = row->parent_id.has ? row->parent_id.v : 0,
        .code = row->code,
        .name = {row->name_kk, row->name_ru, row->name_en},
        .about = {row->about_kk, row->about_ru, row->about_en},
        .address = row->address,
        .phone = row->phone,
        .hours = row->hours,
        .is_intake = row->is_intake,
        .is_closed = row->closed_at.has,
    };
}

static struct err *office_of_row(struct arena *a, const struct core_q_offices_row *row,
                                 struct office *ret_office)
{
    enum role role;
    if (!role_of_name(row->role, &role))
        return ERR(a, ERR_CORRUPT, "office %lld has the unknown role \"%.*s\"", (long long)row->id,
                   STR_FMT(row->role));
    *ret_office = (struct office){
        .id = row->id,
        .body_id = row->body_id,
        .role = role,
        .title = {row->title_kk, row->title_ru, row->title_en},
        .from_on = row->from_on,
        .to_on = row->to_on,
    };
    return NULL;
}

struct err *directory_load(struct arena *a, struct db_read *r, int64_t realm, uint64_t version,
                           struct directory **ret_directory)
{
    struct core_q_bodies_row *bodies;
    struct core_q_offices_row *offices;
    size_t n_bodies;
    size_t n_offices;
    struct core_q_realm_row realm_row = {0};
    bool found = false;
    TRY(core_q_realm(a, r, realm, &realm_row, &found));
    TRY(core_q_bodies(a, r, realm, &bodies, &n_bodies));
    TRY(core_q_offices(a, r, realm, &offices, &n_offices));
    struct directory *d = ARENA_NEW(a, struct directory);
    d->version = version;
    d->realm_name = (struct text3){realm_row.name_kk, realm_row.name_ru, realm_row.name_en};
    d->bodies = ARENA_ARRAY(a, n_bodies, struct body);
    d->offices = ARENA_ARRAY(a, n_offices, struct office);
    for (; d->n_bodies < n_bodies; d->n_bodies++)
        d->bodies[d->n_bodies] = body_of_row(&bodies[d->n_bodies]);
    for (; d->n_offices < n_offices; d->n_offices++)
        TRY(office_of_row(a, &offices[d->n_offices], &d->offices[d->n_offices]));
    *ret_directory = d;
    return NULL;
}

const struct body *directory_body(const struct directory *d, int64_t id)
{
    size_t low = 0;
    size_t high = d->n_bodies;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (d->bodies[mid].id == id)
            return &d->bodies[mid];
        if (d->bodies[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const struct office *directory_office(const struct directory *d, int64_t id)
{
    size_t low = 0;
    size_t high = d->n_offices;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (d->offices[mid].id == id)
            return &d->offices[mid];
        if (d->offices[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const struct body *directory_body_by_code(const struct directory *d, struct str code)
{
    for (size_t i = 0; i < d->n_bodies; i++)
        if (str_eq(d->bodies[i].code, code))
            return &d->bodies[i];
    return NULL;
}

size_t directory_chain(struct arena *a, const struct directory *d, int64_t body_id, int64_t **ret_ids)
{
    int64_t *ids = ARENA_ARRAY(a, d->n_bodies, int64_t);
    size_t n = 0;
    for (const struct body *b = directory_body(d, body_id); b && n < d->n_bodies;
         b = b->parent_id ? directory_body(d, b->parent_id) : NULL)
        ids[n++] = b->id;
    *ret_ids = ids;
    return n;
}

struct err *directory_of_loop(struct arena *a, struct loop *loop, const struct directory **ret_directory)
{
    struct site_versions versions;
    TRY(loop_versions(a, loop, &versions));
    uint64_t version = versions.directory;
    if (!snapshot_is_good(&loop->directory_use, version, loop->read->round)) {
        struct arena *fresh = arena_new("directory", 64 * ARENA_MIB);
        struct directory *d;
        struct err *e = directory_load(fresh, loop->read, loop->site->realm, version, &d);
        if (e) {
            struct str why = err_text(a, e);
            enum err_code code = e->code;
            arena_free(fresh);
            return ERR(a, code, "bodies and offices cannot be read: %.*s", STR_FMT(why));
        }
        arena_free(loop->directory_arena);
        loop->directory_arena = fresh;
        loop->directory = d;
        loop_loaded(loop, &loop->directory_use, version);
    }
    *ret_directory = loop->directory;
    return NULL;
}

static struct err *load(struct arena *a, struct db_read *r, int64_t realm, void **ret_directory)
{
    struct directory *d;
    TRY(directory_load(a, r, realm, 0, &d));
    *ret_directory = d;
    return NULL;
}

struct err *directory_of_tx(struct arena *a, struct site *site, struct db_tx *tx,
                            const struct directory **ret_directory)
{
    void *d;
    TRY(kept_get(a, &site->directory, site->db, tx, site->realm, load, &d));
    *ret_directory = d;
    return NULL;
}
