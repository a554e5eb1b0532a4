/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages.c - words, times and lines that all pages of the diary share.
 */
#include "institutions/diary/pages.h"

#include "base/clock.h"
#include "core/directory.h"

struct str diary_kind_text(struct page *p, const struct diary_version *v)
{
    struct str kind = pages_t_of(p, "diary.kind.", diary_kind_name(v->kind));
    if (v->form.n == 0)
        return kind;
    struct str form = pages_t_of(p, "diary.form.", v->form);
    return str_printf(p->a, "%.*s, %.*s", STR_FMT(kind), STR_FMT(form));
}

/* Minutes east of UTC in the zone of `v` at `at`; the realm's when the zone is gone from the system. */
static int32_t offset_of(struct page *p, const struct diary_version *v, int64_t at)
{
    struct zone *z;
    const struct zone *zone = p->site->tz;
    if (!str_eq(v->zone, p->site->zone) && !zone_open(p->a, v->zone, &z))
        zone = z;
    return zone_offset(zone, at) / 60;
}

struct str diary_clock(struct page *p, const struct diary_version *v, int64_t at)
{
    if (v->is_all_day)
        return S("");
    int64_t local = at / 60000 + offset_of(p, v, at);
    int64_t minutes = ((local % 1440) + 1440) % 1440;
    return str_printf(p->a, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

struct str diary_when_iso(struct arena *a, const struct diary_version *v)
{
    return v->is_all_day ? v->begins_on : instant_text(a, v->begins_at);
}

struct str diary_when_text(struct page *p, const struct diary_version *v)
{
    struct str first = pages_date(p, v->begins_on);
    struct str last = pages_date(p, v->ends_on);
    bool is_one_day = str_eq(v->begins_on, v->ends_on);
    struct str zone = v->is_all_day || str_eq(v->zone, p->site->zone)
                          ? S("")
                          : str_printf(p->a, " (%.*s)", STR_FMT(v->zone));
    if (v->is_all_day)
        return is_one_day ? first : str_printf(p->a, "%.*s – %.*s", STR_FMT(first), STR_FMT(last));
    struct str from = diary_clock(p, v, v->begins_at);
    struct str to = diary_clock(p, v, v->ends_at);
    if (is_one_day)
        return str_printf(p->a, "%.*s, %.*s–%.*s%.*s", STR_FMT(first), STR_FMT(from), STR_FMT(to), STR_FMT(zone));
    return str_printf(p->a, "%.*s, %.*s – %.*s, %.*s%.*s", STR_FMT(first), STR_FMT(from), STR_FMT(last), STR_FMT(to),
                      STR_FMT(zone));
}

struct str diary_place_text(struct page *p, const struct diary_version *v, const struct diary_words *w)
{
    if (v->country.n == 0)
        return w->place;
    if (w->place.n == 0)
        return v->country;
    return str_printf(p->a, "%.*s, %.*s", STR_FMT(w->place), STR_FMT(v->country));
}

const struct diary_words *diary_page_words(struct page *p, const struct diary_words words[LANG_N], struct str main_language,
                                           struct str *ret_lang)
{
    struct str language;
    const struct diary_words *w = diary_words_for(words, p->lang, main_language, &language);
    *ret_lang = str_eq(language, p->code) ? (struct str){0} : language;
    return w;
}

struct str diary_only_in(struct page *p, struct str lang)
{
    return lang.n > 0 ? pages_t_of(p, "diary.only_in.", lang) : (struct str){0};
}

struct core_view_tag diary_state_tag(struct page *p, enum diary_state state)
{
    static const char *const kinds[N_DIARY_STATES] = {"blue", "teal", "green", "red", "yellow"};
    if (state == DIARY_PUBLISHED)
        return (struct core_view_tag){0};
    return (struct core_view_tag){.text = pages_t_of(p, "diary.state.", diary_state_name(state)),
                                  .kind = str_c(kinds[state])};
}

struct diary_line diary_line_of(struct page *p, const struct diary_shown *s)
{
    struct str lang;
    const struct diary_words *w = diary_page_words(p, s->version.words, s->version.language, &lang);
    struct core_view_tag tag = diary_state_tag(p, s->row.state);
    return (struct diary_line){
        .when = diary_when_text(p, &s->version),
        .when_iso = diary_when_iso(p->a, &s->version),
        .title = w->title,
        .lang = lang,
        .href = page_href(p->req, "/diary/entries/%.*s", STR_FMT(s->row.code)),
        .only_in = diary_only_in(p, lang),
        .kind = diary_kind_text(p, &s->version),
        .place = diary_place_text(p, &s->version, w),
        .state = tag.text,
        .state_kind = tag.kind,
    };
}

size_t diary_groups(struct page *p, const struct diary_participant *all, size_t n, const struct diary_group **ret_groups)
{
    struct diary_group *groups = ARENA_ARRAY(p->a, N_DIARY_WHO, struct diary_group);
    size_t n_groups = 0;
    for (enum diary_who who = 0; who < N_DIARY_WHO; who++) {
        struct core_row *rows = ARENA_ARRAY(p->a, n, struct core_row);
        size_t n_rows = 0;
        for (size_t i = 0; i < n; i++)
            if (all[i].who == who && all[i].to_version == 0)
                rows[n_rows++] = (struct core_row){.key = all[i].name, .value = all[i].post};
        if (n_rows > 0)
            groups[n_groups++] = (struct diary_group){.title = pages_t_of(p, "diary.who.", diary_who_name(who)),
                                                      .rows = rows, .n_rows = n_rows};
    }
    *ret_groups = groups;
    return n_groups;
}

struct str diary_office_text(struct page *p, int64_t office_id)
{
    const struct office *o = directory_office(p->directory, office_id);
    struct str title = pages_office(p, office_id);
    struct str body = o ? pages_body(p, o->body_id) : S("");
    return str_printf(p->a, "%.*s%s%.*s", STR_FMT(title), body.n ? ", " : "", STR_FMT(body));
}

size_t diary_options(struct page *p, const char *const *values, const char *prefix, struct str chosen,
                     const struct core_option **ret)
{
    size_t n = 0;
    while (values[n])
        n++;
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct core_option){.value = str_c(values[i]), .label = pages_t_of(p, prefix, str_c(values[i])),
                                          .checked = str_eq(str_c(values[i]), chosen)};
    *ret = options;
    return n;
}

struct err *diary_office_options(struct page *p, int64_t chosen, const struct core_option **ret_options, size_t *ret_n,
                                 int64_t *ret_first)
{
    int64_t *ids;
    size_t n;
    TRY(diary_store_offices(p->a, p->loop->read, p->site->realm, &ids, &n));
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct core_option){.value = str_printf(p->a, "%lld", (long long)ids[i]),
                                          .label = diary_office_text(p, ids[i]), .checked = ids[i] == chosen};
    *ret_options = options;
    *ret_n = n > 1 ? n : 0;
    *ret_first = n > 0 ? ids[0] : 0;
    return NULL;
}

bool diary_month(struct arena *a, struct str month, struct str *ret_first, struct str *ret_last)
{
    int32_t first;
    if (month.n != 7 || !day_parse(str_printf(a, "%.*s-01", STR_FMT(month)), &first))
        return false;
    struct civil c = civil_from_day(first + 31);
    c.day = 1;
    *ret_first = day_text(a, first);
    *ret_last = day_text(a, civil_to_day(c) - 1);
    return true;
}

struct err *diary_layout(struct page *p, struct str title, struct core_view_layout *ret_layout)
{
    TRY(session_layout_public(p->req, title, ret_layout));
    ret_layout->width = CORE_WIDTH_FULL;
    return NULL;
}

struct err *diary_end(struct page *p, struct html *h)
{
    web_compress(p->req);
    return page_end(p->req, 200, h);
}
