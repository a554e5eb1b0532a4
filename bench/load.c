/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * load.c - a load on loopback: N connections, each sends, waits for the answer, sends again.
 *
 *     load PORT CONNECTIONS SECONDS post            appeals over the API
 *     load PORT CONNECTIONS SECONDS get PATH [HEADER]   one page again and again
 *
 * Prints one JSON object: answers, refusals, rate, p50, p99, max in microseconds. Stops by itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_SAMPLES 2000000
#define BUFFER 65536

struct client {
    pthread_t thread;
    int id;
    uint32_t *samples; /* microseconds */
    size_t n_samples, n_space;
    size_t refused, failed;
};

static int port;
static int64_t end_at;
static const char *path;
static const char *header = "";

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int open_connection(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static int send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k <= 0)
            return -1;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

/* Read one answer whole; its status, or -1. Content-Length only: the server sends nothing else. */
static int read_answer(int fd, char *buffer)
{
    size_t n = 0;
    for (;;) {
        ssize_t k = recv(fd, buffer + n, BUFFER - 1 - n, 0);
        if (k <= 0)
            return -1;
        n += (size_t)k;
        buffer[n] = 0;
        char *head_end = strstr(buffer, "\r\n\r\n");
        if (!head_end)
            continue;
        char *length = strcasestr(buffer, "content-length:");
        size_t body = length && length < head_end ? (size_t)strtoul(length + 15, NULL, 10) : 0;
        size_t have = n - (size_t)(head_end + 4 - buffer);
        while (have < body) {
            char sink[BUFFER];
            k = recv(fd, sink, sizeof sink, 0);
            if (k <= 0)
                return -1;
            have += (size_t)k;
        }
        return (int)strtol(buffer + 9, NULL, 10);
    }
}

static size_t make_request(const struct client *c, size_t no, char *out, size_t size)
{
    if (path)
        return (size_t)snprintf(out, size, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s\r\n", path, port, header,
                                header[0] ? "\r\n" : "");
    char body[1024];
    int n = snprintf(body, sizeof body,
                     "{\"subject\":\"Street lamp %zu\",\"text\":\"The lamp at the crossing has been dark for %zu days. "
                     "Please repair it before the school year begins; children walk here in the morning. Client %d.\","
                     "\"language\":\"en\"}",
                     no, no % 40, c->id);
    return (size_t)snprintf(out, size,
                            "POST /api/v1/appeals HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                            "Idempotency-Key: load-%ld-%d-%zu\r\nContent-Length: %d\r\n\r\n%s",
                            port, (long)getpid(), c->id, no, n, body);
}

static void *client_main(void *arg)
{
    struct client *c = arg;
    char *buffer = malloc(BUFFER);
    char request[4096];
    int fd = -1;
    for (size_t no = 0; now_us() < end_at; no++) {
        if (fd < 0 && (fd = open_connection()) < 0) {
            c->failed++;
            (void)usleep(1000);
            continue;
        }
        size_t n = make_request(c, no, request, sizeof request);
        int64_t began = now_us();
        int status = send_all(fd, request, n) == 0 ? read_answer(fd, buffer) : -1;
        if (status == 200 || status == 201) {
            if (c->n_samples < c->n_space)
                c->samples[c->n_samples++] = (uint32_t)(now_us() - began);
        } else if (status > 0) {
            c->refused++;
        } else {
            c->failed++;
            (void)close(fd);
            fd = -1;
        }
    }
    if (fd >= 0)
        (void)close(fd);
    free(buffer);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(struct client *clients, int n, double seconds)
{
    size_t all = 0;
    size_t refused = 0;
    size_t failed = 0;
    for (int i = 0; i < n; i++) {
        all += clients[i].n_samples;
        refused += clients[i].refused;
        failed += clients[i].failed;
    }
    uint32_t *samples = malloc((all + 1) * sizeof *samples);
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        memcpy(samples + at, clients[i].samples, clients[i].n_samples * sizeof *samples);
        at += clients[i].n_samples;
    }
    qsort(samples, all, sizeof *samples, by_value);
    samples[all] = 0;
    (void)printf("{\"answers\":%zu,\"refused\":%zu,\"failed\":%zu,\"per_second\":%.1f,\"p50_us\":%u,\"p99_us\":%u,"
                 "\"max_us\":%u}\n",
                 all, refused, failed, (double)all / seconds, samples[all / 2], samples[all * 99 / 100],
                 samples[all ? all - 1 : 0]);
    free(samples);
}

int main(int argc, char **argv)
{
    if (argc < 5 || (strcmp(argv[4], "get") == 0 && argc < 6)) {
        (void)fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS post | get PATH [HEADER]\n");
        return 2;
    }
    port = (int)strtol(argv[1], NULL, 10);
    int n = (int)strtol(argv[2], NULL, 10);
    double seconds = strtod(argv[3], NULL);
    if (n < 1 || n > 1024 || !(seconds > 0 && seconds <= 60)) {
        (void)fprintf(stderr, "load: 1 to 1024 connections, at most 60 seconds\n");
        return 2;
    }
    if (strcmp(argv[4], "get") == 0) {
        path = argv[5];
        header = argc > 6 ? argv[6] : "";
    }
    struct client *clients = calloc((size_t)n, sizeof *clients);
    int64_t began = now_us();
    end_at = began + (int64_t)(seconds * 1e6);
    for (int i = 0; i < n; i++) {
        clients[i].id = i;
        clients[i].n_space = MAX_SAMPLES / (size_t)n;
        clients[i].samples = malloc(clients[i].n_space * sizeof(uint32_t));
        if (pthread_create(&clients[i].thread, NULL, client_main, &clients[i]) != 0)
            return 1;
    }
    for (int i = 0; i < n; i++)
        (void)pthread_join(clients[i].thread, NULL);
    report(clients, n, (double)(now_us() - began) / 1e6);
    return 0;
}
