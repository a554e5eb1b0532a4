/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_main.h - the process that sends letters: started by birge serve, never by hand.
 */
#ifndef BIRGE_APP_COURIER_MAIN_H
#define BIRGE_APP_COURIER_MAIN_H

/* What birge serve calls it, argv[1] and all that is there. */
#define COURIER_WORD "courier"
/* The socket to the server, the only descriptor besides the standard ones that it is given. */
#define COURIER_FD 3

/* Run until the server hangs up or SIGTERM; the exit code of the process. */
int courier_main(void);

#endif
