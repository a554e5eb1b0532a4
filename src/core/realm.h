/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * realm.h - the birth of a realm: its name, its law, its zone, its calendar.
 */
#ifndef BIRGE_CORE_REALM_H
#define BIRGE_CORE_REALM_H

#include "core/action.h"
#include "core/text3.h"

struct realm_command {
    struct text3 name;     /* of the institution, shown on every page */
    struct str profile;    /* id of the law profile new cases are registered under */
    struct str zone;       /* tz database name */
    const char *calendar;  /* file of the program, "kz" or "plain" */
    bool is_demo;          /* made-up data: said on every page */
};

/* Make the realm of `x->site`; events realm.created and calendar.installed.
 * A verb of the operator alone. Errors: ERR_CONFLICT when the realm exists. */
struct err *realm_create(struct action *x, const struct realm_command *c) WARN_UNUSED;

#endif
