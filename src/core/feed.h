/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * feed.h - what programs fetch again and again: a reply that says when it changed, and XML that cannot break.
 *
 * Keeps:  a feed is never kept without asking again ("no-cache"), so what was taken out is out at the next fetch; who
 *         asks with the tag or date of what they have gets 304.
 * Source: RFC 9110, sections 8.8 and 13; RFC 4287 (Atom).
 */
#ifndef BIRGE_CORE_FEED_H
#define BIRGE_CORE_FEED_H

#include "base/buf.h"
#include "web/web.h"

/* Send `body`, or 304 when the client has it: If-None-Match against the hash of the body, else If-Modified-Since
 * against `changed_at` (ms UTC; 0: unknown, no date is sent). */
struct err *feed_reply(struct web_request *req, const char *type, struct str body, int64_t changed_at) WARN_UNUSED;

/* Text between tags or in a quoted attribute of XML: entities; what XML 1.0 cannot hold becomes U+FFFD. */
void feed_xml(struct buf *b, struct str s);
/* <name>text</name>; nothing when the text is empty. */
void feed_element(struct buf *b, const char *name, struct str text);

/* "Mon, 03 Aug 2026 05:00:00 GMT", in `a`; and back. False for another form. */
struct str http_date(struct arena *a, int64_t at);
bool http_date_parse(struct str s, int64_t *ret_at);

#endif
