/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_json.c - JSON bodies: bounded before they are parsed, flat and UTF-8 afterwards, every refusal with a reason.
 */
#include <stdlib.h>

#include "web/form_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct letter {
    struct str subject, name;
    struct opt_int pages;
    bool agreed;
};

static const struct web_field fields[] = {
    {.name = "subject", .type = FIELD_LINE, .is_required = true, .max = 20, .offset = offsetof(struct letter, subject)},
    {.name = "applicant.name", .type = FIELD_TEXT, .offset = offsetof(struct letter, name)},
    {.name = "pages", .type = FIELD_INT, .offset = offsetof(struct letter, pages)},
    {.name = "agreed", .type = FIELD_FLAG, .offset = offsetof(struct letter, agreed)},
};
static const struct web_form form = WEB_FORM(fields);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct form_data d;
    struct str why = {0}, body = str_dup(a, (struct str){(const char *)data, size});
    if (form_parse_json(a, body, &d, &why)) {
        struct letter l = {0};
        struct web_errors errors = {0};
        MUST(d.n_values <= FORM_FIELDS);
        for (size_t i = 0; i < d.n_values; i++)
            MUST(str_is_utf8(d.values[i].name) && str_is_utf8(d.values[i].text));
        form_fill(a, lang_find(S("kk")), &form, &d, true, &l, &errors);
        MUST(errors.n_items > 0 || (l.subject.n > 0 && str_find(l.subject, '\0') == SIZE_MAX));
        MUST(errors.n_items > 0 || str_find(l.name, '\0') == SIZE_MAX);
    } else {
        MUST(why.n > 0);
    }
    arena_free(a);
    return 0;
}
