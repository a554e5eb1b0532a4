/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * notify.h - telling the service manager: ready, stopping, still alive.
 *
 * A few lines of text in a datagram, so no library is needed for it. Without a service manager every call does
 * nothing.
 *
 * Source: sd_notify(3), "Notes"; systemd.service(5), WatchdogSec=.
 */
#ifndef BIRGE_APP_NOTIFY_H
#define BIRGE_APP_NOTIFY_H

#include <stdint.h>

/* Send `text` ("READY=1") to the socket that NOTIFY_SOCKET names. Failures are nobody's business but the manager's. */
void notify_send(const char *text);
/* How often WATCHDOG=1 is due, in ms: half of what the manager waits. 0: it does not watch this process. */
int64_t notify_watchdog_ms(void);

#endif
