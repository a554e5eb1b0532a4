/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document_private.h - what the document_*.c files share.
 */
#ifndef BIRGE_CORE_DOCUMENT_PRIVATE_H
#define BIRGE_CORE_DOCUMENT_PRIVATE_H

#include "core/document.h"

enum document_type {
    DOCUMENT_NOTHING, /* none of the allow-list */
    DOCUMENT_PDF,
    DOCUMENT_JPEG,
    DOCUMENT_PNG,
    DOCUMENT_DOCX,
    DOCUMENT_TEXT,
};

/* What a look at the bytes can end in. */
enum document_finding {
    FOUND_FINE,
    FOUND_BROKEN, /* begins like its type and does not read as one */
    FOUND_ACTIVE, /* starts something by itself */
    FOUND_PIXELS, /* more pixels than a viewer should have to hold */
};

/* The type that the first bytes, or for text all of them, name. */
enum document_type document_type_of(struct str bytes);
/* Is a PDF whole, and without scripts and launch actions? Linear. */
enum document_finding document_pdf(struct str bytes);
/* Is a DOCX whole as an archive, a text document, and without macros? Reads its directory only. */
enum document_finding document_docx(struct str bytes);

struct picture_size {
    uint32_t width, height;
};
/* Rewrite a picture without what tells on its author; `ret_bytes` in `a`, not larger than the original but
 * for a few bytes. */
enum document_finding document_jpeg(struct arena *a, struct str bytes, struct str *ret_bytes,
                                    struct picture_size *ret_size);
enum document_finding document_png(struct arena *a, struct str bytes, struct str *ret_bytes,
                                   struct picture_size *ret_size);
/* May a picture have this many pixels? Neither side is 0. */
bool document_size_ok(struct picture_size size);

/* The name under which a file of `type` is shown and saved: the last part of the path, without control,
 * bidi and invisible characters, of bounded length, with the extension of its type. Memory: `a`. Never
 * empty. */
struct str document_name(struct arena *a, struct str name, enum document_type type);
/* May plain text come under this name? Markup and programs are texts too, and whoever attaches one by its
 * name meant something else than a letter: of names with an extension only those of plain text pass. */
bool document_text_name_ok(struct str name);

#endif
