/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * replay.c - a fuzzer's target without a fuzzer: every seed of its corpus as it is, then as many changed ones as asked,
 * the same on every machine.
 *
 *     replay_NAME FOLDER CHANGES
 *
 * libFuzzer looks for new ways through a parser (make fuzz); this keeps what it and people found from coming back, in
 * every run of the tests, with every compiler and sanitizer. A crash prints which input it was and leaves it in a file.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEEDS_MAX 256
#define SEED_BYTES ((size_t)64 * 1024)

struct seed {
    uint8_t *bytes;
    size_t n;
};
static struct seed seeds[SEEDS_MAX];
static size_t n_seeds;

/* What is being tried, for the last words of a crash. */
static uint8_t input[4 * SEED_BYTES];
static size_t input_n;
static long input_number;

static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64*: small, and the same everywhere. */
static uint64_t any(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 0x2545f4914f6cdd1du >> 11) % below;
}

static void last_words(int signal_number)
{
    FILE *f = fopen("replay-crash.bin", "w");
    if (f) {
        (void)fwrite(input, 1, input_n, f);
        (void)fclose(f);
    }
    (void)fprintf(stderr, "\ninput %ld of %zu bytes: signal %d; it is in replay-crash.bin\n", input_number, input_n,
                  signal_number);
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static void load(const char *folder, const char *name)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    struct seed *s = &seeds[n_seeds];
    if (!f || n_seeds == SEEDS_MAX || !(s->bytes = malloc(SEED_BYTES))) {
        (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    s->n = fread(s->bytes, 1, SEED_BYTES, f);
    (void)fclose(f);
    n_seeds++;
}

static int by_bytes(const void *a, const void *b)
{
    const struct seed *x = a, *y = b;
    int order = memcmp(x->bytes, y->bytes, x->n < y->n ? x->n : y->n);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static void load_all(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d) {
        (void)fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        exit(1);
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        if (e->d_name[0] != '.')
            load(folder, e->d_name);
    (void)closedir(d);
    qsort(seeds, n_seeds, sizeof seeds[0], by_bytes); /* folders have no order of their own */
    if (n_seeds == 0) {
        (void)fprintf(stderr, "%s: no seeds\n", folder);
        exit(1);
    }
}

static void put(size_t at, const uint8_t *bytes, size_t n)
{
    if (n > sizeof input - input_n)
        return;
    memmove(input + at + n, input + at, input_n - at);
    memcpy(input + at, bytes, n);
    input_n += n;
}

static void cut(size_t at, size_t n)
{
    memmove(input + at, input + at + n, input_n - at - n);
    input_n -= n;
}

/* One change, of the kinds that broke parsers before: bits, bytes with a meaning, holes, repeats, another's middle. */
static void change(void)
{
    static const uint8_t meanings[] = "\0\n\r\t \"'%&+,-./0:;<=>?@[\\]{}\x7f\x80\xc0\xed\xf0\xff";
    size_t at = input_n ? (size_t)any(input_n) : 0;
    size_t n = input_n ? 1 + (size_t)any(input_n - at < 64 ? input_n - at : 64) : 0;
    const struct seed *other = &seeds[any(n_seeds)];
    uint8_t letter = meanings[any(sizeof meanings - 1)];
    switch (input_n ? any(7) : 5) {
    case 0: input[at] ^= (uint8_t)(1u << any(8)); break;
    case 1: input[at] = letter; break;
    case 2: input[at] = (uint8_t)any(256); break;
    case 3: cut(at, n); break;
    case 4: put(at, input + at, n); break;
    case 5: put(at, &letter, 1); break;
    default:
        if (other->n > 0) {
            size_t from = (size_t)any(other->n);
            size_t most = other->n - from < 200 ? other->n - from : 200;
            put(at, other->bytes + from, 1 + (size_t)any(most));
        }
    }
}

/* The target gets a copy of its very size, so that a read behind the end is seen. */
static void try_input(void)
{
    uint8_t *copy = malloc(input_n ? input_n : 1);
    if (!copy)
        exit(1);
    memcpy(copy, input, input_n);
    (void)LLVMFuzzerTestOneInput(copy, input_n);
    free(copy);
    input_number++;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: %s FOLDER CHANGES\n", argv[0]);
        return 2;
    }
    load_all(argv[1]);
    (void)signal(SIGABRT, last_words);
    (void)signal(SIGSEGV, last_words);
    long changes = strtol(argv[2], NULL, 10);
    for (size_t i = 0; i < n_seeds; i++) {
        input_n = seeds[i].n;
        memcpy(input, seeds[i].bytes, input_n);
        try_input();
    }
    for (long i = 0; i < changes; i++) {
        const struct seed *s = &seeds[any(n_seeds)];
        input_n = s->n;
        memcpy(input, s->bytes, input_n);
        for (uint64_t k = 1 + any(6); k > 0; k--)
            change();
        try_input();
    }
    (void)printf("%ld inputs: %zu seeds, %ld changed ones\n", input_number, n_seeds, changes);
    for (size_t i = 0; i < n_seeds; i++)
        free(seeds[i].bytes);
    return 0;
}
