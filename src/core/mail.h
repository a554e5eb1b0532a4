/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * mail.h - the settings of [mail] as the courier needs them: read, checked, with the password.
 *
 * Keeps:  a password never goes over an open line: with tls = none it is refused, unless the relay is this machine;
 *         a password file that others may read is refused.
 * Source: experience.md section 7; trust.md section 7 (secure without configuration).
 */
#ifndef BIRGE_CORE_MAIL_H
#define BIRGE_CORE_MAIL_H

#include "core/config.h"

struct mail_settings {
    bool is_smtp;          /* false: letters become files, nothing else here counts */
    struct str url;        /* "smtp://host:port" or "smtps://..." */
    struct str hello;      /* name in EHLO */
    bool needs_tls;        /* no letter without */
    struct str ca_file;    /* "": the system's */
    struct str from;       /* plain address */
    struct str from_name;
    struct str user;       /* "": no sign-in */
    struct str password;
    int64_t connections, domain_connections, domain_per_minute;
    int64_t seconds;
    int64_t first_pause;   /* ms */
    int64_t give_up_after; /* ms after the first try */
};

/* Read [mail] of `c`; `data_dir` is where a relative password file lies. Memory: `a`.
 * Errors: ERR_CONFIG naming the setting and what was expected; ERR_IO when the password file cannot be read. */
struct err *mail_settings_read(struct arena *a, const struct config *c, struct str data_dir,
                               struct mail_settings *ret_settings) WARN_UNUSED;

/* Is the relay of `url` this machine ("localhost", 127.0.0.1, [::1])? */
bool mail_relay_is_local(struct str url);

#endif
