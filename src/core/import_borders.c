/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_borders.c - borders of places from GeoJSON: `birge import borders regions.geojson`.
 *
 * The file becomes a table of its features, so that rejects.csv says which of them were not taken and why; the rings
 * themselves stay in memory and do not go through the table. The table has their hash, so that another border under
 * the same name is another file.
 */
#include "core/import_kinds.h"

#include "base/hash.h"
#include "core/border_match.h"
#include "core/csv.h"

enum field { F_FEATURE, F_NAME, F_CODE, F_POINTS, F_HASH, F_PROBLEM, N_FIELDS };

static const struct import_field fields[N_FIELDS] = {
    [F_FEATURE] = {"feature", "its place in the file; filled, as all others", IMPORT_INT},
    [F_NAME] = {"name", "property name, shapeName, name_ru ...", IMPORT_LINE, .max = 200},
    [F_CODE] = {"code", "property code or kato: of the classifier; goes before the name", IMPORT_LINE, .max = 200},
    [F_POINTS] = {"points", "how many its border has", IMPORT_INT},
    [F_HASH] = {"hash", "SHA-256 of its border", IMPORT_LINE, .max = 64},
    [F_PROBLEM] = {"problem", "why it cannot be read", IMPORT_LINE, .max = 400},
};

struct borders_state {
    struct border_file file;
    struct border_matcher *matcher;
    int64_t *places; /* of the features; 0: none yet */
};

/* == the table == */

static struct str hash_of(struct arena *a, const struct border *b)
{
    static const char digits[] = "0123456789abcdef";
    struct str bytes = border_bytes(a, b);
    struct hash h = hash_parts(&bytes, 1);
    struct str raw = hash_str(&h);
    char *hex = arena_alloc(a, 2 * raw.n);
    for (size_t i = 0; i < raw.n; i++) {
        hex[2 * i] = digits[(unsigned char)raw.p[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)raw.p[i] & 15];
    }
    return (struct str){hex, 2 * raw.n};
}

static void put_row(struct arena *a, struct buf *b, const struct border_feature *f, size_t no)
{
    csv_put(b, true, str_printf(a, "%zu", no + 1));
    csv_put(b, false, f->n_names > 0 ? f->names[0] : S(""));
    csv_put(b, false, f->code);
    csv_put(b, false, str_printf(a, "%zu", f->n_points));
    csv_put(b, false, f->problem ? S("") : hash_of(a, &f->border));
    csv_put(b, false, str_c(f->problem ? f->problem : ""));
    csv_put_end(b);
}

static struct err *convert(struct import *i, struct str bytes, struct str *ret_csv)
{
    struct arena *a = import_arena(i);
    struct borders_state *s = ARENA_NEW(a, struct borders_state);
    struct buf b;
    *s = (struct borders_state){0};
    TRY(geojson_read(a, bytes, &s->file));
    s->places = ARENA_ARRAY(a, s->file.n, int64_t);
    buf_init(&b, a, 64 * ARENA_MIB);
    for (size_t f = 0; f < N_FIELDS; f++)
        csv_put(&b, f == 0, str_c(fields[f].name));
    csv_put_end(&b);
    for (size_t k = 0; k < s->file.n; k++)
        put_row(a, &b, &s->file.features[k], k);
    TRY(buf_check(&b, "the table of the features"));
    import_set_state(i, s);
    *ret_csv = buf_view(&b);
    return NULL;
}

/* == rows == */

static struct err *begin(struct import *i)
{
    if (!import_state(i))
        return ERR(import_arena(i), ERR_INPUT, "expected borders as GeoJSON in a file whose name ends in .geojson");
    return NULL;
}

/* Two features for one place: the first counts. The number of the first, from 1, or 0. */
static size_t taken_by(const struct borders_state *s, size_t no, int64_t place_id)
{
    for (size_t k = 0; k < no; k++)
        if (s->places[k] == place_id)
            return k + 1;
    return 0;
}

static struct err *prepare_row(struct import_job *job, struct import_row *row, struct borders_state *s)
{
    struct site *site = import_site(job->import);
    size_t no = (size_t)row->v[F_FEATURE].i - 1;
    if (no >= s->file.n) {
        import_reject(job, row, F_FEATURE, "expected a number of the file; fields of borders are not set by hand");
        return NULL;
    }
    struct border_feature *f = &s->file.features[no];
    struct str name = f->n_names > 0 ? f->names[0] : f->code.n > 0 ? f->code : S("a feature without a name");
    const char *why = f->problem;
    struct str bytes;
    bool has;
    bool is_same;
    int64_t place_id = why ? 0 : border_match(job->a, s->matcher, f, &why);
    size_t first = place_id ? taken_by(s, no, place_id) : 0;
    if (first > 0)
        why = str_printf(job->a, "feature %zu has the border of this place already; expected one for each", first).p;
    if (why) {
        import_reject(job, row, f->problem ? F_PROBLEM : F_NAME, "%.*s: %s", STR_FMT(name), why);
        return NULL;
    }
    s->places[no] = place_id;
    bytes = border_bytes(job->a, &f->border);
    TRY(border_compare(job->a, import_reader(job->import), site->realm, place_id, bytes,
                       import_source(job->import)->name, &has, &is_same));
    job->same += is_same;
    job->changed += has && !is_same;
    struct border *fewer = ARENA_NEW(job->a, struct border);
    struct border_item *item = ARENA_NEW(job->a, struct border_item);
    border_simplify(job->a, &f->border, fewer); /* here, and not while citizens wait for the writer */
    *item = (struct border_item){place_id, &f->border, fewer};
    row->prepared = item;
    return NULL;
}

static struct err *prepare(struct import_job *job)
{
    struct borders_state *s = import_state(job->import);
    if (!s->matcher)
        TRY(border_matcher_make(import_arena(job->import), import_reader(job->import), import_site(job->import)->realm,
                                &s->matcher));
    for (size_t k = 0; k < job->n; k++)
        TRY(prepare_row(job, &job->rows[k], s));
    return NULL;
}

static struct err *take(struct action *x, struct import_job *job)
{
    struct border_item *items = ARENA_ARRAY(x->a, job->n, struct border_item);
    struct borders_command c = {.items = items, .source = import_source(job->import)->name};
    void *before = x->command;
    for (size_t k = 0; k < job->n; k++)
        if (job->rows[k].prepared && !job->rows[k].rejected)
            items[c.n++] = *(const struct border_item *)job->rows[k].prepared;
    x->command = &c;
    struct err *e = borders_take(x);
    x->command = before;
    return e;
}

const struct import_kind core_import_borders = {
    .noun = "borders",
    .about = "Borders of places, for the map of figures: GeoJSON in WGS 84.",
    .example = "birge import borders borders.geojson --data /var/lib/birge",
    .fields = fields,
    .n_fields = N_FIELDS,
    .form = ".geojson",
    .form_max = GEOJSON_BYTES_MAX,
    .convert = convert,
    .begin = begin,
    .prepare = prepare,
    .take = take,
};
