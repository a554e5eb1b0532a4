/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views.h - what the pages of the diary are drawn from.
 *
 * One struct per template in views/. Texts are in the language of the page already.
 */
#ifndef BIRGE_DIARY_VIEWS_H
#define BIRGE_DIARY_VIEWS_H

#include "core/views.h"

#endif
