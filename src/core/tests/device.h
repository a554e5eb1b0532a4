/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * device.h - an authenticator app and the person who holds it, for tests over a served state.
 *
 * The app computes its codes with liboath, as the server does; that both are right is totp_test.c's to show, and
 * tests/http/visitor.py has an app of its own.
 */
#ifndef BIRGE_CORE_TESTS_DEVICE_H
#define BIRGE_CORE_TESTS_DEVICE_H

#include "core/tests/state.h"
#include "core/totp.h"

struct device {
    uint8_t secret[TOTP_SECRET_BYTES];
    char paper[10][12]; /* the recovery codes, when device_enrolled made it */
};

/* The device that a page of enrolment shows. */
struct device device_of_page(const struct http_reply *page);
/* Its hidden field. */
struct str device_offer(const struct http_reply *page);
/* The code that the app shows at `at`, in `a`. */
char *device_code(struct arena *a, const struct device *d, int64_t at);
/* Recovery code `i` of a page that shows them. */
struct str device_paper(const struct http_reply *page, int i);

/* First step of signing in. */
struct http_reply device_password(struct http_client *c, const char *login, const char *password);
/* First step, with the state's password, then a code of either kind. */
struct http_reply device_sign_in(struct http_client *c, const char *login, const char *code);
/* Another code in the same pending session. */
struct http_reply device_again(struct http_client *c, const char *code);
/* Confirm the device of `page`, or that of another hidden field. */
struct http_reply device_enrol_code(struct http_client *c, const struct http_reply *page, const char *code);
struct http_reply device_enrol_with(struct http_client *c, const struct http_reply *page, struct str offer,
                                    const char *code);
/* Sign this person in for the first time and enrol; the state must require it. */
struct device device_enrolled(struct state *s, const char *login);

#endif
