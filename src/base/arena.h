/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * arena.h - memory that is freed together.
 *
 * Three lifetimes, always passed explicitly: `app` (start to stop), `req` (one request, job or
 * command) and `tmp` (scratch, cleared each round of a loop). A function that returns memory takes
 * the arena first and says so; one that only needs scratch takes `tmp` last. Nothing in an arena is
 * freed by itself. What is not memory (statements, files, locks) is handed to arena_defer.
 *
 * Exhaustion of the machine aborts. A request reaches its soft cap long before: the points where
 * input makes memory grow (buf, row iterators, parsers) ask arena_is_full and fail with ERR_LIMIT.
 *
 * Under AddressSanitizer unused and freed bytes are poisoned and objects are 16 bytes apart; the
 * build option arena=malloc makes every allocation its own malloc, so that every tool sees it.
 */
#ifndef BIRGE_BASE_ARENA_H
#define BIRGE_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A mark to return to with arena_rewind. */
struct arena_mark {
    size_t serial; /* opaque */
    size_t used;   /* opaque */
    size_t defers; /* opaque */
};

#define ARENA_KIB ((size_t)1024)
#define ARENA_MIB ((size_t)1024 * 1024)

/* Make an arena. `name` (static) appears in messages; `cap` is the soft cap in bytes, 0 for none.
 * Beyond four times the cap an allocation aborts: somebody forgot to ask arena_is_full. */
struct arena *arena_new(const char *name, size_t cap);
/* Run the deferred calls in reverse order and free everything. NULL is fine. */
void arena_free(struct arena *a);
/* As arena_free, but keep the arena and one chunk for the next round. */
void arena_clear(struct arena *a);

/* `n` zeroed bytes, aligned to 16. Never NULL. n == 0 gives a pointer that must not be read. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, alloc_size(2), returns_nonnull));
/* `n` objects of `size` bytes, zeroed; aborts on overflow of the product. */
void *arena_array(struct arena *a, size_t n, size_t size)
    __attribute__((malloc, alloc_size(2, 3), returns_nonnull));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))
/* Grow `p` (the latest or any allocation of `a`, `old` bytes) to `n` bytes; new bytes are zero. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t n) __attribute__((returns_nonnull));

/* Call fn(arg) when the arena is cleared, freed or rewound past this point; last in, first out. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

/* Bytes handed out since the last clear. */
size_t arena_used(const struct arena *a);
/* True when `more` further bytes would pass the soft cap. */
bool arena_is_full(const struct arena *a, size_t more);

/* Remember a point, and free what came after it (its deferred calls run). */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

#endif
