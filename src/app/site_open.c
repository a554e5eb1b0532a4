/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * site_open.c - opening a data folder: settings, keys, database, profiles, journal, in this order.
 *
 * Keeps: nothing serves before the journal's tail was checked and the last head was signed again.
 */
#include "app/site_open.h"

#include "app/registry.h"
#include "base/clock.h"
#include "base/file.h"
#include "core/keys.h"
#include "core/profile.h"
#include "gen/core_queries.h"
#include "gen/schema.h"

struct site_paths site_paths(struct arena *a, const char *dir)
{
    return (struct site_paths){
        .db = str_printf(a, "%s/birge.db", dir).p,
        .objects = str_printf(a, "%s/objects", dir).p,
        .keys = str_printf(a, "%s/keys", dir).p,
        .log = str_printf(a, "%s/log", dir).p,
        .vkey = str_printf(a, "%s/log/vkey", dir).p,
        .head = str_printf(a, "%s/log/head", dir).p,
        .ini = str_printf(a, "%s/birge.ini", dir).p,
        .control = str_printf(a, "%s/control.sock", dir).p,
        .outbox = str_printf(a, "%s/outbox", dir).p,
        .backup = str_printf(a, "%s/log/backup", dir).p,
    };
}

static struct err *open_db(struct arena *app, struct site *site, const struct site_paths *paths, enum site_use use)
{
    const struct config *c = site->config;
    struct db_options options = {
        .path = paths->db,
        .url = c->database_url.n > 0 ? str_to_c(app, c->database_url) : NULL,
        .queue = (int)c->queue,
        .batch = (int)c->batch,
        .reserve_percent = c->disk_free_percent,
        .reserve_bytes = c->disk_free_mib * (int64_t)ARENA_MIB,
        .is_read_only = use != SITE_WRITE,
    };
    return db_open(app, &schema_all, &options, &site->db);
}

/* Which law, which zone, whether it is a demonstration. */
static struct err *take_realm(struct arena *app, struct site *site, const struct site_birth *birth)
{
    struct zone *tz;
    site->profile = profile_find(site->profiles, site->n_profiles, birth->profile);
    if (!site->profile)
        return ERR(app, ERR_CONFIG, "no profile is named \"%.*s\"; `birge profile check` lists them",
                   STR_FMT(birth->profile));
    site->zone = birth->zone.p ? birth->zone : profile_info(site->profile)->zone;
    TRY(zone_open(app, site->zone, &tz));
    site->tz = tz;
    site->is_demo = birth->is_demo;
    return NULL;
}

static struct err *read_realm(struct arena *app, struct site *site, struct db_read *r, const char *dir)
{
    struct core_q_realm_row row;
    bool found = false;
    TRY(core_q_realm(app, r, site->realm, &row, &found));
    if (!found)
        return ERR(app, ERR_CONFIG, "%s holds no realm: its `birge init` did not finish; delete it and begin again",
                   dir);
    struct site_birth birth = {.profile = row.profile, .zone = row.zone, .is_demo = row.is_demo};
    return take_realm(app, site, &birth);
}

/* Settings and keys: what needs no database. */
static struct err *open_folder(struct arena *app, const char *dir, const struct site_paths *paths, struct site *site)
{
    if (!file_exists(paths->ini))
        return ERR(app, ERR_CONFIG, "%s is not a data folder; `birge init --data %s` makes one", dir, dir);
    struct config *config = ARENA_NEW(app, struct config);
    TRY(config_load(app, paths->ini, config));
    site->config = config;
    site->realm = 1;
    site->data_dir = str_dup(app, str_c(dir));
    site->objects_dir = str_c(paths->objects);
    site->origin = config->log_origin;
    site->base_url = config->web_base_url;
    site->institutions = registry(&site->n_institutions);
    site->policy = registry_policy(app);
    struct keys *keys;
    TRY(keys_load(app, paths->keys, site->origin, &keys));
    site->keys = keys;
    return profile_load_all(app, site->data_dir, &site->profiles, &site->n_profiles);
}

static struct err *open_all(struct arena *app, const char *dir, enum site_use use, const struct site_birth *birth,
                            struct site *site)
{
    struct site_paths paths = site_paths(app, dir);
    TRY(open_folder(app, dir, &paths, site));
    if (!birth && site->config->database_url.n == 0 && !file_exists(paths.db))
        return ERR(app, ERR_CONFIG, "%s is missing: restore a backup", paths.db);
    TRY(open_db(app, site, &paths, use));
    if (use == SITE_DOUBTED)
        return NULL; /* the realm's row is among what an audit doubts: it must not keep the audit from running */
    struct db_read *r;
    TRY(db_reader(app, site->db, &r));
    TRY(birth ? take_realm(app, site, birth) : read_realm(app, site, r, dir));
    if (use == SITE_READ_ONLY)
        return NULL;
    for (size_t i = 0; i < site->n_institutions; i++)
        if (site->institutions[i]->check)
            TRY(site->institutions[i]->check(app, r, site));
    TRY(profile_keep(app, site->data_dir, site->profile));
    TRY(journal_open(app, site->db, r, site->realm, site->keys->log, paths.head, &site->journal));
    journal_watch_others(site->journal, site_others_wrote, site);
    struct batch_hooks hooks = journal_hooks(site->journal);
    return db_start(app, site->db, &hooks);
}

static struct err *open_site(struct arena *app, const char *dir, enum site_use use, const struct site_birth *birth,
                             struct site **ret_site)
{
    struct site *site = ARENA_NEW(app, struct site);
    atomic_store(&site->directory_version, 1);
    atomic_store(&site->calendar_version, 1);
    atomic_store(&site->figures_version, 1);
    struct err *e = open_all(app, dir, use, birth, site);
    if (e) {
        site_close(site);
        return e;
    }
    *ret_site = site;
    return NULL;
}

struct err *site_open(struct arena *app, const char *dir, enum site_use use, struct site **ret_site)
{
    return open_site(app, dir, use, NULL, ret_site);
}

struct err *site_open_new(struct arena *app, const char *dir, const struct site_birth *birth, struct site **ret_site)
{
    return open_site(app, dir, SITE_WRITE, birth, ret_site);
}

void site_close(struct site *site)
{
    if (!site || !site->db)
        return;
    db_stop(site->db);
    db_close(site->db);
    site->db = NULL;
}
