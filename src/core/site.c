/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * site.c - the day of a site, and how servers beside each other learn that bodies or calendar were changed.
 */
#include "core/site.h"

#include "base/clock.h"
#include "gen/core_queries.h"

int32_t site_today(const struct site *site, int64_t at)
{
    MUST(site->tz);
    return zone_day(site->tz, at, NULL);
}

static uint64_t *version_of(struct site_versions *v, struct str name)
{
    if (str_eq(name, SITE_DIRECTORY_VERSION))
        return &v->directory;
    return str_eq(name, SITE_CALENDAR_VERSION) ? &v->calendar : &v->figures;
}

static struct err *read_versions(struct arena *a, struct db_read *r, int64_t realm, struct site_versions *ret)
{
    struct core_q_versions_row *rows;
    struct site_versions v = {0};
    size_t n;
    TRY(core_q_versions(a, r, realm, &rows, &n));
    for (size_t i = 0; i < n; i++)
        *version_of(&v, rows[i].name) = (uint64_t)rows[i].last;
    *ret = v;
    return NULL;
}

struct err *site_others_wrote(void *user, struct arena *a, struct db_read *r)
{
    struct site *site = user;
    struct site_versions now;
    TRY(read_versions(a, r, site->realm, &now));
    if (now.directory != site->kept_at.directory)
        kept_forget(&site->directory);
    if (now.calendar != site->kept_at.calendar)
        kept_forget(&site->calendar);
    site->kept_at = now;
    return NULL;
}

struct err *loop_versions(struct arena *a, struct loop *loop, struct site_versions *ret_versions)
{
    struct site *site = loop->site;
    uint64_t round = loop->read->round;
    bool in_transaction = round & 1;
    if (!db_is_shared(loop->read->db)) {
        ret_versions->directory = atomic_load_explicit(&site->directory_version, memory_order_acquire);
        ret_versions->calendar = atomic_load_explicit(&site->calendar_version, memory_order_acquire);
        ret_versions->figures = atomic_load_explicit(&site->figures_version, memory_order_acquire);
        return NULL;
    }
    if (!in_transaction || loop->versions_round != round) {
        TRY(read_versions(a, loop->read, site->realm, &loop->versions));
        loop->versions_round = round;
    }
    *ret_versions = loop->versions;
    return NULL;
}

void loop_loaded(const struct loop *loop, struct snapshot *use, uint64_t version)
{
    uint64_t round = loop->read->round;
    if (db_is_shared(loop->read->db) && (round & 1))
        snapshot_was_loaded_with(use, version, round);
    else
        snapshot_was_loaded(use, version, round);
}
