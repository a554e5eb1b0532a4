/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * main.c - the harness's clients and judge, driven line by line on stdin; one line of answer for each.
 *
 *     crash_judge RUN VKEY FILE
 *
 *     load PORTS CLIENTS HANGUP MOST   send new appeals (PORTS "8480,8481"; MOST 0: until "stop")
 *     retry PORTS CLIENTS OLD          send what is open again, each twice, and OLD of what was promised
 *     receipts | log PORT | log-whole PORT | rows COMMAND | everything | flip N | numbers
 *
 * Answers: "ok ...", or "wrong ..." when a promise is broken; the ledger stays as it is then. "error ..." ends it.
 */
#include "crash.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN_MOST 100000
#define AGAIN_OLD 64

static jmp_buf command_end;

static void say(const char *kind, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));
static void say(const char *kind, const char *fmt, va_list args)
{
    (void)fputs(kind, stdout);
    char text[2048];
    (void)vsnprintf(text, sizeof text, fmt, args);
    for (char *p = text; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    (void)puts(text);
    (void)fflush(stdout);
}

void wrong(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say("wrong ", fmt, args);
    va_end(args);
    longjmp(command_end, 1);
}

void broken(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say("error ", fmt, args);
    va_end(args);
    exit(2);
}

static void ok(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void ok(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say("ok ", fmt, args);
    va_end(args);
}

static void parse_ports(const char *text, struct load *load)
{
    while (*text && load->n_ports < CRASH_PORTS) {
        char *end;
        load->ports[load->n_ports++] = (int)strtol(text, &end, 10);
        text = *end == ',' ? end + 1 : end;
    }
    if (load->n_ports == 0)
        broken("no port");
}

static void say_loaded(const struct loaded *d)
{
    ok("promised=%lld refused=%lld open=%lld longest_us=%lld", (long long)d->promised, (long long)d->refused,
       (long long)d->open, (long long)d->longest_us);
}

static void cmd_load(struct ledger *l, const char *args)
{
    char ports[64];
    int hangs_up;
    long long most;
    struct load load = {0};
    struct loaded done;
    if (sscanf(args, "%63s %d %d %lld", ports, &load.clients, &hangs_up, &most) != 4 || load.clients < 1 ||
        load.clients > CRASH_CONNECTIONS)
        broken("load PORTS CLIENTS HANGUP MOST");
    parse_ports(ports, &load);
    load.hangs_up = hangs_up != 0;
    load.at_most = most;
    load_run(l, &load, &done);
    say_loaded(&done);
}

static void cmd_retry(struct ledger *l, const char *args)
{
    static int64_t again[AGAIN_MOST + AGAIN_OLD];
    char ports[64];
    int old;
    struct load load = {.again = again};
    struct loaded done;
    if (sscanf(args, "%63s %d %d", ports, &load.clients, &old) != 3 || load.clients < 1 ||
        load.clients > CRASH_CONNECTIONS || old > AGAIN_OLD)
        broken("retry PORTS CLIENTS OLD");
    parse_ports(ports, &load);
    for (int64_t n = 0; n < l->n_requests && load.n_again < AGAIN_MOST; n++)
        if (l->requests[n].state == REQUEST_OPEN || l->requests[n].state == REQUEST_SENT)
            again[load.n_again++] = n;
    int64_t n_open = load.n_again;
    for (int i = 0; i < old && l->n_requests > 0; i++) {
        int64_t n = (int64_t)randombytes_uniform((uint32_t)l->n_requests);
        if (l->requests[n].state == REQUEST_PROMISED)
            again[load.n_again++] = n;
    }
    load_run(l, &load, &done);
    for (int64_t i = 0; i < n_open; i++)
        if (l->requests[again[i]].state != REQUEST_PROMISED)
            wrong("request %lld had no answer, was sent again under its key, and is still not accepted",
                  (long long)again[i]);
    say_loaded(&done);
}

static void cmd_numbers(const struct ledger *l)
{
    int64_t n_open = 0;
    for (int64_t n = 0; n < l->n_requests; n++)
        n_open += l->requests[n].state == REQUEST_OPEN;
    ok("sent=%lld promised=%lld open=%lld heads=%lld entries=%lld s201=%lld s500=%lld s503=%lld", (long long)l->n_requests,
       (long long)l->n_promised, (long long)n_open, (long long)l->n_heads, (long long)l->tree.size,
       (long long)l->statuses[201], (long long)l->statuses[500], (long long)l->statuses[503]);
}

static void run_command(struct ledger *l, char *line)
{
    char *args = strchr(line, ' ');
    if (args)
        *args++ = 0;
    else
        args = line + strlen(line);
    if (strcmp(line, "load") == 0) {
        cmd_load(l, args);
    } else if (strcmp(line, "retry") == 0) {
        cmd_retry(l, args);
    } else if (strcmp(line, "receipts") == 0) {
        check_receipts(l);
        ok("promised=%lld", (long long)l->n_promised);
    } else if (strcmp(line, "log") == 0 || strcmp(line, "log-whole") == 0) {
        ok("entries=%lld", (long long)check_log(l, atoi(args), line[3] != 0));
    } else if (strcmp(line, "rows") == 0) {
        ok("rows=%lld", (long long)check_rows(l, args));
    } else if (strcmp(line, "everything") == 0) {
        ok("receipts=%lld", (long long)check_everything(l));
    } else if (strcmp(line, "flip") == 0) {
        ok("accepted=%lld", (long long)check_flipped(l, atoll(args)));
    } else if (strcmp(line, "numbers") == 0) {
        cmd_numbers(l);
    } else if (strcmp(line, "stop") != 0) { /* a load that had ended by itself */
        broken("unknown command %s", line);
    }
}

int main(int argc, char **argv)
{
    static struct ledger ledger;
    static char line[4096];
    if (argc != 4 || sodium_init() < 0) {
        (void)fputs("crash_judge RUN VKEY FILE\n", stderr);
        return 2;
    }
    (void)setvbuf(stdin, NULL, _IONBF, 0); /* load polls the descriptor: nothing may wait in a buffer */
    ledger_open(&ledger, argv[1], argv[2], argv[3]);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (setjmp(command_end) == 0)
            run_command(&ledger, line);
    }
    return 0;
}
