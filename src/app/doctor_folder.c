/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * doctor_folder.c - examinations of one data folder, beside the server that serves it.
 *
 * Keeps: changes nothing but a scratch file for the measurement of syncs,
 which it removes. The database is opened for
 *        reading alone; what only the writing connection can tell is asked of the server.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "app/control.h"
#include "app/doctor.h"
#include "app/site_open.h"
#include "base/clock.h"
#include "base/file.h"
#include "core/calendar.h"
#include "core/courier.h"
#include "core/json_read.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/profile.h"
#include "core/second_factor.h"
#include "gen/core_queries.h"

#define SYNCS 15

/* ---- the disk ---- */

static int64_t microseconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Append a block and sync it, as the writer does; how long the sync took. */
static bool sync_once(int fd, int64_t *ret_us)
{
    static const char block[4096];
    if (write(fd, block, sizeof block) != (ssize_t)sizeof block)
        return false;
    int64_t before = microseconds();
    if (fdatasync(fd) != 0)
        return false;
    *ret_us = microseconds() - before;
    return true;
}

static void see_sync(struct doctor *d, const char *dir)
{
    int64_t us[SYNCS];
    size_t n = 0;
    const char *path = str_printf(d->a, "%s/.doctor-%ld", dir, (long)getpid()).p;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    while (fd >= 0 && n < SYNCS && sync_once(fd, &us[n]))
        n++;
    int why = errno;
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(path);
    }
    if (n < SYNCS)
        doctor_say(d, GRADE_FAILURE, "sync", "run as the user that serves the folder", "%s: %s", path, strerror(why));
    else
        judge_sync(d, us, n);
}

static void see_disk(struct doctor *d, const char *dir, const struct config *c)
{
    struct statvfs v;
    struct statfs f;
    if (statvfs(dir, &v) == 0)
        judge_disk(d, (int64_t)v.f_bavail * (int64_t)v.f_frsize, (int64_t)v.f_blocks * (int64_t)v.f_frsize,
                   c->disk_free_percent, c->disk_free_mib * (int64_t)ARENA_MIB);
    if (statfs(dir, &f) == 0)
        judge_file_system(d, (int64_t)(uint32_t)f.f_type);
    see_sync(d, dir);
}

/* ---- rights and keys ---- */

static void see_rights(struct doctor *d, const char *dir, const struct site_paths *paths)
{
    const struct {
        const char *name, *path;
        unsigned forbidden;
    } places[] = {
        {"rights_keys", paths->keys, 077},
        {"rights_settings", paths->ini, 022},
        {"rights_database", paths->db, 022},
        {"rights_folder", dir, 022},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct stat st;
        if (stat(places[i].path, &st) != 0)
            doctor_say(d, GRADE_FAILURE, places[i].name,
                       "restore a backup, or run as the user that serves the folder", "%s: %s", places[i].path,
                       strerror(errno));
        else
            judge_rights(d, places[i].name, places[i].path, st.st_mode, places[i].forbidden);
    }
}

/* The secret key and the public one that people were given belong together. */
static void see_key(struct doctor *d, const struct site_paths *paths, const struct config *c)
{
    const char *todo = "restore keys/ and log/vkey from a backup: with another key no receipt verifies";
    struct keys *keys;
    struct str text;
    struct err *e = keys_load(d->a, paths->keys, c->log_origin, &keys);
    if (!e)
        e = file_read(d->a, paths->vkey, 4 * ARENA_KIB, &text);
    if (e) {
        doctor_say(d, GRADE_FAILURE, "key", todo, "%s", err_text(d->a, e).p);
        return;
    }
    struct vkey own = log_key_public(keys->log);
    struct str expected = vkey_text(d->a, &own);
    if (str_eq(expected, str_trim(text)))
        doctor_say(d, GRADE_OK, "key", NULL, "the public key is that of the secret one, under the name %.*s",
                   STR_FMT(own.name));
    else
        doctor_say(d, GRADE_FAILURE, "key", todo,
                   "log/vkey is not the public half of the secret key under the origin %.*s", STR_FMT(c->log_origin));
}

/* ---- what the running server says of itself ---- */

static void see_settings_of(struct doctor *d, struct json_at *settings)
{
    size_t n = json_read_count(settings, 64);
    for (size_t i = 0; i < n; i++) {
        struct json_at item = json_read_item(settings, i);
        struct json_at name = json_read_get(&item, "name");
        struct json_at value = json_read_get(&item, "value");
        struct json_at expected = json_read_opt(&item, "expected");
        struct str must = expected.v ? json_read_str(&expected, 256) : (struct str){0};
        judge_setting(d, str_to_c(d->a, json_read_str(&name, 64)), json_read_str(&value, 1024), str_to_c(d->a, must));
    }
}

/* False when no server runs. */
static bool see_server(struct doctor *d, const char *dir, const struct config *c)
{
    struct str json;
    bool is_running = false;
    struct json_reader r;
    struct err *e = control_ask(d->a, dir, "about", &is_running, &json);
    if (!is_running) {
        doctor_say(d, GRADE_NOTE, "server", "start it; some findings need it", "no server serves this folder now");
        return false;
    }
    if (e) {
        doctor_say(d, GRADE_FAILURE, "server", "see the server's log", "%s", err_text(d->a, e).p);
        return false;
    }
    struct json_at root = json_read_open(&r, d->a, S("the server's reply"), ERR_INTERNAL, json);
    struct json_at takes = json_read_get(&root, "takes_writes");
    struct json_at waiting = json_read_get(&root, "waiting");
    struct json_at listening = json_read_get(&root, "listening");
    struct json_at files = json_read_get(&root, "open_files");
    struct json_at settings = json_read_get(&root, "settings");
    bool is_well = json_read_bool(&takes);
    doctor_say(d, is_well ? GRADE_OK : GRADE_FAILURE, "server",
               "see the server's log: the disk is short or the last batch was lost",
               is_well ? "the server takes appeals; %lld jobs wait" : "the server takes no appeals; %lld jobs wait",
               (long long)json_read_int(&waiting, 0, INT64_MAX));
    judge_listening(d, json_read_str(&listening, 256), c->web_base_url, c->web_proxies);
    judge_open_files(d, json_read_int(&files, 0, INT64_MAX), c->connections);
    see_settings_of(d, &settings);
    if (r.e)
        doctor_say(d, GRADE_FAILURE, "server", "the server is of another version: restart it", "%s",
                   err_text(d->a, r.e).p);
    return true;
}

/* ---- the state ---- */

/* Without a server the file's own settings are read by a reading connection. */
static struct err *see_settings(struct doctor *d, struct db_read *r)
{
    struct db_setting *settings;
    size_t n;
    TRY(db_settings(d->a, r, &settings, &n));
    for (size_t i = 0; i < n; i++)
        judge_setting(d, settings[i].name, settings[i].value, settings[i].expected);
    return NULL;
}

static struct err *see_mail(struct doctor *d, struct site *site, struct db_read *r, int64_t now)
{
    struct courier_status s;
    struct mail_settings settings;
    struct str problem = {0};
    struct err *wrong = mail_settings_read(d->a, site->config, site->data_dir, &settings);
    TRY(courier_status(d->a, r, site->realm, &s));
    if (wrong)
        problem = err_text(d->a, wrong);
    else if (s.relay_failures > 0)
        problem = s.relay_answer;
    else if (s.failed > 0)
        problem = str_printf(d->a, "%lld could not be delivered, see /admin/letters", (long long)s.failed);
    judge_mail(d, s.waiting, s.oldest_at, now, problem);
    return NULL;
}

static void see_profile(struct doctor *d, const struct profile *p)
{
    size_t n;
    int64_t unverified = 0;
    int64_t values = 0;
    const struct profile_rule *rules = profile_rules(p, &n);
    for (size_t i = 0; i < n; i++) {
        if (rules[i].cite.confidence == CONFIDENCE_OWN)
            continue; /* no law to compare with */
        values++;
        unverified += !rules[i].cite.verified_by.p || rules[i].cite.verified_by.n == 0;
    }
    judge_profile(d, profile_info(p)->tag, unverified, values);
}

static struct err *see_state(struct doctor *d, struct site *site, bool is_running, bool is_deep)
{
    struct db_read *r;
    struct core_q_head_last_row head;
    struct calendar *calendar;
    bool found = false;
    int64_t now = clock_now();
    TRY(db_reader(d->a, site->db, &r));
    if (!is_running)
        TRY(see_settings(d, r));
    TRY(core_q_head_last(d->a, r, site->realm, &head, &found));
    if (found)
        judge_clock(d, now, head.at);
    TRY(see_mail(d, site, r, now));
    TRY(calendar_load(d->a, r, site->realm, 1, &calendar));
    judge_calendar(d, calendar, site_today(site, now));
    see_profile(d, site->profile);
    judge_second_factor(d, second_factor_is_required(site), site->is_demo);
    if (!is_deep)
        return NULL;
    TRY(db_check(d->a, r));
    doctor_say(d, GRADE_OK, "integrity", NULL, "the engine finds its file sound");
    return NULL;
}

static void see_backup(struct doctor *d, const char *path)
{
    struct str text;
    int64_t at = 0;
    struct err *e = file_read(d->a, path, ARENA_KIB, &text);
    if (e || !instant_parse(str_trim(text), &at))
        at = 0;
    judge_backup(d, at, clock_now());
}

void doctor_folder(struct doctor *d, const char *dir, bool is_deep)
{
    struct site_paths paths = site_paths(d->a, dir);
    struct config config;
    struct site *site;
    struct arena *app = arena_new("doctor", 0);
    struct err *e = config_load(d->a, paths.ini, &config);
    if (e) {
        doctor_say(d, GRADE_FAILURE, "settings",
                   "`birge init` makes a data folder; docs/reference/settings.md names each setting", "%s",
                   err_text(d->a, e).p);
        arena_free(app);
        return;
    }
    doctor_say(d, GRADE_OK, "settings", NULL, "birge.ini is understood");
    see_disk(d, dir, &config);
    see_rights(d, dir, &paths);
    see_key(d, &paths, &config);
    see_backup(d, paths.backup);
    bool is_running = see_server(d, dir, &config);
    e = site_open(app, dir, SITE_READ_ONLY, &site);
    if (!e) {
        e = see_state(d, site, is_running, is_deep);
        site_close(site);
    }
    if (e)
        doctor_say(d, GRADE_FAILURE, "database", "see the server's log; `birge audit` tells more, a backup restores",
                   "%s", err_text(d->a, e).p);
    arena_free(app);
}
