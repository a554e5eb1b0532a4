/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * served.h - the small state of fixture.h behind a real server on loopback, with a clock that stands still.
 *
 * A program that uses it is linked with --wrap=clock_now: the server, sessions and pages then live at fixture.now, so
 * that due dates and pages are the same at every run.
 */
#ifndef BIRGE_RECEPTION_TESTS_SERVED_H
#define BIRGE_RECEPTION_TESTS_SERVED_H

#include "institutions/reception/tests/fixture.h"
#include "tests/http_client.h"
#include "web/web.h"

struct served {
    struct fixture *f;
    struct web *web;
};

/* Start; everything ends with `a`. */
struct served *served_new(struct arena *a);
/* A fresh visitor. */
struct http_client *served_client(struct served *s);

/* A form with an optional file (`file_name` NULL: none) as a browser sends it. `pairs` ends with NULL. */
struct http_reply served_upload(struct http_client *c, const char *target, const char *const *pairs, struct str csrf,
                                const char *file_name, struct str file);
/* Value of <input ... name="`name`" ... value="...">, entities left as they are; absent without one. */
struct str served_value(const struct http_reply *r, const char *name);

/* Send an appeal by the form, as people do; the page that follows. Extra pairs override. `language`: "kk" ... */
struct http_reply served_send(struct http_client *c, const char *language, const char *subject, const char *text);
/* Number and code of that page; then open the case on this client. */
struct sent {
    struct str number, code;
    int64_t id;
};
struct sent served_sent(struct served *s, const struct http_reply *r);
struct http_reply served_open(struct http_client *c, const char *language, const struct sent *sent);

#endif
