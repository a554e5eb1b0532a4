/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * slow_sync.c - preloaded into servers and yardstick alike: a disk whose sync takes SLOW_SYNC_US microseconds longer.
 *
 * Virtual machines often acknowledge a sync from memory within 0.1 ms; a disk that keeps its word takes 0.5 to 10 ms.
 * What group commit is worth shows on such a disk only.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int fdatasync(int fd)
{
    const char *us = getenv("SLOW_SYNC_US");
    long wait = us ? strtol(us, NULL, 10) : 0;
    struct timespec t = {.tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000};
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
    return (int)syscall(SYS_fdatasync, fd);
}
