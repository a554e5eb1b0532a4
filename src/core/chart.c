/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * chart.c - a chart's numbers as words, table and file; chart_svg.c draws them.
 */
#include "core/chart.h"

#include "core/csv.h"

#define FILE_MAX (4 * ARENA_MIB)

struct chart_value chart_share(struct chart_value part, struct chart_value whole)
{
    if (part.mark == CHART_HIDDEN || whole.mark == CHART_HIDDEN)
        return chart_hidden();
    if (part.mark == CHART_EMPTY || whole.mark == CHART_EMPTY || whole.n == 0)
        return chart_empty();
    return chart_known((part.n * 1000 + whole.n / 2) / whole.n);
}

struct str chart_text(struct arena *a, const struct lang *l, const struct chart *c, struct chart_value v)
{
    if (v.mark == CHART_EMPTY)
        return S("");
    if (v.mark == CHART_HIDDEN)
        return c->hidden;
    return c->unit == CHART_PERMILLE ? lang_permille(a, l, v.n) : lang_int(a, l, v.n);
}

void chart_table(struct arena *a, const struct lang *l, const struct chart *c, struct core_view_table *ret_table)
{
    struct core_column *columns = ARENA_ARRAY(a, c->n_series + 1, struct core_column);
    struct core_table_row *rows = ARENA_ARRAY(a, c->n_points, struct core_table_row);
    columns[0].title = c->point_title;
    for (size_t s = 0; s < c->n_series; s++)
        columns[s + 1] = (struct core_column){.title = c->series[s].name, .is_number = true};
    for (size_t p = 0; p < c->n_points; p++) {
        struct core_cell *cells = ARENA_ARRAY(a, c->n_series + 1, struct core_cell);
        cells[0] = (struct core_cell){.text = c->points[p].name, .href = c->points[p].href};
        for (size_t s = 0; s < c->n_series; s++)
            cells[s + 1] = (struct core_cell){
                .text = chart_text(a, l, c, c->values[p * c->n_series + s]), .is_number = true};
        rows[p] = (struct core_table_row){.cells = cells, .id = c->points[p].id};
    }
    *ret_table = (struct core_view_table){
        .caption = c->title,
        .caption_hidden = true,
        .columns = columns,
        .n_columns = c->n_series + 1,
        .rows = rows,
        .n_rows = c->n_points,
        .dense = true,
    };
}

struct str chart_csv(struct arena *a, const struct chart *c)
{
    struct buf b;
    struct csv out;
    buf_init(&b, a, FILE_MAX);
    csv_begin(&out, &b);
    csv_text(&out, c->point_code);
    for (size_t s = 0; s < c->n_series; s++)
        csv_text(&out, c->series[s].code);
    csv_line(&out);
    for (size_t p = 0; p < c->n_points; p++) {
        csv_text(&out, c->points[p].code);
        for (size_t s = 0; s < c->n_series; s++) {
            struct chart_value v = c->values[p * c->n_series + s];
            if (v.mark != CHART_KNOWN)
                csv_text(&out, v.mark == CHART_HIDDEN ? S("hidden") : S(""));
            else
                csv_fixed(&out, v.n, c->unit == CHART_PERMILLE ? 1 : 0);
        }
        csv_line(&out);
    }
    return buf_view(&b);
}

static bool has_hidden(const struct chart *c)
{
    for (size_t i = 0; i < c->n_points * c->n_series; i++)
        if (c->values[i].mark == CHART_HIDDEN)
            return true;
    return false;
}

void chart_view(struct arena *a, const struct lang *l, const struct chart *c, struct str csv_href,
                struct core_chart *ret_chart)
{
    static const struct str kinds[] = {STR("1"), STR("2"), STR("3"), STR("4")};
    MUST(c->n_series <= CHART_SERIES_MAX);
    struct core_chart_key *keys = ARENA_ARRAY(a, c->n_series + 1, struct core_chart_key);
    size_t n = 0;
    for (size_t s = 0; c->n_series > 1 && s < c->n_series; s++)
        keys[n++] = (struct core_chart_key){.name = c->series[s].name, .kind = kinds[s]};
    if (has_hidden(c))
        keys[n++] = (struct core_chart_key){.name = c->hidden, .kind = S("hidden")};
    *ret_chart = (struct core_chart){
        .id = c->id,
        .title = c->title,
        .wide = chart_svg(a, l, c, false),
        .narrow = chart_svg(a, l, c, true),
        .keys = keys,
        .n_keys = n,
        .csv_href = csv_href,
    };
    chart_table(a, l, c, &ret_chart->table);
}
