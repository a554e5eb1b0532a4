/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo.h - made-up entries for a demo realm.
 */
#ifndef BIRGE_DIARY_DEMO_H
#define BIRGE_DIARY_DEMO_H

#include "base/buf.h"
#include "core/site.h"

/* Institution.demo: the diary of the head at the top of the made-up region, through the same verbs: two months up to
 * `now`, some announced for the days to come. Nobody is named. */
struct err *diary_demo(struct arena *a, struct site *site, int64_t now, struct buf *accounts) WARN_UNUSED;

#endif
