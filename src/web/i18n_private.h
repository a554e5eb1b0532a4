/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * i18n_private.h - what the three files of i18n share.
 */
#ifndef BIRGE_WEB_I18N_PRIVATE_H
#define BIRGE_WEB_I18N_PRIVATE_H

#include "web/catalogue.h"
#include "web/i18n.h"

struct lang {
    size_t index;
    struct str code;
    struct str name;
    const char *locale;             /* for ICU */
    struct str header_plurals;      /* what the header of the .po must say */
    size_t n_plurals;
    size_t (*plural)(uint64_t n);   /* which form for n things */
};

/* The compiled catalogue of a language, opened at first use. */
const struct catalogue *i18n_catalogue(const struct lang *l);
/* Its bytes as they are linked in. */
struct str i18n_catalogue_bytes(const struct lang *l);
/* The next placeholder of `text` at or behind *pos: its name without the braces; *pos moves behind it.
 * False when there is none. A name is a-z, 0-9 and _. */
bool i18n_placeholder(struct str text, size_t *pos, struct str *ret_name);

#endif
