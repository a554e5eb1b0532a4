/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * page.c - the status page without a server: the same queries, the same policy, the same rendering, in one process.
 *
 *     page DATA NUMBER CODE SECONDS      prints {"pages":...,"cpu_us":...}
 *
 * Opens the folder read-only beside a running server. One round is what a request does between router and reply:
 * read transaction, directory, code, case, JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#include "app/site_open.h"
#include "base/clock.h"
#include "institutions/reception/api.h"
#include "institutions/reception/pages.h"

static double cpu_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct err *one_page(struct page *p, struct str number, struct str code)
{
    const struct reception_case *c;
    struct actor who;
    struct verdict v;
    struct str json;
    TRY(db_read_begin(p->a, p->loop->read));
    TRY(directory_of_loop(p->a, p->loop, &p->directory));
    TRY(calendar_of_loop(p->a, p->loop, &p->calendar));
    TRY(reception_store_by_code(p->a, p->loop->read, p->site->realm, number, code, &who, &v));
    if (v.allowed)
        TRY(reception_store_open(p->a, p->loop->read, p->site, &who, number, S("own_case"), true, &c, &v));
    if (!v.allowed)
        return ERR(p->a, ERR_INPUT, "%s", v.code);
    TRY(api_appeal_json(p, c, &json));
    db_read_end(p->loop->read);
    return NULL;
}

static struct err *run(struct arena *app, char **argv)
{
    struct site *site;
    struct loop loop = {0};
    double seconds = strtod(argv[4], NULL);
    TRY(site_open(app, argv[1], SITE_READ_ONLY, &site));
    TRY(db_reader(app, site->db, &loop.read));
    loop.site = site;
    struct arena *req = arena_new("page", 32 * ARENA_MIB);
    int64_t end = clock_monotonic() + (int64_t)(seconds * 1000);
    size_t n = 0;
    double began = cpu_seconds();
    for (; clock_monotonic() < end; n++) {
        struct page p = {.a = req, .site = site, .loop = &loop, .lang = lang_at(0), .now = clock_now()};
        p.code = lang_code(p.lang);
        p.today = site_today(site, p.now);
        TRY(one_page(&p, str_c(argv[2]), str_c(argv[3])));
        arena_clear(req);
    }
    (void)printf("{\"pages\":%zu,\"cpu_us\":%.2f}\n", n, (cpu_seconds() - began) / (double)n * 1e6);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 5 || sodium_init() < 0) {
        (void)fprintf(stderr, "usage: page DATA NUMBER CODE SECONDS\n");
        return 2;
    }
    struct arena *app = arena_new("app", 0);
    struct err *e = run(app, argv);
    if (e)
        (void)fprintf(stderr, "page: %s\n", err_text(app, e).p);
    return e ? 1 : 0;
}
