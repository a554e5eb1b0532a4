/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fixture.h - a small site on a real socket: one handler for each thing the server can do.
 */
#ifndef BIRGE_WEB_TESTS_FIXTURE_H
#define BIRGE_WEB_TESTS_FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>

#include "tests/http_client.h"
#include "tests/test.h"
#include "web/web.h"

/* What web_app returns in the tests. */
struct fixture {
    struct arena *a;
    struct web *web;
    struct web_options options; /* changed by a test before fixture_start */
    _Atomic int n_identified;
    _Atomic int n_handled;      /* handlers that ran */
    _Atomic int n_resumed;
    /* requests parked by GET /{lang}/park, resumed by fixture_resume */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct web_ticket *parked[256];
    int n_parked;
};

struct fixture *fixture_new(struct arena *a);
void fixture_start(struct fixture *f);
void fixture_stop(struct fixture *f, int seconds);
/* Wait until `n` requests are parked; then resume all of them from this thread. */
void fixture_wait_parked(struct fixture *f, int n);
void fixture_resume(struct fixture *f);
/* A client for the running server. */
struct http_client *fixture_client(struct fixture *f);

#endif
