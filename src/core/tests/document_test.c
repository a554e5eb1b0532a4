/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * document_test.c - the door for files: what comes in, as what, without what; and what is turned away.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "core/document_private.h"

#define LIMIT (10 * (int64_t)ARENA_MIB)

static struct verdict check(struct arena *a, const char *name, struct str bytes, struct document *d)
{
    *d = (struct document){0};
    return document_check(a, str_c(name), bytes, LIMIT, d);
}

static void assert_refused(struct arena *a, const char *name, struct str bytes, const char *code)
{
    struct document d;
    struct verdict v = check(a, name, bytes, &d);
    if (v.allowed || strcmp(v.code, code) != 0)
        print_message("%s: expected %s, found %s\n", name, code, v.allowed ? "yes" : v.code);
    assert_false(v.allowed);
    assert_string_equal(v.code, code);
    assert_non_null(v.text_id);
    assert_non_null(v.next_id);
    assert_null(d.bytes.p);
}

static struct document assert_taken(struct arena *a, const char *name, struct str bytes, const char *type)
{
    struct document d;
    struct verdict v = check(a, name, bytes, &d);
    if (!v.allowed)
        print_message("%s: %s\n", name, v.code);
    assert_true(v.allowed);
    assert_str(d.media_type, type);
    struct hash h = HASH(d.bytes);
    assert_memory_equal(h.b, d.hash, 32);
    return d;
}

/* ---- files made by hand ---- */

static void segment(struct buf *b, unsigned marker, struct str body)
{
    const char head[4] = {(char)0xff, (char)marker, (char)((body.n + 2) >> 8), (char)((body.n + 2) & 0xff)};
    buf_add(b, head, 4);
    buf_str(b, body);
}

/* EXIF as phones write it: orientation, then a directory with a place; little- or big-endian. */
static struct str exif(struct arena *a, bool little, unsigned orientation)
{
    static const unsigned char big_bytes[] = {
        'E', 'x', 'i', 'f', 0, 0, 'M',  'M',  0, 42, 0, 0, 0, 8, 0, 2, 0x01, 0x12, 0, 3, 0, 0,
        0,   1,   0,   9,   0, 0, 0x88, 0x25, 0, 4,  0, 0, 0, 1, 0, 0, 0,    38,   0, 0, 0, 0};
    static const unsigned char little_bytes[] = {
        'E', 'x', 'i', 'f', 0, 0, 'I',  'I',  42, 0, 8, 0, 0, 0, 2,  0, 0x12, 0x01, 3, 0, 1, 0,
        0,   0,   9,   0,   0, 0, 0x25, 0x88, 4,  0, 1, 0, 0, 0, 38, 0, 0,    0,    0, 0, 0, 0};
    struct buf b;
    buf_init(&b, a, ARENA_KIB);
    buf_add(&b, little ? little_bytes : big_bytes, sizeof big_bytes);
    b.p[little ? 24 : 25] = (char)orientation;
    buf_c(&b, "GPS 51.16 N 71.47 E, phone of Aigul");
    return buf_view(&b);
}

static const struct str frame = STR("\x08\x00\x10\x00\x20\x01\x01\x11\x00"); /* 8 bits, 16 high, 32 wide */

static struct str jpeg(struct arena *a, struct str app1, struct str sof, const char *behind)
{
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    buf_add(&b, "\xff\xd8", 2);
    segment(&b, 0xe0, S("JFIF\0\1\1\0\0\1\0\1\2\2thumbnail of the first version"));
    if (app1.n > 0)
        segment(&b, 0xe1, app1);
    segment(&b, 0xe1, S("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>author</x:xmpmeta>"));
    segment(&b, 0xed, S("Photoshop 3.0"));
    segment(&b, 0xe2, S("ICC_PROFILE\0\1\1colours"));
    segment(&b, 0xfe, S("made by someone"));
    segment(&b, 0xdb, S("quantisation"));
    segment(&b, 0xc0, sof);
    segment(&b, 0xc4, S("huffman"));
    segment(&b, 0xda, S("\1\1\0\0\x3f\0"));
    buf_c(&b, "data\xff");
    buf_byte(&b, 0); /* a stuffed byte */
    buf_c(&b, "more\xff\xd0restart");
    segment(&b, 0xda, S("\1\1\0\0\x3f\0")); /* a second scan, as in progressive pictures */
    buf_c(&b, "last\xff\xd9");
    buf_c(&b, behind);
    return buf_view(&b);
}

static uint32_t slow_crc(struct str s)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (unsigned char)s.p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? (crc >> 1) ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

static void put32(struct buf *b, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_byte(b, (char)(v >> shift & 0xff));
}

static void chunk(struct buf *b, const char *type, struct str data)
{
    put32(b, (uint32_t)data.n);
    size_t from = b->n;
    buf_c(b, type);
    buf_str(b, data);
    put32(b, slow_crc(str_slice(buf_view(b), from, b->n)));
}

static struct str png(struct arena *a, uint32_t width, uint32_t height, const char *extra_type,
                      const char *behind)
{
    struct buf b;
    struct buf head;
    buf_init(&b, a, ARENA_MIB);
    buf_init(&head, a, 32);
    put32(&head, width);
    put32(&head, height);
    buf_add(&head, "\x08\x02\0\0\0", 5);
    buf_add(&b, "\x89PNG\r\n\x1a\n", 8);
    chunk(&b, "IHDR", buf_view(&head));
    chunk(&b, "gAMA", S("\0\0\xb1\x8f"));
    if (extra_type)
        chunk(&b, extra_type, S("Author\0Aigul of Street 5"));
    chunk(&b, "IDAT", S("pixels"));
    chunk(&b, "IDAT", S("more pixels"));
    chunk(&b, "IEND", S(""));
    buf_c(&b, behind);
    return buf_view(&b);
}

static void le(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_byte(b, (char)(v >> (8 * i) & 0xff));
}

/* A ZIP with these entries, stored, each holding its own name. */
static struct str zip(struct arena *a, const char *const *names, size_t n, const char *before,
                      const char *behind)
{
    struct buf b;
    struct buf dir;
    buf_init(&b, a, ARENA_MIB);
    buf_init(&dir, a, ARENA_MIB);
    buf_c(&b, before);
    for (size_t i = 0; i < n; i++) {
        uint32_t size = (uint32_t)strlen(names[i]);
        uint32_t at = (uint32_t)b.n;
        uint32_t crc = slow_crc(str_c(names[i]));
        buf_add(&b, "PK\x03\x04\x14\0\0\0\0\0\0\0\0\0", 14);
        le(&b, crc, 4);
        le(&b, size, 4);
        le(&b, size, 4);
        le(&b, size, 2);
        le(&b, 0, 2);
        buf_c(&b, names[i]);
        buf_c(&b, names[i]);
        buf_add(&dir, "PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0", 16);
        le(&dir, crc, 4);
        le(&dir, size, 4);
        le(&dir, size, 4);
        le(&dir, size, 2);
        le(&dir, 0, 4);
        le(&dir, 0, 8);
        le(&dir, at, 4);
        buf_c(&dir, names[i]);
    }
    uint32_t start = (uint32_t)b.n;
    buf_str(&b, buf_view(&dir));
    buf_add(&b, "PK\x05\x06\0\0\0\0", 8);
    le(&b, (uint32_t)n, 2);
    le(&b, (uint32_t)n, 2);
    le(&b, (uint32_t)dir.n, 4);
    le(&b, start, 4);
    le(&b, 0, 2);
    buf_c(&b, behind);
    return buf_view(&b);
}

static const char *const docx_names[] = {"[Content_Types].xml", "_rels/.rels", "word/document.xml",
                                         "word/vbaProject.bin"};

static struct str pdf(struct arena *a, const char *objects, const char *behind)
{
    return str_printf(
        a,
        "%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n1 0 obj\n%s\nendobj\nxref\n0 1\ntrailer\n<</Root 1 0 R>>\nstartxref\n"
        "42\n%%%%EOF\n%s",
        objects, behind);
}

/* ---- pictures ---- */

static void photos_lose_everything_but_the_picture_and_which_way_up(void **state)
{
    struct arena *a = *state;
    static const char *const private_words[] = {"GPS",     "Aigul",     "xmpmeta", "Photoshop",
                                                "someone", "thumbnail", "secret"};
    for (int little = 0; little < 2; little++) {
        struct str before = jpeg(a, exif(a, little, 6), frame, "PK secret archive behind the end");
        struct document d = assert_taken(a, "IMG_0001.JPG", before, "image/jpeg");
        for (size_t i = 0; i < sizeof private_words / sizeof private_words[0]; i++)
            assert_int_equal(str_find_str(d.bytes, str_c(private_words[i])), SIZE_MAX);
        static const char *const kept[] = {"JFIF",    "ICC_PROFILE", "quantisation",
                                           "huffman", "restart",     "last\xff\xd9"};
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
            assert_int_not_equal(str_find_str(d.bytes, str_c(kept[i])), SIZE_MAX);
        assert_true(str_ends(d.bytes, S("last\xff\xd9")));
        /* The rewritten file is a photo again, turned the same way, and is left as it is. */
        struct document again = assert_taken(a, "x.jpg", d.bytes, "image/jpeg");
        assert_true(str_eq(again.bytes, d.bytes));
        size_t at = str_find_str(d.bytes, S("Exif"));
        assert_int_not_equal(at, SIZE_MAX);
        assert_int_equal((unsigned char)d.bytes.p[at + 25], 6);
    }
}

static void a_photo_that_lies_right_gets_no_block(void **state)
{
    struct arena *a = *state;
    struct document d = assert_taken(a, "a.jpg", jpeg(a, exif(a, true, 1), frame, ""), "image/jpeg");
    assert_int_equal(str_find_str(d.bytes, S("Exif")), SIZE_MAX);
    d = assert_taken(a, "a.jpg", jpeg(a, exif(a, true, 77), frame, ""), "image/jpeg");
    assert_int_equal(str_find_str(d.bytes, S("Exif")), SIZE_MAX);
    d = assert_taken(a, "a.jpg", jpeg(a, S("Exif\0\0II"), frame, ""), "image/jpeg"); /* cut short */
    assert_int_equal(str_find_str(d.bytes, S("Exif")), SIZE_MAX);
    struct str far = str_dup(a, exif(a, true, 6)); /* its directory lies far outside */
    memset((char *)(uintptr_t)far.p + 10, 0xff, 4);
    (void)assert_taken(a, "a.jpg", jpeg(a, far, frame, ""), "image/jpeg");
}

static void drawings_keep_only_what_draws_them(void **state)
{
    struct arena *a = *state;
    static const char *const dropped[] = {"tEXt", "zTXt", "iTXt", "eXIf", "tIME", "fcTL", "iCCP", "prVt"};
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        struct document d = assert_taken(a, "plan.png", png(a, 10, 20, dropped[i], "<script>"), "image/png");
        assert_int_equal(str_find_str(d.bytes, S("Aigul")), SIZE_MAX);
        assert_int_equal(str_find_str(d.bytes, S("script")), SIZE_MAX);
        assert_int_not_equal(str_find_str(d.bytes, S("gAMA")), SIZE_MAX);
        assert_int_not_equal(str_find_str(d.bytes, S("more pixels")), SIZE_MAX);
        struct document again = assert_taken(a, "plan.png", d.bytes, "image/png");
        assert_true(str_eq(again.bytes, d.bytes));
    }
}

static void pictures_beyond_the_bounds_are_refused(void **state)
{
    struct arena *a = *state;
    assert_refused(a, "big.png", png(a, 20000, 20000, NULL, ""), "DOCUMENT_PIXELS");
    assert_refused(a, "wide.png", png(a, 4000000000u, 1, NULL, ""), "DOCUMENT_PIXELS");
    assert_refused(a, "big.jpg", jpeg(a, S(""), S("\x08\x4e\x20\x4e\x20\x01\x01\x11\x00"), ""),
                   "DOCUMENT_PIXELS");
    assert_refused(a, "flat.png", png(a, 0, 5, NULL, ""), "DOCUMENT_BROKEN");
    assert_refused(a, "flat.jpg", jpeg(a, S(""), S("\x08\x00\x00\x00\x20\x01\x01\x11\x00"), ""),
                   "DOCUMENT_BROKEN");
    (void)assert_taken(a, "phone.png", png(a, 8160, 6144, NULL, ""), "image/png");
}

static void every_cut_of_a_picture_is_refused(void **state)
{
    struct arena *a = *state;
    struct str j = jpeg(a, exif(a, false, 3), frame, "");
    struct str p = png(a, 10, 20, "tEXt", "");
    struct document d;
    for (size_t n = 1; n < j.n; n++) {
        struct arena_mark mark = arena_mark(a);
        struct str cut = str_dup(a, str_slice(j, 0, n)); /* a copy of its own: reading past it is seen */
        assert_false(check(a, "x.jpg", cut, &d).allowed);
        arena_rewind(a, mark);
    }
    for (size_t n = 1; n < p.n; n++) {
        struct arena_mark mark = arena_mark(a);
        struct str cut = str_dup(a, str_slice(p, 0, n));
        assert_false(check(a, "x.png", cut, &d).allowed);
        arena_rewind(a, mark);
    }
}

/* Bytes changed by chance: no crash, and what is let in holds nothing private. */
static void damaged_pictures_are_survived(void **state)
{
    struct arena *a = *state;
    uint64_t seed = 7;
    struct str originals[] = {jpeg(a, exif(a, true, 6), frame, ""), png(a, 10, 20, "tEXt", ""),
                              zip(a, docx_names, 3, "", ""), pdf(a, "<</Type/Catalog>>", "")};
    for (int round = 0; round < 20000; round++) {
        struct arena_mark mark = arena_mark(a);
        struct str s = str_dup(a, originals[round % 4]);
        for (int k = 0; k < 3; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            ((char *)(uintptr_t)s.p)[(seed >> 33) % s.n] = (char)(seed >> 20);
        }
        struct document d;
        struct verdict v = check(a, "x", s, &d);
        assert_true(v.allowed || v.code);
        arena_rewind(a, mark);
    }
}

/* ---- documents ---- */

static void documents_of_the_allow_list_come_in(void **state)
{
    struct arena *a = *state;
    struct document d = assert_taken(a, "хат.pdf", pdf(a, "<</Type/Catalog>>", ""), "application/pdf");
    assert_str(d.name, "хат.pdf");
    d = assert_taken(a, "arız.docx", zip(a, docx_names, 3, "", ""),
                     "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    assert_str(d.name, "arız.docx");
    d = assert_taken(a, "жазба", S("Сәлеметсіз бе!\r\n\tЖол туралы.\n"), "text/plain; charset=utf-8");
    assert_str(d.name, "жазба.txt");
    d = assert_taken(a, "Өтініш № 5.2", S("Сәлем"), "text/plain; charset=utf-8"); /* a number, no extension */
    assert_str(d.name, "Өтініш № 5.2.txt");
    struct str longer = str_printf(a, "%0150d.txt", 1); /* its extension is not lost with the cut */
    d = assert_taken(a, longer.p, S("Сәлем"), "text/plain; charset=utf-8");
    assert_true(d.name.n < 120 && str_ends(d.name, S("0.txt")));
    /* A test text of virus scanners, and markup under a plain name, are text: handed out as text, never
     * shown. */
    (void)assert_taken(a, "eicar.txt",
                       S("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"),
                       "text/plain; charset=utf-8");
    (void)assert_taken(a, "page.txt", S("<html><script>alert(1)</script></html>"),
                       "text/plain; charset=utf-8");
}

static void the_bytes_decide_and_not_the_name(void **state)
{
    struct arena *a = *state;
    struct document d = assert_taken(a, "letter.exe", pdf(a, "<</Type/Catalog>>", ""), "application/pdf");
    assert_str(d.name, "letter.exe.pdf");
    d = assert_taken(a, "photo.pdf", jpeg(a, S(""), frame, ""), "image/jpeg");
    assert_str(d.name, "photo.pdf.jpg");
    d = assert_taken(a, "PHOTO.JPEG", jpeg(a, S(""), frame, ""), "image/jpeg");
    assert_str(d.name, "PHOTO.JPEG");
}

static void hostile_files_are_turned_away(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *name;
        struct str bytes;
        const char *code;
    } rows[] = {
        {"empty.pdf", STR(""), "DOCUMENT_EMPTY"},
        {"anim.gif", STR("GIF89a\1\0\1\0\0\0\0;"), "DOCUMENT_TYPE"},
        {"drawing.svg", STR("<svg onload=alert(1) xmlns=\"http://www.w3.org/2000/svg\"/>"), "DOCUMENT_TYPE"},
        {"page.html", STR("<html>hello</html>"), "DOCUMENT_TYPE"},
        {"page.htm.", STR("<html>hello</html>"), "DOCUMENT_TYPE"},
        {"x.xml", STR("<?xml version=\"1.0\"?><a/>"), "DOCUMENT_TYPE"},
        {"run.bat", STR("del *.*"), "DOCUMENT_TYPE"},
        {"run.js", STR("alert(1)"), "DOCUMENT_TYPE"},
        {"letter.rtf", STR("{\\rtf1 hello}"), "DOCUMENT_TYPE"},
        {"eicar.com", STR("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"), "DOCUMENT_TYPE"},
        {"old.doc", STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"), "DOCUMENT_TYPE"},
        {"program.pdf", STR("MZ\x90\0\3\0\0\0"), "DOCUMENT_TYPE"},
        {"binary.txt", STR("text\0with a NUL"), "DOCUMENT_TYPE"},
        {"latin1.txt", STR("caf\xe9"), "DOCUMENT_TYPE"},
        {"escape.txt", STR("\x1b]0;title\x07"), "DOCUMENT_TYPE"},
        {"utf16.txt", STR("\xff\xfet\0e\0"), "DOCUMENT_TYPE"},
        {"late.pdf", STR("\n%PDF-1.4\n%%EOF"), "DOCUMENT_TYPE"}, /* text under another name */
        {"cut.pdf",
         STR("%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj and here the connection broke off, sadly"),
         "DOCUMENT_BROKEN"},
        {"short.pdf", STR("%PDF-"), "DOCUMENT_BROKEN"},
        {"cut.jpg", STR("\xff\xd8\xff\xe0\0\x10JFIF"), "DOCUMENT_BROKEN"},
        {"start.jpg", STR("\xff\xd8\xff"), "DOCUMENT_BROKEN"},
        {"start.png", STR("\x89PNG\r\n\x1a\n"), "DOCUMENT_BROKEN"},
        {"start.docx", STR("PK\3\4"), "DOCUMENT_BROKEN"},
        {"empty.zip", STR("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "DOCUMENT_TYPE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_refused(a, rows[i].name, rows[i].bytes, rows[i].code);
}

static void pdfs_that_act_are_turned_away(void **state)
{
    struct arena *a = *state;
    static const char *const objects[] = {
        "<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        "<</S/Launch/F(cmd.exe)>>",
        "<</S /J#61vaScript>>", /* the same name in disguise */
        "<</#4a#53 (x)>>",
        "<</Type/EmbeddedFile>>",
        "<</AcroForm<</XFA[(x)]>>>>",
        "<</S/SubmitForm>>",
        "<</Subtype/RichMedia>>",
    };
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        assert_refused(a, "form.pdf", pdf(a, objects[i], ""), "DOCUMENT_ACTIVE");
    /* Words in pictures and fonts are no names, and longer names are other names. */
    (void)assert_taken(a, "a.pdf", pdf(a, "<</Length 9>>\nstream\n/JS /Launch\nendstream", ""),
                       "application/pdf");
    (void)assert_taken(a, "a.pdf", pdf(a, "<</JSomething 1/LaunchX 2>>", ""), "application/pdf");
    /* Two files in one. */
    struct str archive = zip(a, docx_names, 3, "", "");
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    buf_str(&b, pdf(a, "<</Type/Catalog>>", ""));
    buf_str(&b, archive);
    assert_refused(a, "both.pdf", buf_view(&b), "DOCUMENT_BROKEN");
}

static void archives_that_are_no_quiet_documents_are_turned_away(void **state)
{
    struct arena *a = *state;
    static const char *const other[] = {"a.txt", "b.txt"};
    static const char *const climbing[] = {"[Content_Types].xml", "word/document.xml", "../../etc/passwd"};
    assert_refused(a, "macro.docx", zip(a, docx_names, 4, "", ""), "DOCUMENT_ACTIVE");
    assert_refused(a, "climb.docx", zip(a, climbing, 3, "", ""), "DOCUMENT_ACTIVE");
    assert_refused(a, "files.zip", zip(a, other, 2, "", ""), "DOCUMENT_BROKEN");
    assert_refused(a, "sheet.xlsx", zip(a, docx_names, 2, "", ""), "DOCUMENT_BROKEN");
    assert_refused(a, "tail.docx", zip(a, docx_names, 3, "", "more behind"), "DOCUMENT_BROKEN");
    struct str whole = zip(a, docx_names, 3, "", "");
    struct document d;
    for (size_t n = 4; n < whole.n; n += 3)
        assert_false(check(a, "x.docx", str_dup(a, str_slice(whole, 0, n)), &d).allowed);
}

static void size_is_bounded_before_anything_is_read(void **state)
{
    struct arena *a = *state;
    struct document d;
    char *p = arena_alloc(a, 3 * ARENA_MIB);
    memset(p, 'x', 3 * ARENA_MIB);
    struct verdict v =
        document_check(a, S("a.txt"), (struct str){p, 3 * ARENA_MIB}, 2 * (int64_t)ARENA_MIB, &d);
    assert_string_equal(v.code, "DOCUMENT_TOO_LARGE");
    assert_str(v.facts[0].value, "3");
    assert_str(v.facts[1].value, "2");
    assert_true(
        document_check(a, S("a.txt"), (struct str){p, 2 * ARENA_MIB}, 2 * (int64_t)ARENA_MIB, &d).allowed);
}

/* ---- names ---- */

static void names_are_cleaned(void **state)
{
    struct arena *a = *state;
    static const struct {
        struct str name;
        const char *clean;
    } rows[] = {
        {STR("../../etc/passwd"), "passwd.txt"},
        {STR("..\\..\\boot.ini"), "boot.ini.txt"},
        {STR("C:\\Users\\Aigul\\Desktop\\хат.txt"), "хат.txt"},
        {STR("a\r\nSet-Cookie: x=1.txt"), "aSet-Cookie_ x=1.txt"},
        {STR("exe.\xe2\x80\xae" "txt.gpj"), "exe.txt.gpj.txt"}, /* U+202E turns the rest around */
        {STR("in\xe2\x80\x8bvisible.txt"), "invisible.txt"},
        {STR("  two   blanks\xc2\xa0.txt  "), "two blanks.txt"},
        {STR(""), "file.txt"},
        {STR("..."), "file.txt"},
        {STR("/"), "file.txt"},
        {STR(".htaccess"), "htaccess.txt"},
        {STR("trailing. . ."), "trailing.txt"},
        {STR("quote\"and<angle>.txt"), "quote_and_angle_.txt"},
        {STR("nul\0byte.txt"), "nulbyte.txt"},
        {STR("broken \xff\xfe.txt"), "broken __.txt"},
        {STR("NUL.txt"), "_NUL.txt"},
        {STR("com1.txt"), "_com1.txt"},
        {STR("command.txt"), "command.txt"},
        {STR("Өтініш № 5.2"), "Өтініш № 5.2.txt"},
        {STR("%2e%2e%2fx.txt"), "_2e_2e_2fx.txt"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_str(document_name(a, rows[i].name, DOCUMENT_TEXT), rows[i].clean);
}

static void names_are_bounded(void **state)
{
    struct arena *a = *state;
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    for (int i = 0; i < 20000; i++)
        buf_c(&b, "ұ");
    buf_c(&b, ".pdf");
    struct str name = document_name(a, buf_view(&b), DOCUMENT_PDF);
    assert_true(name.n <= 200);
    assert_true(str_is_utf8(name));
    assert_true(str_ends(name, S("ұ.pdf")));
    buf_clear(&b);
    for (int i = 0; i < 300; i++)
        buf_c(&b, "\xf0\x9f\x93\x84"); /* four bytes each */
    name = document_name(a, buf_view(&b), DOCUMENT_DOCX);
    assert_true(name.n <= 200 && str_is_utf8(name));
}

/* ---- storing ---- */

static void objects_are_stored_once_and_read_back_whole(void **state)
{
    struct arena *a = *state;
    char dir[] = "/tmp/law-objects-XXXXXX";
    struct str back;
    struct stat st;
    assert_non_null(mkdtemp(dir));
    struct document d = assert_taken(a, "a.txt", S("a letter"), "text/plain; charset=utf-8");
    assert_null(document_put(a, str_c(dir), &d));
    assert_null(document_put(a, str_c(dir), &d));
    char *path = document_path(a, str_c(dir), d.hash);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(strlen(path), strlen(dir) + 1 + 2 + 1 + 62);
    assert_null(document_get(a, str_c(dir), d.hash, LIMIT, &back));
    assert_true(str_eq(back, d.bytes));

    struct err *e = document_get(a, str_c(dir), d.hash, 3, &back); /* larger than its row says */
    assert_non_null(e);
    assert_int_equal(e->code, ERR_LIMIT);
    uint8_t other[32] = {1};
    e = document_get(a, str_c(dir), other, LIMIT, &back);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_NOT_FOUND);

    assert_null(file_write(a, path, S("a lettre"), 0600)); /* a rotten bit */
    e = document_get(a, str_c(dir), d.hash, LIMIT, &back);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CORRUPT);
    assert_null(document_put(a, str_c(dir), &d)); /* the same letter comes again and mends it */
    assert_null(document_get(a, str_c(dir), d.hash, LIMIT, &back));

    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(str_printf(a, "%.*s", (int)(strrchr(path, '/') - path), path).p), 0);
    assert_int_equal(rmdir(dir), 0); /* nothing temporary was left */
    e = document_put(a, S("/nowhere/objects"), &d);
    assert_non_null(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(photos_lose_everything_but_the_picture_and_which_way_up),
        TEST(a_photo_that_lies_right_gets_no_block),
        TEST(drawings_keep_only_what_draws_them),
        TEST(pictures_beyond_the_bounds_are_refused),
        TEST(every_cut_of_a_picture_is_refused),
        TEST(damaged_pictures_are_survived),
        TEST(documents_of_the_allow_list_come_in),
        TEST(the_bytes_decide_and_not_the_name),
        TEST(hostile_files_are_turned_away),
        TEST(pdfs_that_act_are_turned_away),
        TEST(archives_that_are_no_quiet_documents_are_turned_away),
        TEST(size_is_bounded_before_anything_is_read),
        TEST(names_are_cleaned),
        TEST(names_are_bounded),
        TEST(objects_are_stored_once_and_read_back_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
