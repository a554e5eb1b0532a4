/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo.c - the diary of an office that does not exist.
 *
 * Entries are written, held and published by the verbs, as the head of the top body; the realm and its people are
 * there already, made by the demo of another institution. Without a head at the top there is no diary.
 */
#include "institutions/diary/demo.h"

#include "base/clock.h"
#include "core/directory.h"
#include "core/people.h"
#include "institutions/diary/actions.h"

struct demo_entry {
    enum diary_kind kind;
    const char *form;
    int days; /* before today; negative: to come */
    const char *from, *to;
    const char *title[LANG_N], *place[LANG_N];
    const char *about, *outcome; /* in Kazakh; "" none */
    const char *body;            /* who took part */
    int inside;                  /* place in this table and one; 0: nothing around it */
};

static const struct demo_entry entries[] = {
    {DIARY_EVENT, "conference", 52, "10:00", "17:00",
     {"Ауыл шаруашылығы форумы", "Сельскохозяйственный форум", "Agricultural forum"},
     {"Мәдениет үйі", "Дом культуры", "House of Culture"},
     "Суару жүйелерін жаңарту және шағын шаруашылықтарды қолдау.", "Ұсыныстар жұмыс тобына берілді.",
     "Шаруалар одағы", 0},
    {DIARY_MEETING, "multilateral", 52, "14:00", "15:00",
     {"Фермерлермен кездесу", "Встреча с фермерами", "Meeting with farmers"},
     {"Мәдениет үйі", "Дом культуры", "House of Culture"}, "Жол және су.", "", "Шаруалар одағы", 1},
    {DIARY_TRIP, "working_trip", 45, "", "",
     {"Шалғын ауданына жұмыс сапары", "Рабочая поездка в Шалгинский район", "Working trip to Shalgyn District"},
     {"Шалғын ауданы", "Шалгинский район", "Shalgyn District"}, "Мектеп пен емхананың құрылысын көру.", "",
     "Шалғын ауданының әкімдігі", 0},
    {DIARY_MEETING, "", 45, "16:00", "17:30",
     {"Шалғын ауылының тұрғындарымен кездесу", "Встреча с жителями села Шалгын", "Meeting with people of Shalgyn village"},
     {"Ауыл клубы", "Сельский клуб", "Village club"}, "Ауыз су, жарық, автобус.", "Автобус кестесі өзгертіледі.", "", 3},
    {DIARY_INTERVIEW, "press", 40, "11:00", "11:40",
     {"Аймақтық газетке сұхбат", "Интервью региональной газете", "Interview to a regional newspaper"},
     {"", "", ""}, "Жаңа оқу жылына дайындық.", "", "Аймақтық газет", 0},
    {DIARY_EVENT, "visit", 33, "09:00", "12:00",
     {"Су тазарту стансасын аралау", "Посещение станции водоочистки", "Visit to the water treatment plant"},
     {"Бұлақты қаласы", "Город Булакты", "Bulakty City"}, "Жөндеу барысы.", "", "", 0},
    {DIARY_MAIL, "congratulation", 30, "", "",
     {"Ұстаздар күнімен құттықтау", "Поздравление с Днём учителя", "Congratulation on Teachers' Day"},
     {"", "", ""}, "", "", "", 0},
    {DIARY_CALL, "", 24, "15:00", "15:20",
     {"Көршілес облыстың әкімімен телефон арқылы сөйлесу", "Телефонный разговор с акимом соседней области",
      "Telephone call with the head of the neighbouring region"},
     {"", "", ""}, "Ортақ жолды жөндеу мерзімі.", "", "", 0},
    {DIARY_MEETING, "bilateral", 18, "10:00", "11:00",
     {"Кәсіпкерлер палатасымен кездесу", "Встреча с палатой предпринимателей", "Meeting with the chamber of entrepreneurs"},
     {"Әкімдік", "Акимат", "Akimat"}, "Жергілікті өнімді сатып алу.", "", "Кәсіпкерлер палатасы", 0},
    {DIARY_EVENT, "ceremony", 12, "11:00", "12:00",
     {"Жаңа кітапхананың ашылуы", "", "Opening of the new library"},
     {"Бұлақты қаласы", "", "Bulakty City"}, "", "", "", 0},
    {DIARY_EVENT, "session", 6, "10:00", "11:30",
     {"Апталық аппарат кеңесі", "Еженедельное аппаратное совещание", "Weekly staff session"},
     {"Әкімдік", "Акимат", "Akimat"}, "Өтініштерге жауап беру мерзімі.", "", "", 0},
    {DIARY_MEETING, "", 3, "17:00", "18:30",
     {"Қала тұрғындарымен кездесу", "Встреча с жителями города", "Meeting with people of the city"},
     {"Мәдениет үйі", "Дом культуры", "House of Culture"}, "Жылу және тұрғын үй.", "", "", 0},
    {DIARY_EVENT, "conference", -5, "10:00", "13:00",
     {"Азаматтарға жыл қорытындысы туралы есеп", "Отчёт перед жителями об итогах года", "Report to people on the year"},
     {"Мәдениет үйі", "Дом культуры", "House of Culture"}, "Есеп және сұрақтарға жауап.", "", "", 0},
    {DIARY_TRIP, "working_trip", -9, "", "",
     {"Аудандарға жұмыс сапары", "Рабочая поездка по районам", "Working trip to the districts"},
     {"", "", ""}, "", "", "", 0},
};
#define N_ENTRIES (sizeof entries / sizeof entries[0])
#define FIRST_PLAN (N_ENTRIES - 2) /* announced; the one behind it stays a plan */

struct demo {
    int64_t office_id;
    int64_t ids[N_ENTRIES];
};

static void fill_version(struct action *x, const struct demo_entry *d, struct diary_version *v)
{
    struct str day = day_text(x->a, site_today(x->site, x->now) - d->days);
    *v = (struct diary_version){.kind = d->kind, .form = str_c(d->form), .country = S(""), .zone = x->site->zone,
                                .link = S(""), .language = S("kk"), .note = S("")};
    MUST(diary_times(x->a, x->site->tz, day, str_c(d->from), S(""), str_c(d->to), v));
    for (size_t i = 0; i < LANG_N; i++)
        if (d->title[i][0])
            v->words[i] = (struct diary_words){.title = str_c(d->title[i]), .place = str_c(d->place[i]),
                                               .about = S(""), .outcome = S("")};
    v->words[0].about = str_c(d->about);
    v->words[0].outcome = str_c(d->outcome);
}

static struct err *make_one(struct action *x, struct demo *demo, size_t i)
{
    const struct demo_entry *d = &entries[i];
    struct diary_named body = {DIARY_WHO_BODY, str_c(d->body), S(""), S(""), S("")};
    struct diary_write_command *c = ARENA_NEW(x->a, struct diary_write_command);
    struct diary_step_command *step = ARENA_NEW(x->a, struct diary_step_command);
    c->office_id = demo->office_id;
    c->source_uid = S("");
    fill_version(x, d, &c->draft.v);
    c->draft.v.inside_id = d->inside ? demo->ids[d->inside - 1] : 0;
    c->draft.named = &body;
    c->draft.n_named = d->body[0] ? 1 : 0;
    x->command = c;
    TRY(diary_write(x));
    step->id = demo->ids[i] = ((struct diary_write_result *)x->result)->id;
    step->reason = S("");
    x->command = step;
    if (i == FIRST_PLAN)
        return diary_announce(x);
    if (i > FIRST_PLAN)
        return NULL;
    TRY(diary_hold(x));
    return diary_publish(x);
}

static struct err *make_all(struct action *x)
{
    struct demo *demo = x->command;
    for (size_t i = 0; i < N_ENTRIES; i++)
        TRY(make_one(x, demo, i));
    return NULL;
}

/* The head of the body that nobody stands above. */
static const struct office *head_of_top(const struct directory *d)
{
    for (size_t i = 0; i < d->n_offices; i++) {
        const struct body *b = directory_body(d, d->offices[i].body_id);
        if (d->offices[i].role == ROLE_HEAD && b && b->parent_id == 0 && !d->offices[i].to_on.p)
            return &d->offices[i];
    }
    return NULL;
}

struct err *diary_demo(struct arena *a, struct site *site, int64_t now, struct buf *accounts)
{
    (void)accounts; /* no accounts of its own */
    struct demo demo = {0};
    struct action x = {.command = &demo};
    struct directory *d;
    struct db_read *r;
    struct actor who = {.kind = ACTOR_STAFF, .role = ROLE_HEAD};
    TRY(db_reader(a, site->db, &r));
    TRY(directory_load(a, r, site->realm, 0, &d));
    const struct office *head = head_of_top(d);
    if (!head)
        return NULL;
    demo.office_id = who.office_id = head->id;
    who.body_id = head->body_id;
    TRY(office_holder(a, r, site->realm, head->id, day_text(a, site_today(site, now)), &who.person_id));
    return who.person_id ? action_run(a, site, who, make_all, &x) : NULL;
}
