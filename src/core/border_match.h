/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border_match.h - which place of the classifier is meant by a name in somebody else's file.
 *
 * Names are compared folded and without the words for the kind of place ("область", "облысы", "region"), which every
 * publisher writes in another way; what those words say still counts: "г. Алматы" is not "Алматинская область", though
 * both are "Алматы" in Kazakh.
 *
 * Source: the names of KATO and of geoBoundaries, which differ in just this.
 */
#ifndef BIRGE_CORE_BORDER_MATCH_H
#define BIRGE_CORE_BORDER_MATCH_H

#include "core/border_geojson.h"
#include "core/place.h"

struct border_matcher;

/* All places that exist, ready to be found. Memory: `a`. Cost: n log n. */
struct err *border_matcher_make(struct arena *a, struct db_read *r, int64_t realm,
                                struct border_matcher **ret_matcher) WARN_UNUSED;
/* The place of a feature: by its code, else by its names; of several kinds with that name the largest. 0 when none is
 * found, or more than one: *ret_why says so, English, with the nearest names; `a` holds it. */
int64_t border_match(struct arena *a, const struct border_matcher *m, const struct border_feature *f,
                     const char **ret_why);

#endif
