/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * number.c - case numbers and their check digit.
 */
#include "algo/number.h"

#include "base/arena.h"

char number_check_digit(struct str digits)
{
    int p = 10;
    for (size_t i = 0; i < digits.n; i++) {
        int s = (p + (digits.p[i] - '0')) % 10;
        p = (s == 0 ? 10 : s) * 2 % 11;
    }
    return (char)('0' + (11 - p) % 10);
}

struct str number_make(struct arena *a, int32_t year, int64_t sequence)
{
    struct str digits = str_printf(a, "%04d%07lld", year, (long long)sequence);
    return str_printf(a, "%.4s-%s-%c", digits.p, digits.p + 4, number_check_digit(digits));
}

enum number_fault number_read(struct arena *a, struct str typed, struct str *ret_number)
{
    char digits[32];
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (c < '0' || c > '9' || n == 20)
            return NUMBER_SHAPE;
        digits[n++] = c;
    }
    if (n < 12)
        return NUMBER_SHAPE;
    struct str body = {digits, n - 1};
    if (number_check_digit(body) != digits[n - 1])
        return NUMBER_CHECK;
    *ret_number = str_printf(a, "%.4s-%.*s-%c", digits, (int)(n - 5), digits + 4, digits[n - 1]);
    return NUMBER_OK;
}
