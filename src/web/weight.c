/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * weight.c - "q=0.8" as thousandths.
 *
 * Source: RFC 9110, 12.4.2: "0" or "1", and up to three decimals.
 */
#include "web/weight.h"

static int parse(struct str q)
{
    if (!q.n || (q.p[0] != '0' && q.p[0] != '1') || q.n > 5 || (q.n > 1 && q.p[1] != '.'))
        return 0;
    int value = (q.p[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 2; i < q.n; i++, unit /= 10) {
        if (q.p[i] < '0' || q.p[i] > '9')
            return 0;
        value += (q.p[i] - '0') * unit;
    }
    return value > 1000 ? 0 : value;
}

int weight_of(struct str params)
{
    while (params.p) {
        struct str p;
        (void)str_cut(params, ';', &p, &params);
        p = str_trim(p);
        if (p.n >= 2 && (p.p[0] == 'q' || p.p[0] == 'Q') && p.p[1] == '=')
            return parse(str_slice(p, 2, p.n));
    }
    return 1000;
}
