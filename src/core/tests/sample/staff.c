/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * staff.c - sample pages of a desk.
 */
#include "core/tests/sample/sample.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROWS 9

/* One line of the desk, differing from row to row. */
static void fill_row(struct arena *a, const struct lang *l, size_t i, struct core_cell *cells)
{
    const struct str states[] = {W("мерзімі өтті", "просрочено", "overdue"), W("күтуде", "ожидает",
                                                                               "waiting"),
                                 W("қаралуда", "в работе", "in work"), W("жаңа", "новое", "new")};
    const struct str kinds[] = {S("red"), S("yellow"), S("teal"), S("blue")};
    const struct str topics[] = {W("шағым", "жалоба", "complaint"), W("ұсыныс", "предложение", "proposal"),
                                 W("өтініш", "заявление", "application")};
    const struct str offices[] = {W("Жолдарды күтіп ұстау бөлімі", "Отдел содержания дорог",
                                    "Road maintenance section"),
                                  W("Жолаушылар тасымалы бөлімі", "Отдел пассажирских перевозок",
                                    "Passenger transport section")};
    size_t k = i < 2 ? 0 : i < 4 ? 1 : i < 7 ? 2 : 3;
    cells[0] = (struct core_cell){.text = str_printf(a, "2026-%06zu-%zu", 418 - i * 7, i),
                                  .href = S("/case"), .is_code = true};
    cells[1] = (struct core_cell){.text = topics[i % 3],
                                  .note = i % 4 ? (struct str){0} : W("қағазбен келген", "на бумаге",
                                                                      "on paper")};
    cells[2] = (struct core_cell){.text = states[k], .tag_kind = kinds[k]};
    cells[3] = (struct core_cell){.text = i == 8 ? (struct str){0} : offices[i % 2]};
    cells[4] = (struct core_cell){.text = lang_date_short(a, l, 20531 + (int32_t)i * 2),
                                  .note = k == 0 ? W("2 күнге кешікті", "опоздание 2 дня", "2 days late")
                                                 : W("6 жұмыс күні", "6 рабочих дней", "6 working days")};
    cells[5] = (struct core_cell){.text = str_printf(a, "%zu", 14 - i), .is_number = true};
}

void sample_desk(struct html *h, const struct lang *l)
{
    struct arena *a = h->a;
    const struct core_column columns[] = {
        {.title = W("Нөмірі", "Номер", "Number")}, {.title = W("Түрі", "Вид", "Kind")}, {.title = W("Күйі",
                                                                                                    "Состояние", "State")},
        {.title = W("Орындаушы", "Исполнитель", "Executor")}, {.title = W("Мерзімі", "Срок", "Due")},
        {.title = W("Күн", "Дней", "Days"), .is_number = true},
    };
    struct core_cell cells[ROWS][6];
    struct core_table_row rows[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        fill_row(a, l, i, cells[i]);
        rows[i] = (struct core_table_row){.cells = cells[i],
                                          .kind = i < 2 ? S("late") : i < 4 ? S("soon") : (struct str){0}};
    }
    const struct core_stat stats[] = {
        {.value = S("2"), .label = W("мерзімі өтті", "просрочено", "overdue"), .kind = S("late"),
         .href = S("/late")},
        {.value = S("5"), .label = W("3 күнде бітеді", "истекает за 3 дня", "due in 3 days"),
         .kind = S("soon"), .href = S("/soon")},
        {.value = S("31"), .label = W("қаралуда", "в работе", "in work"), .href = S("/work")},
        {.value = S("7"), .label = W("тағайындалмаған", "не назначено", "not assigned"), .href = S("/new")},
    };
    const struct core_option kinds[] = {{.value = S("1"), .label = W("шағым", "жалоба", "complaint")},
                                        {.value = S("2"), .label = W("ұсыныс", "предложение", "proposal")}};
    const struct core_option states[] = {{.value = S("new"), .label = W("жаңа", "новое", "new"),
                                          .checked = true},
                                         {.value = S("work"), .label = W("қаралуда", "в работе",
                                                                         "in work"), .checked = true},
                                         {.value = S("done"), .label = W("жауап берілді", "отвечено",
                                                                         "answered")}};
    sample_view_desk(h, &(struct sample_view_desk){
        .layout = sample_desk_layout(a, l, W("Жұмыс үстелі", "Рабочий стол", "Desk")),
        .stats = {.items = stats, .n_items = COUNT(stats)},
        .search = {.name = S("q"), .label = W("Нөмірі", "Номер", "Number"), .is_code = true},
        .kind = {.name = S("kind"), .label = W("Түрі", "Вид", "Kind"), .options = kinds,
                 .n_options = COUNT(kinds),
                 .empty = W("кез келген", "любой", "any")},
        .states = {.name = S("state"), .legend = W("Күйі", "Состояние", "State"), .options = states,
                   .n_options = COUNT(states),
                   .small = true},
        .filter_button = W("Көрсету", "Показать", "Show"),
        .table = {.caption = W("Мерзімі жақыны алдымен", "Сначала самые срочные", "Most urgent first"),
                  .columns = columns,
                  .n_columns = COUNT(columns), .rows = rows, .n_rows = ROWS, .dense = true},
        .pages = {.previous_href = S("/desk?a"), .next_href = S("/desk?b"),
                  .next_label = W("9 сәуірден кейін", "после 9 апреля", "after 9 April")},
    });
}

void sample_work(struct html *h, const struct lang *l)
{
    struct core_view_layout layout = sample_desk_layout(h->a, l, W("Абай көшесіндегі жолды жөндеу туралы",
                                                                   "О ремонте дороги на улице Абая",
                                                                   "Repair of Abai street"));
    layout.back_href = S("/desk");
    const struct core_row facts[] = {
        {.key = W("Өтініш иесі", "Заявитель", "Applicant"), .value = W("Тұрғын 1", "Житель 1", "Resident 1")},
        {.key = W("Түрі", "Вид", "Kind"), .value = W("шағым", "жалоба", "complaint")},
        {.key = W("Тілі", "Язык", "Language"), .value = S("Қазақша"), .action_text = W("Түзету",
                                                                                       "Исправить",
                                                                                       "Correct"), .action_href = S("/l")},
        {.key = W("Тіркелді", "Зарегистрировано", "Registered"), .value = lang_date(h->a, l, 20528)},
    };
    const struct core_option offices[] = {{.value = S("1"), .label = W("Жолдарды күтіп ұстау бөлімі",
                                                                       "Отдел содержания дорог",
                                                                       "Road maintenance section")}};
    sample_view_work(h, &(struct sample_view_work){
        .layout = layout,
        .number = S("2026-000418-7"),
        .state = {.text = W("қаралуда", "в работе", "in work"), .kind = S("teal")},
        .text_title = W("Мәтіні", "Текст", "Text"),
        .text = W("Абай көшесінде 12-үйдің алдындағы жол екі айдан бері қазулы жатыр.",
                  "На улице Абая у дома 12 дорога раскопана уже два месяца.",
                  "The road in front of Abai street 12 has been dug up for two months."),
        .answer_title = W("Жауап", "Ответ", "Answer"),
        .answer = {.name = S("facts"), .label = W("Анықталған мән-жайлар", "Установленные обстоятельства",
                                                  "Facts found"),
                   .hint = W("Не тексерілді, не табылды", "Что проверено и что выяснено",
                             "What was checked, what was found"),
                   .limit = 10000, .draft = S("b418")},
        .send = W("Жауапты жіберу", "Отправить ответ", "Send the answer"),
        .save = W("Сақтау", "Сохранить", "Save"),
        .due = sample_due(l, S("soon")),
        .facts = {.rows = facts, .n_rows = COUNT(facts), .compact = true},
        .office = {.name = S("office"), .label = W("Орындаушы", "Исполнитель", "Executor"),
                   .options = offices, .n_options = COUNT(offices)},
        .assign = W("Тағайындау", "Назначить", "Assign"),
        .side_title = W("Барысы", "Ход", "What happened"),
        .timeline = sample_timeline(h->a, l),
    });
}
