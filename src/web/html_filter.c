/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * html_filter.c - the filters of templates: dates, instants and numbers in the page's language and zone.
 *
 * How a language writes a value is i18n's affair. Here stands only what a page knows besides: its zone
 * and its "now".
 */
#include "base/clock.h"
#include "web/html.h"

static int32_t offset_min(const struct html *h, int64_t at)
{
    return h->zone ? zone_offset(h->zone, at) / 60 : 0;
}

static int32_t today(const struct html *h)
{
    int32_t ms_of_day;
    if (h->zone)
        return zone_day(h->zone, h->now, &ms_of_day);
    return (int32_t)((h->now - (h->now < 0 ? MS_PER_DAY - 1 : 0)) / MS_PER_DAY);
}

struct str html_f_date(struct html *h, int32_t day)
{
    return lang_date(h->a, h->lang, day);
}

struct str html_f_day(struct html *h, int32_t day)
{
    return lang_date_short(h->a, h->lang, day);
}

struct str html_f_isodate(struct html *h, int32_t day)
{
    return day_text(h->a, day);
}

struct str html_f_weekday(struct html *h, int32_t day)
{
    return lang_date_weekday(h->a, h->lang, day);
}

struct str html_f_in_days(struct html *h, int32_t day)
{
    return lang_in_days(h->a, h->lang, day - today(h));
}

struct str html_f_datetime(struct html *h, int64_t at)
{
    return lang_datetime(h->a, h->lang, at, offset_min(h, at));
}

struct str html_f_moment(struct html *h, int64_t at)
{
    return lang_datetime_short(h->a, h->lang, at, offset_min(h, at));
}

struct str html_f_isotime(struct html *h, int64_t at)
{
    return instant_text(h->a, at);
}

struct str html_f_number(struct html *h, int64_t v)
{
    return lang_int(h->a, h->lang, v);
}

struct str html_f_size(struct html *h, int64_t bytes)
{
    return lang_size(h->a, h->lang, bytes);
}

struct str html_f_percent(struct html *h, int64_t permille)
{
    return lang_permille(h->a, h->lang, permille);
}
