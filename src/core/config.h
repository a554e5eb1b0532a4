/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * config.h - birge.ini: the settings of one data folder.
 *
 * One table (config.c) names every setting with its type, bounds and default; the parser, `birge
 * doctor` and the file that `birge init` writes come from it. A misspelt setting is an error that
 * names file and line, since a limit that silently does not hold is worse than none.
 */
#ifndef BIRGE_CORE_CONFIG_H
#define BIRGE_CORE_CONFIG_H

#include "base/buf.h"
#include "base/err.h"

struct config {
    struct str log_origin;    /* key name of the log; "" before init chose it */
    struct str database_url;  /* postgresql://..., with its password when it has one; "" = birge.db of the folder */
    struct str web_base_url;  /* address that people see, "https://..."; "" = from the request's Host */
    struct str web_security_contact; /* "mailto:..." or "https://...": whom to tell of a weakness; "" = no security.txt */
    struct str web_proxies;   /* addresses of proxies whose X-Forwarded-For counts, comma-separated */
    struct str mail_outbox;   /* folder of the file transport, relative to the data folder */
    struct str mail_transport; /* "folder" (also when empty) or "smtp"; core/mail.h reads these */
    struct str mail_url;      /* of the relay, "smtp://mail.example.org:587" or "smtps://..." */
    struct str mail_tls;      /* "required" (also when empty) or "none" */
    struct str mail_ca_file;  /* certificates to trust instead of the system's */
    struct str mail_from;     /* address that letters come from */
    struct str mail_name;     /* name beside it */
    struct str mail_user;
    struct str mail_password_file;
    struct str mail_hello;    /* name given in EHLO; empty: host of from */
    int64_t mail_connections;        /* to the relay at once */
    int64_t mail_domain_connections; /* letters to one domain at once */
    int64_t mail_domain_per_minute;  /* letters to one domain; 0: no bound */
    int64_t mail_seconds;            /* for one letter, all steps */
    int64_t mail_retry_seconds;      /* before the second try; doubled each time */
    int64_t mail_give_up_hours;      /* after the first try */
    struct str sign_in_second_factor; /* "required", "offered"; "" = required, but offered in a demonstration */
    int64_t web_workers;      /* loop threads; 0 = one per core, at most 4 */
    int64_t queue;            /* jobs that may wait for the writer */
    int64_t batch;            /* jobs in one transaction; 0 = no bound */
    int64_t header_bytes;
    int64_t header_fields;
    int64_t header_seconds;   /* for the whole header block */
    int64_t url_bytes;
    int64_t form_kib;         /* body of a form without a file, and of JSON */
    int64_t upload_mib;       /* body of a form with one file */
    int64_t inflight_mib;     /* all bodies together */
    int64_t connections;
    int64_t attachment_mib;
    int64_t attachments;      /* files of one appeal */
    int64_t text_chars;
    int64_t subject_chars;
    int64_t appeals_per_hour; /* of one address prefix */
    int64_t appeals_spare;    /* beyond that, of one address prefix at once, while there is room */
    int64_t appeals_spare_per_hour; /* and in the long run */
    int64_t logins_per_hour;  /* of one address prefix */
    int64_t requests_per_second;
    int64_t requests_burst;
    int64_t requests_spare;   /* of one address prefix, while there is room */
    int64_t staff_idle_minutes;
    int64_t citizen_idle_minutes;
    int64_t recovery_hours;   /* how long a request to let somebody in again waits for its second person */
    int64_t disk_free_percent; /* below it no new appeals */
    int64_t disk_free_mib;
};

/* The defaults. */
struct config config_default(void);
/* Read `path` into `ret_config`, starting from the defaults. Strings live in `a`.
 * Errors: ERR_CONFIG "birge.ini:7: [limits] quue: unknown setting; did you mean queue?", ERR_IO. */
struct err *config_load(struct arena *a, const char *path, struct config *ret_config) WARN_UNUSED;
/* Parse `text` as if it were the file `name`. */
struct err *config_parse(struct arena *a, const char *name, struct str text, struct config *ret_config)
    WARN_UNUSED;
/* Write a birge.ini that names what differs from the defaults and lists the rest as comments. */
void config_write(struct buf *b, const struct config *c);

/* One line of the table, for the reference and `birge settings show`. */
struct config_setting {
    const char *section, *key;
    bool is_text;
    int64_t min, max, standard; /* numbers only */
    const char *unit;           /* "MiB"; "" for none */
    const char *about;
};
/* All of them in order. `i` beyond the last gives false. */
bool config_setting(size_t i, struct config_setting *ret_setting);
/* The value of setting `i` as it would stand in the file, in `a`. */
struct str config_value(struct arena *a, const struct config *c, size_t i);

#endif
