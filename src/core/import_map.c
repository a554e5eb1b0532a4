/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_map.c - which column of a file is which field: by its name, or as --map says.
 *
 * A name that is not known is answered with the nearest one: most of what goes wrong with a mapping is a letter.
 */
#include "core/import_private.h"

#include "base/fold.h"
#include "base/json.h"

/* == nearest names == */

size_t import_distance(struct str a, struct str b)
{
    enum { MAX = 48 };
    size_t row[MAX + 1];
    a = str_slice(a, 0, MAX);
    b = str_slice(b, 0, MAX);
    for (size_t k = 0; k <= b.n; k++)
        row[k] = k;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            size_t best = diagonal + (a.p[i - 1] == b.p[k - 1] ? 0 : 1);
            diagonal = row[k];
            best = row[k] + 1 < best ? row[k] + 1 : best;
            row[k] = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
        }
    }
    return row[b.n];
}

struct nearest {
    struct str word;
    size_t distance;
};

static void consider(struct arena *a, struct nearest *n, struct str wanted, struct str candidate)
{
    size_t d = import_distance(fold(a, wanted), fold(a, candidate));
    if (n->word.p && d >= n->distance)
        return;
    n->word = candidate;
    n->distance = d;
}

/* == names to places == */

static size_t find_field(const struct import_kind *kind, struct str name)
{
    for (size_t f = 0; f < kind->n_fields; f++)
        if (str_eq(str_c(kind->fields[f].name), name))
            return f;
    return NO_COLUMN;
}

static struct err *field_of(struct arena *a, const struct import_kind *kind, struct str name, const char *option,
                            size_t *ret_field)
{
    struct nearest n = {0};
    *ret_field = find_field(kind, name);
    if (*ret_field != NO_COLUMN)
        return NULL;
    for (size_t f = 0; f < kind->n_fields; f++)
        consider(a, &n, name, str_c(kind->fields[f].name));
    return ERR(a, ERR_INPUT, "%s: %s have no field \"%.*s\"; did you mean \"%.*s\"? `birge import %s --help` lists all",
               option, kind->noun, STR_FMT(name), STR_FMT(n.word), kind->noun);
}

/* "#3", or the name as the header says it; folded when nothing is equal. */
static struct err *column_of(struct arena *a, const struct import_map *m, struct str name, size_t *ret_column)
{
    struct nearest n = {0};
    int64_t place;
    size_t found = 0;
    if (str_starts(name, S("#")) && str_to_int64(str_slice(name, 1, name.n), &place) && place >= 1 &&
        place <= (int64_t)m->n_header) {
        *ret_column = (size_t)place - 1;
        return NULL;
    }
    for (size_t c = 0; c < m->n_header; c++) {
        if (!str_eq(fold(a, m->header[c]), fold(a, name)))
            continue;
        *ret_column = c;
        found++;
    }
    if (found == 1)
        return NULL;
    if (found > 1)
        return ERR(a, ERR_INPUT, "line 1: %zu columns are called \"%.*s\"; name the one you mean by its place, "
                   "#%zu for example", found, STR_FMT(name), *ret_column + 1);
    for (size_t c = 0; c < m->n_header; c++)
        consider(a, &n, name, m->header[c]);
    return ERR(a, ERR_INPUT, "--map: the file has no column \"%.*s\"; did you mean \"%.*s\"?", STR_FMT(name),
               STR_FMT(n.word));
}

/* == the options == */

/* The next "left=right" of a list; a comma in it is written \, */
static bool next_pair(struct arena *a, struct str *list, struct str *ret_left, struct str *ret_right)
{
    struct buf b;
    size_t i = 0;
    size_t equals = SIZE_MAX;
    if (!list->p || list->n == 0)
        return false;
    buf_init(&b, a, list->n + 1);
    for (; i < list->n && list->p[i] != ','; i++) {
        if (list->p[i] == '\\' && i + 1 < list->n)
            i++;
        else if (list->p[i] == '=')
            equals = b.n;
        buf_byte(&b, list->p[i]);
    }
    struct str pair = buf_view(&b);
    *list = str_slice(*list, i + 1, list->n);
    *ret_left = equals == SIZE_MAX ? pair : str_slice(pair, 0, equals);
    *ret_right = equals == SIZE_MAX ? (struct str){0} : str_slice(pair, equals + 1, pair.n);
    return true;
}

static struct err *read_map(struct arena *a, struct import_map *m, struct str list)
{
    struct str column;
    struct str field;
    while (next_pair(a, &list, &column, &field)) {
        size_t f;
        if (!field.p)
            return ERR(a, ERR_INPUT, "--map: \"%.*s\" is not column=field", STR_FMT(column));
        TRY(field_of(a, m->kind, str_trim(field), "--map", &f));
        if (m->column[f] != NO_COLUMN)
            return ERR(a, ERR_INPUT, "--map: two columns for field \"%.*s\"", STR_FMT(field));
        TRY(column_of(a, m, str_trim(column), &m->column[f]));
    }
    return NULL;
}

static struct err *read_set(struct arena *a, struct import_map *m, struct str list)
{
    struct str name;
    struct str value;
    while (next_pair(a, &list, &name, &value)) {
        size_t f;
        if (!value.p)
            return ERR(a, ERR_INPUT, "--set: \"%.*s\" is not field=value", STR_FMT(name));
        TRY(field_of(a, m->kind, str_trim(name), "--set", &f));
        if (m->column[f] != NO_COLUMN)
            return ERR(a, ERR_INPUT, "--set: field \"%.*s\" has a column already", STR_FMT(name));
        const char *why = import_parse(a, m, f, value, &m->constant[f]);
        if (why)
            return ERR(a, ERR_INPUT, "--set %.*s=%.*s: %s", STR_FMT(name), STR_FMT(value), why);
    }
    return NULL;
}

static struct err *read_html(struct arena *a, struct import_map *m, struct str list)
{
    struct str name;
    struct str none;
    while (next_pair(a, &list, &name, &none)) {
        size_t f;
        TRY(field_of(a, m->kind, str_trim(name), "--html", &f));
        m->is_html[f] = true;
    }
    return NULL;
}

/* Columns that --map does not name, and that are called like a field. */
static void map_by_name(struct arena *a, struct import_map *m)
{
    for (size_t c = 0; c < m->n_header; c++) {
        size_t f = find_field(m->kind, fold(a, m->header[c]));
        bool is_used = false;
        for (size_t k = 0; k < m->kind->n_fields; k++)
            is_used = is_used || m->column[k] == c;
        if (f != NO_COLUMN && m->column[f] == NO_COLUMN && !is_used && !m->constant[f].text.p)
            m->column[f] = c;
    }
}

static struct str header_line(struct arena *a, const struct import_map *m)
{
    struct buf b;
    buf_init(&b, a, 16 * ARENA_KIB);
    for (size_t c = 0; c < m->n_header; c++)
        buf_printf(&b, "%s%.*s", c > 0 ? ", " : "", STR_FMT(m->header[c]));
    return buf_view(&b);
}

static struct err *check_required(struct arena *a, const struct import_map *m)
{
    for (size_t f = 0; f < m->kind->n_fields; f++) {
        const struct import_field *field = &m->kind->fields[f];
        if (!field->is_required || m->column[f] != NO_COLUMN || m->constant[f].text.p)
            continue;
        struct str columns = header_line(a, m);
        return ERR(a, ERR_INPUT, "field \"%s\" (%s) has no column; say which one it is: --map COLUMN=%s, or the same for "
                   "all rows: --set %s=VALUE. The columns are: %.*s", field->name, field->about, field->name,
                   field->name,
                   STR_FMT(columns));
    }
    return NULL;
}

struct err *import_map_make(struct arena *a, const struct import_order *order, struct str *header, size_t n_header,
                            const struct zone *zone, struct import_map *ret_map)
{
    struct import_map *m = ret_map;
    MUST(order->kind->n_fields <= IMPORT_FIELDS);
    *m = (struct import_map){.kind = order->kind, .header = header, .n_header = n_header, .empty = order->empty,
                             .is_month_first = order->is_month_first, .zone = zone};
    for (size_t f = 0; f < IMPORT_FIELDS; f++)
        m->column[f] = NO_COLUMN;
    for (size_t c = 0; c < n_header; c++)
        if (!str_is_utf8(header[c]) || has_control(header[c]))
            return ERR(a, ERR_INPUT, "line 1: column %zu: its name is no text of one line", c + 1);
    TRY(read_html(a, m, order->html));
    TRY(read_map(a, m, order->map));
    TRY(read_set(a, m, order->set));
    map_by_name(a, m);
    return check_required(a, m);
}

struct str import_map_json(struct arena *a, const struct import_map *map)
{
    struct buf b;
    struct json j;
    buf_init(&b, a, 256 * ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    for (size_t c = 0; c < map->n_header; c++) {
        struct str field = {0};
        for (size_t f = 0; f < map->kind->n_fields; f++)
            if (map->column[f] == c)
                field = str_c(map->kind->fields[f].name);
        json_put_str(&j, str_to_c(a, map->header[c]), field);
    }
    json_object_end(&j);
    json_end(&j);
    return buf_view(&b);
}
