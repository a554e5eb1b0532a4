/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * story.h - the small state of core with a diary in it, for tests: the city's head has one, its executor writes it.
 *
 * The clock stands at Monday 2026-08-03, 10:00 in Almaty, until a test moves it.
 */
#ifndef BIRGE_DIARY_TESTS_STORY_H
#define BIRGE_DIARY_TESTS_STORY_H

#include "core/tests/state.h"
#include "institutions/diary/actions.h"
#include "institutions/diary/diary.h"
#include "institutions/diary/store_private.h"

#define HOUR INT64_C(3600000)

struct state *story_new(struct arena *a);
struct actor story_writer(const struct state *s);   /* executor of the city */
struct actor story_clerk(const struct state *s);    /* its registrar */
struct actor story_head(const struct state *s);
struct actor story_stranger(const struct state *s); /* head of another body */

/* A command for a new entry of the head's diary: title in Kazakh, from one local time to another of a day. */
struct diary_write_command *story_command(struct state *s, enum diary_kind kind, const char *title, const char *on,
                                          const char *from, const char *to);
/* Write it as the executor; the entry. */
struct diary_write_result *story_write(struct state *s, struct diary_write_command *c);
struct diary_write_result *story_enter(struct state *s, enum diary_kind kind, const char *title, const char *on,
                                       const char *from, const char *to);
/* Add a participant to a command. */
void story_name(struct state *s, struct diary_write_command *c, enum diary_who who, const char *name, const char *post,
                const char *how, const char *given_on);
/* The next version of an entry: its newest words and times, to be changed. */
struct diary_write_command *story_again(struct state *s, int64_t id);
/* A step of the newest version. */
void story_step(struct state *s, struct actor who, struct err *(*verb)(struct action *x), int64_t id, const char *reason);
void story_no_step(struct state *s, struct actor who, struct err *(*verb)(struct action *x), int64_t id,
                   const char *reason, const char *code);
/* From planned to published, by executor and head. */
void story_publish(struct state *s, int64_t id);
struct diary_entry story_entry(struct state *s, int64_t id);
/* Is it shown to everybody? */
bool story_is_shown(struct state *s, struct str code, struct diary_shown *ret);
/* Counters of the head's diary over a period. */
void story_counts(struct state *s, const char *from, const char *to, struct diary_count *ret);
/* Facts agree with events; what everybody sees and the counters are what a rebuild makes. */
void story_check(struct state *s);

#endif
