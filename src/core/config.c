/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * config.c - the table of settings, and the lines that change them.
 *
 * Strict on purpose: no continuation, no quotes, no inline comments, nothing given twice.
 */
#include "core/config.h"

#include <stddef.h>

#include "base/file.h"
#include "base/fold.h"

struct setting {
    const char *section;
    const char *key;
    bool is_text;
    size_t offset; /* in struct config */
    int64_t min, max, standard;
    const char *unit; /* "", "bytes", "MiB" ... */
    const char *about;
    const char *const *choices; /* of a text: NULL-terminated, "" is always one; NULL: anything */
};

#define TEXT(section, key, field, about)                                                           \
    { section, key, true, offsetof(struct config, field), 0, 0, 0, "", about, NULL }
#define CHOICE(section, key, field, choices, about)                                                \
    { section, key, true, offsetof(struct config, field), 0, 0, 0, "", about, choices }
#define NUMBER(section, key, field, min, max, standard, unit, about)                               \
    { section, key, false, offsetof(struct config, field), min, max, standard, unit, about, NULL }

static const char *const second_factor_choices[] = {"required", "offered", NULL};

static const struct setting settings[] = {
    TEXT("log", "origin", log_origin, "key name of the public log; never changed after init"),
    TEXT("web", "base_url", web_base_url, "address that people see; empty: from the request"),
    TEXT("web", "security_contact", web_security_contact, "mailto: or https: address for reports of weaknesses"),
    TEXT("web", "proxies", web_proxies, "addresses of proxies whose X-Forwarded-For counts"),
    NUMBER("web", "workers", web_workers, 0, 64, 0, "threads", "0: one per core, at most 4"),
    TEXT("database", "url", database_url, "postgresql://user@host/name; empty: birge.db of this folder"),
    TEXT("mail", "transport", mail_transport, "smtp, or folder: letters become files, none is sent; empty: folder"),
    TEXT("mail", "outbox", mail_outbox, "folder that letters are written to; empty: outbox"),
    TEXT("mail", "url", mail_url, "the relay: smtp://host:587 (STARTTLS) or smtps://host:465"),
    TEXT("mail", "tls", mail_tls, "required, or none: only for a relay that no network lies between"),
    TEXT("mail", "ca_file", mail_ca_file, "certificates to trust; empty: those of the system"),
    TEXT("mail", "from", mail_from, "address that letters come from"),
    TEXT("mail", "name", mail_name, "name beside it; empty: Birge"),
    TEXT("mail", "user", mail_user, "for sign-in at the relay; empty: none"),
    TEXT("mail", "password_file", mail_password_file, "file (0600) with the password, or name of a systemd credential"),
    TEXT("mail", "hello", mail_hello, "name this machine gives itself; empty: the domain of from"),
    NUMBER("mail", "connections", mail_connections, 1, 16, 4, "", "to the relay at once"),
    NUMBER("mail", "domain_connections", mail_domain_connections, 1, 16, 2, "", "letters to one domain at once"),
    NUMBER("mail", "domain_per_minute", mail_domain_per_minute, 0, 100000, 0, "letters", "to one domain; 0: no bound"),
    NUMBER("mail", "seconds", mail_seconds, 1, 600, 120, "s", "for one letter, all steps"),
    NUMBER("mail", "retry_seconds", mail_retry_seconds, 1, 3600, 60, "s", "before the second try; then doubled"),
    NUMBER("mail", "give_up_hours", mail_give_up_hours, 1, 720, 72, "h", "after the first try"),
    CHOICE("sign_in", "second_factor", sign_in_second_factor, second_factor_choices,
           "of staff: required or offered; empty: required, but offered in a demonstration"),
    NUMBER("sign_in", "recovery_hours", recovery_hours, 1, 168, 24, "h", "for the second person to confirm"),
    NUMBER("limits", "queue", queue, 8, 65536, 4096, "jobs", "waiting for the writer"),
    NUMBER("limits", "batch", batch, 0, 65536, 0, "jobs", "in one transaction; 0: no bound"),
    NUMBER("limits", "header_bytes", header_bytes, 1024, 65536, 8192, "bytes", "of a request"),
    NUMBER("limits", "header_fields", header_fields, 8, 256, 64, "fields", "of a request"),
    NUMBER("limits", "header_seconds", header_seconds, 1, 60, 5, "s", "for the header block"),
    NUMBER("limits", "url_bytes", url_bytes, 256, 8192, 2048, "bytes", "of an address"),
    NUMBER("limits", "form_kib", form_kib, 64, 16384, 1024, "KiB", "of a form without a file"),
    NUMBER("limits", "upload_mib", upload_mib, 1, 256, 11, "MiB", "of a form with one file"),
    NUMBER("limits", "inflight_mib", inflight_mib, 4, 4096, 64, "MiB", "all bodies together"),
    NUMBER("limits", "connections", connections, 16, 65536, 8192, "", "at once"),
    NUMBER("limits", "attachment_mib", attachment_mib, 1, 256, 10, "MiB", "one file"),
    NUMBER("limits", "attachments", attachments, 0, 50, 5, "files", "of one appeal"),
    NUMBER("limits", "text_chars", text_chars, 1500, 200000, 20000, "characters", "of an appeal"),
    NUMBER("limits", "subject_chars", subject_chars, 50, 1000, 200, "characters", "of a subject"),
    NUMBER("limits", "appeals_per_hour", appeals_per_hour, 1, 100000, 20, "", "of one address"),
    NUMBER("limits", "appeals_spare", appeals_spare, 0, 100000, 1000, "", "more of one address, while there is room"),
    NUMBER("limits", "appeals_spare_per_hour", appeals_spare_per_hour, 0, 1000000, 7200, "", "and so many in the long run"),
    NUMBER("limits", "logins_per_hour", logins_per_hour, 1, 100000, 10, "", "of one address"),
    NUMBER("limits", "requests_per_second", requests_per_second, 1, 100000, 5, "", "of a session"),
    NUMBER("limits", "requests_burst", requests_burst, 1, 100000, 20, "", "of a session"),
    NUMBER("limits", "requests_spare", requests_spare, 0, 100000, 2000, "", "more of one address, while there is room"),
    NUMBER("limits", "staff_idle_minutes", staff_idle_minutes, 1, 1440, 30, "min", "then signed out"),
    NUMBER("limits", "citizen_idle_minutes", citizen_idle_minutes, 1, 10080, 720, "min",
           "then the code is asked again"),
    NUMBER("limits", "disk_free_percent", disk_free_percent, 0, 90, 5, "%", "below: no new appeals"),
    NUMBER("limits", "disk_free_mib", disk_free_mib, 1, 1048576, 64, "MiB", "below: no new appeals"),
};
#define N_SETTINGS (sizeof settings / sizeof settings[0])

static int64_t *number_at(struct config *c, const struct setting *s)
{
    return (int64_t *)(void *)((char *)c + s->offset);
}

static struct str *text_at(struct config *c, const struct setting *s)
{
    return (struct str *)(void *)((char *)c + s->offset);
}

struct config config_default(void)
{
    struct config c = {0};
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (settings[i].is_text)
            *text_at(&c, &settings[i]) = S("");
        else
            *number_at(&c, &settings[i]) = settings[i].standard;
    }
    return c;
}

struct parse {
    struct arena *a;
    const char *name;
    struct config *config;
    struct str section; /* the one that the next entries belong to */
    uint64_t seen;      /* settings already read, by bit */
    int line;           /* of the entry being read */
};

/* Letters that differ when the shorter is laid over the longer; good enough to guess a misspelling. */
static size_t distance(struct str x, struct str y)
{
    size_t longer = x.n > y.n ? x.n : y.n;
    size_t prefix = 0;
    while (prefix < x.n && prefix < y.n && x.p[prefix] == y.p[prefix])
        prefix++;
    size_t suffix = 0;
    while (suffix < x.n - prefix && suffix < y.n - prefix &&
           x.p[x.n - 1 - suffix] == y.p[y.n - 1 - suffix])
        suffix++;
    return longer - prefix - suffix;
}

static const char *nearest(struct str section, struct str key)
{
    const char *best = NULL;
    size_t best_distance = 4;
    for (size_t i = 0; i < N_SETTINGS; i++) {
        size_t d = distance(str_c(settings[i].key), key);
        if (str_eq(str_c(settings[i].section), section) && d < best_distance) {
            best = settings[i].key;
            best_distance = d;
        }
    }
    return best;
}

static bool is_choice(const struct setting *s, struct str value)
{
    if (!s->choices || value.n == 0)
        return true;
    for (size_t i = 0; s->choices[i]; i++)
        if (str_eq(str_c(s->choices[i]), value))
            return true;
    return false;
}

static struct err *set(struct parse *p, const struct setting *s, struct str value)
{
    if (s->is_text) {
        if (!is_choice(s, value))
            return ERR(p->a, ERR_CONFIG, "%s:%d: [%s] %s: expected %s or %s, not \"%.*s\"", p->name, p->line,
                       s->section, s->key, s->choices[0], s->choices[1], STR_FMT(value));
        *text_at(p->config, s) = str_dup(p->a, value);
        return NULL;
    }
    int64_t n;
    if (!str_to_int64(value, &n) || n < s->min || n > s->max) {
        return ERR(p->a, ERR_CONFIG,
                   "%s:%d: [%s] %s: expected a whole number from %lld to %lld, not \"%.*s\"", p->name,
                   p->line, s->section, s->key, (long long)s->min, (long long)s->max, STR_FMT(value));
    }
    *number_at(p->config, s) = n;
    return NULL;
}

static struct err *parse_entry(struct parse *p, struct str section, struct str key, struct str value)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct setting *s = &settings[i];
        if (!str_eq(str_c(s->section), section) || !str_eq(str_c(s->key), key))
            continue;
        if (p->seen & (UINT64_C(1) << i))
            return ERR(p->a, ERR_CONFIG, "%s:%d: [%s] %s: given twice", p->name, p->line, s->section,
                       s->key);
        p->seen |= UINT64_C(1) << i;
        return set(p, s, value);
    }
    const char *guess = nearest(section, key);
    return ERR(p->a, ERR_CONFIG, "%s:%d: [%.*s] %.*s: unknown setting%s%s", p->name, p->line,
               STR_FMT(section), STR_FMT(key), guess ? "; did you mean " : "", guess ? guess : "");
}

static struct err *parse_line(struct parse *p, struct str line)
{
    if (line.n == 0 || line.p[0] == ';' || line.p[0] == '#')
        return NULL;
    if (!str_is_utf8(line) || has_control_but_lines(line))
        return ERR(p->a, ERR_CONFIG, "%s:%d: expected text in UTF-8 without control characters", p->name, p->line);
    if (line.n > 2 && line.p[0] == '[' && line.p[line.n - 1] == ']') {
        p->section = str_slice(line, 1, line.n - 1);
        return NULL;
    }
    struct str key;
    struct str value;
    if (!str_cut(line, '=', &key, &value))
        return ERR(p->a, ERR_CONFIG, "%s:%d: expected [section] or key = value, not \"%.*s\"", p->name,
                   p->line, STR_FMT(line));
    return parse_entry(p, p->section, str_trim(key), str_trim(value));
}

struct err *config_parse(struct arena *a, const char *name, struct str text, struct config *ret_config)
{
    _Static_assert(N_SETTINGS <= 64, "one bit for each setting");
    struct config c = config_default();
    struct parse p = {.a = a, .name = name, .config = &c};
    struct str rest = text;
    while (rest.n > 0) {
        struct str line;
        struct str next;
        if (!str_cut(rest, '\n', &line, &next))
            next = S("");
        rest = next;
        p.line++;
        TRY(parse_line(&p, str_trim(line)));
    }
    *ret_config = c;
    return NULL;
}

struct err *config_load(struct arena *a, const char *path, struct config *ret_config)
{
    struct str text;
    TRY(file_read(a, path, 64 * ARENA_KIB, &text));
    return config_parse(a, path, text, ret_config);
}

void config_write(struct buf *b, const struct config *c)
{
    const char *section = "";
    buf_c(b, "; birge.ini - settings of this data folder. A line that begins with ';' shows the default.\n");
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct setting *s = &settings[i];
        if (!str_eq(str_c(section), str_c(s->section)))
            buf_printf(b, "\n[%s]\n", s->section);
        section = s->section;
        struct config copy = *c;
        if (s->is_text) {
            struct str v = *text_at(&copy, s);
            buf_printf(b, "%s%s = %.*s", v.n ? "" : ";", s->key, STR_FMT(v));
            if (v.n == 0)
                buf_printf(b, "\n;   %s", s->about);
        } else {
            int64_t v = *number_at(&copy, s);
            buf_printf(b, "%s%s = %lld\n;   %s%s%s", v == s->standard ? ";" : "", s->key, (long long)v,
                       s->unit, s->unit[0] ? ", " : "", s->about);
        }
        buf_c(b, "\n");
    }
}

bool config_setting(size_t i, struct config_setting *ret_setting)
{
    if (i >= N_SETTINGS)
        return false;
    const struct setting *s = &settings[i];
    *ret_setting = (struct config_setting){s->section, s->key,      s->is_text, s->min,
                                           s->max,     s->standard, s->unit,    s->about};
    return true;
}

struct str config_value(struct arena *a, const struct config *c, size_t i)
{
    MUST(i < N_SETTINGS);
    struct config copy = *c;
    if (settings[i].is_text)
        return *text_at(&copy, &settings[i]);
    return str_printf(a, "%lld", (long long)*number_at(&copy, &settings[i]));
}
