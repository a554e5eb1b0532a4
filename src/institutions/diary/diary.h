/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * diary.h - what an office does, in public: the one header that others may include.
 *
 * Source: report, S14, S45, S80, S97, S100, S101; rules.md, "Misuse" (diary).
 */
#ifndef BIRGE_DIARY_DIARY_H
#define BIRGE_DIARY_DIARY_H

#include "core/institution.h"

/* The manifest. */
extern const struct institution diary_institution;

/* == what may be done: actions of the policy, rows in policy.c. Reading what is published asks for nothing. == */

#define DIARY_DESK "diary.desk"         /* the list of a body's entries */
#define DIARY_OPEN "diary.open"         /* one entry with what is not published of it */
#define DIARY_WRITE "diary.write"       /* enter, change, correct; say that it took place; cancel what is not published */
#define DIARY_PUBLISH "diary.publish"   /* show it to everybody, or announce it; strike out what is shown */
#define DIARY_CONSENT "diary.consent"   /* write down that a person withdrew */
#define DIARY_IMPORT "diary.import"     /* entries from a file */

#endif
