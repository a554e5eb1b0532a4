/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fold.h - the form of a text in which two people who mean the same write the same.
 *
 * SQLite's lower() and LIKE know only ASCII, so every column that is compared without case has a folded
 * twin made here: NFKC, case folded, ё as е, invisible characters dropped, runs of white space as one
 * space, none at the ends. Kazakh letters stay what they are: қ is not к.
 */
#ifndef BIRGE_BASE_FOLD_H
#define BIRGE_BASE_FOLD_H

#include "base/str.h"

/* Fold valid UTF-8; memory in `a`. Invalid UTF-8 gives the absent value. */
struct str fold(struct arena *a, struct str s);

/* Does valid UTF-8 hold a control character (C0, DEL, C1)? Tabs and line ends count too. */
bool has_control(struct str s);
/* As has_control, but LF and TAB may be there: for texts of several lines. */
bool has_control_but_lines(struct str s);

#endif
