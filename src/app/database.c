/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * database.c - addresses of databases, and the one line of birge.ini that holds one.
 */
#include "app/database.h"

#include "base/file.h"
#include "core/config.h"
#include "gen/schema.h"

#define URL_MAX 2048

static bool is_postgres(struct str s)
{
    return str_starts(s, S("postgresql://")) || str_starts(s, S("postgres://"));
}

struct err *database_url(struct arena *a, const char *arg, struct str *ret_url)
{
    struct str url = str_c(arg);
    if (!is_postgres(url) && file_exists(arg)) {
        struct str rest;
        TRY(file_read(a, arg, URL_MAX, &url));
        if (str_cut(url, '\n', &url, &rest) && str_trim(rest).n > 0)
            return ERR(a, ERR_CONFIG, "%s: expected one line, the address of the database", arg);
        url = str_trim(url);
        if (!is_postgres(url))
            return ERR(a, ERR_CONFIG, "%s: its line must begin with postgresql://", arg);
    }
    if (!is_postgres(url))
        return ERR(a, ERR_CONFIG, "--db: expected postgresql://user@host/database, or the name of a file that holds such a "
                   "line");
    if (url.n > URL_MAX)
        return ERR(a, ERR_CONFIG, "--db: an address has at most %d characters", URL_MAX);
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 127)
            return ERR(a, ERR_CONFIG, "--db: the address holds a space or a control character; write it as %%20");
    *ret_url = str_dup(a, url);
    return NULL;
}

/* Where a password begins and ends, from `at` on; false when there is none. */
static bool find_password(struct str url, size_t at, size_t *ret_from, size_t *ret_to)
{
    static const struct str keys[] = {STR("password="), STR("sslpassword=")};
    size_t start = str_find_str(url, S("://"));
    if (start == SIZE_MAX)
        return false;
    start += 3;
    size_t end = start; /* of user, password, host and port; a password may hold an unescaped @ */
    while (end < url.n && url.p[end] != '/' && url.p[end] != '?')
        end++;
    size_t host = end;
    while (host > start && url.p[host - 1] != '@')
        host--;
    if (at <= start && host > start) {
        size_t colon = str_find(str_slice(url, start, host - 1), ':');
        if (colon != SIZE_MAX && start + colon + 1 < host - 1) {
            *ret_from = start + colon + 1;
            *ret_to = host - 1;
            return true;
        }
    }
    for (size_t i = at > end ? at : end; i < url.n; i++) {
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            bool begins = i > 0 && (url.p[i - 1] == '?' || url.p[i - 1] == '&');
            if (!begins || !str_starts(str_slice(url, i, url.n), keys[k]))
                continue;
            *ret_from = i + keys[k].n;
            for (*ret_to = *ret_from; *ret_to < url.n && url.p[*ret_to] != '&';)
                (*ret_to)++;
            return true;
        }
    }
    return false;
}

struct str database_shown(struct arena *a, struct str url)
{
    struct buf b;
    size_t at = 0;
    size_t from;
    size_t to;
    buf_init(&b, a, 4 * URL_MAX);
    while (find_password(url, at, &from, &to)) {
        buf_str(&b, str_slice(url, at, from));
        buf_c(&b, "***");
        at = to;
    }
    buf_str(&b, str_slice(url, at, url.n));
    return buf_view(&b);
}

const char *database_hide(struct arena *a, char *word)
{
    struct str whole = str_dup(a, str_c(word));
    size_t at = 0;
    size_t from;
    size_t to;
    while (find_password(whole, at, &from, &to)) {
        for (size_t i = from; i < to; i++)
            word[i] = '*';
        at = to;
    }
    return str_to_c(a, whole);
}

/* ---- birge.ini ---- */

static bool is_section(struct str line, struct str name)
{
    line = str_trim(line);
    return line.n == name.n + 2 && line.p[0] == '[' && line.p[line.n - 1] == ']' &&
           str_eq(str_slice(line, 1, line.n - 1), name);
}

static bool is_setting(struct str line, struct str name)
{
    struct str key;
    struct str value;
    line = str_trim(line);
    return line.n > 0 && line.p[0] != ';' && line.p[0] != '#' && str_cut(line, '=', &key, &value) &&
           str_eq(str_trim(key), name);
}

static void put_url(struct buf *b, struct str url)
{
    if (url.n > 0)
        buf_printf(b, "url = %.*s\n", STR_FMT(url));
}

struct err *database_write_ini(struct arena *a, const char *path, struct str url)
{
    struct str text;
    struct buf b;
    struct config check;
    bool is_inside = false;
    bool is_written = false;
    TRY(file_read(a, path, 64 * ARENA_KIB, &text));
    buf_init(&b, a, 128 * ARENA_KIB);
    while (text.n > 0) {
        struct str line;
        struct str rest;
        if (!str_cut(text, '\n', &line, &rest))
            rest = S("");
        text = rest;
        if (str_trim(line).n > 0 && str_trim(line).p[0] == '[')
            is_inside = is_section(line, S("database"));
        if (is_inside && is_setting(line, S("url")))
            continue;
        buf_str(&b, line);
        buf_byte(&b, '\n');
        if (is_section(line, S("database")) && !is_written) {
            put_url(&b, url);
            is_written = true;
        }
    }
    if (!is_written && url.n > 0) {
        buf_c(&b, "\n[database]\n");
        put_url(&b, url);
    }
    TRY(buf_check(&b, path));
    TRY(config_parse(a, path, buf_view(&b), &check)); /* what is written can be read again */
    return file_write(a, path, buf_view(&b), 0600);
}

/* ---- moving ---- */

static struct err *open_place(struct arena *app, const struct database *place, struct db **ret_db)
{
    struct db_options options = {.path = place->path, .url = place->url.n > 0 ? str_to_c(app, place->url) : NULL};
    return db_open(app, &schema_all, &options, ret_db);
}

static struct err *copy_between(struct arena *app, const struct database *from, const struct database *to,
                                const struct db_copy_options *options, struct db_copy_report *ret_report)
{
    struct db *source;
    struct db *target = NULL;
    struct db_read *r;
    TRY(open_place(app, from, &source));
    struct err *e = db_reader(app, source, &r);
    if (!e)
        e = open_place(app, to, &target);
    if (!e)
        e = db_copy(app, r, target, options, ret_report);
    db_close(target);
    db_close(source);
    return e;
}

struct err *database_copy(struct arena *a, const struct database *from, const struct database *to,
                          const struct db_copy_options *options, struct db_copy_report *ret_report)
{
    struct arena *app = arena_new("database_copy", 0); /* the connections end with it */
    struct err *e = copy_between(app, from, to, options, ret_report);
    struct str text = e ? err_text(a, e) : S("");
    enum err_code code = e ? e->code : ERR_DB;
    arena_free(app);
    return e ? ERR(a, code, "%.*s", STR_FMT(text)) : NULL;
}
