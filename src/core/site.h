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
};

/* The civil date in the realm's zone at `at`. */
int32_t site_today(const struct site *site, int64_t at);

/* What belongs to one loop thread. */
struct loop {
    struct site *site;
    struct db_read *read;          /* this thread's connection */
    struct directory *directory;   /* cached; core/directory.h renews it */
    struct arena *directory_arena; /* where it lives */
    struct snapshot directory_use;
    struct calendar *calendar;     /* cached; core/calendar.h renews it */
    struct arena *calendar_arena;  /* where it lives */
    struct snapshot calendar_use;
};

#endif
