/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ics_write.c - entries as iCalendar. libical escapes and folds.
 *
 * Offsets come from base/clock, so that calendars and pages never disagree; a VTIMEZONE names each change of offset
 * between the first and the last event.
 *
 * Source: RFC 5545, sections 3.1, 3.6.1, 3.6.5, 3.8.
 */
#include "institutions/diary/ics.h"

#include <libical/ical.h>

#define TEXT_MAX (8 * ARENA_MIB)
#define ZONES_MAX 60

static struct icaltimetype utc(int64_t at)
{
    return icaltime_from_timet_with_zone((time_t)(at / 1000), 0, icaltimezone_get_utc_timezone());
}

/* A local time, or a date, without a zone of libical's: the property says TZID itself. */
static struct icaltimetype local(int64_t at, int32_t offset)
{
    struct icaltimetype t = icaltime_from_timet_with_zone((time_t)(at / 1000 + offset), 0, NULL);
    t.zone = NULL;
    return t;
}

static struct icaltimetype date(int32_t day)
{
    struct civil c = civil_from_day(day);
    struct icaltimetype t = icaltime_null_date();
    t.year = c.year;
    t.month = c.month;
    t.day = c.day;
    return t;
}

static void add_text(icalcomponent *c, icalproperty *p, struct str language)
{
    if (language.n == 2) {
        char code[3] = {language.p[0], language.p[1], '\0'};
        icalproperty_add_parameter(p, icalparameter_new_language(code));
    }
    icalcomponent_add_property(c, p);
}

/* ---- zones ---- */

static void add_observance(icalcomponent *vtimezone, int64_t at, int32_t from, int32_t to)
{
    icalcomponent *c = icalcomponent_new(ICAL_XSTANDARD_COMPONENT);
    icalcomponent_add_property(c, icalproperty_new_dtstart(local(at, from)));
    icalcomponent_add_property(c, icalproperty_new_tzoffsetfrom(from));
    icalcomponent_add_property(c, icalproperty_new_tzoffsetto(to));
    icalcomponent_add_component(vtimezone, c);
}

/* The instant of the change between two instants with different offsets, to the second. */
static int64_t change_between(const struct zone *z, int64_t low, int64_t high)
{
    int32_t before = zone_offset(z, low);
    while (high - low > 1000) {
        int64_t middle = low + (high - low) / 2000 * 1000;
        if (zone_offset(z, middle) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static struct err *add_zone(struct arena *a, icalcomponent *calendar, struct str name, int64_t first, int64_t last)
{
    struct zone *z;
    TRY(zone_open(a, name, &z));
    icalcomponent *c = icalcomponent_new(ICAL_VTIMEZONE_COMPONENT);
    icalcomponent_add_property(c, icalproperty_new_tzid(str_to_c(a, name)));
    int64_t at = first - 2 * MS_PER_DAY;
    add_observance(c, at, zone_offset(z, at), zone_offset(z, at));
    for (int64_t next = at + 14 * MS_PER_DAY; at < last + 2 * MS_PER_DAY; at = next, next += 14 * MS_PER_DAY) {
        if (zone_offset(z, at) == zone_offset(z, next))
            continue;
        int64_t change = change_between(z, at, next);
        add_observance(c, change, zone_offset(z, change - 1000), zone_offset(z, change));
    }
    icalcomponent_add_component(calendar, c);
    return NULL;
}

static struct err *add_zones(struct arena *a, icalcomponent *calendar, const struct ics_calendar *c)
{
    for (size_t i = 0; i < c->n_events; i++) {
        const struct ics_event *e = &c->events[i];
        bool is_done = e->is_all_day;
        int64_t first = e->begins_at;
        int64_t last = e->ends_at;
        for (size_t k = 0; k < c->n_events && !is_done; k++) {
            const struct ics_event *other = &c->events[k];
            if (other->is_all_day || !str_eq(other->zone, e->zone))
                continue;
            is_done = k < i;
            first = other->begins_at < first ? other->begins_at : first;
            last = other->ends_at > last ? other->ends_at : last;
        }
        if (!is_done)
            TRY(add_zone(a, calendar, e->zone, first, last));
    }
    return NULL;
}

/* ---- events ---- */

static struct err *add_time(struct arena *a, icalcomponent *c, icalproperty *p, const struct ics_event *e, int64_t at)
{
    (void)at;
    if (!e->is_all_day)
        icalproperty_add_parameter(p, icalparameter_new_tzid(str_to_c(a, e->zone)));
    icalcomponent_add_property(c, p);
    return NULL;
}

static struct err *add_times(struct arena *a, icalcomponent *c, const struct ics_event *e)
{
    if (e->is_all_day) {
        int32_t first;
        int32_t last;
        if (!day_parse(e->begins_on, &first) || !day_parse(e->ends_on, &last))
            return ERR(a, ERR_CORRUPT, "an entry has no days");
        TRY(add_time(a, c, icalproperty_new_dtstart(date(first)), e, 0));
        return add_time(a, c, icalproperty_new_dtend(date(last + 1)), e, 0);
    }
    struct zone *z;
    TRY(zone_open(a, e->zone, &z));
    TRY(add_time(a, c, icalproperty_new_dtstart(local(e->begins_at, zone_offset(z, e->begins_at))), e, e->begins_at));
    return add_time(a, c, icalproperty_new_dtend(local(e->ends_at, zone_offset(z, e->ends_at))), e, e->ends_at);
}

static struct err *add_event(struct arena *a, icalcomponent *calendar, const struct ics_event *e)
{
    static const icalproperty_status statuses[] = {ICAL_STATUS_CONFIRMED, ICAL_STATUS_TENTATIVE, ICAL_STATUS_CANCELLED};
    icalcomponent *c = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    icalcomponent_add_component(calendar, c);
    icalcomponent_add_property(c, icalproperty_new_uid(str_to_c(a, e->uid)));
    icalcomponent_add_property(c, icalproperty_new_dtstamp(utc(e->changed_at)));
    TRY(add_times(a, c, e));
    icalcomponent_add_property(c, icalproperty_new_sequence((int)e->sequence));
    icalcomponent_add_property(c, icalproperty_new_status(statuses[e->status]));
    icalcomponent_add_property(c, icalproperty_new_created(utc(e->created_at)));
    icalcomponent_add_property(c, icalproperty_new_lastmodified(utc(e->changed_at)));
    add_text(c, icalproperty_new_summary(str_to_c(a, e->summary)), e->language);
    if (e->description.n > 0)
        add_text(c, icalproperty_new_description(str_to_c(a, e->description)), e->language);
    if (e->location.n > 0)
        add_text(c, icalproperty_new_location(str_to_c(a, e->location)), e->language);
    if (e->url.n > 0)
        icalcomponent_add_property(c, icalproperty_new_url(str_to_c(a, e->url)));
    if (e->category.n > 0)
        icalcomponent_add_property(c, icalproperty_new_categories(str_to_c(a, e->category)));
    return NULL;
}

static void free_component(void *c)
{
    icalcomponent_free(c);
}

struct err *ics_write(struct arena *a, const struct ics_calendar *c, struct str *ret_text)
{
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    arena_defer(a, free_component, calendar);
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Birge//diary//EN"));
    icalcomponent_add_property(calendar, icalproperty_new_method(ICAL_METHOD_PUBLISH));
    icalproperty *name = icalproperty_new_x(str_to_c(a, c->name));
    icalproperty_set_x_name(name, "X-WR-CALNAME");
    icalcomponent_add_property(calendar, name);
    TRY(add_zones(a, calendar, c));
    for (size_t i = 0; i < c->n_events; i++) {
        TRY(add_event(a, calendar, &c->events[i]));
        if (arena_is_full(a, 64 * ARENA_KIB))
            return ERR(a, ERR_LIMIT, "the calendar is too large");
    }
    char *text = icalcomponent_as_ical_string_r(calendar);
    if (!text)
        return ERR(a, ERR_INTERNAL, "libical wrote nothing");
    struct str s = str_c(text);
    struct err *e = s.n > TEXT_MAX ? ERR(a, ERR_LIMIT, "the calendar has more than %zu bytes", TEXT_MAX) : NULL;
    *ret_text = e ? S("") : str_dup(a, s);
    icalmemory_free_buffer(text);
    return e;
}
