/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * letter.h - a letter as bytes: headers and body that every mail program reads.
 *
 * Keeps:  what people typed cannot become a header: a subject and a name go out as encoded words, an address is
 *         one of plain form or stays out of the headers; every line has CRLF and at most 78 bytes, but the one of a longer
 *         address, which cannot be folded; all ASCII.
 * Source: RFC 5322 (form), RFC 2047 (words in headers), RFC 2045 section 6.7 (quoted-printable), RFC 3834
 *         (Auto-Submitted).
 */
#ifndef BIRGE_CORE_LETTER_H
#define BIRGE_CORE_LETTER_H

#include "base/err.h"

struct letter {
    int64_t at;            /* ms UTC, the Date */
    struct str from;       /* plain address */
    struct str from_name;  /* "": none */
    struct str to;         /* an address that is not plain is written as "undisclosed-recipients:;" */
    struct str message_id; /* without brackets; the same for the same letter, so that twice can be told from two */
    struct str thread;     /* Message-ID that all letters of one case refer to; "": none */
    struct str subject;    /* UTF-8 */
    struct str language;   /* "kk" */
    struct str text;       /* UTF-8, lines with LF */
};

/* Bytes of the letter in `a`. Errors: ERR_INPUT when `from` is no plain address, ERR_LIMIT when too long. */
struct err *letter_write(struct arena *a, const struct letter *l, struct str *ret_bytes) WARN_UNUSED;

/* One mailbox of plain form: ASCII, local@domain, no blanks, quotes, brackets or control characters, at most 254
 * bytes. Only such a one is ever handed to a mail server. */
bool letter_address_ok(struct str address);
/* The part behind the last '@', ASCII in lower case, in `a`; "" without one. */
struct str letter_domain(struct arena *a, struct str address);

#endif
