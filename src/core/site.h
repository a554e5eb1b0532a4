/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * site.h - what a handler or an action may use: made once by app at start, read by everybody.
 *
 * No globals: a request reaches this through web_app_ctx, a job through its command. Per loop thread
 * there is a `struct loop` with the read connection of that thread (web_loop_ctx).
 */
#ifndef BIRGE_CORE_SITE_H
#define BIRGE_CORE_SITE_H

#include <stdatomic.h>

#include "core/attempts.h"
#include "core/derived.h"
#include "core/journal.h"
#include "core/kept.h"
#include "core/policy.h"
#include "core/snapshot.h"
#include "db/db.h"

struct profile;     /* core/profile.h */
struct institution; /* core/institution.h */
struct config;      /* core/config.h */
struct keys;        /* core/keys.h */
struct directory;   /* core/directory.h */
struct calendar;    /* core/calendar.h */
struct zone;        /* base/clock.h */

/* How often directory, calendar and the public figures were changed, by all servers. */
struct site_versions {
    uint64_t directory;
    uint64_t calendar;
    uint64_t figures;
};

struct site {
    struct db *db;
    struct journal *journal;
    struct policy policy;
    const struct keys *keys;
    const struct config *config;
    const struct profile *profile; /* what new cases are registered under */
    const struct profile *const *profiles; /* all that are known, for cases of older rules */
    size_t n_profiles;
    const struct institution *const *institutions; /* src/app/registry.c */
    size_t n_institutions;
    int64_t realm;
    struct str data_dir;    /* DIR */
    struct str objects_dir; /* DIR/objects */
    struct str zone;        /* tz database name of the realm */
    const struct zone *tz;  /* its rules, opened by app; never NULL while serving */
    bool is_demo;           /* made-up data: said on every page and download */
    struct str origin;      /* [log] origin */
    struct str base_url;    /* [web] base_url, "" when unknown: the address people see, for QR and letters */
    struct str listening;   /* address that the server bound; absent in commands */
    struct attempts attempts; /* at passwords; zeroed at start */
    struct kept directory;  /* bodies and offices, for the writer; core/directory.h */
    struct kept calendar;   /* the same */
    _Atomic uint64_t directory_version; /* raised by every action that changes bodies or offices */
    _Atomic uint64_t calendar_version;  /* raised by every change of the calendar */
    _Atomic uint64_t figures_version;   /* raised by every action that counts */
    struct site_versions kept_at;       /* the writer's: of the database when another server was last noticed */
};

/* The civil date in the realm's zone at `at`. */
int32_t site_today(const struct site *site, int64_t at);

/* Names of the series that count the changes, in the database. */
#define SITE_DIRECTORY_VERSION S("core_directory.version")
#define SITE_CALENDAR_VERSION S("core_calendar.version")
#define SITE_FIGURES_VERSION S("core_figures.version") /* only where servers share the database */

/* Let the writer forget what other servers have changed. For journal_watch_others; `user` is the site. */
struct err *site_others_wrote(void *user, struct arena *a, struct db_read *r) WARN_UNUSED;

/* What belongs to one loop thread. */
struct loop {
    struct site *site;
    struct db_read *read;          /* this thread's connection */
    struct site_versions versions; /* as `read` saw them in the transaction of versions_round */
    uint64_t versions_round;
    struct directory *directory;   /* cached; core/directory.h renews it */
    struct arena *directory_arena; /* where it lives */
    struct snapshot directory_use;
    struct calendar *calendar;     /* cached; core/calendar.h renews it */
    struct arena *calendar_arena;  /* where it lives */
    struct snapshot calendar_use;
    struct derived derived[DERIVED_KEPT]; /* core/derived.h */
};

/* The versions that this loop's snapshots must have: in memory where one server writes, else as the running
 * transaction sees them, asked once in each. */
struct err *loop_versions(struct arena *a, struct loop *loop, struct site_versions *ret_versions) WARN_UNUSED;
/* The rows of the version were read in the transaction that told it, if there is one and the database is shared. */
void loop_loaded(const struct loop *loop, struct snapshot *use, uint64_t version);

#endif
