/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sync.c - how many times a second this disk makes four KiB durable: the yardstick for one connection.
 *
 *     sync FILE SECONDS     overwrites FILE in place, as a write-ahead log does; prints {"per_second":...}
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 1024

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static char page[PAGE];
    double seconds = argc == 3 ? strtod(argv[2], NULL) : 0;
    if (!(seconds > 0 && seconds <= 60)) {
        (void)fprintf(stderr, "usage: sync FILE SECONDS (at most 60)\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return 1;
    for (int i = 0; i < PAGES; i++)
        if (write(fd, page, PAGE) != PAGE)
            return 1;
    if (fsync(fd) != 0)
        return 1;
    double began = now();
    size_t n = 0;
    while (now() - began < seconds) {
        page[0] = (char)n;
        if (pwrite(fd, page, PAGE, (off_t)(n % PAGES) * PAGE) != PAGE || fdatasync(fd) != 0)
            return 1;
        n++;
    }
    (void)printf("{\"syncs\":%zu,\"per_second\":%.1f}\n", n, (double)n / (now() - began));
    (void)close(fd);
    (void)unlink(argv[1]);
    return 0;
}
