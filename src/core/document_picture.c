/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document_picture.c - pictures without what tells on their author.
 *
 * A photo of a letter carries the place, the time, the phone and often an older version of itself. JPEG and
 * PNG are rewritten from the parts that draw the picture; everything else is left out, bytes behind the end
 * too. Which way up a photo is, is kept: it is written anew in a block that holds nothing else. No pixel is
 * decoded here: the parsers only walk lengths, and every length is checked against what is left.
 *
 * Source: trust.md section 6 (GPS stripped, pixel limits); ITU T.81 annex B; EXIF 2.3, 4.6; PNG 3rd ed., 5
 * and 11.
 */
#include "core/document_private.h"

#include "base/buf.h"

#define MAX_PIXELS 100000000u /* 100 million: above what phones make, below what a viewer dies of */
#define MAX_SIDE 30000u
#define EXTRA 64              /* what an orientation block may add */

bool document_size_ok(struct picture_size size)
{
    return size.width <= MAX_SIDE && size.height <= MAX_SIDE &&
           (uint64_t)size.width * size.height <= MAX_PIXELS;
}

static enum document_finding size_finding(struct picture_size size)
{
    if (size.width == 0 || size.height == 0)
        return FOUND_BROKEN;
    return document_size_ok(size) ? FOUND_FINE : FOUND_PIXELS;
}

static uint32_t be16(struct str s, size_t at)
{
    return (uint32_t)(unsigned char)s.p[at] << 8 | (unsigned char)s.p[at + 1];
}

static uint32_t be32(struct str s, size_t at)
{
    return be16(s, at) << 16 | be16(s, at + 2);
}

/* ---- EXIF: only which way up ---- */

static uint32_t tiff16(struct str s, size_t at, bool little)
{
    return little ? (uint32_t)(unsigned char)s.p[at + 1] << 8 | (unsigned char)s.p[at] : be16(s, at);
}

static uint32_t tiff32(struct str s, size_t at, bool little)
{
    return little ? tiff16(s, at + 2, true) << 16 | tiff16(s, at, true) : be32(s, at);
}

/* The orientation (1..8) that an EXIF block names in its first directory; 1 when it names none. */
static unsigned orientation_of(struct str exif)
{
    struct str t = str_slice(exif, strlen("Exif") + 2, exif.n);
    if (t.n < 8)
        return 1;
    bool little = t.p[0] == 'I';
    size_t at = tiff32(t, 4, little);
    if (at > t.n - 2 || t.n - at < 2)
        return 1;
    uint32_t n = tiff16(t, at, little);
    at += 2;
    for (uint32_t i = 0; i < n && t.n - at >= 12; i++, at += 12) {
        if (tiff16(t, at, little) != 0x0112)
            continue;
        uint32_t v = tiff16(t, at + 8, little);
        return v >= 1 && v <= 8 ? (unsigned)v : 1;
    }
    return 1;
}

/* An EXIF block with one entry: the orientation. */
static void put_orientation(struct buf *b, unsigned orientation)
{
    static const unsigned char block[] = {
        0xff, 0xe1, 0x00, 0x22, 'E', 'x', 'i', 'f', 0, 0,       /* marker, length 34 */
        'M', 'M', 0x00, 0x2a, 0x00, 0x00, 0x00, 0x08,           /* big-endian, directory at 8 */
        0x00, 0x01, 0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, /* one entry: 0x0112, a short, once */
    };
    buf_add(b, block, sizeof block);
    buf_byte(b, 0);
    buf_byte(b, (char)orientation);
    buf_add(b, "\0\0" "\0\0\0\0", 6); /* the rest of the value; no next directory */
}

/* ---- JPEG ---- */

struct jpeg {
    struct buf out;
    struct picture_size size;
    unsigned orientation;
    bool has_jfif, has_frame, has_scan, wrote_head;
};

/* Frames that viewers draw: baseline, extended and progressive Huffman. */
static bool is_frame(unsigned marker)
{
    return marker == 0xc0 || marker == 0xc1 || marker == 0xc2;
}

/* Parts without which the picture would not be drawn, or not in its colours. */
static bool is_kept(unsigned marker, struct str body)
{
    if (is_frame(marker) || marker == 0xc4 || marker == 0xdb || marker == 0xdd || marker == 0xda)
        return true; /* frame, Huffman and quantisation tables, restart interval, scan */
    if (marker == 0xee)
        return body.n == 12 && str_starts(body, S("Adobe")); /* says how colours are coded */
    return marker == 0xe2 && str_starts(body, S("ICC_PROFILE")); /* colour profile */
}

/* JFIF without its thumbnail, and the orientation: what stands before everything else. A file without JFIF
 * must not get one: it would be read as another way of coding colours. */
static void put_head(struct jpeg *j)
{
    static const unsigned char jfif[] = {0xff, 0xe0, 0x00, 0x10, 'J', 'F', 'I', 'F', 0,
                                         1,    1,    0,    0,    1,   0,   1,   0,   0};
    if (j->wrote_head)
        return;
    j->wrote_head = true;
    if (j->has_jfif)
        buf_add(&j->out, jfif, sizeof jfif);
    if (j->orientation != 0)
        put_orientation(&j->out, j->orientation);
}

/* One segment with its length; `body` is what follows the length. */
static enum document_finding jpeg_segment(struct jpeg *j, unsigned marker, struct str body)
{
    j->has_jfif = j->has_jfif || (marker == 0xe0 && str_starts(body, S("JFIF")));
    if (marker == 0xe1 && str_starts(body, S("Exif")) && body.n > 6 && !j->wrote_head) {
        unsigned o = orientation_of(body);
        j->orientation = o > 1 ? o : j->orientation;
    }
    if (is_frame(marker)) {
        if (j->has_frame || body.n < 6)
            return FOUND_BROKEN;
        j->has_frame = true;
        j->size = (struct picture_size){.width = be16(body, 3), .height = be16(body, 1)};
        enum document_finding f = size_finding(j->size);
        if (f != FOUND_FINE)
            return f;
    } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4) {
        return FOUND_BROKEN; /* lossless, arithmetic and hierarchical frames: nobody's viewer draws them */
    }
    if (marker == 0xda) {
        if (!j->has_frame)
            return FOUND_BROKEN;
        j->has_scan = true;
    }
    if (!is_kept(marker, body))
        return FOUND_FINE;
    put_head(j);
    size_t length = body.n + 2;
    const char head[4] = {(char)0xff, (char)marker, (char)(length >> 8), (char)(length & 0xff)};
    buf_add(&j->out, head, sizeof head);
    buf_str(&j->out, body);
    return FOUND_FINE;
}

/* Where the coded data that begins at `at` ends: at the next marker that is no restart. */
static size_t scan_end(struct str s, size_t at)
{
    while (at + 1 < s.n) {
        unsigned char next = (unsigned char)s.p[at + 1];
        if ((unsigned char)s.p[at] == 0xff && next != 0 && next != 0xff && !(next >= 0xd0 && next <= 0xd7))
            return at;
        at++;
    }
    return s.n;
}

enum document_finding document_jpeg(struct arena *a, struct str s, struct str *ret_bytes,
                                    struct picture_size *ret_size)
{
    struct jpeg j = {0};
    size_t at = 2;
    buf_init(&j.out, a, s.n + EXTRA);
    buf_add(&j.out, "\xff\xd8", 2);
    while (at + 4 <= s.n || (at + 2 <= s.n && j.has_scan)) {
        unsigned marker = (unsigned char)s.p[at + 1];
        if ((unsigned char)s.p[at] != 0xff)
            return FOUND_BROKEN;
        if (marker == 0xff) { /* a fill byte */
            at++;
            continue;
        }
        if (marker == 0xd9) {
            buf_add(&j.out, "\xff\xd9", 2);
            *ret_size = j.size;
            *ret_bytes = buf_view(&j.out);
            return j.has_scan && !j.out.overflow ? FOUND_FINE : FOUND_BROKEN;
        }
        if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8) || at + 4 > s.n)
            return FOUND_BROKEN;
        size_t length = be16(s, at + 2);
        if (length < 2 || length > s.n - at - 2)
            return FOUND_BROKEN;
        struct str body = str_slice(s, at + 4, at + 2 + length);
        enum document_finding f = jpeg_segment(&j, marker, body);
        *ret_size = j.size;
        if (f != FOUND_FINE)
            return f;
        at += 2 + length;
        if (marker == 0xda) {
            size_t end = scan_end(s, at);
            buf_str(&j.out, str_slice(s, at, end));
            at = end;
        }
    }
    return FOUND_BROKEN; /* it ends before its end marker */
}

/* ---- PNG ---- */

#define PNG_HEAD 8

/* CRC-32 of a chunk's type and data, four bits at a time. Source: PNG, annex D. */
static uint32_t crc32_of(struct str s)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (unsigned char)s.p[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

/* Chunks that draw the picture, or say how its colours and shape are meant. */
static bool is_kept_chunk(struct str type)
{
    static const struct str kept[] = {
        STR("IHDR"), STR("PLTE"), STR("IDAT"), STR("IEND"), STR("tRNS"), STR("gAMA"),
        STR("cHRM"), STR("sRGB"), STR("sBIT"), STR("pHYs"), STR("bKGD"),
    };
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (str_eq(type, kept[i]))
            return true;
    return false;
}

static bool is_letters(struct str type)
{
    for (size_t i = 0; i < 4; i++)
        if (!((type.p[i] >= 'a' && type.p[i] <= 'z') || (type.p[i] >= 'A' && type.p[i] <= 'Z')))
            return false;
    return true;
}

static enum document_finding png_header(struct str data, struct picture_size *ret_size)
{
    if (data.n != 13 || data.p[10] != 0 || data.p[11] != 0 || (unsigned char)data.p[12] > 1)
        return FOUND_BROKEN;
    *ret_size = (struct picture_size){.width = be32(data, 0), .height = be32(data, 4)};
    return size_finding(*ret_size);
}

enum document_finding document_png(struct arena *a, struct str s, struct str *ret_bytes,
                                   struct picture_size *ret_size)
{
    struct buf out;
    bool has_data = false;
    buf_init(&out, a, s.n);
    buf_str(&out, str_slice(s, 0, PNG_HEAD));
    for (size_t at = PNG_HEAD; s.n - at >= 12;) {
        size_t length = be32(s, at);
        if (length > s.n - at - 12)
            return FOUND_BROKEN;
        struct str type = str_slice(s, at + 4, at + 8);
        struct str data = str_slice(s, at + 8, at + 8 + length);
        bool is_critical = (type.p[0] & 0x20) == 0;
        if (!is_letters(type) ||
            crc32_of(str_slice(s, at + 4, at + 8 + length)) != be32(s, at + 8 + length) ||
            (at == PNG_HEAD) != str_eq(type, S("IHDR")) || (is_critical && !is_kept_chunk(type)))
            return FOUND_BROKEN;
        if (at == PNG_HEAD) {
            enum document_finding f = png_header(data, ret_size);
            if (f != FOUND_FINE)
                return f;
        }
        has_data = has_data || (str_eq(type, S("IDAT")) && length > 0);
        if (is_kept_chunk(type))
            buf_str(&out, str_slice(s, at, at + 12 + length));
        if (str_eq(type, S("IEND"))) {
            *ret_bytes = buf_view(&out);
            return has_data && !out.overflow ? FOUND_FINE : FOUND_BROKEN;
        }
        at += 12 + length;
    }
    return FOUND_BROKEN;
}
