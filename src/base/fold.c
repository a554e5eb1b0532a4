/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fold.c - ICU's NFKC_Casefold, and what it leaves to us: ё, soft hyphens, white space.
 */
#include "base/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/buf.h"

struct str fold(struct arena *a, struct str s)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status) || !str_is_utf8(s) || s.n > INT32_MAX / 8)
        return (struct str){0};
    int32_t max = (int32_t)s.n * 2 + 16; /* NFKC grows a text by far less, but see the check below */
    UChar *in = ARENA_ARRAY(a, (size_t)max, UChar);
    int32_t n_in;
    u_strFromUTF8(in, max, &n_in, s.p, (int32_t)s.n, &status);
    int32_t n = unorm2_normalize(nfkc, in, n_in, NULL, 0, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR)
        status = U_ZERO_ERROR;
    UChar *folded = ARENA_ARRAY(a, (size_t)n + 1, UChar);
    n = unorm2_normalize(nfkc, in, n_in, folded, n + 1, &status);
    if (U_FAILURE(status))
        return (struct str){0};
    struct buf b;
    buf_init(&b, a, (size_t)n * 4 + 1);
    bool is_gap = false;
    for (int32_t i = 0; i < n;) {
        uint32_t c = folded[i++];
        if ((c & 0xfc00) == 0xd800 && i < n) /* a surrogate pair */
            c = 0x10000 + ((c - 0xd800) << 10) + (folded[i++] - 0xdc00u);
        UChar32 point = (UChar32)c;
        if (u_isUWhiteSpace(point) || c == 0x200b) {
            is_gap = b.n > 0;
            continue;
        }
        if (u_iscntrl(point) || u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
            continue;
        if (is_gap)
            buf_byte(&b, ' ');
        is_gap = false;
        buf_utf8(&b, c == 0x451 ? 0x435 : c); /* ё is written е as often as not */
    }
    return buf_view(&b);
}

static bool control(struct str s, bool allow_lines)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 && !(allow_lines && (c == '\n' || c == '\t')))
            return true;
        if (c == 0x7f)
            return true;
        if (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0)
            return true; /* C1 */
    }
    return false;
}

bool has_control(struct str s)
{
    return control(s, false);
}

bool has_control_but_lines(struct str s)
{
    return control(s, true);
}
