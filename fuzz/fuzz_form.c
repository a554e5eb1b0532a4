/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_form.c - url-encoded bodies and header parameters: what passes is UTF-8, and encoding it again gives it back.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "web/form_private.h"
#include "web/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct letter {
    struct str line, text, email, phone, choice, day, secret;
    struct opt_int number;
    bool flag;
    struct web_file file;
};

static const char *const choices[] = {"a", "b", NULL};
static const struct web_field fields[] = {
    {.name = "l", .type = FIELD_LINE, .is_required = true, .min = 2, .max = 9, .offset = offsetof(struct letter, line)},
    {.name = "t", .type = FIELD_TEXT, .offset = offsetof(struct letter, text)},
    {.name = "e", .type = FIELD_EMAIL, .offset = offsetof(struct letter, email)},
    {.name = "p", .type = FIELD_PHONE, .offset = offsetof(struct letter, phone)},
    {.name = "c", .type = FIELD_CHOICE, .choices = choices, .offset = offsetof(struct letter, choice)},
    {.name = "d", .type = FIELD_DATE, .offset = offsetof(struct letter, day)},
    {.name = "s", .type = FIELD_SECRET, .offset = offsetof(struct letter, secret)},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 99, .offset = offsetof(struct letter, number)},
    {.name = "f", .type = FIELD_FLAG, .offset = offsetof(struct letter, flag)},
    {.name = "u", .type = FIELD_FILE, .max = 9, .offset = offsetof(struct letter, file)},
};
static const struct web_form form = WEB_FORM(fields);

static void encode_again(struct arena *a, const struct form_data *d)
{
    struct buf b;
    struct form_data again;
    buf_init(&b, a, 1 << 22);
    for (size_t i = 0; i < d->n_values; i++) {
        buf_str(&b, percent_encode(a, d->values[i].name, false));
        buf_c(&b, "=");
        buf_str(&b, percent_encode(a, d->values[i].text, false));
        buf_c(&b, "&");
    }
    MUST(form_parse_urlencoded(a, str_slice(buf_view(&b), 0, b.n ? b.n - 1 : 0), &again) == 0);
    MUST(again.n_values == d->n_values);
    for (size_t i = 0; i < d->n_values; i++)
        MUST(str_eq(again.values[i].name, d->values[i].name) && str_eq(again.values[i].text, d->values[i].text));
}

static void fill(struct arena *a, const struct form_data *d)
{
    struct letter l = {0};
    struct web_errors errors = {0};
    form_fill(a, lang_find(S("ru")), &form, d, true, &l, &errors);
    for (size_t i = 0; i < errors.n_items; i++)
        MUST(errors.items[i].message.n > 0 && str_is_utf8(errors.items[i].message));
    if (errors.n_items == 0) {
        MUST(l.line.n >= 2 && str_find(l.line, '\n') == SIZE_MAX);
        MUST(str_find(l.text, '\0') == SIZE_MAX);
        MUST(!l.number.has || (l.number.v >= 1 && l.number.v <= 99));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct form_data d;
    struct media_type m;
    struct str bytes = str_dup(a, (struct str){(const char *)data, size});
    if (form_parse_urlencoded(a, bytes, &d) == 0) {
        for (size_t i = 0; i < d.n_values; i++)
            MUST(str_is_utf8(d.values[i].name) && str_is_utf8(d.values[i].text));
        encode_again(a, &d);
        fill(a, &d);
    }
    if (media_type_parse(bytes, &m))
        MUST(m.name.n >= 3 && str_find(m.name, '/') != SIZE_MAX);
    arena_free(a);
    return 0;
}
