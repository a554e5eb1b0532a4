/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * reception.h - appeals of people to state bodies: the one header that others may include.
 *
 * Source: report, "Virtual Reception Office" (S1-S17); rules.md, sheet A.
 */
#ifndef BIRGE_RECEPTION_RECEPTION_H
#define BIRGE_RECEPTION_RECEPTION_H

#include "core/institution.h"

/* The manifest. */
extern const struct institution reception_institution;

/* == what may be done: actions of the policy, rows in policy.c == */

#define RECEPTION_SUBMIT "reception.submit"                   /* send an appeal of one's own */
#define RECEPTION_REGISTER "reception.register" /* write down one brought on paper, by phone, in person */
#define RECEPTION_DESK "reception.desk"         /* the list of a body's cases, without personal data */
#define RECEPTION_OPEN "reception.open"         /* read the words, files and answers of a case */
#define RECEPTION_SEE_APPLICANT "reception.see_applicant"     /* see who wrote and how to reach them */
#define RECEPTION_SEE_APART "reception.see_apart" /* the same where it is kept apart */
#define RECEPTION_SET_APART "reception.set_apart" /* the author: keep it apart, or agree that it is told */
#define RECEPTION_ASK_IDENTITY "reception.ask_identity" /* that it be opened; needs a second person */
#define RECEPTION_CONFIRM_IDENTITY "reception.confirm_identity" /* be that second person; reads no case */
#define RECEPTION_REDACT "reception.redact" /* hide passages, hold back files, ask to show it to the body complained of */
#define RECEPTION_CONFIRM_SHOWING "reception.confirm_showing" /* be the second person of that */
#define RECEPTION_OPEN_SHOWN "reception.open_shown" /* the body complained of: what it is shown */
#define RECEPTION_ASSIGN "reception.assign"                   /* to an office, or from one to another */
#define RECEPTION_FORWARD "reception.forward"                 /* to the competent body */
#define RECEPTION_ANSWER "reception.answer"                   /* give the answer, or a new version of it */
#define RECEPTION_REFUSE "reception.refuse"                   /* give a reasoned refusal, or a new version */
#define RECEPTION_ADD_FILE "reception.add_file"               /* the author: to the appeal */
#define RECEPTION_ADD_ANSWER_FILE "reception.add_answer_file" /* staff: to the answer */
#define RECEPTION_SAY_OPINION "reception.say_opinion"         /* solved or not solved */
#define RECEPTION_CORRECT_KIND "reception.correct_kind"
#define RECEPTION_CORRECT_LANGUAGE "reception.correct_language"
#define RECEPTION_CHECK_IDENTITY "reception.check_identity" /* a clerk saw a document or called back */
#define RECEPTION_CONFIRM_CONTACT "reception.confirm_contact" /* the author: by a code sent there */
#define RECEPTION_RENEW_CODE "reception.renew_code" /* a clerk: the author lost it and showed a document */

/* Fill a fresh demo realm: a made-up region with about 300 appeals in every state, spread over the 90 days
 * before `now`. The realm must have been born before them: its clock stands at least 95 days back.
 * Institution.demo. */
struct err *reception_demo(struct arena *a, struct site *site, int64_t now, struct buf *accounts) WARN_UNUSED;

#endif
