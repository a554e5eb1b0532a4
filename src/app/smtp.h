/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * smtp.h - letters to a mail relay over SMTP, several at once: the adapter of libcurl.
 *
 * A connection is kept and used again for the next letter. TLS is checked against the certificates of the system
 * (or [mail] ca_file) and the name of the relay; with needs_tls nothing is said before STARTTLS succeeded.
 *
 * Source: RFC 5321, RFC 3207 (STARTTLS); ADR 0035.
 */
#ifndef BIRGE_APP_SMTP_H
#define BIRGE_APP_SMTP_H

#include "core/courier.h"

struct smtp;

/* Ready to send; at most m->connections letters at once. `transcript` (NULL: none) gets both sides' lines, secrets
 * left out. Memory: `app`; everything is closed when it is freed. */
struct err *smtp_new(struct arena *app, const struct mail_settings *m, struct buf *transcript, struct smtp **ret_smtp)
    WARN_UNUSED;
/* How many letters can be begun now. */
size_t smtp_free(const struct smtp *s);
/* Letters on their way: their domains into `ret_domains` (room for all connections). */
size_t smtp_busy(const struct smtp *s, struct str *ret_domains);
/* Begin a letter; its bytes are copied. There must be a free place; an address that is not plain is refused as if
 * the server had: never handed on. */
void smtp_begin(struct smtp *s, const struct courier_letter *letter);
/* Work until something happens: data of the relay, `fd` readable (-1: none), or `wait_ms` gone. True when `fd` is
 * readable. */
bool smtp_work(struct smtp *s, int fd, int wait_ms);
/* Take one letter that ended: false when there is none. Texts of the result are in `a`, cleaned of addresses. */
bool smtp_ended(struct arena *a, struct smtp *s, struct courier_result *ret_result);

#endif
