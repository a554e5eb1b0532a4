/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * qr.h - an address as a picture that a phone reads.
 */
#ifndef BIRGE_CORE_QR_H
#define BIRGE_CORE_QR_H

#include "web/html.h"

/* The QR code of `text` as an SVG of one path, named `label`; an empty value when the text is too long for one.
 * Memory: `a`. Source: ISO/IEC 18004, error correction M, quiet zone of four modules. */
struct safe_html qr_svg(struct arena *a, const struct lang *l, struct str text, struct str label);

#endif
