/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_host.h - the server's side of the courier: starts the process, starts it again, answers its requests.
 *
 * All functions are called by the main thread, the one that lives as long as the process: the kernel ends the courier
 * when the thread that started it ends.
 */
#ifndef BIRGE_APP_COURIER_HOST_H
#define BIRGE_APP_COURIER_HOST_H

#include "core/site.h"

struct courier_host;

/* Read [mail] and start the courier when letters go by SMTP; `*ret_host` stays NULL when they become files.
 * SIGCHLD must be blocked in all threads. Memory: `app`. Errors: ERR_CONFIG. */
struct err *courier_host_start(struct arena *app, struct site *site, struct courier_host **ret_host) WARN_UNUSED;
/* See whether it lives; start it again when its pause is over. After SIGCHLD, and when courier_host_pause is over. */
void courier_host_look(struct courier_host *h);
/* Milliseconds until courier_host_look has something to do; INT64_MAX: only after SIGCHLD. */
int64_t courier_host_pause(const struct courier_host *h);
/* Let it end what is on its way, at most 20 s; record that. NULL is fine. The writer must still run. */
void courier_host_stop(struct courier_host *h);

#endif
