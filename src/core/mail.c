/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * mail.c - checking [mail].
 */
#include "core/mail.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "core/letter.h"

#define MINUTE_MS INT64_C(60000)

/* "mail.example.org" of "smtp://mail.example.org:587/". */
static struct str host_of(struct str url)
{
    size_t at = str_find_str(url, S("://"));
    struct str host = at == SIZE_MAX ? url : str_slice(url, at + 3, url.n);
    size_t end = 0;
    if (host.n > 0 && host.p[0] == '[')
        end = str_find(host, ']') == SIZE_MAX ? host.n : str_find(host, ']') + 1;
    else
        while (end < host.n && host.p[end] != ':' && host.p[end] != '/')
            end++;
    return str_slice(host, 0, end);
}

bool mail_relay_is_local(struct str url)
{
    struct str host = host_of(url);
    return str_eq_nocase(host, S("localhost")) || str_eq(host, S("[::1]")) || str_starts(host, S("127."));
}

static bool is_host(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  str_find(S("-.:[]"), c) != SIZE_MAX;
        if (!ok)
            return false;
    }
    return s.n > 0;
}

/* scheme://host[:port], nothing more: a user or a path in it would be taken by the library for something else. */
static struct err *check_url(struct arena *a, struct str url)
{
    bool is_known = str_starts(url, S("smtp://")) || str_starts(url, S("smtps://"));
    struct str rest = str_slice(url, str_starts(url, S("smtps://")) ? 8 : 7, url.n);
    if (!is_known || !is_host(rest))
        return ERR(a, ERR_CONFIG, "[mail] url: expected smtp://host:port or smtps://host:port, not \"%.*s\"",
                   STR_FMT(url));
    return NULL;
}

static struct err *read_tls(struct arena *a, struct str tls, struct mail_settings *m)
{
    m->needs_tls = true;
    if (tls.n == 0 || str_eq(tls, S("required")))
        return NULL;
    if (!str_eq(tls, S("none")))
        return ERR(a, ERR_CONFIG, "[mail] tls: expected required or none, not \"%.*s\"", STR_FMT(tls));
    m->needs_tls = false;
    if (m->user.n > 0 && !mail_relay_is_local(m->url))
        return ERR(a, ERR_CONFIG, "[mail] tls = none with a user: the password would go over an open line; "
                   "use tls = required");
    return NULL;
}

/* Where the password lies: a credential that systemd hands over, or a file beside the settings. */
static const char *password_path(struct arena *a, struct str name, struct str data_dir, bool *ret_is_credential)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    *ret_is_credential = folder && str_find(name, '/') == SIZE_MAX &&
                         file_exists(str_printf(a, "%s/%.*s", folder, STR_FMT(name)).p);
    if (*ret_is_credential)
        return str_printf(a, "%s/%.*s", folder, STR_FMT(name)).p;
    if (name.p[0] == '/')
        return str_to_c(a, name);
    return str_printf(a, "%.*s/%.*s", STR_FMT(data_dir), STR_FMT(name)).p;
}

static struct err *read_password(struct arena *a, const struct config *c, struct str data_dir, struct mail_settings *m)
{
    bool is_credential;
    struct stat st;
    struct str bytes;
    if (m->user.n == 0)
        return NULL;
    if (c->mail_password_file.n == 0)
        return ERR(a, ERR_CONFIG, "[mail] user: name the file with its password, password_file = ...");
    const char *path = password_path(a, c->mail_password_file, data_dir, &is_credential);
    if (!is_credential && stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        return ERR(a, ERR_CONFIG, "%s: others may read the password of the relay; chmod 600 it", path);
    TRY(file_read(a, path, 4 * ARENA_KIB, &bytes));
    m->password = str_trim(bytes);
    if (m->password.n == 0)
        return ERR(a, ERR_CONFIG, "%s: expected the password of the relay; found nothing", path);
    return NULL;
}

struct err *mail_settings_read(struct arena *a, const struct config *c, struct str data_dir,
                               struct mail_settings *ret_settings)
{
    struct mail_settings m = {
        .is_smtp = str_eq(c->mail_transport, S("smtp")),
        .url = c->mail_url,
        .ca_file = c->mail_ca_file,
        .from = c->mail_from,
        .from_name = c->mail_name.n > 0 ? c->mail_name : S("Birge"),
        .user = c->mail_user,
        .password = S(""),
        .hello = c->mail_hello.n > 0 ? c->mail_hello : letter_domain(a, c->mail_from),
        .connections = c->mail_connections,
        .domain_connections = c->mail_domain_connections,
        .domain_per_minute = c->mail_domain_per_minute,
        .seconds = c->mail_seconds,
        .first_pause = c->mail_retry_seconds * 1000,
        .give_up_after = c->mail_give_up_hours * 60 * MINUTE_MS,
    };
    if (!m.is_smtp && c->mail_transport.n > 0 && !str_eq(c->mail_transport, S("folder")))
        return ERR(a, ERR_CONFIG, "[mail] transport: expected folder or smtp, not \"%.*s\"", STR_FMT(c->mail_transport));
    if (m.is_smtp) {
        TRY(check_url(a, m.url));
        if (!letter_address_ok(m.from))
            return ERR(a, ERR_CONFIG, "[mail] from: expected a plain mail address, not \"%.*s\"", STR_FMT(m.from));
        if (!is_host(m.hello))
            return ERR(a, ERR_CONFIG, "[mail] hello: expected the name of a host, not \"%.*s\"", STR_FMT(m.hello));
        TRY(read_tls(a, c->mail_tls, &m));
        TRY(read_password(a, c, data_dir, &m));
    }
    *ret_settings = m;
    return NULL;
}
