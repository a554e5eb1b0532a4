/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_serve.c - birge serve: open the folder, start the loops, wait for a signal, drain.
 *
 * Keeps: nothing listens before the journal is checked; SIGTERM finishes what was begun and exits 0; a failed
 *        sync has ended the process long before (db/writer.c).
 */
#include "app/commands.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "app/control.h"
#include "app/courier_host.h"
#include "app/notify.h"
#include "app/registry.h"
#include "app/site_open.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/error_page.h"
#include "core/keys.h"
#include "core/notice.h"
#include "core/second_factor.h"
#include "core/session.h"
#include "web/web.h"

#define TICK_SECONDS 60
#define DRAIN_SECONDS 20

/* A core file or a debugger would hold people's words and the keys. */
static void close_dumps(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* ---- loops ---- */

static struct err *start_loop(void *app, struct arena *a, int index, void **ret_loop)
{
    struct loop *loop = ARENA_NEW(a, struct loop);
    loop->site = app;
    TRY(db_reader(a, loop->site->db, &loop->read));
    *ret_loop = loop;
    return NULL;
}

static void end_loop(void *app, void *ended)
{
    struct loop *loop = ended;
    arena_free(loop->directory_arena);
    derived_free(loop);
    arena_free(loop->calendar_arena);
}

static struct web_limits limits_of(const struct config *c)
{
    return (struct web_limits){
        .header_bytes = c->header_bytes,
        .header_fields = c->header_fields,
        .header_seconds = c->header_seconds,
        .url_bytes = c->url_bytes,
        .form_bytes = c->form_kib * (int64_t)ARENA_KIB,
        .upload_bytes = c->upload_mib * (int64_t)ARENA_MIB,
        .inflight_bytes = c->inflight_mib * (int64_t)ARENA_MIB,
        .connections = c->connections,
        .requests_per_second = c->requests_per_second,
        .requests_spare = c->requests_spare,
        .requests_burst = c->requests_burst,
        .body_bytes_per_second = 1024,
    };
}

static struct err *start_web(struct arena *app, struct site *site, const char *listen, int workers, struct web **ret_web)
{
    struct web_options options = {
        .listen = listen,
        .workers = workers,
        .limits = limits_of(site->config),
        .form_key = site->keys->form,
        .proxies = site->config->web_proxies,
        .app = site,
        .loop_start = start_loop,
        .loop_end = end_loop,
        .identify = session_identify,
        .permit = session_permit,
        .draw_error = error_page_draw,
    };
    registry_routes(app, &options.tables, &options.table_sizes, &options.n_tables);
    return web_start(app, &options, ret_web);
}

/* ---- the clock's work ---- */

static struct err *run_tick(struct site *site, const struct institution *i)
{
    struct arena *a = arena_new("tick", 32 * ARENA_MIB);
    struct action x = {0};
    struct err *e = action_run(a, site, actor_clock(), i->tick, &x);
    if (e)
        LOG(LOG_WARN, "the clock's work failed", {"institution", str_c(i->name)}, {"error", err_text(a, e)});
    arena_free(a);
    return NULL;
}

static void tick(struct site *site)
{
    for (size_t i = 0; i < site->n_institutions; i++)
        if (site->institutions[i]->tick)
            (void)run_tick(site, site->institutions[i]);
    struct arena *a = arena_new("notices", 32 * ARENA_MIB);
    struct err *e = notice_deliver(a, site);
    if (e)
        LOG(LOG_WARN, "notices wait", {"error", err_text(a, e)});
    arena_free(a);
}

static struct timespec timespec_of(int64_t ms)
{
    return (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
}

/* A no-op on the writer: it answers only when the writer does, and writes nothing. */
static struct err *answer(struct db_job *job, struct db_tx *tx)
{
    (void)job;
    (void)tx;
    return NULL;
}

/* Tell the service manager that the server lives, if it does: a process whose writer hangs is better started anew. */
static void say_alive(struct site *site)
{
    struct arena *a = arena_new("alive", ARENA_MIB);
    struct db_job job = {.a = a, .run = answer};
    if (db_run(site->db, &job) == NULL)
        notify_send("WATCHDOG=1");
    arena_free(a);
}

/* Wait for SIGTERM or SIGINT; between, do the clock's work and look after the courier. */
static void wait_for_signal(struct site *site, struct courier_host *courier, const sigset_t *signals)
{
    int64_t tick_at = clock_monotonic() + TICK_SECONDS * 1000;
    int64_t watchdog = notify_watchdog_ms();
    int64_t alive_at = watchdog ? clock_monotonic() : INT64_MAX;
    for (;;) {
        if (clock_monotonic() >= alive_at) {
            say_alive(site);
            alive_at = clock_monotonic() + watchdog;
        }
        int64_t next_at = tick_at < alive_at ? tick_at : alive_at;
        int64_t left = next_at - clock_monotonic();
        int64_t pause = courier_host_pause(courier);
        struct timespec patience = timespec_of(left < 0 ? 0 : left < pause ? left : pause);
        int signal = sigtimedwait(signals, NULL, &patience);
        if (signal == SIGTERM || signal == SIGINT)
            return;
        courier_host_look(courier);
        if (clock_monotonic() < tick_at)
            continue;
        tick(site);
        tick_at = clock_monotonic() + TICK_SECONDS * 1000;
    }
}

/* A rule of signing in that was changed since the last start is an event before anybody signs in under it. */
static struct err *keep_rule(struct site *site, struct arena *app)
{
    struct action x = {0};
    return action_run(app, site, actor_operator(), second_factor_rule_keep, &x);
}

static struct err *serve(struct cli *cli, struct arena *app, const char *dir, int workers, const sigset_t *signals)
{
    struct site *site;
    struct web *web = NULL;
    struct control *control = NULL;
    struct courier_host *courier = NULL;
    TRY(clock_self_test(app));
    TRY(site_open(app, dir, SITE_WRITE, &site));
    struct err *e = keep_rule(site, app);
    if (!e)
        e = courier_host_start(app, site, &courier); /* before the loops: settings of mail may be refused */
    if (!e)
        e = start_web(app, site, cli_value(cli, "listen"), workers ? workers : (int)site->config->web_workers, &web);
    if (!e)
        e = control_start(app, site, &control);
    if (!e) {
        site->listening = web_address(web);
        cli_say(cli, "listening on http://%s", str_to_c(app, web_address(web)));
        notify_send("READY=1");
        tick(site);
        wait_for_signal(site, courier, signals);
        notify_send("STOPPING=1");
    }
    if (web)
        web_stop(web, DRAIN_SECONDS);
    courier_host_stop(courier);
    control_stop(control);
    site_close(site);
    return e;
}

enum cli_exit cmd_serve(struct cli *cli)
{
    int64_t workers = 0;
    sigset_t signals;
    if (!cli_int(cli, "workers", 0, 64, &workers))
        return CLI_USAGE;
    close_dumps();
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGCHLD);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL); /* every thread inherits: only wait_for_signal takes them */
    struct arena *app = arena_new("app", 0);
    struct err *e = serve(cli, app, cli_value(cli, "data"), (int)workers, &signals);
    enum cli_exit done = e ? cli_fail(cli, e) : CLI_DONE;
    arena_free(app);
    return done;
}
