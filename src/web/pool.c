/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pool.c - a few threads for slow work: files, passwords, documents.
 *
 * As many threads as cores: one password hash takes 19 MiB and a core, and more at once would serve nobody
 * sooner. The queue is bounded; when it is full the caller answers 503.
 *
 * Source: experience.md section 8 ("A semaphore of one hash per core").
 */
#include "web/web_private.h"

#define QUEUE 256

struct pool_job {
    void (*work)(void *user);
    void *user;
    struct web_ticket *ticket;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_job queue[QUEUE]; /* a ring */
    size_t first, n;
    bool is_stopping;
    pthread_t *threads;
    int n_threads;
};

static void *pool_main(void *arg)
{
    struct pool *p = arg;
    MUST(pthread_mutex_lock(&p->lock) == 0);
    for (;;) {
        while (p->n == 0 && !p->is_stopping)
            MUST(pthread_cond_wait(&p->wake, &p->lock) == 0);
        if (p->n == 0)
            break;
        struct pool_job job = p->queue[p->first];
        p->first = (p->first + 1) % QUEUE;
        p->n--;
        MUST(pthread_mutex_unlock(&p->lock) == 0);
        job.work(job.user);
        web_resume(job.ticket);
        MUST(pthread_mutex_lock(&p->lock) == 0);
    }
    MUST(pthread_mutex_unlock(&p->lock) == 0);
    return NULL;
}

struct pool *pool_start(struct arena *a, int n_threads)
{
    struct pool *p = ARENA_NEW(a, struct pool);
    p->threads = ARENA_ARRAY(a, (size_t)n_threads, pthread_t);
    MUST(pthread_mutex_init(&p->lock, NULL) == 0 && pthread_cond_init(&p->wake, NULL) == 0);
    for (int i = 0; i < n_threads; i++) {
        MUST(pthread_create(&p->threads[i], NULL, pool_main, p) == 0);
        p->n_threads++;
    }
    return p;
}

void pool_stop(struct pool *p)
{
    if (!p)
        return;
    MUST(pthread_mutex_lock(&p->lock) == 0);
    p->is_stopping = true;
    MUST(pthread_cond_broadcast(&p->wake) == 0);
    MUST(pthread_mutex_unlock(&p->lock) == 0);
    for (int i = 0; i < p->n_threads; i++)
        MUST(pthread_join(p->threads[i], NULL) == 0);
    MUST(pthread_mutex_destroy(&p->lock) == 0 && pthread_cond_destroy(&p->wake) == 0);
}

/* The ticket is made under the lock, so that the work cannot end before its request is parked. */
bool web_offload(struct web_request *req, void (*work)(void *user),
                 struct err *(*resume)(struct web_request *req, void *user), void *user)
{
    struct pool *p = req->loop->web->pool;
    MUST(pthread_mutex_lock(&p->lock) == 0);
    bool ok = p->n < QUEUE && !p->is_stopping;
    if (ok) {
        struct web_ticket *ticket = web_park(req, resume, user);
        p->queue[(p->first + p->n) % QUEUE] = (struct pool_job){work, user, ticket};
        p->n++;
        MUST(pthread_cond_signal(&p->wake) == 0);
    }
    MUST(pthread_mutex_unlock(&p->lock) == 0);
    return ok;
}
