/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * character.c - ICU's properties under our names, and UTF-8 one character at a time.
 */
#include "base/character.h"

#include <unicode/uchar.h>

enum character_class character_class_of(uint32_t c)
{
    if (c == ':' || c == 0xfe55 || c == 0xff1a)
        return CHAR_OTHER; /* CLDR: a colon joins words in Finnish and Swedish alone */
    switch (u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK)) {
    case U_WB_ALETTER:
    case U_WB_HEBREW_LETTER:
        return CHAR_ALPHA;
    case U_WB_NUMERIC:
        return CHAR_DIGIT;
    case U_WB_EXTENDNUMLET:
        return CHAR_JOINER;
    case U_WB_EXTEND:
    case U_WB_FORMAT:
    case U_WB_ZWJ:
        return CHAR_IGNORED;
    case U_WB_MIDLETTER:
        return CHAR_MID_WORD;
    case U_WB_MIDNUM:
        return CHAR_MID_NUMBER;
    case U_WB_MIDNUMLET:
    case U_WB_SINGLE_QUOTE:
        return CHAR_MID_BOTH;
    case U_WB_KATAKANA:
        return CHAR_KATAKANA;
    default:
        return CHAR_OTHER;
    }
}

uint32_t character_small(uint32_t c)
{
    return (uint32_t)u_tolower((UChar32)c);
}

size_t character_read(struct str s, size_t at, uint32_t *ret)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    size_t left = s.n - at;
    uint32_t c = p[0];
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    *ret = 0xfffd;
    if (n == 0 || n > left)
        return 1;
    if (n > 1)
        c &= 0x7fu >> n;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 1;
        c = c << 6 | (p[i] & 0x3fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 1;
    *ret = c;
    return n;
}

size_t character_write(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}
