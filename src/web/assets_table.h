/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * assets_table.h - the table that tools/embed.mjs writes. Private to assets.c.
 */
#ifndef BIRGE_WEB_ASSETS_TABLE_H
#define BIRGE_WEB_ASSETS_TABLE_H

#include "web/assets.h"

extern const struct asset asset_table[];
extern const size_t asset_table_n;

#endif
