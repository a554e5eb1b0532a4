/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_letter.c - letters to people: whatever stands in names, subjects and texts, no line is added to the head, no
 * line is longer than 78 bytes but an address's, and no byte is outside ASCII.
 *
 * Input: sender's name, receiver, subject, the rest is the text, divided by LF.
 */
#include "core/letter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const known[] = {
    "Date:", "From:", "To:", "Message-ID:", "In-Reply-To:", "References:", "Subject:", "MIME-Version:", "Content-Type:",
    "Content-Transfer-Encoding:", "Content-Language:", "Auto-Submitted:", "X-Auto-Response-Suppress:",
};

static bool is_known(struct str line)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (str_starts(line, str_c(known[i])))
            return true;
    return false;
}

static void check(struct str bytes)
{
    bool in_head = true;
    size_t n_head = 0;
    for (size_t i = 0; i < bytes.n;) {
        size_t end = i;
        while (end < bytes.n && bytes.p[end] != '\r' && bytes.p[end] != '\n')
            end++;
        MUST(end + 1 < bytes.n && bytes.p[end] == '\r' && bytes.p[end + 1] == '\n');
        struct str line = str_slice(bytes, i, end);
        bool is_address = str_starts(line, S("To: ")) && str_find(str_slice(line, 4, line.n), ' ') == SIZE_MAX;
        MUST(line.n <= (is_address ? 300 : 78));
        for (size_t k = 0; k < line.n; k++)
            MUST((line.p[k] >= ' ' && line.p[k] < 0x7f) || line.p[k] == '\t');
        if (in_head && line.n == 0)
            in_head = false;
        else if (in_head && line.p[0] != ' ' && line.p[0] != '\t') {
            MUST(is_known(line));
            n_head++;
        }
        i = end + 2;
    }
    MUST(!in_head && n_head <= sizeof known / sizeof known[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct str rest = str_dup(a, (struct str){(const char *)data, size});
    struct letter l = {.at = INT64_C(1774861200123), .from = S("birge@example.org"), .message_id = S("1.2@example.org"),
                       .thread = S("1@example.org"), .language = S("kk")};
    struct str *parts[] = {&l.from_name, &l.to, &l.subject};
    struct str bytes;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct str before = rest;
        if (!str_cut(before, '\n', parts[i], &rest)) {
            *parts[i] = before;
            rest = S("");
        }
    }
    l.text = rest;
    /* What reaches a letter came through forms, which let only UTF-8 in. */
    if (str_is_utf8(l.from_name) && str_is_utf8(l.to) && str_is_utf8(l.subject) && str_is_utf8(l.text)) {
        struct err *e = letter_write(a, &l, &bytes);
        MUST(!e || e->code == ERR_LIMIT);
        if (!e)
            check(bytes);
        if (letter_address_ok(l.to))
            MUST(letter_domain(a, l.to).n > 0);
    }
    arena_free(a);
    return 0;
}
