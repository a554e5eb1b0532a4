/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * site.c - what is asked of a site without a database.
 */
#include "core/site.h"

#include "base/clock.h"

int32_t site_today(const struct site *site, int64_t at)
{
    MUST(site->tz);
    return zone_day(site->tz, at, NULL);
}
