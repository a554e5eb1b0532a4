/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * line_io.h - one line there, one line back: how processes of Birge talk over a local socket.
 */
#ifndef BIRGE_APP_LINE_IO_H
#define BIRGE_APP_LINE_IO_H

#include "base/buf.h"

/* Send all of `s`. Errors: ERR_IO naming `what`. */
struct err *line_send(struct arena *a, int fd, const char *what, struct str s) WARN_UNUSED;
/* Receive one line of at most `max` bytes, without its LF, in `a`. What follows the LF in the same packet is dropped:
 * both sides wait for their turn. Errors: ERR_IO ("... hung up", a timeout of the socket), ERR_LIMIT. */
struct err *line_receive(struct arena *a, int fd, const char *what, size_t max, struct str *ret_line) WARN_UNUSED;

#endif
