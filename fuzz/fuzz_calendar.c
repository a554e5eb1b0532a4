/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_calendar.c - calendars of other programs (iCalendar): every event becomes sound rows or a reject with a reason,
 * in bounded numbers; what was read can be written and read again.
 */
#include "institutions/diary/ics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS_MAX 200

static void check_row(const struct ics_row *row)
{
    MUST(row->begins_on.n == 10 && row->ends_on.n == 10 && row->zone.n > 0);
    MUST(str_cmp(row->begins_on, row->ends_on) <= 0);
    MUST(row->is_all_day || row->begins_at <= row->ends_at);
    const struct str texts[] = {row->uid, row->summary, row->description, row->location, row->url, row->category};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        MUST(str_is_utf8(texts[i]) && str_find(texts[i], '\0') == SIZE_MAX);
}

static void write_again(struct arena *a, const struct ics_row *row, const struct ics_options *o)
{
    struct ics_event event = {.uid = S("one@birge"), .summary = row->summary, .description = row->description,
                              .location = row->location, .language = S("kk"), .begins_at = row->begins_at,
                              .ends_at = row->ends_at, .begins_on = row->begins_on, .ends_on = row->ends_on,
                              .is_all_day = row->is_all_day, .zone = row->zone};
    struct ics_calendar calendar = {.name = S("x"), .language = S("kk"), .events = &event, .n_events = 1};
    struct ics_file again;
    struct str text;
    struct err *e = ics_write(a, &calendar, &text);
    MUST(!e || e->code == ERR_CONFIG || e->code == ERR_LIMIT);
    if (e)
        return;
    MUST(!ics_read(a, text, o, &again));
    MUST(again.n_rejects > 0 || again.n_rows == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct ics_options o = {.zone = S("Asia/Almaty"), .max_bytes = 1 << 16, .max_repeats = 20, .max_rows = ROWS_MAX};
    struct ics_file file;
    struct err *e = ics_read(a, str_dup(a, (struct str){(const char *)data, size}), &o, &file);
    MUST(!e || e->code == ERR_LIMIT);
    if (!e) {
        MUST(file.n_rows <= ROWS_MAX);
        for (size_t i = 0; i < file.n_rows; i++)
            check_row(&file.rows[i]);
        for (size_t i = 0; i < file.n_rejects; i++)
            MUST(file.rejects[i].reason.n > 0);
        if (file.n_rows > 0)
            write_again(a, &file.rows[0], &o);
    }
    arena_free(a);
    return 0;
}
