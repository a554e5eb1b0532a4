/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * park.c - requests that wait for other threads, and the way back to their loop.
 *
 * A ticket is part of its request, and the request lives until its reply is sent; so whoever holds a ticket may
 * resume it without asking whether the client is still there. Another thread touches the ticket only inside
 * web_resume, under the lock of the loop's queue.
 *
 * Keeps: a ticket is resumed once; resume functions run on the request's own loop, never inside web_resume.
 */
#include "web/web_private.h"

#include <unistd.h>

struct web_ticket *web_park(struct web_request *req, struct err *(*resume)(struct web_request *req, void *user),
                            void *user)
{
    MUST(!req->is_replied && !req->ticket.is_parked);
    req->ticket = (struct web_ticket){.req = req, .resume = resume, .user = user, .is_parked = true};
    return &req->ticket;
}

void web_resume(struct web_ticket *t)
{
    struct web_loop *loop = t->req->loop;
    MUST(pthread_mutex_lock(&loop->lock) == 0);
    MUST(t->is_parked && !t->is_resumed);
    t->is_resumed = true;
    t->next = NULL;
    if (loop->done_last)
        loop->done_last->next = t;
    else
        loop->done_first = t;
    loop->done_last = t;
    loop_wake(loop);
    MUST(pthread_mutex_unlock(&loop->lock) == 0);
}

void park_run_done(struct web_loop *loop)
{
    MUST(pthread_mutex_lock(&loop->lock) == 0);
    struct web_ticket *t = loop->done_first;
    loop->done_first = loop->done_last = NULL;
    MUST(pthread_mutex_unlock(&loop->lock) == 0);
    while (t) {
        struct web_ticket *next = t->next; /* the request, and the ticket in it, may be gone afterwards */
        t->is_parked = false;
        request_after(t->req, t->resume(t->req, t->user));
        t = next;
    }
}
