/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo_region.c - a region that does not exist: twelve bodies, thirty offices, twenty-five people.
 *
 * Small bodies have one person who registers and decides; the region has an administrator and an auditor too.
 */
#include "core/bodies.h"
#include "core/password.h"
#include "core/people.h"
#include "institutions/reception/demo_private.h"

struct body_row {
    const char *code;
    int parent; /* index; -1 at the top */
    struct text3 name, about;
    const char *address, *phone;
};

#define TEXT3(kk, ru, en) {STR(kk), STR(ru), STR(en)}

static const struct body_row bodies[DEMO_BODIES] = {
    {"region", -1,
     TEXT3("Бұлақты облысының әкімдігі", "Акимат Булактинской области", "Akimat of Bulakty Region"),
     TEXT3("Облыстың жалпы мәселелері; қай органға жазарын білмегендердің өтініштері",
           "Общие вопросы области; обращения тех, кто не знает, кому писать",
           "Matters of the whole region; appeals of those who do not know whom to write to"),
     "Орталық алаң, 1", "+7 700 000 10 00"},
    {"city", 0, TEXT3("Бұлақты қаласының әкімдігі", "Акимат города Булакты", "Akimat of Bulakty City"),
     TEXT3("Қаланың абаттандырылуы мен шаруашылығы", "Благоустройство и хозяйство города",
           "Upkeep and services of the city"),
     "Бұлақ көшесі, 10", "+7 700 000 20 00"},
    {"district", 0,
     TEXT3("Шалғын ауданының әкімдігі", "Акимат Шалгинского района", "Akimat of Shalgyn District"),
     TEXT3("Аудан мен ауылдардың мәселелері", "Вопросы района и его сёл",
           "Matters of the district and its villages"),
     "Шалғын ауылы, Бірлік көшесі, 3", "+7 700 000 30 00"},
    {"roads", 1,
     TEXT3("Жолдар және көлік бөлімі", "Отдел дорог и транспорта", "Roads and Transport Department"),
     TEXT3("Жолдар, тротуарлар, автобус бағыттары", "Дороги, тротуары, автобусные маршруты",
           "Roads, pavements, bus routes"),
     "Терек көшесі, 5", "+7 700 000 21 00"},
    {"housing", 1,
     TEXT3("Тұрғын үй-коммуналдық шаруашылық бөлімі", "Отдел жилищно-коммунального хозяйства",
           "Housing and Utilities Department"),
     TEXT3("Жылу, көше жарығы, қалдықтарды шығару", "Тепло, уличное освещение, вывоз отходов",
           "Heating, street lights, waste collection"),
     "Терек көшесі, 7", "+7 700 000 22 00"},
    {"water", 1, TEXT3("Сумен жабдықтау бөлімі", "Отдел водоснабжения", "Water Supply Department"),
     TEXT3("Ауыз су, су құбыры, су өлшегіштер", "Питьевая вода, водопровод, счётчики воды",
           "Drinking water, mains, water meters"),
     "Өзен жағалауы, 2", "+7 700 000 23 00"},
    {"parks", 1,
     TEXT3("Көгалдандыру және саябақтар бөлімі", "Отдел озеленения и парков",
           "Parks and Green Spaces Department"),
     TEXT3("Саябақтар, аулалар, ағаштар, балалар алаңдары", "Парки, дворы, деревья, детские площадки",
           "Parks, yards, trees, playgrounds"),
     "Алмалы көшесі, 12", "+7 700 000 24 00"},
    {"education", 0, TEXT3("Білім басқармасы", "Управление образования", "Education Board"),
     TEXT3("Мектептер мен балабақшалар", "Школы и детские сады", "Schools and kindergartens"),
     "Жастар көшесі, 4", "+7 700 000 11 00"},
    {"health", 0, TEXT3("Денсаулық сақтау басқармасы", "Управление здравоохранения", "Health Board"),
     TEXT3("Емханалар мен ауруханалар", "Поликлиники и больницы", "Clinics and hospitals"), "Қайың көшесі, 6",
     "+7 700 000 12 00"},
    {"clinic", 8, TEXT3("№ 2 қалалық емхана", "Городская поликлиника № 2", "City Clinic No. 2"),
     TEXT3("Дәрігер қабылдауы, үйге шақырту", "Приём врачей, вызов на дом",
           "Appointments and visits at home"),
     "Самал ықшам ауданы, 15", "+7 700 000 12 20"},
    {"land", 0, TEXT3("Жер қатынастары басқармасы", "Управление земельных отношений", "Land Relations Board"),
     TEXT3("Жер учаскелері, шекаралар, жер кезегі", "Участки, границы, очередь на землю",
           "Plots, borders, the waiting list for land"),
     "Орталық алаң, 3", "+7 700 000 13 00"},
    {"service", 0,
     TEXT3("Азаматтарға қызмет көрсету орталығы", "Центр обслуживания граждан", "Citizens' Service Centre"),
     TEXT3("Құжаттар, анықтамалар, куәліктер", "Документы, справки, свидетельства",
           "Documents, certificates, identity papers"),
     "Наурыз көшесі, 1", "+7 700 000 14 00"},
};

enum { REGION, CITY, DISTRICT, ROADS, HOUSING, WATER, PARKS, EDUCATION, HEALTH, CLINIC, LAND, SERVICE };

/* One office and who holds it. The same login twice is one person in two offices. */
struct office_row {
    int body;
    enum role role;
    const char *login;
    const char *language;
    struct text3 title;
};

#define REGISTRAR TEXT3("Тіркеуші", "Регистратор", "Registrar")
#define EXECUTOR TEXT3("Бас маман", "Главный специалист", "Chief specialist")
#define HEAD TEXT3("Басшы", "Руководитель", "Head")

static const struct office_row offices[] = {
    {REGION, ROLE_REGISTRAR, "region.registrar", "kk", REGISTRAR},
    {REGION, ROLE_EXECUTOR, "region.executor", "kk", EXECUTOR},
    {REGION, ROLE_HEAD, "region.head", "kk",
     TEXT3("Әкімнің орынбасары", "Заместитель акима", "Deputy akim")},
    {REGION, ROLE_ADMINISTRATOR, "admin", "ru",
     TEXT3("Жүйе әкімшісі", "Администратор системы", "System administrator")},
    {REGION, ROLE_AUDITOR, "auditor", "kk", TEXT3("Аудитор", "Аудитор", "Auditor")},
    {CITY, ROLE_REGISTRAR, "city.registrar", "ru", REGISTRAR},
    {CITY, ROLE_EXECUTOR, "city.executor", "kk", EXECUTOR},
    {CITY, ROLE_HEAD, "city.head", "kk", HEAD},
    {DISTRICT, ROLE_REGISTRAR, "district.registrar", "kk", REGISTRAR},
    {DISTRICT, ROLE_EXECUTOR, "district.executor", "kk", EXECUTOR},
    {DISTRICT, ROLE_HEAD, "district.head", "kk", HEAD},
    {ROADS, ROLE_REGISTRAR, "roads.registrar", "ru", REGISTRAR},
    {ROADS, ROLE_EXECUTOR, "roads.executor", "kk", EXECUTOR},
    {ROADS, ROLE_HEAD, "roads.head", "ru", HEAD},
    {HOUSING, ROLE_REGISTRAR, "housing.registrar", "kk", REGISTRAR},
    {HOUSING, ROLE_EXECUTOR, "housing.executor", "ru", EXECUTOR},
    {HOUSING, ROLE_HEAD, "housing.head", "kk", HEAD},
    {WATER, ROLE_REGISTRAR, "water.registrar", "kk", REGISTRAR},
    {WATER, ROLE_EXECUTOR, "water.executor", "ru", EXECUTOR},
    {EDUCATION, ROLE_REGISTRAR, "education.registrar", "kk", REGISTRAR},
    {EDUCATION, ROLE_EXECUTOR, "education.executor", "ru", EXECUTOR},
    {PARKS, ROLE_REGISTRAR, "parks", "kk", REGISTRAR},
    {PARKS, ROLE_EXECUTOR, "parks", "kk", EXECUTOR},
    {HEALTH, ROLE_REGISTRAR, "health", "kk", REGISTRAR},
    {HEALTH, ROLE_EXECUTOR, "health", "kk", EXECUTOR},
    {CLINIC, ROLE_REGISTRAR, "clinic", "ru", REGISTRAR},
    {CLINIC, ROLE_EXECUTOR, "clinic", "ru", EXECUTOR},
    {LAND, ROLE_REGISTRAR, "land.registrar", "kk", REGISTRAR},
    {LAND, ROLE_EXECUTOR, "land.executor", "kk", EXECUTOR},
    {SERVICE, ROLE_REGISTRAR, "service.registrar", "ru", REGISTRAR},
    {SERVICE, ROLE_EXECUTOR, "service.registrar", "ru", EXECUTOR},
};
#define N_OFFICES (sizeof offices / sizeof offices[0])

/* The password of each person: hashed before anything is written, since a hash is slow on purpose. */
struct account {
    const char *login;
    struct str password, hash;
    int64_t person_id;
};

struct making {
    struct str from_on;
    struct account accounts[N_OFFICES];
    size_t n_accounts;
    struct demo_region *region;
};

static struct account *account_of(struct making *m, const char *login)
{
    for (size_t i = 0; i < m->n_accounts; i++)
        if (str_eq(str_c(m->accounts[i].login), str_c(login)))
            return &m->accounts[i];
    return NULL;
}

static struct err *make_accounts(struct arena *a, struct making *m, struct buf *out)
{
    for (size_t i = 0; i < N_OFFICES; i++) {
        struct account *known = account_of(m, offices[i].login);
        if (known)
            continue;
        struct account *fresh = &m->accounts[m->n_accounts++];
        *fresh = (struct account){.login = offices[i].login, .password = password_once(a)};
        TRY(password_hash(a, fresh->password, &fresh->hash));
        buf_printf(out, "%s\t%.*s\t%.*s, %.*s\n", fresh->login, STR_FMT(fresh->password),
                   STR_FMT(offices[i].title.en), STR_FMT(bodies[offices[i].body].name.en));
    }
    return NULL;
}

static struct err *make_bodies(struct action *x, struct making *m)
{
    for (int i = 0; i < DEMO_BODIES; i++) {
        const struct body_row *row = &bodies[i];
        struct body_command c = {
            .seen = SEEN_ANY,
            .parent_id = row->parent < 0 ? 0 : m->region->bodies[row->parent].id,
            .code = str_c(row->code),
            .name = row->name,
            .about = row->about,
            .address = str_c(row->address),
            .phone = str_c(row->phone),
            .hours = S("09:00–13:00, 14:00–18:00"),
            .is_intake = true,
        };
        TRY(body_add(x, &c));
        m->region->bodies[i].id = c.id;
        m->region->above_of[i] = row->parent < 0 ? (size_t)i : (size_t)row->parent;
    }
    return NULL;
}

/* People of the demo are nobody: they bear a number, not a name. */
static struct err *make_person(struct action *x, const struct office_row *row, struct account *account, size_t no)
{
    bool is_kk = str_eq(str_c(row->language), S("kk"));
    struct str name = str_printf(x->a, "%s %zu", is_kk ? "Қызметкер" : "Сотрудник", no);
    struct person_command c = {.login = str_c(row->login), .name = name,
                               .language = str_c(row->language), .password_hash = account->hash};
    TRY(person_add(x, &c));
    account->person_id = c.id;
    return NULL;
}

static struct err *make_office(struct action *x, struct making *m, const struct office_row *row)
{
    struct demo_body *body = &m->region->bodies[row->body];
    struct office_command office = {
        .body_id = body->id, .role = row->role, .title = row->title, .on = m->from_on};
    struct account *account = account_of(m, row->login);
    TRY(office_add(x, &office));
    if (account->person_id == 0)
        TRY(make_person(x, row, account, (size_t)(account - m->accounts) + 1));
    struct appointment_command c = {
        .office_id = office.id, .person_id = account->person_id, .on = m->from_on};
    TRY(appointment_add(x, &c));
    struct actor who = {.kind = ACTOR_STAFF, .role = row->role, .person_id = account->person_id,
                        .office_id = office.id, .body_id = body->id};
    if (row->role == ROLE_REGISTRAR)
        body->registrar = who;
    else if (row->role == ROLE_EXECUTOR)
        body->executor = who;
    else if (row->role == ROLE_HEAD)
        body->head = who;
    return NULL;
}

static struct err *make_all(struct action *x)
{
    struct making *m = x->command;
    TRY(realm_rename(x, &bodies[REGION].name, SEEN_ANY));
    TRY(make_bodies(x, m));
    TRY(demo_territory_make(x, m->region));
    for (size_t i = 0; i < N_OFFICES; i++)
        TRY(make_office(x, m, &offices[i]));
    return NULL;
}

struct err *demo_region_make(struct arena *a, struct site *site, struct str from_on, struct buf *accounts,
                             struct demo_region *ret_region)
{
    static const size_t competent[N_TOPICS] = {
        [TOPIC_ROADS] = ROADS,       [TOPIC_WATER] = WATER,   [TOPIC_HEATING] = HOUSING,
        [TOPIC_SCHOOLS] = EDUCATION, [TOPIC_CLINICS] = CLINIC, [TOPIC_LIGHTING] = HOUSING,
        [TOPIC_WASTE] = HOUSING,     [TOPIC_PARKS] = PARKS,   [TOPIC_TRANSPORT] = ROADS,
        [TOPIC_DOCUMENTS] = SERVICE, [TOPIC_LAND] = LAND,
    };
    struct making *m = ARENA_NEW(a, struct making);
    *ret_region = (struct demo_region){.intake = REGION, .district = DISTRICT};
    for (size_t i = 0; i < N_TOPICS; i++)
        ret_region->of_topic[i] = competent[i];
    m->from_on = from_on;
    m->region = ret_region;
    TRY(make_accounts(a, m, accounts));
    struct action x = {.command = m};
    return action_run(a, site, actor_operator(), make_all, &x);
}
