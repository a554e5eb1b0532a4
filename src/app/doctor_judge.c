/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * doctor_judge.c - what a measured thing means. Pure: no file, no clock.
 */
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/doctor.h"
#include "base/clock.h"
#include "core/calendar.h"

#define MIB (INT64_C(1024) * 1024)

const char *grade_name(enum grade g)
{
    static const char *const names[N_GRADES] = {"ok", "note", "warning", "failure"};
    return names[g];
}

void doctor_say(struct doctor *d, enum grade grade, const char *name, const char *todo, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    MUST(d->n < DOCTOR_FINDINGS);
    d->findings[d->n++] = (struct finding){name, grade, str_dup(d->a, str_c(text)), grade == GRADE_OK ? NULL : todo};
}

/* ---- disk ---- */

void judge_disk(struct doctor *d, int64_t free_bytes, int64_t all_bytes, int64_t reserve_percent,
                int64_t reserve_bytes)
{
    int64_t by_percent = all_bytes / 100 * reserve_percent;
    int64_t reserve = by_percent > reserve_bytes ? by_percent : reserve_bytes;
    enum grade grade = free_bytes < reserve ? GRADE_FAILURE : free_bytes < 2 * reserve ? GRADE_WARNING : GRADE_OK;
    doctor_say(d, grade, "disk",
               "make room or grow the disk; below [limits] disk_free_percent and disk_free_mib no appeal is taken",
               "%lld MiB of %lld MiB are free; %lld MiB are the reserve", (long long)(free_bytes / MIB),
               (long long)(all_bytes / MIB), (long long)(reserve / MIB));
}

struct file_system {
    int64_t type;
    const char *name;
    enum grade grade;
    const char *todo;
};

#define ON_NETWORK                                                                                                   \
    "move the data folder to a local disk: locks and syncs of network file systems are not to be relied on"
#define IN_LAYERS "mount a volume at the data folder: what lies in a container's layer is lost with it"
#define IN_MEMORY "move the data folder to a disk: a file system in memory is empty after a restart"

static const struct file_system file_systems[] = {
    {EXT4_SUPER_MAGIC, "ext", GRADE_OK, NULL},
    {0x58465342, "XFS", GRADE_OK, NULL},
    {BTRFS_SUPER_MAGIC, "btrfs", GRADE_OK, NULL},
    {F2FS_SUPER_MAGIC, "f2fs", GRADE_OK, NULL},
    {0x2fc12fc1, "ZFS", GRADE_OK, NULL},
    {NFS_SUPER_MAGIC, "NFS", GRADE_FAILURE, ON_NETWORK},
    {SMB_SUPER_MAGIC, "SMB", GRADE_FAILURE, ON_NETWORK},
    {0xff534d42, "CIFS", GRADE_FAILURE, ON_NETWORK},
    {0xfe534d42, "SMB2", GRADE_FAILURE, ON_NETWORK},
    {0x00c36400, "Ceph", GRADE_FAILURE, ON_NETWORK},
    {V9FS_MAGIC, "9p", GRADE_WARNING, ON_NETWORK},
    {FUSE_SUPER_MAGIC, "FUSE", GRADE_WARNING, ON_NETWORK},
    {OVERLAYFS_SUPER_MAGIC, "overlay", GRADE_WARNING, IN_LAYERS},
    {TMPFS_MAGIC, "tmpfs", GRADE_WARNING, IN_MEMORY},
    {RAMFS_MAGIC, "ramfs", GRADE_WARNING, IN_MEMORY},
};

void judge_file_system(struct doctor *d, int64_t type)
{
    for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++) {
        const struct file_system *f = &file_systems[i];
        if (f->type == type) {
            doctor_say(d, f->grade, "file_system", f->todo, "the data folder lies on %s", f->name);
            return;
        }
    }
    doctor_say(d, GRADE_NOTE, "file_system", "make sure that it is local and keeps what it synced",
               "the data folder lies on a file system of type 0x%llx, which is not known here", (long long)type);
}

static int by_size(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x;
    int64_t b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

void judge_sync(struct doctor *d, int64_t *us, size_t n)
{
    MUST(n > 0);
    qsort(us, n, sizeof *us, by_size);
    int64_t median = us[n / 2];
    if (median < 30)
        doctor_say(
            d, GRADE_WARNING, "sync",
            "ask who runs the disk whether a sync waits for it; if not, a power cut loses acknowledged appeals",
            "a sync takes %lld us (median of %zu): no disk is so fast", (long long)median, n);
    else if (median > 50000)
        doctor_say(d, GRADE_WARNING, "sync", "use a faster disk: every appeal waits for at least one sync",
                   "a sync takes %lld ms (median of %zu), at worst %lld ms", (long long)(median / 1000), n,
                   (long long)(us[n - 1] / 1000));
    else
        doctor_say(d, GRADE_OK, "sync", NULL, "a sync takes %lld us (median of %zu), at worst %lld us",
                   (long long)median, n, (long long)us[n - 1]);
}

/* ---- time ---- */

void judge_clock(struct doctor *d, int64_t now, int64_t last_head_at)
{
    if (now + 1000 < last_head_at)
        doctor_say(d, GRADE_FAILURE, "clock",
                   "set the clock right; until then new entries bear the time of the last one",
                   "the clock says %s, which is before the last entry of the journal, %s", instant_text(d->a, now).p,
                   instant_text(d->a, last_head_at).p);
    else
        doctor_say(d, GRADE_OK, "clock", NULL, "the clock is behind no entry of the journal; the last is of %s",
                   instant_text(d->a, last_head_at).p);
}

void judge_ntp(struct doctor *d, bool is_synchronised, int64_t max_error_ms)
{
    if (is_synchronised)
        doctor_say(d, max_error_ms > 2000 ? GRADE_NOTE : GRADE_OK, "ntp", "look after the time service",
                   "the clock is kept by a time service, at most %lld ms off", (long long)max_error_ms);
    else
        doctor_say(d, GRADE_WARNING, "ntp", "run systemd-timesyncd or chrony: due dates depend on the day",
                   "no time service keeps the clock, as far as the kernel knows");
}

/* ---- limits ---- */

void judge_open_files(struct doctor *d, int64_t limit, int64_t connections)
{
    int64_t needed = connections + 256; /* a socket each; database, objects and assets beside them */
    doctor_say(d, limit < needed ? GRADE_WARNING : GRADE_OK, "open_files",
               "raise LimitNOFILE= in the unit, or lower [limits] connections",
               "%lld files may be open; settings ask for %lld", (long long)limit, (long long)needed);
}

void judge_memory(struct doctor *d, int64_t limit, int64_t inflight)
{
    int64_t needed = 96 * MIB + inflight;
    if (limit < 0)
        doctor_say(d, GRADE_NOTE, "memory", "set MemoryMax= in the unit, so that a fault here harms nothing else",
                   "memory is not limited; settings ask for up to %lld MiB", (long long)(needed / MIB));
    else
        doctor_say(d, limit < needed ? GRADE_WARNING : GRADE_OK, "memory",
                   "raise MemoryMax=, or lower [limits] inflight_mib",
                   "memory is limited to %lld MiB; settings ask for %lld", (long long)(limit / MIB),
                   (long long)(needed / MIB));
}

void judge_sandbox(struct doctor *d, int landlock_abi, bool has_seccomp)
{
    if (landlock_abi > 0)
        doctor_say(d, GRADE_OK, "landlock", NULL, "the kernel has Landlock, ABI %d", landlock_abi);
    else
        doctor_say(d, GRADE_NOTE, "landlock", "boot with lsm=landlock,... or a kernel from 5.13 on",
                   "the kernel offers no Landlock");
    doctor_say(d, has_seccomp ? GRADE_OK : GRADE_NOTE, "seccomp", "use a kernel with CONFIG_SECCOMP_FILTER",
               has_seccomp ? "the kernel has seccomp filters" : "the kernel offers no seccomp filters");
}

/* ---- database ---- */

/* "3.40.1" as 3040001, as SQLite counts; 0 when it is no version. */
static int64_t version_number(struct str text)
{
    int64_t parts[3] = {0};
    struct str rest = text;
    for (int i = 0; i < 3; i++) {
        struct str part;
        if (!str_cut(rest, '.', &part, &rest) && i < 2)
            return 0;
        if (!str_to_int64(part, &parts[i]))
            return 0;
    }
    return parts[0] * 1000000 + parts[1] * 1000 + parts[2];
}

/* Versions in which a reset of the WAL beside a second checkpointing connection can lose a transaction. */
static bool has_wal_reset_bug(int64_t v)
{
    bool is_mended = v >= 3051003 || (v >= 3050007 && v < 3051000) || (v >= 3044006 && v < 3045000);
    return !is_mended;
}

void judge_setting(struct doctor *d, const char *name, struct str value, const char *expected)
{
    if (str_eq(str_c(name), S("SQLite")) && has_wal_reset_bug(version_number(value))) {
        doctor_say(d, GRADE_NOTE, "sqlite",
                   "let no other program write or checkpoint birge.db; Birge itself has one writing connection",
                   "SQLite %.*s has the WAL-reset bug for several writing connections", STR_FMT(value));
        return;
    }
    const char *shown = str_eq(str_c(name), S("SQLite")) ? "sqlite" : name;
    if (!expected || str_eq(value, str_c(expected)))
        doctor_say(d, GRADE_OK, shown, NULL, "%s is %.*s", name, STR_FMT(value));
    else
        doctor_say(d, GRADE_FAILURE, shown, "do not serve: the storage does not keep what Birge promises",
                   "%s is %.*s and must be %s", name, STR_FMT(value), expected);
}

/* ---- the state ---- */

void judge_mail(struct doctor *d, int64_t waiting, int64_t oldest_at, int64_t now, struct str problem)
{
    const char *todo = "read the reason at /admin or in the server's log, and mend what it names in [mail]";
    int64_t hours = waiting > 0 ? (now - oldest_at) / (MS_PER_DAY / 24) : 0;
    if (problem.p && problem.n > 0)
        doctor_say(d, GRADE_WARNING, "mail", todo, "%lld letters wait; the last failure: %.*s", (long long)waiting,
                   STR_FMT(problem));
    else if (hours >= 1)
        doctor_say(d, GRADE_WARNING, "mail", todo, "%lld letters wait, the oldest for %lld hours", (long long)waiting,
                   (long long)hours);
    else
        doctor_say(d, GRADE_OK, "mail", NULL, "%lld letters wait", (long long)waiting);
}

/* The last year, counted from `year` on without a gap, that passes. */
static int32_t last_year(const struct calendar *c, int32_t year, bool needs_verified)
{
    int32_t last = year - 1;
    while (calendar_covers(c, last + 1)) {
        bool is_verified = true;
        for (size_t i = 0; i < c->n_days; i++)
            if (civil_from_day(c->days[i].day).year == last + 1 && !c->days[i].is_verified)
                is_verified = false;
        if (needs_verified && !is_verified)
            break;
        last++;
    }
    return last;
}

void judge_calendar(struct doctor *d, const struct calendar *c, int32_t today)
{
    struct civil civil = civil_from_day(today);
    int32_t entered = last_year(c, civil.year, false);
    int32_t verified = last_year(c, civil.year, true);
    const char *todo =
        "enter the holidays at /admin/calendar and compare them with the act: due dates are counted by them";
    if (entered < civil.year)
        doctor_say(d, GRADE_FAILURE, "calendar", todo, "the holidays of %d are not entered", civil.year);
    else if (entered == civil.year && civil.month >= 11)
        doctor_say(d, GRADE_WARNING, "calendar", todo,
                   "the holidays of %d are not entered, and due dates reach into it", civil.year + 1);
    else if (verified < civil.year)
        doctor_say(d, GRADE_WARNING, "calendar", todo,
                   "holidays are entered until %d; those of %d are not compared with the act", entered, civil.year);
    else
        doctor_say(d, GRADE_OK, "calendar", NULL,
                   "holidays are entered until %d and compared with their acts until %d", entered, verified);
}

void judge_second_factor(struct doctor *d, bool is_required, bool is_demo)
{
    if (is_required)
        doctor_say(d, GRADE_OK, "second factor", NULL, "staff sign in with a password and a code");
    else if (is_demo)
        doctor_say(d, GRADE_NOTE, "second factor", "nothing: a demonstration has nothing to protect",
                   "offered to staff, not asked of them: a demonstration");
    else
        doctor_say(d, GRADE_WARNING, "second factor", "remove second_factor = offered from [sign_in] in birge.ini",
                   "offered to staff, not asked of them: a password alone opens every case");
}

void judge_profile(struct doctor *d, struct str tag, int64_t unverified, int64_t values)
{
    doctor_say(d, unverified > 0 ? GRADE_NOTE : GRADE_OK, "profile",
               "compare them with the acts (`birge profile show` names each), and write who did it and when",
               "%.*s: %lld of %lld values of law were not compared with the act by anybody named", STR_FMT(tag),
               (long long)unverified, (long long)values);
}

void judge_backup(struct doctor *d, int64_t at, int64_t now)
{
    const char *todo = "write one every day and keep it elsewhere: docs/operate/backup.md";
    int64_t days = (now - at) / MS_PER_DAY;
    if (at == 0)
        doctor_say(d, GRADE_WARNING, "backup", todo, "no `birge backup` of this folder is known");
    else
        doctor_say(d, days >= 2 ? GRADE_WARNING : GRADE_OK, "backup", todo,
                   "the last `birge backup` was written %s, %lld days ago", instant_text(d->a, at).p,
                   (long long)days);
}

void judge_listening(struct doctor *d, struct str address, struct str base_url, struct str proxies)
{
    bool is_local = str_starts(address, S("127.")) || str_starts(address, S("[::1]"));
    bool has_edge = str_starts(base_url, S("https://"));
    const char *todo = "listen on 127.0.0.1 and let nginx or Caddy do TLS before it: docs/operate/install.md";
    if (!is_local && (!has_edge || proxies.n == 0))
        doctor_say(d, GRADE_FAILURE, "listening", todo,
                   "the server listens on %.*s for everybody, and nothing says that an edge does TLS before it",
                   STR_FMT(address));
    else if (is_local && !has_edge)
        doctor_say(d, GRADE_NOTE, "listening", "set [web] base_url to the https address that people see",
                   "the server listens on %.*s; [web] base_url names no https address", STR_FMT(address));
    else
        doctor_say(d, GRADE_OK, "listening", NULL, "the server listens on %.*s, people see %.*s", STR_FMT(address),
                   STR_FMT(base_url));
}

void judge_rights(struct doctor *d, const char *name, const char *path, unsigned mode, unsigned forbidden)
{
    if (mode & forbidden)
        doctor_say(d, GRADE_FAILURE, name, "take the rights away: chmod go-rwx on keys, go-w on the rest",
                   "%s has mode %04o: others may %s it", path, mode & 07777,
                   mode & forbidden & 022 ? "change" : "read");
    else
        doctor_say(d, GRADE_OK, name, NULL, "nobody else may %s %s", forbidden == 022 ? "change" : "read or change",
                   path);
}
