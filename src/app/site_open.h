/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * site_open.h - from a data folder to a struct site, and back.
 */
#ifndef BIRGE_APP_SITE_OPEN_H
#define BIRGE_APP_SITE_OPEN_H

#include "core/config.h"
#include "core/site.h"

enum site_use {
    SITE_WRITE,    /* takes the lock, migrates, starts the writer */
    SITE_READ_ONLY, /* beside a server: opens what is there, changes nothing */
    SITE_DOUBTED    /* for the audit: as SITE_READ_ONLY, and the realm's row is not believed either */
};

/* Open the data folder `dir`. Memory: `app`, to the end of the process.
 * Errors: ERR_CONFIG "DIR is not a data folder; `birge init --data DIR` makes one", ERR_CONFLICT when another
 * process holds it, ERR_CORRUPT when the journal's tail is wrong or the database is older than its log. */
struct err *site_open(struct arena *app, const char *dir, enum site_use use, struct site **ret_site) WARN_UNUSED;
/* The same for a folder whose realm is yet to be made (realm_create): what its row will say is given here. */
struct site_birth {
    struct str profile; /* id */
    struct str zone;    /* tz database name; absent: that of the profile */
    bool is_demo;
};
struct err *site_open_new(struct arena *app, const char *dir, const struct site_birth *birth, struct site **ret_site)
    WARN_UNUSED;
/* Stop the writer, close the database. NULL is fine. */
void site_close(struct site *site);

/* Paths inside a data folder, in `a`. */
struct site_paths {
    const char *db, *objects, *keys, *log, *vkey, *head, *ini, *control, *outbox, *backup;
};
struct site_paths site_paths(struct arena *a, const char *dir);

#endif
