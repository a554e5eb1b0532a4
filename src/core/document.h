/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document.h - files that people attach: what is let in, and where the bytes lie.
 *
 * The type is found in the bytes, never believed from a name: PDF, JPEG, PNG, UTF-8 text, and DOCX as
 * an opaque file. Pictures lose what tells on their author (place, camera, time) and keep their
 * orientation. Bytes are stored under objects/ by their SHA-256, synced with their folder before any
 * row names them; an orphan costs a little disk, a missing object would cost a promise.
 *
 * Source: trust.md, section 3 point 9, section 6 (malicious attachments).
 */
#ifndef BIRGE_CORE_DOCUMENT_H
#define BIRGE_CORE_DOCUMENT_H

#include <stdint.h>

#include "base/err.h"
#include "base/verdict.h"

struct document {
    struct str name;       /* cleaned: no path, no control or bidi characters, right extension */
    struct str media_type; /* static, of the allow-list */
    struct str bytes;      /* as stored: a picture without its metadata */
    uint8_t hash[32];      /* SHA-256 of `bytes` */
};

/* Look at an uploaded file: may it come in, and as what?
 * Memory: `a` (a rewritten picture), else views of the inputs.
 * Verdict: DOCUMENT_EMPTY, _TOO_LARGE (facts size, limit), _TYPE (fact name), _BROKEN (says it is a
 * picture or PDF and does not read as one), _ACTIVE (a PDF with script or launch actions), _PIXELS. */
struct verdict document_check(struct arena *a, struct str name, struct str bytes, int64_t max_bytes,
                              struct document *ret_document);

/* Store the bytes durably: temporary file, fsync, rename, fsync of the folder. An object that is there
 * already is left alone. Slow: never on a loop thread. */
struct err *document_put(struct arena *a, struct str objects_dir, const struct document *d) WARN_UNUSED;
/* Read the object of `hash` back; at most `max_bytes`. ERR_NOT_FOUND, ERR_CORRUPT when the bytes do not
 * hash to their name. */
struct err *document_get(struct arena *a, struct str objects_dir, const uint8_t hash[32], int64_t max_bytes,
                         struct str *ret_bytes) WARN_UNUSED;
/* The file name of an object: objects_dir/ab/cdef..., in `a`. */
char *document_path(struct arena *a, struct str objects_dir, const uint8_t hash[32]);

#endif
