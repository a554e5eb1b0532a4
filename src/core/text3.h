/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * text3.h - a text that exists in the three languages: names of bodies, of kinds, of holidays.
 */
#ifndef BIRGE_CORE_TEXT3_H
#define BIRGE_CORE_TEXT3_H

#include "base/str.h"

/* A text in the three languages; absent ones fall back kk, ru, en. */
struct text3 {
    struct str kk, ru, en;
};

/* The text for `lang` ("kk", "ru", "en"), or the first that is not empty. Memory: shared with `t`. */
static inline struct str text3_for(const struct text3 *t, struct str lang)
{
    struct str first = str_eq(lang, S("ru")) ? t->ru : str_eq(lang, S("en")) ? t->en : t->kk;
    if (first.n > 0)
        return first;
    if (t->kk.n > 0)
        return t->kk;
    return t->ru.n > 0 ? t->ru : t->en;
}

#endif
