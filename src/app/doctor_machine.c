/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * doctor_machine.c - examinations that need no data folder: zones, texts, fonts, clock, limits, sandbox.
 */
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "app/doctor.h"
#include "base/clock.h"
#include "base/file.h"
#include "web/assets.h"
#include "web/i18n.h"

static void see_zones(struct doctor *d)
{
    const char *todo = "install or upgrade the package tzdata: due dates of Kazakhstan are counted by it";
    struct zone *z;
    struct err *e = clock_self_test(d->a);
    if (e) {
        doctor_say(d, GRADE_FAILURE, "tzdata", todo, "%s", err_text(d->a, e).p);
        return;
    }
    e = zone_open(d->a, S("Asia/Almaty"), &z);
    if (e)
        doctor_say(d, GRADE_FAILURE, "tzdata", todo, "%s", err_text(d->a, e).p);
    else
        doctor_say(d, GRADE_OK, "tzdata", NULL, "Almaty is at UTC%+d now, and was at UTC+6 before 2024-03-01",
                   zone_offset(z, clock_now()) / 3600);
}

static void see_texts(struct doctor *d)
{
    struct err *e = i18n_check(d->a);
    if (e)
        doctor_say(d, GRADE_FAILURE, "texts", "this program was built wrong: build it anew", "%s",
                   err_text(d->a, e).p);
    else
        doctor_say(d, GRADE_OK, "texts", NULL, "every text is there in %d languages", LANG_N);
}

/* Golos Text with the subset of the Kazakh letters: without it ә ғ қ are drawn in another face. */
static void see_fonts(struct doctor *d)
{
    size_t n;
    size_t fonts = 0;
    bool has_kazakh = false;
    const struct asset *all = assets_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (!str_ends(all[i].name, S(".woff2")))
            continue;
        fonts++;
        has_kazakh = has_kazakh || str_find_str(all[i].name, S("cyrillic-ext")) != SIZE_MAX;
    }
    doctor_say(d, has_kazakh ? GRADE_OK : GRADE_WARNING, "fonts",
               "this program was built without its fonts: build it anew",
               has_kazakh ? "%zu font files are in the program, the Kazakh letters among them"
                          : "%zu font files are in the program, and none with the Kazakh letters",
               fonts);
}

static void see_ntp(struct doctor *d)
{
    struct timex t = {0};
    int state = adjtimex(&t);
    judge_ntp(d, state >= 0 && state != TIME_ERROR && !(t.status & STA_UNSYNC), t.maxerror / 1000);
}

/* The memory that the service manager allows: memory.max of our cgroup. Negative: none, or not known. */
static int64_t memory_limit(struct doctor *d)
{
    struct str text;
    struct str line;
    int64_t limit = -1;
    struct err *e = file_read(d->a, "/proc/self/cgroup", 64 * ARENA_KIB, &text);
    if (e || !str_starts(text, S("0::/")))
        return -1;
    (void)str_cut(str_slice(text, 3, text.n), '\n', &line, &text);
    e = file_read(d->a, str_printf(d->a, "/sys/fs/cgroup%.*s/memory.max", STR_FMT(line)).p, ARENA_KIB, &text);
    if (e || !str_to_int64(str_trim(text), &limit))
        return -1;
    return limit;
}

/* What prctl and the system calls say they could do; nothing is closed by asking. */
static void see_sandbox(struct doctor *d)
{
    const long version_only = 1; /* LANDLOCK_CREATE_RULESET_VERSION */
    uint32_t action = SECCOMP_RET_ERRNO;
    long abi =
        syscall(444, NULL, 0, version_only); /* landlock_create_ruleset; Debian 12's headers have no name for it */
    long filters = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
    judge_sandbox(d, abi > 0 ? (int)abi : 0, filters == 0);
}

void doctor_machine(struct doctor *d)
{
    see_zones(d);
    see_texts(d);
    see_fonts(d);
    see_ntp(d);
    judge_memory(d, memory_limit(d), 64 * (int64_t)ARENA_MIB);
    see_sandbox(d);
}
