/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * arena.c - memory that is freed together.
 *
 * Keeps: bytes between objects and behind the last one are poisoned under AddressSanitizer;
 *        deferred calls run last in, first out, exactly once;
 *        memory handed out is zero.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define RED_ZONE 16
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define RED_ZONE 0
#endif

#define ALIGN 16
#define FIRST_CHUNK ((size_t)4096)
#define LARGEST_CHUNK ((size_t)1024 * 1024)
#define HARD_FACTOR 4 /* an allocation beyond cap * HARD_FACTOR is a bug */

/* A run of bytes from malloc. In an arena=malloc build each holds one object. */
struct chunk {
    struct chunk *prev;
    size_t serial; /* 1 for the oldest */
    size_t cap;    /* bytes behind the header */
    size_t used;
    size_t before; /* arena.total when this chunk was opened */
};

struct defer {
    void (*fn)(void *arg);
    void *arg;
    struct defer *prev;
};

struct arena {
    const char *name;
    size_t cap;
    size_t total; /* bytes handed out */
    struct chunk *top;
    struct defer *defers;
    struct defer *spare; /* cells to use again */
    size_t n_defers;
};

static size_t round_up(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static char *chunk_bytes(struct chunk *c)
{
    return (char *)c + round_up(sizeof *c);
}

static void *must_malloc(size_t n)
{
    void *p = malloc(n);
    MUST(p != NULL);
    return p;
}

struct arena *arena_new(const char *name, size_t cap)
{
    struct arena *a = must_malloc(sizeof *a);
    *a = (struct arena){.name = name, .cap = cap};
    return a;
}

static void push_chunk(struct arena *a, size_t need)
{
#ifdef ARENA_MALLOC
    size_t cap = need;
#else
    size_t cap = a->top ? a->top->cap * 2 : FIRST_CHUNK;
    if (cap > LARGEST_CHUNK)
        cap = LARGEST_CHUNK;
    if (cap < need)
        cap = need;
#endif
    struct chunk *c = must_malloc(round_up(sizeof *c) + cap);
    *c = (struct chunk){.prev = a->top,
                        .serial = a->top ? a->top->serial + 1 : 1,
                        .cap = cap,
                        .before = a->total};
    ASAN_POISON_MEMORY_REGION(chunk_bytes(c), cap);
    a->top = c;
}

static void pop_chunk(struct arena *a)
{
    struct chunk *c = a->top;
    ASAN_UNPOISON_MEMORY_REGION(chunk_bytes(c), c->cap);
    a->top = c->prev;
    free(c);
}

void *arena_alloc(struct arena *a, size_t n)
{
    MUST(a != NULL);
    MUST(n < SIZE_MAX / 4);
    size_t need = round_up(n) + RED_ZONE;
    MUST(a->cap == 0 || a->total + need <= a->cap * HARD_FACTOR);
#ifdef ARENA_MALLOC
    push_chunk(a, need ? need : ALIGN);
#else
    if (!a->top || a->top->cap - a->top->used < need)
        push_chunk(a, need);
#endif
    struct chunk *c = a->top;
    char *p = chunk_bytes(c) + c->used;
    c->used += need;
    a->total += need;
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    memset(p, 0, n);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t bytes = 0;
    MUST(!__builtin_mul_overflow(n, size, &bytes));
    return arena_alloc(a, bytes);
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t n)
{
    MUST(n >= old);
#ifndef ARENA_MALLOC
    struct chunk *c = a->top;
    if (p && c && old > 0) {
        size_t was = round_up(old) + RED_ZONE;
        size_t now = round_up(n) + RED_ZONE;
        bool is_last = (char *)p + was == chunk_bytes(c) + c->used;
        if (is_last && c->cap - c->used >= now - was &&
            (a->cap == 0 || a->total + (now - was) <= a->cap * HARD_FACTOR)) {
            c->used += now - was;
            a->total += now - was;
            ASAN_UNPOISON_MEMORY_REGION(p, n);
            memset((char *)p + old, 0, n - old);
            return p;
        }
    }
#endif
    void *fresh = arena_alloc(a, n);
    if (old > 0)
        memcpy(fresh, p, old);
    return fresh;
}

void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
    struct defer *d = a->spare;
    if (d)
        a->spare = d->prev;
    else
        d = must_malloc(sizeof *d);
    *d = (struct defer){.fn = fn, .arg = arg, .prev = a->defers};
    a->defers = d;
    a->n_defers++;
}

static void run_defers(struct arena *a, size_t keep)
{
    while (a->n_defers > keep) {
        struct defer *d = a->defers;
        a->defers = d->prev;
        a->n_defers--;
        d->fn(d->arg);
        d->prev = a->spare;
        a->spare = d;
    }
}

void arena_clear(struct arena *a)
{
    run_defers(a, 0);
    while (a->top && (a->top->prev || a->top->cap > LARGEST_CHUNK))
        pop_chunk(a);
#ifdef ARENA_MALLOC
    if (a->top)
        pop_chunk(a);
#endif
    if (a->top) {
        ASAN_POISON_MEMORY_REGION(chunk_bytes(a->top), a->top->cap);
        a->top->used = 0;
        a->top->before = 0;
    }
    a->total = 0;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_defers(a, 0);
    while (a->top)
        pop_chunk(a);
    while (a->spare) {
        struct defer *d = a->spare;
        a->spare = d->prev;
        free(d);
    }
    free(a);
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}

bool arena_is_full(const struct arena *a, size_t more)
{
    return a->cap != 0 && (more > a->cap || a->total > a->cap - more);
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){.serial = a->top ? a->top->serial : 0,
                               .used = a->top ? a->top->used : 0,
                               .defers = a->n_defers};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    MUST(a->n_defers >= mark.defers);
    run_defers(a, mark.defers);
    while (a->top && a->top->serial > mark.serial) {
        a->total = a->top->before;
        pop_chunk(a);
    }
    if (a->top) {
        MUST(a->top->serial == mark.serial && a->top->used >= mark.used);
        a->total -= a->top->used - mark.used;
        ASAN_POISON_MEMORY_REGION(chunk_bytes(a->top) + mark.used, a->top->cap - mark.used);
        a->top->used = mark.used;
    }
}
