/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * notify.c - datagrams to the service manager.
 */
#include "app/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"

/* "/run/..." or "@name", which lies in the abstract name space. */
static bool address_of(struct str path, struct sockaddr_un *ret, socklen_t *ret_size)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (path.n < 2 || path.n >= sizeof ret->sun_path || (path.p[0] != '/' && path.p[0] != '@'))
        return false;
    for (size_t i = 0; i < path.n; i++)
        ret->sun_path[i] = path.p[i];
    if (path.p[0] == '@')
        ret->sun_path[0] = '\0';
    *ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n);
    return true;
}

void notify_send(const char *text)
{
    struct sockaddr_un address;
    socklen_t size;
    if (!address_of(str_c(getenv("NOTIFY_SOCKET")), &address, &size))
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)(const void *)&address, size);
    (void)close(fd);
}

int64_t notify_watchdog_ms(void)
{
    int64_t us = 0;
    int64_t pid = 0;
    struct str whom = str_c(getenv("WATCHDOG_PID"));
    if (!getenv("NOTIFY_SOCKET") || !str_to_int64(str_c(getenv("WATCHDOG_USEC")), &us) || us <= 0)
        return 0;
    if (whom.p && (!str_to_int64(whom, &pid) || pid != getpid()))
        return 0;
    return us / 2000 > 0 ? us / 2000 : 1;
}
