/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo_texts_en.c - made-up appeals and answers in English, for a demo region that does not exist.
 */
#include "institutions/reception/demo_private.h"

static const struct demo_text texts[] = {
    {TOPIC_ROADS, "application",
     "Potholes: {place}",
     "After the rain the road at {place} is full of deep holes and the water stands for days. Cars go"
     " round them over the pavement where children walk. Please mend the road, or fill the holes for now."},
    {TOPIC_ROADS, "proposal",
     "A speed hump by the school",
     "Cars pass the school at {place} too fast. I suggest a speed hump before the crossing, and a sign."},
    {TOPIC_ROADS, "message",
     "Broken pavement",
     "The pavement at {place} has lifted and cracked. Older people find it hard to walk, and a wheelchair"
     " cannot pass."},
    {TOPIC_WATER, "application",
     "Water for two hours a day",
     "For two weeks there has been water at {place} for an hour or two a day. Please tell us why, and"
     " when it will be back."},
    {TOPIC_WATER, "complaint",
     "The colour of the water",
     "The tap water at {place} is cloudy and yellowish. We called several times and nobody came. Please"
     " take a sample and tell the residents what it shows."},
    {TOPIC_HEATING, "application",
     "A cold flat",
     "The heating is on, but the rooms at {place}, house 21, stay below 15 degrees. There are small"
     " children. Please check it."},
    {TOPIC_HEATING, "complaint",
     "Charged for heat that was not there",
     "There was no heat at {place} for ten days last month, but the bill is for the whole month. My"
     " request to correct it was not answered."},
    {TOPIC_HEATING, "request",
     "When the heating begins",
     "From which day will {place} be heated this year, and who decides it?"},
    {TOPIC_SCHOOLS, "application",
     "A place in the first form",
     "The school for {place} says it has no place for my child. Please explain which school takes her,"
     " and when."},
    {TOPIC_SCHOOLS, "message",
     "The school bus is late",
     "The school bus at {place} has been late almost every day this month. The children wait up to half"
     " an hour in the cold."},
    {TOPIC_CLINICS, "complaint",
     "Three weeks for a doctor",
     "At the clinic near {place} the first free appointment is in three weeks. My mother is over seventy."
     " Please see how the wait can be made shorter."},
    {TOPIC_CLINICS, "proposal",
     "The queue at the clinic",
     "Every morning there is a long queue at the clinic near {place}. I suggest a ticket machine and a"
     " clear sign at the door."},
    {TOPIC_CLINICS, "message",
     "The ramp at the clinic",
     "The ramp at the clinic near {place} is too steep for a wheelchair without help."},
    {TOPIC_LIGHTING, "application",
     "No street lights: {place}",
     "The street lights at {place} have been out for a month. Children come home in the dark. Please have"
     " them repaired."},
    {TOPIC_LIGHTING, "proposal",
     "A light at the bus stop",
     "The bus stop at {place} is dark and drivers do not see people. One lamp would be enough."},
    {TOPIC_WASTE, "application",
     "Rubbish is not collected",
     "The containers at {place} overflow. The plan says every day, but the lorry comes every third."
     " Please act on it."},
    {TOPIC_WASTE, "proposal",
     "Separate collection",
     "If there were bins for paper and plastic at {place}, the residents would sort their waste."},
    {TOPIC_PARKS, "application",
     "Benches in the park",
     "Half of the benches in the park at {place} are broken. Please mend or replace them."},
    {TOPIC_PARKS, "message",
     "A dead tree",
     "A large dead poplar stands at {place}, house 17. Branches fall on the cars."},
    {TOPIC_PARKS, "response",
     "The new playground",
     "Thank you for the playground at {place}. A cover for the sand pit would make it better."},
    {TOPIC_TRANSPORT, "application",
     "The last bus",
     "There is no bus at {place} after eight in the evening. Please let it run an hour longer."},
    {TOPIC_TRANSPORT, "complaint",
     "The bus does not stop",
     "The bus passes the stop at {place} although people are waiting: four times in one week. Please look"
     " into it."},
    {TOPIC_DOCUMENTS, "request",
     "Address certificate",
     "How many days does an address certificate take for {place}? My request on the site was not"
     " answered."},
    {TOPIC_DOCUMENTS, "application",
     "A wrong letter in a certificate",
     "One letter of our name is wrong in my child's birth certificate. Please explain how it is"
     " corrected. Address: {place}."},
    {TOPIC_LAND, "application",
     "The border of a plot",
     "A neighbour's fence stands two metres inside our plot at {place}. Please establish the border by"
     " the documents."},
    {TOPIC_LAND, "request",
     "The waiting list for land",
     "I should like to know my place on the waiting list for a building plot, and where the list is"
     " published. Address: {place}."},
};

static const struct demo_answer answers[N_TOPICS] = {
    [TOPIC_ROADS] = {NULL,
        "The road at {place} was inspected. Along 120 metres there are 14 holes and one sunken manhole.",
        "Rules on the upkeep of roads, item 12 (example).",
        "A hole deeper than five centimetres is mended within ten working days; this stretch falls under"
        " the rule.",
        "The holes will be filled with asphalt and the manhole raised. The contractor finishes by the end"
        " of the month.",
        "If the work does not begin in time, tell the department and give this number."},
    [TOPIC_WATER] = {NULL,
        "The pressure at {place} was measured; two valves were faulty. A sample of the water meets the"
        " requirements.",
        "Rules on water supply, item 21 (example).",
        "The valves lowered the pressure, which caused the interruptions. No fault of quality was found.",
        "The valves were replaced and there is water day and night. The bill for the days without water"
        " will be corrected.",
        "If the pressure falls again, call the duty service and give this number."},
    [TOPIC_HEATING] = {NULL,
        "The temperature at {place} was measured: 15 degrees. The intake of the house is clogged.",
        "Rules on heating, item 34 (example).",
        "A living room must have at least 18 degrees, so your request is well founded.",
        "The intake was cleaned and the system adjusted. The temperature will be measured again in two"
        " days.",
        "If it does not get warmer, add the record to this appeal and tell us."},
    [TOPIC_SCHOOLS] = {NULL,
        "The schools for {place} were checked. The neighbouring one has a free place.",
        "Rules on admission to schools, item 7 (example).",
        "If the school of the address is full, the board has to offer a place in the nearest one.",
        "A place in the nearest school is offered to you. The decision is sent within three working days.",
        "Come to the school with your papers, or write to us if the offer does not suit."},
    [TOPIC_CLINICS] = {NULL,
        "The book of the front desk was checked ({place}). A call was not taken that day without a"
        " reason.",
        "Rules on outpatient care, item 18 (example).",
        "Who cannot walk is visited on the day of the call, so the request is well founded.",
        "The doctor has been there. The staff was told the rule again.",
        "If a call is refused again, tell us the day and the hour."},
    [TOPIC_LIGHTING] = {NULL,
        "The lights at {place} were looked at in the evening. Three of five lamps are out and a cable is"
        " broken.",
        "Rules on public places, item 9 (example).",
        "A fault of the lighting is mended within three working days.",
        "The lamps were replaced and the cable mended. The street is lit again.",
        "If a lamp goes out again, tell us and give this number."},
    [TOPIC_WASTE] = {NULL,
        "The containers at {place} were watched for three days. The lorry was late twice.",
        "Rules on waste collection, item 15 (example).",
        "Waste is to be collected every day; the contractor broke the contract.",
        "The contractor was warned, two containers were added and the plan was fixed anew.",
        "If the lorry is late again, tell us the day and the hour."},
    [TOPIC_PARKS] = {NULL,
        "The place was inspected ({place}). Seven benches and two trees were found dangerous.",
        "Rules on green spaces, item 11 (example).",
        "What endangers people is replaced first.",
        "The benches will be mended, the dead trees felled and new ones planted by the fifteenth of next"
        " month.",
        "You can follow the work on this page."},
    [TOPIC_TRANSPORT] = {NULL,
        "The evening passengers at {place} were counted for a week. After the last bus forty people are"
        " left on average.",
        "Rules on passenger transport, item 26 (example).",
        "A timetable may follow demand; one more bus is justified.",
        "The last bus runs an hour longer from next Monday on.",
        "If it does not come, send the day and the time."},
    [TOPIC_DOCUMENTS] = {NULL,
        "The register was compared with the certificate ({place}). One letter was misprinted.",
        "Rules on public services, item 8 (example).",
        "The error is the body's own, so the document is replaced without a fee.",
        "The corrected certificate is ready.",
        "Come with your identity card to window 4."},
    [TOPIC_LAND] = {NULL,
        "The plan of the plot at {place} was compared with the marks on the ground. The fence is 1.8"
        " metres off the plan.",
        "Rules on the borders of plots, item 5 (example).",
        "The border is what the approved plan says; a fence does not change it.",
        "The neighbour was told to move the fence within thirty days.",
        "If it is still there then, you may go to court with this decision."},
};

/* What is said to the other kinds than applications. */
static const struct demo_answer by_kind[] = {
    {"complaint",
     "The complaint was checked in the papers and on the spot ({place}). Most of it was confirmed.",
     "Rules on complaints, item 6 (example).",
     "The body had to act in time and did not, so the complaint is well founded.",
     "The body has ten working days to put it right and to tell you in writing. The official in charge"
     " was reminded of the rules.",
     "If nothing changes by then, say that the matter is not solved, and why."},
    {"message",
     "Specialists went to the place and checked what you reported ({place}). It was confirmed and"
     " photographed.",
     "Rules on the upkeep of public places, item 10 (example).",
     "A fault of this sort concerns people's safety and is mended out of turn.",
     "The work is in this week's plan; until then the place is fenced.",
     "When the work is done, look at it and say whether the matter is solved."},
    {"proposal",
     "The proposal was discussed by specialists, who worked out place and cost ({place}).",
     "Rules on citizens' proposals, item 4 (example).",
     "It fits the development plan and can be prepared with this year's means.",
     "It is in next year's plan; the design will be ready by spring.",
     "The design will be shown to the residents, who can then say what they think."},
    {"response",
     "Your words were read by the staff and talked over ({place}).",
     "Rules on responses, item 2 (example).",
     "They help to see whether the service works well.",
     "They were taken note of and passed on.",
     "If you have more to suggest, write to us."},
    {"request",
     "The register and the rules of the service were looked through for your question ({place}).",
     "Rules on information, item 5 (example).",
     "What you ask for is open and free for everybody.",
     "A note with terms, times and papers is attached to this answer.",
     "If questions remain, come in the reception hours."},
};

static const struct demo_answer refusals[] = {
    {"facts_not_confirmed",
     "The matter was checked on the spot ({place}), with a record and photographs. The fault was not"
     " found.",
     "Rules on the upkeep of public places, item 9 (example).",
     "Work is done when a fault is confirmed; on the day of the check all was in order.",
     "The request is refused.",
     "If it happens again, send a new appeal with a photograph: it will be looked at anew."},
    {"conditions_not_met",
     "The papers were checked ({place}). One condition is not met: a year has not passed since the"
     " registration.",
     "Rules of the service, item 14 (example).",
     "The condition is the same for everybody; we have no right to set it aside.",
     "The request is refused.",
     "Apply again when the time has passed; your papers are kept."},
    {"other_procedure",
     "The matter is a dispute about property between two persons ({place}).",
     "The procedure of civil disputes (example).",
     "Such a dispute is decided by a court; a body cannot oblige one of the sides.",
     "The request is refused.",
     "You may go to court; where free legal help is given stands on the notice board."},
};

static const char *const places[] = {"Spring Street", "Meadow Street", "Orchard Street", "Birch Street",
    "Poplar Street", "Youth Street", "Samal Quarter", "Kokzhiek Quarter", "Birlik village",
    "Togaily village", "River Embankment", "Blossom Street"};
static const char *const names[] = {"Resident 1", "Resident 2", "Resident 3", "Resident 4",
    "Resident 5", "Resident 6"};
static const char *const solved[] = {"Thank you, it is mended.", "The matter is solved.",
    "The answer is clear."};
static const char *const not_solved[] = {"It is said to be done, but nothing has changed.",
    "The answer is not about what I asked.", "The work was begun, but not finished."};

const struct demo_language demo_en = {
    .code = STR("en"),
    .texts = texts,
    .n_texts = sizeof texts / sizeof texts[0],
    .refusals = refusals,
    .n_refusals = sizeof refusals / sizeof refusals[0],
    .by_kind = by_kind,
    .n_by_kind = sizeof by_kind / sizeof by_kind[0],
    .places = places,
    .n_places = sizeof places / sizeof places[0],
    .names = names,
    .n_names = sizeof names / sizeof names[0],
    .solved = solved,
    .n_solved = sizeof solved / sizeof solved[0],
    .not_solved = not_solved,
    .n_not_solved = sizeof not_solved / sizeof not_solved[0],
    .answers = answers,
    .forward = "The matter is within the competence of another body, so the appeal was passed on to it.",
    .reassign = "The executor is away; the case went to another office so that the day is kept.",
    .again = "The day on which the work ends is now known.",
    .again_outcome = "The work ends by the tenth of next month.",
    .note = "identity card",
    .file = "attachment.txt",
};
