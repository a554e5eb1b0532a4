/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * folder.h - a data folder appears whole or not at all.
 */
#ifndef BIRGE_APP_FOLDER_H
#define BIRGE_APP_FOLDER_H

#include "base/err.h"

/* Begin a folder beside its final place: "DIR.new", emptied when a crash left one. ERR_CONFLICT when `dir` exists.
 * In `a`. */
struct err *folder_begin(struct arena *a, const char *dir, const char **ret_temporary) WARN_UNUSED;
/* Give it its name, durably. */
struct err *folder_publish(struct arena *a, const char *temporary, const char *dir) WARN_UNUSED;
/* Remove a folder that this program made, at most four folders deep; what it cannot remove stays. Follows no
 * symbolic link. */
void folder_remove(struct arena *a, const char *dir);

#endif
