/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * doctor.h - birge doctor: what of a machine and a data folder would break a promise, and what to do.
 *
 * Two hands: the examinations (doctor_machine.c, doctor_folder.c) look; the judgements (doctor_judge.c) say what
 * a measured thing means, as pure functions, so that a test can try what no test machine has. Each finding is ok, a
 * note, a warning or a failure; only a failure makes the command exit 1.
 *
 * Source: experience.md section 10; trust.md sections 1, 3 and 7.
 */
#ifndef BIRGE_APP_DOCTOR_H
#define BIRGE_APP_DOCTOR_H

#include "base/buf.h"
#include "base/err.h"

enum grade {
    GRADE_OK,
    GRADE_NOTE,    /* worth knowing, nothing to do at once */
    GRADE_WARNING, /* works, but a promise rests on luck */
    GRADE_FAILURE, /* a promise is broken, or the server will not start */
    N_GRADES,
};
/* "ok", "note", "warning", "failure"; static. */
const char *grade_name(enum grade g);

struct finding {
    const char *name; /* "sync"; stable, for scripts */
    enum grade grade;
    struct str found; /* what was seen, one sentence */
    const char *todo; /* what to do; NULL when ok */
};

#define DOCTOR_FINDINGS 64

struct doctor {
    struct arena *a;
    struct finding findings[DOCTOR_FINDINGS];
    size_t n;
};

/* Note a finding; printf-like. `todo` is static, and dropped when the grade is ok. */
void doctor_say(struct doctor *d, enum grade grade, const char *name, const char *todo, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* == examinations == */

/* Time zones, texts, fonts, clock, limits, sandbox: needs no folder. */
void doctor_machine(struct doctor *d);
/* Disk, rights, settings, keys, database, journal, mail, calendar, profile, backup, the running server. A folder that
 * cannot be opened is itself a finding. `is_deep`: the engine checks its file too, which reads all of it. */
void doctor_folder(struct doctor *d, const char *dir, bool is_deep);

/* == judgements; pure == */

struct calendar; /* core/calendar.h */

/* Free space against the reserve of [limits] disk_free_percent and disk_free_mib. */
void judge_disk(struct doctor *d, int64_t free_bytes, int64_t all_bytes, int64_t reserve_percent,
                int64_t reserve_bytes);
/* `type`: f_type of statfs(2). */
void judge_file_system(struct doctor *d, int64_t type);
/* Times of single syncs of one block, in microseconds; sorted here. */
void judge_sync(struct doctor *d, int64_t *us, size_t n);
/* A journal never goes back in time: its last head against the present, both ms UTC. */
void judge_clock(struct doctor *d, int64_t now, int64_t last_head_at);
/* `offset_ms`: how far the kernel thinks it is off at most. */
void judge_ntp(struct doctor *d, bool is_synchronised, int64_t max_error_ms);
/* `limit`: RLIMIT_NOFILE of the server; `connections`: what settings allow at once. */
void judge_open_files(struct doctor *d, int64_t limit, int64_t connections);
/* `limit`: bytes, negative for none. `inflight`: bytes of request bodies that settings allow at once. */
void judge_memory(struct doctor *d, int64_t limit, int64_t inflight);
/* The ABI number of Landlock, 0 when the kernel has none; whether seccomp filters can be set. */
void judge_sandbox(struct doctor *d, int landlock_abi, bool has_seccomp);
/* A setting of the database; a name of "SQLite" is judged by its version. `expected` may be NULL. */
void judge_setting(struct doctor *d, const char *name, struct str value, const char *expected);
/* Letters that wait, when the oldest was written, and what the last failure said (absent: none). */
void judge_mail(struct doctor *d, int64_t waiting, int64_t oldest_at, int64_t now, struct str problem);
/* Until which year holidays are entered and compared with their acts; `today` is a civil day. */
void judge_calendar(struct doctor *d, const struct calendar *c, int32_t today);
/* Values of law in all, and those that nobody compared with the act. */
void judge_profile(struct doctor *d, struct str tag, int64_t unverified, int64_t values);
/* Must staff show a code of a device besides the password? Only a demonstration may do without. */
void judge_second_factor(struct doctor *d, bool is_required, bool is_demo);
/* When the last backup was written, ms UTC; 0: never, as far as is known. */
void judge_backup(struct doctor *d, int64_t at, int64_t now);
/* Where the server listens, and whether settings speak of an edge that does TLS before it. */
void judge_listening(struct doctor *d, struct str address, struct str base_url, struct str proxies);
/* One file or folder: its name in messages, its mode, and the bits that nobody else may have. */
void judge_rights(struct doctor *d, const char *name, const char *path, unsigned mode, unsigned forbidden);

#endif
