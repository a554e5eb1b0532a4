/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_csv.c - separated files as somebody may have saved them: the rows do not depend on how the bytes arrive, a row
 * is sound or says where it is not, and a sound row written again is read again as the same.
 *
 * The first byte chooses the encoding and the size of the pieces, the rest is the file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const encodings[] = {NULL, "windows-1251", "ISO-8859-1", "GB18030"};

struct source {
    struct str rest;
    size_t step;
};

static struct err *give(void *user, char *bytes, size_t max, size_t *ret_n)
{
    struct source *s = user;
    size_t n = s->step < max ? s->step : max;
    n = n < s->rest.n ? n : s->rest.n;
    if (n > 0)
        memcpy(bytes, s->rest.p, n);
    s->rest = str_slice(s->rest, n, s->rest.n);
    *ret_n = n;
    return NULL;
}

static void check_row(const struct csv_row *row, int64_t *last_line)
{
    MUST(row->line > *last_line && row->n_lines > 0);
    *last_line = row->line + row->n_lines - 1;
    if (row->problem) {
        MUST(row->problem[0] != '\0' && row->problem_line >= row->line && row->problem_column > 0);
        return;
    }
    MUST(row->n_fields > 0 && row->n_fields <= CSV_COLUMNS);
    for (size_t i = 0; i < row->n_fields; i++)
        MUST(str_is_utf8(row->fields[i]));
}

/* All rows, sound and broken, as one text that two readings can be compared by. */
static struct str read_all(struct arena *a, struct str file, size_t step, const char *encoding, struct buf *sound)
{
    struct source s = {file, step};
    struct csv_options o = {.encoding = encoding, .max_field = 300, .max_row = 700};
    struct csv_reader *csv;
    struct csv_row row;
    struct buf all;
    bool more = false;
    int64_t last_line = 0;
    buf_init(&all, a, 1 << 24);
    MUST(!csv_open(a, give, &s, &o, &csv));
    for (;;) {
        struct err *e = csv_next(a, csv, &row, &more);
        MUST(!e || e->code == ERR_INPUT);
        if (e || !more)
            return buf_view(&all);
        check_row(&row, &last_line);
        buf_printf(&all, "%lld %lld %s\n", (long long)row.line, (long long)row.n_lines, row.problem ? row.problem : "");
        for (size_t i = 0; !row.problem && i < row.n_fields; i++) {
            csv_put(&all, i == 0, row.fields[i]);
            csv_put(sound, i == 0, row.fields[i]);
        }
        if (!row.problem)
            csv_put_end(sound);
    }
}

/* What csv_put wrote is read back without a problem, in as many rows with the same fields. */
static void read_again(struct arena *a, struct str written)
{
    struct source s = {written, 4096};
    struct csv_options o = {.separator = ','};
    struct csv_reader *csv;
    struct csv_row row;
    struct buf again;
    bool more = false;
    buf_init(&again, a, 1 << 24);
    MUST(!csv_open(a, give, &s, &o, &csv));
    while (!csv_next(a, csv, &row, &more) && more) {
        MUST(!row.problem);
        for (size_t i = 0; i < row.n_fields; i++)
            csv_put(&again, i == 0, row.fields[i]);
        csv_put_end(&again);
    }
    MUST(str_eq(buf_view(&again), written));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *a = arena_new("fuzz", 0);
    struct str file = str_dup(a, (struct str){(const char *)data + 1, size - 1});
    const char *encoding = encodings[data[0] % 4];
    struct buf sound;
    struct buf sound_again;
    buf_init(&sound, a, 1 << 24);
    buf_init(&sound_again, a, 1 << 24);
    struct str whole = read_all(a, file, SIZE_MAX, encoding, &sound);
    struct str pieces = read_all(a, file, 1 + (size_t)data[0] / 4, encoding, &sound_again);
    MUST(str_eq(whole, pieces) && str_eq(buf_view(&sound), buf_view(&sound_again)));
    if (sound.n > 0)
        read_again(a, buf_view(&sound));
    arena_free(a);
    return 0;
}
