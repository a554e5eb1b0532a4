/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * language.h - which of Kazakh, Russian, English a short text is written in.
 *
 * Words vote, not letters: a Russian sentence with Kazakh names stays Russian. The result is a proposal
 * that the citizen and the clerk can correct.
 * Source: experience.md, section 5 (27 of 30 short texts with letters and stop-words).
 */
#ifndef BIRGE_ALGO_LANGUAGE_H
#define BIRGE_ALGO_LANGUAGE_H

#include "base/str.h"

enum language { LANGUAGE_UNKNOWN, LANGUAGE_KK, LANGUAGE_RU, LANGUAGE_EN, LANGUAGE_OTHER };

/* The likeliest of the three; `ret_confidence` (may be NULL) from 0 to 100. Never LANGUAGE_OTHER. Linear. */
enum language language_of(struct str text, int *ret_confidence);
/* The same, but LANGUAGE_OTHER where letters and small words are a neighbour's: Ukrainian, Mongolian, Turkish ... */
enum language language_guess(struct str text, int *ret_confidence);
/* "kk", "ru", "en", "other" or "". */
struct str language_code(enum language l);

#endif
