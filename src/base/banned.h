/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * banned.h - functions that Birge does not call, because a safer one stands beside them.
 *
 * Included by the compiler's -include option in every file outside src/base and the adapters.
 */
#ifndef BIRGE_BASE_BANNED_H
#define BIRGE_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Some are macros where the compiler fortifies: the macros go first, so that the names can be poisoned. */
#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#pragma GCC poison sprintf vsprintf strcpy strcat strncpy strncat strtok strtok_r atoi atol atof
#pragma GCC poison gmtime localtime asctime ctime mktime system popen rand srand gets

#endif
