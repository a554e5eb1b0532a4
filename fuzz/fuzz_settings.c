/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_settings.c - birge.ini by any hand: refused with file and line, or read; what was read, written, is read as the
 * same.
 */
#include "core/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct config c;
    struct config again;
    struct config_setting setting;
    struct err *e = config_parse(a, "birge.ini", str_dup(a, (struct str){(const char *)data, size}), &c);
    MUST(!e || e->code == ERR_CONFIG);
    if (e) {
        MUST(str_find_str(err_text(a, e), S("birge.ini")) != SIZE_MAX);
    } else {
        struct buf b;
        buf_init(&b, a, 1 << 22);
        config_write(&b, &c);
        MUST(!config_parse(a, "again.ini", buf_view(&b), &again));
        for (size_t i = 0; config_setting(i, &setting); i++)
            MUST(str_eq(config_value(a, &c, i), config_value(a, &again, i)));
    }
    arena_free(a);
    return 0;
}
