/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border_test.c - borders: files that mean no good, names of others, stored and read back; at last those of a country
 * where its file is at hand.
 */
#include "core/tests/state.h"

#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "core/border_match.h"
#include "core/import_kinds.h"

#define SQUARE "[[[70,50],[72,50],[72,51],[70,51],[70,50]]]"
#define FEATURE(properties, type, coordinates)                                                                  \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":{\"type\":\"" type                       \
    "\",\"coordinates\":" coordinates "}}"
#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define POLYGON(coordinates) COLLECTION(FEATURE("\"name\":\"X\"", "Polygon", coordinates))

static struct border_file read_file(struct arena *a, const char *text)
{
    struct border_file f = {0};
    assert_ok(geojson_read(a, str_c(text), &f));
    return f;
}

/* == reading == */

static void borders_are_read(void **state)
{
    struct arena *a = *state;
    struct border_file f = read_file(a, "\xEF\xBB\xBF" COLLECTION(
        FEATURE("\"shapeName\":\" Дала\\nоблысы \",\"kato\":100000000,\"name_kk\":\"Дала\"", "Polygon", SQUARE) ","
        FEATURE("", "MultiPolygon", "[" SQUARE ",[[[1,2,300],[3,2],[3,4.0000016],[1,2]]]]")));
    assert_int_equal(f.n, 2);
    assert_int_equal(f.features[0].n_names, 2);
    assert_str(f.features[0].names[0], "Дала");
    assert_str(f.features[0].names[1], "Дала облысы");
    assert_str(f.features[0].code, "100000000");
    assert_null(f.features[0].problem);
    assert_int_equal(f.features[0].border.rings[0].points[2].x, 72000000);
    assert_int_equal(f.features[0].border.rings[0].points[2].y, 51000000);
    assert_int_equal(f.features[1].border.n, 2);
    assert_int_equal(f.features[1].n_points, 9);
    assert_int_equal(f.features[1].border.rings[1].points[2].y, 4000002);
    assert_int_equal(f.features[1].n_names, 0);
}

/* One bad feature costs itself alone, and says what was expected. */
static void a_bad_feature_is_told(void **state)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {POLYGON("[[[70,50],[72,50],[72,51],[70,51]]]"), "open"},
        {POLYGON("[[[70,50],[72,50],[70,50]]]"), "at least four"},
        {POLYGON("[[[70,50],[72,50],[70,50],[70,50]]]"), "encloses nothing"},
        {POLYGON("[[[70,50],[72,50],[72,\"51\"],[70,50]]]"), "[longitude, latitude]"},
        {POLYGON("[[[70,50],[72],[72,51],[70,50]]]"), "[longitude, latitude]"},
        {POLYGON("[[[70,50],[72,null],[72,51],[70,50]]]"), "[longitude, latitude]"},
        {POLYGON("[[[1,2],[3,4],[5,6,7,8,9],[1,2]]]"), "[longitude, latitude]"},
        {POLYGON("[[[70,50],[181,50],[72,51],[70,50]]]"), "longitude 181"},
        {POLYGON("[[[50,70],[50,92],[51,92],[50,70]]]"), "latitude 92"},
        {POLYGON("[[[1e300,50],[72,50],[72,51],[1e300,50]]]"), "longitude 1e+300"},
        {POLYGON("[[[-180.0001,50],[72,50],[72,51],[70,50]]]"), "longitude -180"},
        {POLYGON("[]"), "coordinates"},
        {POLYGON("[7]"), "at least four"},
        {POLYGON("[{}]"), "at least four"},
        {POLYGON("\"here\""), "coordinates"},
        {POLYGON("[[[[70,50]]]]"), "at least four"},
        {COLLECTION(FEATURE("", "MultiPolygon", "[7]")), "list of rings"},
        {COLLECTION(FEATURE("", "MultiPolygon", "[[]]")), "list of rings"},
        {COLLECTION(FEATURE("", "Point", "[70,50]")), "Polygon or MultiPolygon"},
        {COLLECTION("{\"type\":\"Feature\",\"geometry\":null}"), "Polygon or MultiPolygon"},
        {COLLECTION("7"), "type Feature"},
        {COLLECTION("null"), "type Feature"},
    };
    struct arena *a = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct border_file f = read_file(a, wrong[i].text);
        assert_int_equal(f.n, 1);
        if (!f.features[0].problem || !strstr(f.features[0].problem, wrong[i].why))
            fail_msg("%s: %s", wrong[i].text, f.features[0].problem ? f.features[0].problem : "taken");
        assert_int_equal(f.features[0].border.n, 0);
    }
    struct border_file f = read_file(a, COLLECTION("7," FEATURE("", "Polygon", SQUARE)));
    assert_non_null(f.features[0].problem);
    assert_null(f.features[1].problem);
}

static void refuse(struct arena *a, struct str text, enum err_code code, const char *why)
{
    struct border_file f;
    struct err *e = geojson_read(a, text, &f);
    assert_non_null(e);
    assert_int_equal(e->code, code);
    if (str_find_str(err_text(a, e), str_c(why)) == SIZE_MAX)
        fail_msg("%.*s, and not: %s", STR_FMT(err_text(a, e)), why);
}

static struct str repeated(struct arena *a, const char *what, size_t n)
{
    struct buf b;
    buf_init(&b, a, GEOJSON_BYTES_MAX + 1024);
    for (size_t i = 0; i < n; i++)
        buf_c(&b, what);
    return buf_view(&b);
}

/* What is wrong with the file as a whole; large ones are refused before they are parsed. */
static void a_bad_file_is_refused(void **state)
{
    struct arena *a = *state;
    refuse(a, S(""), ERR_INPUT, "line 1");
    refuse(a, (struct str){0}, ERR_INPUT, "JSON");
    refuse(a, S("{\"type\":\"FeatureCollection\",\n\"features\":["), ERR_INPUT, "line 2");
    refuse(a, S("{\"type\":\"FeatureCollection\",\"features\":[NaN]}"), ERR_INPUT, "JSON");
    refuse(a, S(POLYGON("[[[1e999,50]]]")), ERR_INPUT, "JSON");
    refuse(a, S("{\"type\":\"FeatureCollection\",\"type\":\"x\"}"), ERR_INPUT, "JSON");
    refuse(a, S("{\"type\":\"\xff\"}"), ERR_INPUT, "JSON");
    refuse(a, S("[]"), ERR_INPUT, "FeatureCollection");
    refuse(a, S("{\"type\":\"FeatureCollection\"}"), ERR_INPUT, "FeatureCollection");
    refuse(a, S("{\"type\":\"Topology\",\"features\":[]}"), ERR_INPUT, "FeatureCollection");
    refuse(a, S("{\"type\":\"FeatureCollection\",\"features\":[],\"crs\":{\"properties\":{\"name\":\"EPSG:3857\"}}}"),
           ERR_INPUT, "WGS 84");
    refuse(a, repeated(a, "[", 5000), ERR_INPUT, "JSON"); /* deeper than is read */
    refuse(a, repeated(a, "[", 700000), ERR_LIMIT, "500000 points");
    refuse(a, repeated(a, "{", 200000), ERR_LIMIT, "properties");
    refuse(a, repeated(a, "1,", 3100000), ERR_LIMIT, "properties");
    refuse(a, repeated(a, "\"[\\\"[\",", 200000), ERR_INPUT, "JSON"); /* brackets in strings cost nothing */
    refuse(a, (struct str){"", GEOJSON_BYTES_MAX + 1}, ERR_LIMIT, "at most");
}

/* == bytes and fewer points == */

static void stored_borders_are_read_back_or_not_at_all(void **state)
{
    struct arena *a = *state;
    struct border_file f = read_file(a, COLLECTION(FEATURE("", "MultiPolygon", "[" SQUARE "," SQUARE "]")));
    struct str bytes = border_bytes(a, &f.features[0].border);
    struct border b;
    assert_int_equal(bytes.n, 2 * (4 + 5 * 8));
    assert_true(border_read(a, bytes, &b));
    assert_int_equal(b.n, 2);
    assert_true(str_eq(border_bytes(a, &b), bytes));
    for (size_t n = 0; n < bytes.n; n++)
        assert_true(border_read(a, str_slice(bytes, 0, n), &b) == (n == 44));
    char wrong[44];
    memcpy(wrong, bytes.p, sizeof wrong);
    memset(wrong, 0xff, 4);
    assert_false(border_read(a, (struct str){wrong, sizeof wrong}, &b));
    memcpy(wrong, bytes.p, sizeof wrong);
    memset(wrong + 4, 0x7f, 4); /* a longitude of 2139 degrees */
    assert_false(border_read(a, (struct str){wrong, sizeof wrong}, &b));
}

/* A coast of many points keeps its shape; islands too small to see go, a lone one stays. */
static void a_border_gets_fewer_points(void **state)
{
    enum { N = 20001 };
    struct arena *a = *state;
    struct point *coast = ARENA_ARRAY(a, N, struct point);
    for (int i = 0; i < N - 1; i++) /* a square of 10 degrees with teeth of a hundredth */
        coast[i] = i < 10000 ? (struct point){1000 * i, i % 2 * 10000} : (struct point){1000 * (20000 - i), 10000000};
    coast[N - 1] = coast[0];
    static const struct point island[] = {{1, 1}, {5, 1}, {5, 5}, {1, 1}};
    struct border_ring rings[] = {{island, 4}, {coast, N}};
    struct border b = {rings, 2};
    struct border fewer;
    border_simplify(a, &b, &fewer);
    assert_int_equal(fewer.n, 1);
    assert_in_range(fewer.rings[0].n, 5, 60); /* ends of pieces stay */
    assert_memory_equal(&fewer.rings[0].points[0], &fewer.rings[0].points[fewer.rings[0].n - 1], sizeof(struct point));
    for (size_t i = 1; i < fewer.rings[0].n; i++)
        assert_memory_not_equal(&fewer.rings[0].points[i - 1], &fewer.rings[0].points[i], sizeof(struct point));
    b.n = 1;
    border_simplify(a, &b, &fewer);
    assert_int_equal(fewer.n, 1);
    assert_int_equal(fewer.rings[0].n, 4);
}

/* == names == */

#define ITEM(code, parent, kind, kk, ru, en) {STR(code), STR(parent), kind, {STR(kk), STR(ru), STR(en)}}
static const struct place_item places[] = {
    ITEM("19", "", PLACE_REGION, "Алматы облысы", "Алматинская область", "Almaty Region"),
    ITEM("75", "", PLACE_REGION, "Алматы қ.", "г.Алматы", "Almaty City"),
    ITEM("10", "", PLACE_REGION, "Абай облысы", "область Абай", "Abai Region"),
    ITEM("1950", "19", PLACE_DISTRICT, "Абай ауданы", "Абайский район", "Abai District"),
    ITEM("1951", "19", PLACE_DISTRICT, "Жаңа ауданы", "Новый район", ""),
    ITEM("7550", "75", PLACE_DISTRICT, "Жаңа ауданы", "Новый район", ""),
};
#define N_PLACES (sizeof places / sizeof places[0])

static void check_match(struct state *s, const struct border_matcher *m, const char *name, const char *code,
                        const char *expected)
{
    struct border_feature f = {.names = {str_c(name)}, .n_names = *name != 0, .code = str_c(code)};
    const char *why = NULL;
    int64_t id = border_match(s->a, m, &f, &why);
    struct place p = {0};
    bool found = false;
    if (id)
        assert_ok(place_load(s->a, s->read, 1, id, &p, &found));
    if (found ? !str_eq(p.code, str_c(expected)) : !why || !strstr(why, expected))
        fail_msg("%s %s: %.*s %s, and not %s", name, code, STR_FMT(p.code), why ? why : "", expected);
    assert_true(found == (why == NULL));
}

static void names_of_others_find_their_place(void **state)
{
    struct state *s = state_new(*state);
    struct border_matcher *m;
    assert_ok(border_matcher_make(s->a, s->read, 1, &m));
    check_match(s, m, "X", "", "import a territory first");
    struct places_command c = {.items = places, .n = N_PLACES};
    state_do(s, state_admin(s), places_take, &c);
    assert_ok(border_matcher_make(s->a, s->read, 1, &m));
    check_match(s, m, "Алматинская область", "", "19");
    check_match(s, m, "АЛМАТИНСКАЯ  ОБЛ.", "", "19");
    check_match(s, m, "алматинская", "", "19");
    check_match(s, m, "Алматы облысы", "", "19");
    check_match(s, m, "Almaty Province", "", "19");
    check_match(s, m, "г. Алматы", "", "75");
    check_match(s, m, "город Алматы", "", "75");
    check_match(s, m, "Алматы қаласы", "", "75");
    check_match(s, m, "Алматы", "", "2 places have this name");
    check_match(s, m, "Абай", "", "10"); /* the larger */
    check_match(s, m, "Абай ауданы", "", "1950");
    check_match(s, m, "Abai District", "", "1950");
    check_match(s, m, "Новый район", "", "2 places have this name");
    check_match(s, m, "Новый район", "7550", "7550"); /* a code goes before the name */
    check_match(s, m, "Алматинская область", "KZ-ALM", "19");
    check_match(s, m, "Алматинскя область", "", "the nearest: \"Алматинская область\" (19)");
    check_match(s, m, "", "", "expected a property");
    check_match(s, m, "область", "", "no place has this name");
}

/* == taking == */

static struct import_report import(struct state *s, const struct import_kind *kind, const char *path, const char *source,
                                   bool is_again, struct str *ret_rejects)
{
    struct import_report report = {0};
    FILE *in = fopen(path, "r");
    FILE *rejects = tmpfile();
    assert_non_null(in);
    assert_non_null(rejects);
    const char *slash = strrchr(path, '/');
    struct import_order order = {.kind = kind, .fd = fileno(in), .rejects_fd = fileno(rejects), .file = str_c(slash + 1),
                                 .source = str_c(source), .is_again = is_again,
                                 .map = kind == &core_import_borders ? (struct str){0} : S("kato=code,level=kind")};
    assert_ok(import_run(s->a, s->site, &order, &report));
    char *text = arena_alloc(s->a, 65536);
    ssize_t n = pread(fileno(rejects), text, 65536, 0);
    assert_true(n >= 0);
    *ret_rejects = (struct str){text, (size_t)n};
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(rejects), 0);
    return report;
}

static const char *file_with(struct state *s, const char *text)
{
    struct str path = str_printf(s->a, "%s/borders.geojson", s->dir);
    FILE *f = fopen(path.p, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return path.p;
}

static void good_features_are_taken_and_others_told(void **state)
{
    struct state *s = state_new(*state);
    struct places_command c = {.items = places, .n = N_PLACES};
    struct str rejects;
    state_do(s, state_admin(s), places_take, &c);
    const char *path = file_with(s, COLLECTION(
        FEATURE("\"name\":\"Алматинская область\"", "Polygon", SQUARE) ","
        FEATURE("\"name\":\"Almaty Region\"", "Polygon", SQUARE) ","
        FEATURE("\"name\":\"Алматинскя область\"", "Polygon", SQUARE) ","
        FEATURE("\"name\":\"г.Алматы\"", "Polygon", "[[[1,1],[2,2]]]") ","
        FEATURE("\"name\":\"Абай\"", "Polygon", "[[[1,1],[2,1],[2,2],[1,1]]]")));
    int64_t before = state_events(s);
    struct import_report r = import(s, &core_import_borders, path, "survey", false, &rejects);
    assert_int_equal(r.rows, 5);
    assert_int_equal(r.taken, 2);
    assert_int_equal(r.rejected, 3);
    assert_true(str_find_str(rejects, S("feature 1 has the border of this place")) != SIZE_MAX);
    assert_true(str_find_str(rejects, S("Алматинскя область: no place has this name")) != SIZE_MAX);
    assert_true(str_find_str(rejects, S("г.Алматы: ring 1: expected a list of at least four points")) != SIZE_MAX);
    assert_int_equal(state_events(s), before + 3); /* two borders and the import */
    struct border_drawn *drawn;
    size_t n;
    assert_ok(borders_below(s->a, s->read, 1, 0, 100, &drawn, &n));
    assert_int_equal(n, 2);
    assert_str(drawn[0].source, "survey");
    state_check_digest(s, S("border"), drawn[0].place_id);
    state_check_digest(s, S("border"), drawn[1].place_id);
    r = import(s, &core_import_borders, path, "survey", false, &rejects);
    assert_true(r.is_known);
    r = import(s, &core_import_borders, path, "survey", true, &rejects);
    assert_int_equal(r.same, 2);
    assert_int_equal(state_events(s), before + 4); /* nothing but the import */
    r = import(s, &core_import_borders, path, "another survey", true, &rejects);
    assert_int_equal(r.changed, 2);
    assert_int_equal(state_events(s), before + 7);
    state_check_digest(s, S("border"), drawn[0].place_id);
}

/* The same name with another line is another file; and only those who may change bodies take borders. */
static void another_border_is_taken(void **state)
{
    struct state *s = state_new(*state);
    struct places_command c = {.items = places, .n = N_PLACES};
    struct str rejects;
    state_do(s, state_admin(s), places_take, &c);
    const char *path = file_with(s, COLLECTION(FEATURE("\"code\":\"19\"", "Polygon", SQUARE)));
    assert_int_equal(import(s, &core_import_borders, path, NULL, false, &rejects).taken, 1);
    path = file_with(s, COLLECTION(FEATURE("\"code\":\"19\"", "Polygon", "[[[1,1],[2,1],[2,2],[1,1]]]")));
    assert_int_equal(import(s, &core_import_borders, path, NULL, false, &rejects).changed, 1);
    struct border_file f = read_file(s->a, COLLECTION(FEATURE("", "Polygon", SQUARE)));
    struct border_item item = {1, &f.features[0].border, NULL};
    struct borders_command take = {.items = &item, .n = 1, .source = S("survey")};
    state_refuse(s, state_staff(s->clerk, s->clerk_office, s->city, ROLE_REGISTRAR), borders_take, &take, "POLICY_ROLE");
}

/* == a country == */

static bool is_inside(const struct border *b, int32_t x, int32_t y)
{
    bool inside = false;
    for (size_t i = 0; i < b->n; i++)
        for (size_t k = 0; k + 1 < b->rings[i].n; k++) {
            struct point p = b->rings[i].points[k];
            struct point q = b->rings[i].points[k + 1];
            if ((p.y > y) != (q.y > y) && x < (double)(q.x - p.x) * (y - p.y) / (q.y - p.y) + p.x)
                inside = !inside;
        }
    return inside;
}

/* Source: kz-geo (16 polygons, as of before 2022, Russian names) with kz-kato (20 regions): all find their place, and a
 * capital lies within its region, also with fewer points. */
static void the_borders_of_a_country(void **state)
{
    static const char geo[] = SHARED_DIR "/data/kz-geo/geoBoundaries-KAZ-ADM1.geojson";
    struct state *s = state_new(*state);
    struct str rejects;
    if (access(geo, R_OK) != 0)
        skip(); /* the file is not part of the repository */
    assert_int_equal(import(s, &core_import_territory, SHARED_DIR "/data/kz-kato/kato.csv", NULL, false, &rejects).taken,
                     15594);
    struct import_report r = import(s, &core_import_borders, geo, "geoBoundaries", false, &rejects);
    assert_int_equal(r.rows, 16);
    assert_int_equal(r.taken, 16);
    assert_int_equal(r.rejected, 0);
    struct border_drawn *drawn;
    size_t n;
    size_t points = 0;
    struct place aktobe;
    bool found;
    assert_ok(borders_below(s->a, s->read, 1, 0, 100, &drawn, &n));
    assert_int_equal(n, 16);
    assert_ok(place_by_code(s->a, s->read, 1, S("150000000"), &aktobe, &found));
    for (size_t i = 0; i < n; i++) {
        assert_true(is_inside(&drawn[i].border, 57167000, 50283000) == (drawn[i].place_id == aktobe.id));
        for (size_t k = 0; k < drawn[i].border.n; k++)
            points += drawn[i].border.rings[k].n;
    }
    assert_in_range(points, 1000, 8000); /* of 68,980 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(borders_are_read),
        TEST(a_bad_feature_is_told),
        TEST(a_bad_file_is_refused),
        TEST(stored_borders_are_read_back_or_not_at_all),
        TEST(a_border_gets_fewer_points),
        TEST(names_of_others_find_their_place),
        TEST(good_features_are_taken_and_others_told),
        TEST(another_border_is_taken),
        TEST(the_borders_of_a_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
