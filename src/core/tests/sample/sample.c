/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sample.c - the list of sample pages, and what several of them share.
 */
#include "core/tests/sample/sample.h"

#include <string.h>

#include "gen/core_views.h"

const struct sample_page sample_pages[] = {
    {"home", sample_home},     {"send", sample_send}, {"send-errors", sample_send_errors},
    {"sent", sample_sent},     {"appeal", sample_appeal}, {"desk", sample_desk},
    {"work", sample_work},     {"empty", sample_empty},   {"problem", sample_problem},
    {"deadline", sample_deadline},
};
const size_t sample_pages_n = sizeof sample_pages / sizeof *sample_pages;

#define COPY(a, array) memcpy(arena_alloc((a), sizeof(array)), (array), sizeof(array))

struct err *sample_page(struct arena *a, const struct lang *l, size_t i, struct str *ret_html)
{
    struct html h;
    html_init(&h, a, l, NULL, INT64_C(1774861500000)); /* 2026-03-30 */
    sample_pages[i].draw(&h, l);
    return html_done(&h, ret_html);
}

static struct core_view_layout frame(struct arena *a, const struct lang *l, struct str title)
{
    const struct core_nav_item foot[] = {
        {.text = W("Кім нені көреді", "Кто что видит", "Who sees what"), .href = S("/who")},
        {.text = W("Қолхатты тексеру", "Проверить расписку", "Check a receipt"), .href = S("/verify")},
        {.text = W("Ашық тізілім", "Открытый реестр записей", "Public log"), .href = S("/log")},
        {.text = W("Қолжетімділік", "Доступность", "Accessibility"), .href = S("/accessibility")},
        {.text = W("Анықтама", "Помощь", "Help"), .href = S("/help")},
        {.text = W("Қызметкерлерге", "Для сотрудников", "For staff"), .href = S("/staff")},
    };
    return (struct core_view_layout){
        .lang = lang_code(l),
        .title = title,
        .institution = W("Көкжиек облысы", "Кокжиекская область", "Kokzhiek Region"),
        .path = S("/appeals/new?kind=2"),
        .foot = COPY(a, foot),
        .n_foot = sizeof foot / sizeof *foot,
        .csrf = S("sample-token"),
        .is_demo = true,
    };
}

struct core_view_layout sample_layout(struct arena *a, const struct lang *l, struct str title)
{
    const struct core_nav_item nav[] = {
        {.text = W("Басты бет", "Главная", "Home"), .href = S("/kk")},
        {.text = W("Өтініш беру", "Подать обращение", "Send an appeal"), .href = S("/kk/new"), .current = true},
        {.text = W("Өтінішті қадағалау", "Проверить обращение", "Follow an appeal"), .href = S("/kk/track")},
        {.text = W("Органдар", "Органы", "Bodies"), .href = S("/kk/bodies")},
    };
    struct core_view_layout layout = frame(a, l, title);
    layout.nav = COPY(a, nav);
    layout.n_nav = sizeof nav / sizeof *nav;
    return layout;
}

struct core_view_layout sample_desk_layout(struct arena *a, const struct lang *l, struct str title)
{
    const struct core_nav_item nav[] = {
        {.text = W("Жұмыс үстелі", "Рабочий стол", "Desk"), .href = S("/desk"), .current = true},
        {.text = W("Іздеу", "Поиск", "Search"), .href = S("/search")},
        {.text = W("Қағаз өтінішті енгізу", "Ввести бумажное обращение", "Enter a paper appeal"), .href = S("/paper")},
        {.text = W("Күнтізбе", "Календарь", "Calendar"), .href = S("/calendar")},
    };
    const struct core_staff staff = {
        .name = W("Қызметкер 1", "Сотрудник 1", "Officer 1"),
        .office = W("тіркеуші, Жолаушылар көлігі және автомобиль жолдары басқармасы",
                    "регистратор, Управление пассажирского транспорта и автомобильных дорог",
                    "registrar, Department of Passenger Transport and Roads"),
        .desk_href = S("/desk"),
    };
    struct core_view_layout layout = frame(a, l, title);
    layout.nav = COPY(a, nav);
    layout.n_nav = sizeof nav / sizeof *nav;
    layout.staff = memcpy(arena_alloc(a, sizeof staff), &staff, sizeof staff);
    layout.width = CORE_WIDTH_DESK;
    layout.is_private = true;
    return layout;
}

struct core_view_due sample_due(const struct lang *l, struct str kind)
{
    bool is_late = str_eq(kind, S("late"));
    return (struct core_view_due){
        .label = W("Жауап берілетін соңғы күн", "Ответ должен прийти не позднее", "An answer must come by"),
        .date = W("2026 ж. 6 сәуір", "6 апреля 2026 г.", "6 April 2026"),
        .date_iso = S("2026-04-06"),
        .remaining = is_late ? W("2 жұмыс күніне кешікті", "просрочено на 2 рабочих дня", "2 working days late")
                             : W("6 жұмыс күні қалды", "осталось 6 рабочих дней", "6 working days left"),
        .kind = kind,
        .why_text = W("Бұл күн қалай есептелді", "Как рассчитан этот срок", "How this date was computed"),
        .why_href = S("/due"),
    };
}

struct core_view_timeline sample_timeline(struct arena *a, const struct lang *l)
{
    const struct core_step steps[] = {
        {.state = CORE_STEP_DONE,
         .title = W("Өтініш тіркелді", "Обращение зарегистрировано", "The appeal was registered"),
         .when = W("2026 ж. 16 наурыз, 09:12", "16 марта 2026 г., 09:12", "16 March 2026, 09:12"),
         .when_iso = S("2026-03-16T04:12:00Z"),
         .who = W("Облыс әкімдігінің кеңсесі", "Канцелярия акимата области", "Chancellery of the region")},
        {.state = CORE_STEP_DONE,
         .title = W("Құзыретті органға жіберілді", "Направлено в компетентный орган", "Forwarded to the competent body"),
         .when = W("2026 ж. 17 наурыз, 11:40", "17 марта 2026 г., 11:40", "17 March 2026, 11:40"),
         .when_iso = S("2026-03-17T06:40:00Z"),
         .text = W("Жол жөндеу облыстық басқарманың құзыретіне жатады.",
                   "Ремонт дорог относится к компетенции областного управления.",
                   "Repairing roads is a matter of the regional department."),
         .link_text = W("Негізі", "Основание", "Ground"), .link_href = S("/law")},
        {.state = CORE_STEP_NOW,
         .title = W("Орындаушы қарап жатыр", "Рассматривает исполнитель", "An executor is working on it"),
         .when = W("2026 ж. 18 наурыздан бері", "с 18 марта 2026 г.", "since 18 March 2026"),
         .who = W("Жолдарды күтіп ұстау бөлімі", "Отдел содержания дорог", "Road maintenance section")},
        {.state = CORE_STEP_AHEAD,
         .title = W("Жауап беру мерзімі", "Срок ответа", "The answer is due"),
         .when = W("2026 ж. 6 сәуір", "6 апреля 2026 г.", "6 April 2026"), .when_iso = S("2026-04-06")},
    };
    return (struct core_view_timeline){
        .label = W("Өтініштің барысы", "Ход рассмотрения", "What happened"),
        .steps = COPY(a, steps),
        .n_steps = sizeof steps / sizeof *steps,
    };
}

void sample_empty(struct html *h, const struct lang *l)
{
    struct core_view_layout layout = sample_layout(h->a, l, W("Тізім бос", "Список пуст", "An empty list"));
    const struct core_notice notice = {
        .kind = CORE_NOTICE_WARNING,
        .text = W("Бұл өтінішті басқа қызметкер ашып отыр.", "Это обращение уже открыл другой сотрудник.",
                  "Somebody else has opened this appeal."),
        .link_text = W("Жаңарту", "Обновить", "Refresh"), .link_href = S("/desk"),
    };
    layout.notice = &notice;
    layout.back_href = S("/desk");
    sample_view_empty(h, &(struct sample_view_empty){
        .layout = layout,
        .empty = {.title = W("Мерзімі өткен өтініш жоқ", "Просроченных обращений нет", "Nothing is overdue"),
                  .text = W("Барлық жауап уақытында берілді.", "На все обращения ответили вовремя.",
                            "Everything was answered in time."),
                  .link_text = W("Барлық өтініш", "Все обращения", "All appeals"), .link_href = S("/all")},
        .info = {.kind = S("info"), .title = W("Білген жөн", "Полезно знать", "Good to know"),
                 .text = W("Сүзгіні алып тастасаңыз, бәрі көрінеді.", "Снимите фильтр, чтобы увидеть всё.",
                           "Take the filter away to see everything.")},
        .warning = {.kind = S("warning"), .text = W("Құжатты қайта жүктеу керек.", "Документ нужно загрузить заново.",
                                                    "The document has to be uploaded again."),
                    .link_text = W("Жүктеу", "Загрузить", "Upload"), .link_href = S("/upload")},
        .tags = {.items = {{W("жабылды", "закрыто", "closed"), S("grey")}, {W("жаңа", "новое", "new"), S("blue")},
                           {W("қаралуда", "в работе", "in work"), S("teal")},
                           {W("жауап берілді", "отвечено", "answered"), S("green")},
                           {W("күтуде", "ожидает", "waiting"), S("yellow")},
                           {W("жіберілді", "направлено", "forwarded"), S("orange")},
                           {W("мерзімі өтті", "просрочено", "overdue"), S("red")},
                           {W("шағым", "жалоба", "complaint"), S("purple")}}, .n_items = 8},
    });
}

void sample_problem(struct html *h, const struct lang *l)
{
    core_view_problem(h, &(struct core_view_problem){
        .layout = sample_layout(h->a, l, W("Бет табылмады", "Страница не найдена", "Page not found")),
        .title = W("Бет табылмады", "Страница не найдена", "Page not found"),
        .text = W("Мекенжай қате жазылған немесе бет көшірілген болуы мүмкін.",
                  "Возможно, адрес введён с ошибкой или страница перенесена.",
                  "The address may be mistyped, or the page has moved."),
        .next = W("Өтінішіңізді нөмірі мен құпия коды арқылы таба аласыз.",
                  "Своё обращение можно найти по номеру и секретному коду.",
                  "You can find your appeal by its number and code."),
        .request_id = S("7f3a09c1b2d4e688"),
        .link_text = W("Басты бетке", "На главную", "To the home page"), .link_href = S("/"),
    });
}
