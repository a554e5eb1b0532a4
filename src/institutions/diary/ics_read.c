/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ics_read.c - iCalendar files of others, as rows for a diary.
 *
 * libical parses and is forgiving: it drops what it does not understand and closes what was left open. So the lines are
 * looked at first (is every BEGIN ended?), and each component that was read says where it began. Only events become
 * rows. Who was invited is left out: a diary names private persons with their consent alone.
 *
 * Keeps:  whatever the file holds, a bounded number of rows and of steps: rules that repeat by the hour or oftener are
 *         not expanded, others up to max_repeats and for five years.
 * Source: RFC 5545.
 */
#include "institutions/diary/ics.h"

#include <libical/ical.h>

#include "base/buf.h"

#define FILE_MAX (16 * ARENA_MIB)
#define REPEATS_MAX 500
#define ROWS_MAX 20000
#define REJECTS_MAX 20000
#define TITLE_MAX 300
#define TEXT_MAX 4000
#define SPAN_YEARS 5
#define DAYS_MAX 3660 /* of one event */
#define STEPS_MAX 20000 /* of one rule, whether they give a row or not */
#define DEPTH_MAX 8
#define PROPERTIES_MAX 500 /* RDATEs of one event */

struct reading {
    struct arena *a;
    const struct ics_options *options;
    struct ics_file *file;
    size_t rows_cap, rejects_cap;
    size_t max_repeats, max_rows;
    int64_t *begins; /* line of the n-th BEGIN:VEVENT */
    size_t n_begins, next_begin;
    int64_t line;    /* of the component in hand */
    bool is_full;
};

/* == what comes out == */

static struct str kept(struct reading *r, const char *s, size_t max)
{
    struct str t = str_trim(str_c(s ? s : ""));
    struct buf b;
    size_t n = 0;
    buf_init(&b, r->a, 4 * max + 8);
    if (!str_is_utf8(t))
        return S("");
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        n += (c & 0xc0) != 0x80;
        if (n > max)
            break;
        if (c >= ' ' || c == '\n')
            buf_byte(&b, (char)c);
    }
    return str_dup(r->a, buf_view(&b));
}

static struct str one_line(struct reading *r, const char *s, size_t max)
{
    struct str t = kept(r, s, max);
    char *line = str_to_c(r->a, t);
    for (size_t i = 0; i < t.n; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    return (struct str){line, t.n};
}

static void reject(struct reading *r, const char *component, struct str uid, const char *reason)
{
    struct ics_file *f = r->file;
    if (f->n_rejects >= REJECTS_MAX)
        return;
    if (f->n_rejects == r->rejects_cap) {
        size_t cap = r->rejects_cap ? r->rejects_cap * 2 : 16;
        f->rejects = arena_grow(r->a, f->rejects, r->rejects_cap * sizeof *f->rejects, cap * sizeof *f->rejects);
        r->rejects_cap = cap;
    }
    f->rejects[f->n_rejects++] =
        (struct ics_reject){.line = r->line, .component = str_c(component), .uid = uid, .reason = str_c(reason)};
}

static void add_row(struct reading *r, const struct ics_row *row)
{
    struct ics_file *f = r->file;
    if (f->n_rows >= r->max_rows) {
        r->is_full = true;
        return;
    }
    if (f->n_rows == r->rows_cap) {
        size_t cap = r->rows_cap ? r->rows_cap * 2 : 64;
        f->rows = arena_grow(r->a, f->rows, r->rows_cap * sizeof *f->rows, cap * sizeof *f->rows);
        r->rows_cap = cap;
    }
    f->rows[f->n_rows++] = *row;
}

/* == the lines == */

/* Does `line` begin or end a component? Its name, or absent. */
static struct str named(struct str line, const char *word)
{
    struct str w = str_c(word);
    if (line.n <= w.n || !str_eq_nocase(str_slice(line, 0, w.n), w))
        return (struct str){0};
    return str_trim(str_slice(line, w.n, line.n));
}

/* Is every BEGIN ended by its own END? Notes the lines of events; false and a reject otherwise. */
static bool look_at_lines(struct reading *r, struct str text)
{
    struct str open[DEPTH_MAX];
    size_t depth = 0;
    size_t n_calendars = 0;
    struct str rest = text;
    struct str line;
    size_t cap = 0;
    r->line = 0;
    for (bool more = text.n > 0; more;) {
        more = str_cut(rest, '\n', &line, &rest);
        r->line++;
        struct str begin = named(line, "BEGIN:");
        struct str end = named(line, "END:");
        if (begin.p) {
            if (depth == DEPTH_MAX) {
                reject(r, "VCALENDAR", S(""), "components lie in each other more than eight deep");
                return false;
            }
            n_calendars += str_eq_nocase(begin, S("VCALENDAR"));
            open[depth++] = begin;
            if (str_eq_nocase(begin, S("VEVENT"))) {
                if (r->n_begins == cap) {
                    size_t bigger = cap ? cap * 2 : 64;
                    r->begins = arena_grow(r->a, r->begins, cap * sizeof *r->begins, bigger * sizeof *r->begins);
                    cap = bigger;
                }
                r->begins[r->n_begins++] = r->line;
            }
        } else if (end.p) {
            if (depth == 0 || !str_eq_nocase(open[depth - 1], end)) {
                reject(r, str_to_c(r->a, end), S(""), depth ? "END of another component than the one that began"
                                                            : "END without BEGIN");
                return false;
            }
            depth--;
        }
    }
    if (depth > 0)
        reject(r, str_to_c(r->a, open[depth - 1]), S(""), "the file ends inside of it: expected END");
    else if (n_calendars == 0)
        reject(r, "VCALENDAR", S(""), "no iCalendar file: expected BEGIN:VCALENDAR");
    return depth == 0 && n_calendars > 0;
}

/* == one event == */

static const char *text_of(icalcomponent *c, icalproperty_kind kind)
{
    icalproperty *p = icalcomponent_get_first_property(c, kind);
    icalvalue *v = p ? icalproperty_get_value(p) : NULL;
    const char *s = NULL;
    if (v && icalvalue_isa(v) == ICAL_TEXT_VALUE)
        s = icalvalue_get_text(v);
    else if (v && icalvalue_isa(v) == ICAL_URI_VALUE)
        s = icalvalue_get_uri(v);
    return s;
}

/* Does the name belong to the tz database? "/freeassociation.sourceforge.net/Europe/Berlin" does behind its prefix. */
static struct str zone_name(struct reading *r, const char *tzid)
{
    struct zone *z;
    struct str name = str_c(tzid ? tzid : "");
    while (name.n > 0) {
        if (name.p[0] != '/' && !zone_open(r->a, name, &z))
            return str_dup(r->a, name);
        size_t slash = str_find(name, '/');
        if (slash == SIZE_MAX)
            break;
        name = str_slice(name, slash + 1, name.n);
    }
    return (struct str){0};
}

struct times {
    struct icaltimetype begins, ends;
    struct str zone;        /* tz name; that of the options when the event names none that we know */
    int64_t length;         /* seconds */
    bool is_all_day;
};

static int64_t instant_of(struct icaltimetype t, const struct zone *z)
{
    int64_t local = (int64_t)icaltime_as_timet_with_zone(t, icaltimezone_get_utc_timezone()) * 1000;
    if (t.zone == icaltimezone_get_utc_timezone())
        return local;
    if (t.zone) /* a zone that the file describes itself */
        return (int64_t)icaltime_as_timet_with_zone(t, t.zone) * 1000;
    int64_t at = local - zone_offset(z, local) * INT64_C(1000);
    return local - zone_offset(z, at) * INT64_C(1000);
}

/* An event as its occurrence that begins at `begins` (local to its zone). */
static void occurrence(struct reading *r, const struct ics_row *model, const struct times *t, struct icaltimetype begins,
                       const char *suffix)
{
    struct ics_row row = *model;
    struct zone *z;
    int32_t last;
    row.zone = t->zone;
    row.is_all_day = t->is_all_day;
    if (zone_open(r->a, t->zone, &z))
        return;
    if (t->is_all_day) {
        int32_t first = civil_to_day((struct civil){begins.year, begins.month, begins.day});
        int64_t n_days = t->length / 86400 > 0 ? t->length / 86400 : 1;
        last = first + (int32_t)(n_days < DAYS_MAX ? n_days : DAYS_MAX) - 1;
        row.begins_at = zone_day_start(z, first);
        row.ends_at = zone_day_start(z, last + 1);
        row.begins_on = day_text(r->a, first);
    } else {
        row.begins_at = instant_of(begins, z);
        row.ends_at = row.begins_at + t->length * 1000;
        row.begins_on = day_text(r->a, zone_day(z, row.begins_at, NULL));
        last = zone_day(z, t->length > 0 ? row.ends_at - 1 : row.ends_at, NULL);
    }
    row.ends_on = day_text(r->a, last);
    if (suffix)
        row.uid = str_printf(r->a, "%.*s/%s", STR_FMT(model->uid), suffix);
    add_row(r, &row);
}

/* A day or time of these centuries? libical takes a 43rd month for a valid one and would reckon with it. */
static bool is_time(struct icaltimetype t)
{
    return !icaltime_is_null_time(t) && t.year >= 1900 && t.year <= 2200 && t.month >= 1 && t.month <= 12 &&
           t.day >= 1 && t.day <= icaltime_days_in_month(t.month, t.year) &&
           (t.is_date || (t.hour >= 0 && t.hour < 24 && t.minute >= 0 && t.minute < 60 && t.second >= 0 && t.second <= 60));
}

/* Begin, end and zone; false and a reject when they are missing or nonsense. */
static bool read_times(struct reading *r, icalcomponent *c, struct str uid, struct times *ret)
{
    icalproperty *start = icalcomponent_get_first_property(c, ICAL_DTSTART_PROPERTY);
    if (!start) {
        reject(r, "VEVENT", uid, "no DTSTART: expected the day or time when it begins");
        return false;
    }
    struct times t = {.begins = icalproperty_get_datetime_with_component(start, c)};
    icalparameter *tzid = icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER);
    struct str zone = tzid ? zone_name(r, icalparameter_get_tzid(tzid)) : (struct str){0};
    if (!is_time(t.begins)) {
        reject(r, "VEVENT", uid, "DTSTART is no day or time between 1900 and 2200");
        return false;
    }
    t.is_all_day = t.begins.is_date;
    if (zone.p)
        t.begins.zone = NULL; /* the system's zone of that name, not the file's description of it */
    t.zone = zone.p ? zone : r->options->zone;
    if (tzid && !zone.p && !t.begins.zone) {
        reject(r, "VEVENT", uid, "DTSTART names a zone that neither the file nor the tz database knows");
        return false;
    }
    icalproperty *end = icalcomponent_get_first_property(c, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(c, ICAL_DURATION_PROPERTY);
    if (end) {
        t.ends = icalproperty_get_datetime_with_component(end, c);
        if (!is_time(t.ends) || t.ends.is_date != t.begins.is_date) {
            reject(r, "VEVENT", uid, "DTEND is no day or time like DTSTART");
            return false;
        }
        t.length = (int64_t)icaltime_as_timet_with_zone(t.ends, t.ends.zone) -
                   (int64_t)icaltime_as_timet_with_zone(t.begins, zone.p && t.ends.zone ? t.ends.zone : t.begins.zone);
    } else if (duration) {
        t.length = icaldurationtype_as_int(icalproperty_get_duration(duration));
    } else {
        t.length = t.is_all_day ? 86400 : 0;
    }
    if (t.length < 0) {
        reject(r, "VEVENT", uid, "it ends before it begins");
        return false;
    }
    if (t.length > DAYS_MAX * INT64_C(86400)) {
        reject(r, "VEVENT", uid, "it lasts longer than ten years");
        return false;
    }
    *ret = t;
    return true;
}

/* == repeating == */

static bool is_left_out(icalcomponent *c, struct icaltimetype at)
{
    for (icalproperty *p = icalcomponent_get_first_property(c, ICAL_EXDATE_PROPERTY); p;
         p = icalcomponent_get_next_property(c, ICAL_EXDATE_PROPERTY)) {
        struct icaltimetype x = icalproperty_get_exdate(p);
        bool same_day = x.year == at.year && x.month == at.month && x.day == at.day;
        if (same_day && (x.is_date || (x.hour == at.hour && x.minute == at.minute)))
            return true;
    }
    return false;
}

/* Is this occurrence described by an event of its own (RECURRENCE-ID)? */
static bool is_replaced(icalcomponent *calendar, const char *uid, struct icaltimetype at)
{
    icalcompiter it = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    for (icalcomponent *c = icalcompiter_deref(&it); c; c = icalcompiter_next(&it)) {
        icalproperty *p = icalcomponent_get_first_property(c, ICAL_RECURRENCEID_PROPERTY);
        const char *other = icalcomponent_get_uid(c);
        if (!p || !uid || !other || strcmp(uid, other) != 0)
            continue;
        struct icaltimetype x = icalproperty_get_recurrenceid(p);
        if (x.year == at.year && x.month == at.month && x.day == at.day &&
            (x.is_date || (x.hour == at.hour && x.minute == at.minute)))
            return true;
    }
    return false;
}

static const char *suffix_of(struct reading *r, struct icaltimetype t)
{
    return str_printf(r->a, "%04d%02d%02dT%02d%02d", t.year, t.month, t.day, t.is_date ? 0 : t.hour,
                      t.is_date ? 0 : t.minute).p;
}

/* The occurrences of one rule; false when the rule cannot be expanded. */
static bool expand(struct reading *r, icalcomponent *calendar, icalcomponent *c, const struct ics_row *model,
                   const struct times *t, struct icalrecurrencetype rule)
{
    if (rule.freq == ICAL_SECONDLY_RECURRENCE || rule.freq == ICAL_MINUTELY_RECURRENCE ||
        rule.freq == ICAL_HOURLY_RECURRENCE || rule.freq == ICAL_NO_RECURRENCE)
        return false;
    icalrecur_iterator *it = icalrecur_iterator_new(rule, t->begins);
    if (!it)
        return false;
    size_t n = 0;
    size_t steps = 0;
    for (struct icaltimetype at = icalrecur_iterator_next(it); !icaltime_is_null_time(at) && steps < STEPS_MAX;
         at = icalrecur_iterator_next(it), steps++) {
        if (at.year > t->begins.year + SPAN_YEARS || n >= r->max_repeats || r->is_full)
            break;
        if (is_left_out(c, at) || is_replaced(calendar, icalcomponent_get_uid(c), at))
            continue;
        at.zone = t->begins.zone;
        occurrence(r, model, t, at, suffix_of(r, at));
        n++;
    }
    icalrecur_iterator_free(it);
    return true;
}

/* The properties of a kind: libical keeps one place per component, which any other question moves. */
static size_t properties_of(icalcomponent *c, icalproperty_kind kind, icalproperty *ret[PROPERTIES_MAX])
{
    size_t n = 0;
    for (icalproperty *p = icalcomponent_get_first_property(c, kind); p && n < PROPERTIES_MAX;
         p = icalcomponent_get_next_property(c, kind))
        ret[n++] = p;
    return n;
}

static void read_repeats(struct reading *r, icalcomponent *calendar, icalcomponent *c, const struct ics_row *model,
                         const struct times *t)
{
    icalproperty *all[PROPERTIES_MAX];
    size_t n = properties_of(c, ICAL_RRULE_PROPERTY, all);
    for (size_t i = 0; i < n; i++)
        if (!expand(r, calendar, c, model, t, icalproperty_get_rrule(all[i])))
            reject(r, "VEVENT", model->uid, "its RRULE repeats by the hour or oftener, or is no rule");
    n = properties_of(c, ICAL_RDATE_PROPERTY, all);
    for (size_t i = 0; i < n; i++) {
        struct icaldatetimeperiodtype d = icalproperty_get_rdate(all[i]);
        struct icaltimetype at = icaltime_is_null_time(d.time) ? d.period.start : d.time;
        if (!is_time(at) || at.is_date != t->begins.is_date || is_left_out(c, at))
            continue;
        at.zone = t->begins.zone;
        occurrence(r, model, t, at, suffix_of(r, at));
    }
}

/* == components == */

static void read_event(struct reading *r, icalcomponent *calendar, icalcomponent *c)
{
    struct times t;
    struct ics_row row = {.line = r->line,
                          .uid = one_line(r, icalcomponent_get_uid(c), TITLE_MAX),
                          .summary = one_line(r, text_of(c, ICAL_SUMMARY_PROPERTY), TITLE_MAX),
                          .description = kept(r, text_of(c, ICAL_DESCRIPTION_PROPERTY), TEXT_MAX),
                          .location = one_line(r, text_of(c, ICAL_LOCATION_PROPERTY), TITLE_MAX),
                          .url = one_line(r, text_of(c, ICAL_URL_PROPERTY), TITLE_MAX),
                          .category = one_line(r, text_of(c, ICAL_CATEGORIES_PROPERTY), 60)};
    icalproperty *id = icalcomponent_get_first_property(c, ICAL_RECURRENCEID_PROPERTY);
    icalproperty *status = icalcomponent_get_first_property(c, ICAL_STATUS_PROPERTY);
    if (row.summary.n == 0) {
        reject(r, "VEVENT", row.uid, "no SUMMARY: expected a title");
        return;
    }
    if (status && icalproperty_get_status(status) == ICAL_STATUS_CANCELLED) {
        reject(r, "VEVENT", row.uid, "it is cancelled");
        return;
    }
    if (!read_times(r, c, row.uid, &t))
        return;
    bool repeats = icalcomponent_get_first_property(c, ICAL_RRULE_PROPERTY) ||
                   icalcomponent_get_first_property(c, ICAL_RDATE_PROPERTY);
    if (!repeats || id) {
        occurrence(r, &row, &t, t.begins, id ? suffix_of(r, icalproperty_get_recurrenceid(id)) : NULL);
        return;
    }
    read_repeats(r, calendar, c, &row, &t);
    bool has_rule = icalcomponent_get_first_property(c, ICAL_RRULE_PROPERTY) != NULL;
    if (!has_rule && !is_left_out(c, t.begins))
        occurrence(r, &row, &t, t.begins, suffix_of(r, t.begins)); /* RDATE alone: DTSTART counts too */
}

static void read_component(struct reading *r, icalcomponent *calendar, icalcomponent *c)
{
    icalcomponent_kind kind = icalcomponent_isa(c);
    r->line = 0;
    if (kind == ICAL_VTIMEZONE_COMPONENT)
        return;
    if (kind != ICAL_VEVENT_COMPONENT) {
        const char *name = icalcomponent_kind_to_string(kind);
        reject(r, name ? name : "X", one_line(r, icalcomponent_get_uid(c), TITLE_MAX), "not an event");
        return;
    }
    r->line = r->next_begin < r->n_begins ? r->begins[r->next_begin] : 0;
    r->next_begin++;
    read_event(r, calendar, c);
}

static void read_calendar(struct reading *r, icalcomponent *calendar)
{
    size_t before = r->file->n_rows + r->file->n_rejects;
    icalcompiter it = icalcomponent_begin_component(calendar, ICAL_ANY_COMPONENT);
    for (icalcomponent *c = icalcompiter_deref(&it); c && !r->is_full; c = icalcompiter_next(&it))
        read_component(r, calendar, c);
    r->line = 0;
    if (r->file->n_rows + r->file->n_rejects == before)
        reject(r, "VCALENDAR", S(""), "it holds no event");
}

/* Calendars may lie side by side: libical then puts a root of its own around them. */
static void read_root(struct reading *r, icalcomponent *root)
{
    if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
        read_calendar(r, root);
        return;
    }
    icalcompiter it = icalcomponent_begin_component(root, ICAL_VCALENDAR_COMPONENT);
    for (icalcomponent *c = icalcompiter_deref(&it); c; c = icalcompiter_next(&it))
        read_calendar(r, c);
}

static void free_component(void *c)
{
    icalcomponent_free(c);
}

struct err *ics_read(struct arena *a, struct str text, const struct ics_options *options, struct ics_file *ret_file)
{
    struct ics_file file = {0};
    struct reading r = {.a = a, .options = options, .file = &file,
                        .max_repeats = options->max_repeats ? options->max_repeats : REPEATS_MAX,
                        .max_rows = options->max_rows ? options->max_rows : ROWS_MAX};
    size_t most = options->max_bytes ? options->max_bytes : FILE_MAX;
    if (text.n > most)
        return ERR(a, ERR_LIMIT, "the calendar has %zu bytes; at most %zu are read", text.n, most);
    if (str_starts(text, S("\xef\xbb\xbf")))
        text = str_slice(text, 3, text.n);
    bool is_text = str_find(text, '\0') == SIZE_MAX && str_is_utf8(text);
    if (!is_text)
        reject(&r, "VCALENDAR", S(""), "no text in UTF-8");
    if (is_text && look_at_lines(&r, text)) {
        icalerror_set_errors_are_fatal(0);
        icalcomponent *root = icalparser_parse_string(str_to_c(a, text));
        r.line = 0;
        if (root) {
            arena_defer(a, free_component, root);
            read_root(&r, root);
        }
        if (file.n_rows + file.n_rejects == 0)
            reject(&r, "VCALENDAR", S(""), "nothing in it can be read");
    }
    if (r.is_full)
        return ERR(a, ERR_LIMIT, "the calendar has more than %zu events, repetitions counted", r.max_rows);
    *ret_file = file;
    return NULL;
}
