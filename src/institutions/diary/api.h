/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api.h - the JSON API of the diary: what is shown to everybody, for programs.
 */
#ifndef BIRGE_DIARY_API_H
#define BIRGE_DIARY_API_H

#include "core/api.h"

/* Institution.api. */
const struct api_operation *diary_api(size_t *ret_n);

#endif
