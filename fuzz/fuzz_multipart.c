/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_multipart.c - multipart bodies: every value lies inside the body, none holds a delimiter, and what passed passes
 * again when it is written out anew.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "web/form_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct str body, struct str part)
{
    MUST(!part.p || (part.p >= body.p && part.p + part.n <= body.p + body.n));
    MUST(str_find_str(part, S("\r\n--b")) == SIZE_MAX);
}

static void write_again(struct arena *a, const struct form_data *d)
{
    struct buf b;
    struct form_data again;
    buf_init(&b, a, 1 << 22);
    for (size_t i = 0; i < d->n_values; i++) {
        bool is_quotable = str_find(d->values[i].name, '"') == SIZE_MAX;
        MUST(is_quotable);
        buf_printf(&b, "--b\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n", STR_FMT(d->values[i].name));
        buf_str(&b, d->values[i].text);
        buf_c(&b, "\r\n");
    }
    buf_c(&b, "--b--\r\n");
    MUST(form_parse_multipart(a, buf_view(&b), S("b"), false, &again) == 0 && again.n_values == d->n_values);
    for (size_t i = 0; i < d->n_values; i++)
        MUST(str_eq(again.values[i].name, d->values[i].name) && str_eq(again.values[i].text, d->values[i].text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct form_data d;
    struct str body = str_dup(a, (struct str){(const char *)data, size});
    if (form_parse_multipart(a, body, S("b"), true, &d) == 0) {
        MUST(d.n_values <= FORM_FIELDS);
        for (size_t i = 0; i < d.n_values; i++) {
            check_inside(body, d.values[i].text);
            check_inside(body, d.values[i].name);
            MUST(str_is_utf8(d.values[i].text) && str_is_utf8(d.values[i].name) && d.values[i].name.n > 0);
        }
        check_inside(body, d.file.bytes);
        check_inside(body, d.file.name);
        write_again(a, &d);
    }
    (void)form_parse_multipart(a, body, S("b"), false, &d);
    arena_free(a);
    return 0;
}
