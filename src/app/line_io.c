/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * line_io.c - lines over a socket.
 */
#include "app/line_io.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct err *line_send(struct arena *a, int fd, const char *what, struct str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR(a, ERR_IO, "%s: %s", what, strerror(errno));
        s = str_slice(s, (size_t)n, s.n);
    }
    return NULL;
}

struct err *line_receive(struct arena *a, int fd, const char *what, size_t max, struct str *ret_line)
{
    struct buf b;
    size_t looked_at = 0;
    buf_init(&b, a, max);
    for (;;) {
        char bytes[4096];
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR(a, ERR_IO, "%s: %s", what, strerror(errno));
        if (n == 0)
            return ERR(a, ERR_IO, "%s: the other side hung up", what);
        buf_add(&b, bytes, (size_t)n);
        TRY(buf_check(&b, what));
        size_t end = str_find(str_slice(buf_view(&b), looked_at, b.n), '\n');
        if (end != SIZE_MAX) {
            *ret_line = str_slice(buf_view(&b), 0, looked_at + end);
            return NULL;
        }
        looked_at = b.n;
    }
}
