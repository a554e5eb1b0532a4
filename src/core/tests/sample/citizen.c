/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * citizen.c - sample pages as a citizen sees them.
 */
#include "core/tests/sample/sample.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

void sample_home(struct html *h, const struct lang *l)
{
    struct core_view_layout layout = sample_layout(h->a, l, W("Басты бет", "Главная", "Home"));
    layout.width = CORE_WIDTH_FULL;
    const struct core_card cards[] = {
        {W("Өтінішімді тексеру", "Проверить моё обращение", "Follow my appeal"),
         W("Нөмірі мен құпия коды арқылы қай кезеңде екенін біліңіз.",
           "Узнайте по номеру и коду, на каком оно этапе.", "See by number and code where it is."),
           S("/track")},
        {W("Органдар және олардың жұмысы", "Органы и их работа", "Bodies and their work"),
         W("Әр орган қанша өтініш алды, қаншасына уақытында жауап берді.",
           "Сколько обращений получил каждый орган и на сколько ответил вовремя.",
           "How many appeals each body got, and answered in time."), S("/bodies")},
        {W("Қолхатты тексеру", "Проверить расписку", "Check a receipt"),
         W("Өтінішіңіздің тіркелгенін кез келген адам өзі тексере алады.",
           "Любой может сам убедиться, что обращение записано.",
           "Anyone can check that an appeal is on record."),
         S("/verify")},
    };
    const struct core_step steps[] = {
        {.title = W("Өз сөзіңізбен жазыңыз", "Напишите своими словами", "Write in your own words"),
         .text = W("Тіркелу қажет емес. Фото қосуға болады.", "Регистрация не нужна. Можно приложить фото.",
                   "No account is needed. A photo may be added.")},
        {.title = W("Нөмір мен қолхат алыңыз", "Получите номер и расписку", "Get a number and a receipt"),
         .text = W("Қолхат өтінішіңіздің тіркелгенін дәлелдейді.",
                   "Расписка доказывает, что обращение принято.",
                   "The receipt proves that it was taken.")},
        {.title = W("Мерзімді қадағалаңыз", "Следите за сроком", "Watch the due date"),
         .text = W("Жауаптың соңғы күні және оның есебі әрдайым көрінеді.",
                   "Последний день ответа и его расчёт всегда видны.",
                   "The last day and its arithmetic are always shown.")},
        {.title = W("Жауапты бағалаңыз", "Оцените ответ", "Judge the answer"),
         .text = W("Мәселе шешілді ме, өзіңіз айтасыз.", "Вы сами говорите, решён ли вопрос.",
                   "You say whether it is solved.")},
    };
    const struct core_stat stats[] = {
        {.value = W("1\u00a0284", "1\u00a0284", "1,284"), .label = W("өтініш биыл", "обращения за год",
                                                                     "appeals this year")},
        {.value = W("94,1%", "94,1\u00a0%", "94.1%"), .label = W("уақытында жауап берілді",
                                                                 "ответили вовремя", "answered in time")},
        {.value = S("9"), .label = W("жұмыс күні орта есеппен", "рабочих дней в среднем",
                                     "working days on average")},
        {.value = S("12"), .label = W("мерзімі өтті", "просрочено", "overdue"), .href = S("/late"),
         .kind = S("late"),
         .note = W("қай органда екенін көру", "посмотреть, где", "see where")},
    };
    sample_view_home(h, &(struct sample_view_home){
        .layout = layout,
        .hero = {.title = W("Айтыңыз. Жауап міндетті түрде келеді.", "Напишите. Вам обязаны ответить.",
                            "Speak up. You will be answered."),
                 .lead = W("Өтініш беріңіз, заңда белгіленген мерзімде негізделген жауап алыңыз және нәтижесін бақылаңыз.",
                           "Подайте обращение, получите обоснованный ответ в срок по закону и проверьте результат.",
                           "Send an appeal, get a reasoned answer within the time the law sets, and check the result."),
                 .main_text = W("Өтініш беру", "Подать обращение", "Send an appeal"),
                 .main_href = S("/new"),
                 .other_text = W("Бұл қалай жүреді", "Как это происходит", "How it goes"),
                 .other_href = S("#steps")},
        .cards = {.items = cards, .n_items = COUNT(cards)},
        .steps_title = W("Бұл қалай жүреді", "Как это происходит", "How it goes"),
        .steps = {.steps = steps, .n_steps = COUNT(steps)},
        .stats_title = W("Биылғы көрсеткіштер", "Показатели этого года", "This year in figures"),
        .stats = {.items = stats, .n_items = COUNT(stats)},
    });
}

static void draw_send(struct html *h, const struct lang *l, const struct core_errors *errors, struct str text)
{
    struct core_view_layout layout = sample_layout(h->a, l, W("Өтініш жазу", "Обращение",
                                                              "Write an appeal"));
    layout.errors = errors;
    layout.back_href = S("/new");
    layout.has_quick_exit = true;
    const struct core_row chosen[] = {
        {.key = W("Жолданым түрі", "Вид обращения", "Kind"), .value = W("шағым", "жалоба", "complaint"),
         .action_text = W("Өзгерту", "Изменить", "Change"), .action_href = S("/new")},
        {.key = W("Кімге", "Кому", "To"),
         .value = W("Жолаушылар көлігі және автомобиль жолдары басқармасы",
                    "Управление пассажирского транспорта и автомобильных дорог",
                    "Department of Passenger Transport and Roads"),
         .action_text = W("Өзгерту", "Изменить", "Change"), .action_href = S("/new")},
    };
    const struct core_option reply[] = {
        {.value = S("here"), .label = W("Осы жерде, нөмір мен код арқылы", "Здесь, по номеру и коду",
                                        "Here, by number and code"),
         .hint = W("Ешқандай дерек қалдырмайсыз", "Не нужно оставлять контакты", "You leave no contact"),
         .checked = true},
        {.value = S("email"), .label = W("Электрондық поштамен", "По электронной почте", "By e-mail")},
    };
    const struct core_option consent[] = {
        {.value = S("1"), .label = W("Өтінішімді құзыретті органға жіберуге келісемін",
                                     "Согласен, чтобы обращение передали компетентному органу",
                                     "I agree that my appeal is passed to the competent body")},
    };
    const struct core_option languages[] = {
        {.value = S("kk"), .label = S("Қазақша"), .checked = true},
        {.value = S("ru"), .label = S("Русский")},
    };
    sample_view_send(h, &(struct sample_view_send){
        .layout = layout,
        .chosen = {.rows = chosen, .n_rows = COUNT(chosen), .compact = true},
        .words_title = W("Не болды", "Что случилось", "What happened"),
        .subject = {.name = S("subject"), .label = W("Тақырыбы", "Тема", "Subject"),
                    .hint = W("Бір сөйлеммен", "Одним предложением", "In one sentence"), .errors = errors,
                    .maxlength = S("200")},
        .text = {.name = S("text"), .label = W("Өтініштің мәні", "Суть обращения", "What you want to say"),
                 .hint = W("Қай жерде, қашан, не сұрайсыз. Банк картасының деректерін жазбаңыз.",
                           "Где, когда и о чём просите. Не указывайте данные банковских карт.",
                           "Where, when, and what you ask for. No bank card numbers, please."),
                 .value = text, .errors = errors, .rows = S("10"), .limit = 20000, .draft = S("a1")},
        .language = {.name = S("language"), .label = W("Қай тілде жауап күтесіз",
                                                       "На каком языке ответить", "Language of the answer"),
                     .options = languages, .n_options = COUNT(languages)},
        .file = {.name = S("file"), .label = W("Құжат немесе фото", "Документ или фото",
                                               "Document or photo"),
                 .hint = W("PDF, JPG, PNG, 10 МБ-қа дейін", "PDF, JPG, PNG, до 10 МБ",
                           "PDF, JPG, PNG, up to 10 MB"),
                 .errors = errors, .accept = S(".pdf,.jpg,.jpeg,.png"), .optional = true},
        .person_title = W("Өзіңіз туралы", "О себе", "About you"),
        .more_title = W("Аты-жөнімді көрсетпесем не болады?", "Что будет, если не указать имя?",
                        "What if I leave no name?"),
        .more_text = W("Өтінішіңіз қаралады, бірақ заң бойынша жазбаша жауап талап ете алмайсыз.",
                       "Обращение рассмотрят, но требовать письменного ответа по закону нельзя.",
                       "It is looked at, but the law gives no right to a written answer."),
        .name = {.name = S("name"), .label = W("Аты-жөні", "Имя и фамилия", "Name"), .errors = errors,
                 .autocomplete = S("name"), .optional = true},
        .email = {.name = S("email"), .label = W("Электрондық пошта", "Электронная почта", "E-mail"),
                  .errors = errors,
                  .type = S("email"), .autocomplete = S("email"), .inputmode = S("email"),
                  .optional = true},
        .reply = {.name = S("reply"), .legend = W("Жауапты қалай аласыз", "Как получить ответ",
                                                  "How you want the answer"),
                  .options = reply, .n_options = COUNT(reply), .errors = errors},
        .consent = {.name = S("consent"), .legend = W("Келісім", "Согласие", "Consent"), .options = consent,
                    .n_options = COUNT(consent), .errors = errors},
        .privacy = {.kind = S("privacy"), .title = W("Мұны кім көреді", "Кто это увидит",
                                                     "Who will see this"),
                    .text = W("Тек тіркеуші мен тағайындалған орындаушы. Әр ашылуы жазылып, сізге көрсетіледі.",
                              "Только регистратор и назначенный исполнитель. Каждый просмотр записывается и виден вам.",
                              "Only the registrar and the executor. Every opening is recorded and shown to you."),
                    .link_text = W("Толығырақ", "Подробнее", "More"), .link_href = S("/who")},
        .due = sample_due(l, S("ahead")),
        .button = W("Жіберу", "Отправить", "Send"),
    });
}

void sample_send(struct html *h, const struct lang *l)
{
    draw_send(h, l, NULL, (struct str){0});
}

void sample_send_errors(struct html *h, const struct lang *l)
{
    const struct core_error items[] = {
        {S("subject"), W("Тақырыбын бір сөйлеммен жазыңыз", "Напишите тему одним предложением",
                         "Give the subject in one sentence")},
        {S("file"), W("Файл 10 МБ-тан үлкен. Кішірейтіп, қайта таңдаңыз",
                      "Файл больше 10 МБ. Уменьшите его и выберите снова",
                      "The file is larger than 10 MB. Make it smaller and choose it again")},
        {S("reply"), W("Жауапты қалай алатыныңызды таңдаңыз", "Выберите, как получить ответ",
                       "Choose how you want the answer")},
        {S("consent"), W("Келісіміңізді белгілеңіз", "Отметьте согласие", "Tick that you agree")},
    };
    const struct core_errors errors = {.items = items, .n_items = COUNT(items)};
    draw_send(h, l, &errors,
              W("Абай көшесінде 12-үйдің алдындағы жол екі айдан бері қазулы жатыр.\nБалалар мектепке айналып барады.",
                "На улице Абая у дома 12 дорога раскопана уже два месяца.\nДети ходят в школу в обход.",
                "The road in front of Abai street 12 has been dug up for two months.\nChildren walk a long way to school."));
}

/* A picture of a QR code's kind; the real one is made by core/qr. */
static struct safe_html picture(struct arena *a, const struct lang *l)
{
    struct html h;
    html_init(&h, a, l, NULL, 0);
    html_open(&h, "svg");
    html_attr(&h, "viewBox", S("0 0 21 21"));
    html_attr(&h, "role", S("img"));
    html_attr(&h, "aria-label", W("Өтініш бетінің QR коды", "QR-код страницы обращения",
                                  "QR code of the page of the appeal"));
    uint32_t noise = 12345;
    for (int y = 0; y < 21; y++)
        for (int x = 0; x < 21; x++) {
            noise = noise * 1103515245u + 12345u;
            if (noise >> 31) {
                html_open(&h, "rect");
                html_attr_int(&h, "x", x);
                html_attr_int(&h, "y", y);
                html_attr(&h, "width", S("1"));
                html_attr(&h, "height", S("1"));
                html_close(&h, "rect");
            }
        }
    html_close(&h, "svg");
    return html_take(&h);
}

void sample_sent(struct html *h, const struct lang *l)
{
    struct core_view_layout layout = sample_layout(h->a, l, W("Өтінішіңіз тіркелді",
                                                              "Обращение зарегистрировано",
                                                              "Your appeal is registered"));
    layout.has_quick_exit = true;
    layout.is_private = true;
    const struct core_row facts[] = {
        {.key = W("Жауапты орган", "Ответственный орган", "Responsible body"),
         .value = W("Жолаушылар көлігі және автомобиль жолдары басқармасы",
                    "Управление пассажирского транспорта и автомобильных дорог",
                    "Department of Passenger Transport and Roads")},
        {.key = W("Күйі", "Состояние", "State"), .value = W("тіркелді", "зарегистрировано", "registered"),
         .tag_kind = S("blue")},
        {.key = W("Тілі", "Язык", "Language"), .value = S("Қазақша"), .action_text = W("Өзгерту",
                                                                                       "Изменить", "Change"),
         .action_href = S("/language")},
    };
    const struct core_step steps[] = {
        {.title = W("Тіркеуші құзыретті бөлімге береді", "Регистратор передаст в нужный отдел",
                    "A registrar passes it on"),
         .text = W("Екі жұмыс күні ішінде", "В течение двух рабочих дней", "Within two working days")},
        {.title = W("Орындаушы жауап дайындайды", "Исполнитель готовит ответ",
                    "An executor prepares the answer")},
        {.title = W("Жауапты осы жерден оқисыз", "Вы прочитаете ответ здесь", "You read the answer here")},
    };
    sample_view_sent(h, &(struct sample_view_sent){
        .layout = layout,
        .lead = W("Нөмір мен кодты сақтап қойыңыз: өтінішіңізді солар арқылы ғана ашасыз.",
                  "Сохраните номер и код: открыть обращение можно только по ним.",
                  "Keep the number and the code: they alone open your appeal."),
        .receipt = {.number_label = W("Тіркеу нөмірі", "Регистрационный номер", "Number"),
                    .number = S("2026-000418-7"),
                    .code_label = W("Құпия код", "Секретный код", "Secret code"),
                    .code = S("7KQX-M2VD-91TZ-HB4R-P0WE"),
                    .note = W("Код бір рет қана көрсетіледі.", "Код показывается один раз.",
                              "The code is shown once."),
                    .receipt_href = S("/receipt"), .qr = picture(h->a, l),
                    .qr_caption = S("birge.example/kk/track")},
        .shared = {.kind = S("privacy"), .title = W("Телефон ортақ болса", "Если телефон общий",
                                                    "If others use this phone"),
                   .text = W("Кодты қағазға жазып алып, осы бетті жабыңыз.",
                             "Перепишите код на бумагу и закройте страницу.",
                             "Write the code on paper and close this page.")},
        .due = sample_due(l, S("ahead")),
        .facts_title = W("Не тіркелді", "Что записано", "What is on record"),
        .facts = {.rows = facts, .n_rows = COUNT(facts)},
        .next_title = W("Әрі қарай", "Что дальше", "What happens next"),
        .steps = {.steps = steps, .n_steps = COUNT(steps)},
    });
}

void sample_appeal(struct html *h, const struct lang *l)
{
    struct core_view_layout layout = sample_layout(h->a, l, W("Абай көшесіндегі жолды жөндеу туралы",
                                                              "О ремонте дороги на улице Абая",
                                                              "Repair of Abai street"));
    const struct core_notice notice = {.kind = CORE_NOTICE_SUCCESS,
                                       .text = W("Бағаңыз жазылды. Рақмет!",
                                                 "Ваша оценка записана. Спасибо!",
                                                 "Your opinion is recorded. Thank you!")};
    layout.notice = &notice;
    layout.has_quick_exit = true;
    layout.is_private = true;
    const struct core_file files[] = {
        {.name = W("Абай көшесінің суреті, 12-үйдің алды, наурыз айының басы.jpg", "Фото улицы Абая.jpg",
                   "Photo of Abai street.jpg"),
         .href = S("/files/1"), .type = S("JPG"), .size = 61234},
        {.name = S("akt-2026-03-20.pdf"), .href = S("/files/2"), .type = S("PDF"), .size = 1258291,
         .note = W("органнан", "от органа", "from the body")},
    };
    const struct core_column columns[] = {
        {.title = W("Кім", "Кто", "Who")}, {.title = W("Қашан", "Когда", "When")}, {.title = W("Не үшін",
                                                                                               "Зачем", "Why")},
    };
    const struct core_cell first[] = {
        {.text = W("Тіркеуші, кеңсе", "Регистратор, канцелярия", "Registrar, chancellery")},
        {.text = W("16.03.2026 09:14", "16.03.2026 09:14", "16/03/2026 09:14")}, {.text = W("тіркеу",
                                                                                            "регистрация",
                                                                                            "registering")}};
    const struct core_cell second[] = {
        {.text = W("Орындаушы, жол бөлімі", "Исполнитель, дорожный отдел", "Executor, roads section")},
        {.text = W("18.03.2026 10:02", "18.03.2026 10:02", "18/03/2026 10:02")},
        {.text = W("жауап дайындау", "подготовка ответа", "preparing the answer")}};
    const struct core_table_row rows[] = {{.cells = first}, {.cells = second}};
    sample_view_appeal(h, &(struct sample_view_appeal){
        .layout = layout,
        .number = S("2026-000418-7"),
        .state = {.text = W("жауап берілді", "дан ответ", "answered"), .kind = S("green")},
        .state_text = W("Енді өз бағаңызды айта аласыз.", "Теперь вы можете оценить ответ.",
                        "Now you can judge the answer."),
        .due = sample_due(l, S("late")),
        .answer_title = W("Жауап", "Ответ", "The answer"),
        .answer_by = W("Басқарма басшысының орынбасары, 2026 ж. 27 наурыз",
                       "Заместитель руководителя управления, 27 марта 2026 г.",
                       "Deputy head of the department, 27 March 2026"),
        .answer_head = W("Нәтижесі", "Результат", "Outcome"),
        .answer_text = W("Жөндеу 2026 жылғы 20 сәуірде басталады.\nМердігер тағайындалды.",
                         "Ремонт начнётся 20 апреля 2026 года.\nПодрядчик назначен.",
                         "Repair begins on 20 April 2026.\nThe contractor is chosen."),
        .refusal = {.title = W("Қайта жіберуге болмайды", "Перенаправить нельзя",
                               "It cannot be forwarded again"),
                    .text = W("Өтініш бір рет қана басқа органға жіберіледі.",
                              "Обращение перенаправляют только один раз.",
                              "An appeal is forwarded once only."),
                    .law = W("ӘРПК 65-бап", "АППК, статья 65", "APPC, article 65"),
                    .next = W("Жоғары тұрған органға шағым бере аласыз.",
                              "Вы можете подать жалобу в вышестоящий орган.",
                              "You can complain to the superior body."),
                    .link_text = W("Шағым беру", "Подать жалобу", "Complain"), .link_href = S("/complain")},
        .timeline_title = W("Барысы", "Ход рассмотрения", "What happened"),
        .timeline = sample_timeline(h->a, l),
        .text_title = W("Сіз жазған мәтін", "Ваш текст", "What you wrote"),
        .text = W("Абай көшесінде 12-үйдің алдындағы жол екі айдан бері қазулы жатыр.\n\nБалалар мектепке айналып барады.",
                  "На улице Абая у дома 12 дорога раскопана уже два месяца.\n\nДети ходят в школу в обход.",
                  "The road in front of Abai street 12 has been dug up for two months.\n\n"
                   "Children walk a long way to school."),
        .files_title = W("Файлдар", "Файлы", "Files"),
        .files = {.items = files, .n_items = COUNT(files)},
        .readings_title = W("Кім ашып қарады", "Кто открывал", "Who has opened it"),
        .readings = {.caption = W("Қараулар", "Просмотры", "Readings"), .caption_hidden = true,
                     .columns = columns,
                     .n_columns = COUNT(columns), .rows = rows, .n_rows = COUNT(rows)},
    });
}
