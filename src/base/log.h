/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log.h - one line per event on stderr, in logfmt: at=... level=info what="..." key=value
 *
 * Values are escaped, so nothing can forge a line. Names, addresses, words of people are never logged.
 * One write per line, from any thread. Libraries do not log; the request loop, the writer and commands do.
 */
#ifndef BIRGE_BASE_LOG_H
#define BIRGE_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key;
    struct str value;
};

/* Lines below `level` are dropped. Process-wide; LOG_INFO at first. */
void log_set_level(enum log_level level);
/* Write one line. `what` is a short English sentence without values. */
void log_line(enum log_level level, const char *what, const struct log_field *fields, size_t n_fields);
#define LOG(level, what, ...)                                                                      \
    log_line((level), (what), (const struct log_field[]){__VA_ARGS__},                             \
             sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
