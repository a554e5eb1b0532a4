/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * directory.h - bodies and offices, as a snapshot in memory that a page can look names up in.
 *
 * Every page names bodies; asking the database for each would cost more than the page. A snapshot is
 * read whole, is never changed, and is renewed when site->directory_version moved.
 */
#ifndef BIRGE_CORE_DIRECTORY_H
#define BIRGE_CORE_DIRECTORY_H

#include "base/err.h"
#include "core/actor.h"
#include "core/text3.h"
#include "db/db.h"

struct body {
    int64_t id;
    int64_t parent_id; /* 0 at the top */
    struct str code;
    struct text3 name;
    struct text3 about;
    struct str address, phone, hours;
    bool is_intake; /* citizens can choose it */
    bool is_closed;
};

struct office {
    int64_t id;
    int64_t body_id;
    enum role role;
    struct text3 title;
    struct str from_on, to_on; /* ISO dates; to_on absent while it exists */
};

struct directory {
    uint64_t version;
    struct text3 realm_name; /* of the institution, shown on every page */
    struct body *bodies; /* by id */
    size_t n_bodies;
    struct office *offices; /* by id */
    size_t n_offices;
};

/* Read the name, all bodies and all offices of `realm`. Memory: `a`. */
struct err *directory_load(struct arena *a, struct db_read *r, int64_t realm, uint64_t version,
                           struct directory **ret_directory) WARN_UNUSED;
/* NULL when there is none of that id. Logarithmic. */
const struct body *directory_body(const struct directory *d, int64_t id);
const struct office *directory_office(const struct directory *d, int64_t id);
/* NULL when there is none of that code. Linear. */
const struct body *directory_body_by_code(const struct directory *d, struct str code);
/* The body and all its superiors, nearest first, into `a`; stops at a cycle. */
size_t directory_chain(struct arena *a, const struct directory *d, int64_t body_id, int64_t **ret_ids);

struct site;
struct loop;
/* This loop's snapshot, renewed when bodies or offices changed since. Call on the loop's own thread,
 * inside its read transaction. */
struct err *directory_of_loop(struct arena *a, struct loop *loop, const struct directory **ret_directory)
    WARN_UNUSED;
/* The same for the writer thread: `tx` sees its own changes. */
struct err *directory_of_tx(struct arena *a, struct site *site, struct db_tx *tx,
                            const struct directory **ret_directory) WARN_UNUSED;

#endif
