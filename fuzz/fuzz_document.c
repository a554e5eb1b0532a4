/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_document.c - attached files: what is let in is let in again unchanged, under a name that is safe to
 * save.
 *
 * Input: a name up to the first LF, then the file.
 */
#include "core/document_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct str all = {(const char *)data, size};
    struct str name;
    struct str file;
    struct document d;
    struct document again;
    if (!str_cut(all, '\n', &name, &file))
        file = S("");
    file = str_dup(a, file); /* a copy of its own: reading past it is seen */
    struct verdict v = document_check(a, name, file, 1 << 20, &d);
    if (v.allowed) {
        MUST(d.name.n > 0 && d.name.n <= 200 && str_is_utf8(d.name));
        MUST(str_find(d.name, '/') == SIZE_MAX && str_find(d.name, '\\') == SIZE_MAX && d.name.p[0] != '.');
        MUST(d.bytes.n <= file.n + 64);
        MUST(document_check(a, d.name, d.bytes, 1 << 21, &again).allowed);
        MUST(str_eq(again.bytes, d.bytes) && str_eq(again.media_type, d.media_type) &&
             str_eq(again.name, d.name));
    } else {
        MUST(v.code && v.text_id && v.next_id);
    }
    arena_free(a);
    return 0;
}
