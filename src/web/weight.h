/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * weight.h - how much a client wants something: the "q" of Accept-Language and Accept-Encoding.
 *
 * Source: RFC 9110, 12.4.2.
 */
#ifndef BIRGE_WEB_WEIGHT_H
#define BIRGE_WEB_WEIGHT_H

#include "base/str.h"

/* Of the parameters behind the first ';' of a range: "q=0.8" is 800 thousandths. Without a "q" 1000; what is no
 * weight counts as 0, not wanted. Linear in their length. */
int weight_of(struct str params);

#endif
