/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import.h - bulk input: what a slice says about the rows it takes, and how a file of them goes in.
 *
 * A slice lists its kinds of import in its manifest (Institution.imports): a noun, its fields, and two functions.
 * `birge import NOUN FILE` finds the kind. The file is read once, in bounded memory, on a thread of its own; columns
 * become fields by their names or by --map; each field is parsed as it says; what cannot be used goes to rejects.csv
 * with line, field and reason. Good rows are prepared there too (looked up, counted out), and the writer takes them
 * in jobs of at most 500, one at a time, so that citizens' jobs are never behind more than one of them. Each job is
 * one transaction, one entry of the log that commits to all its rows (struct event, `parts`), and moves the row of
 * core_import on: an import that was killed goes on where it stopped, without a row lost or taken twice.
 *
 *     static struct err *prepare(struct import_job *job) { for each job->rows[i]: job->prepared ..., import_reject(...) }
 *     static struct err *take(struct action *x, struct import_job *job) { ... job->taken++ ... }
 *     static const struct import_field fields[] = {
 *         {"code", "short name of the body, as in addresses", IMPORT_LINE, .is_required = true, .max = 40}, ...};
 *     static const struct import_kind bodies = {.noun = "bodies", .fields = fields, .n_fields = 2, ...};
 *
 * Keeps:  a row is either taken whole or told in rejects.csv; nothing is taken in a dry run; memory does not grow
 *         with the file; the same file is not taken twice.
 * Source: contract.md (Command line, "birge import"); issue "The same on PostgreSQL, in bulk ...".
 */
#ifndef BIRGE_CORE_IMPORT_H
#define BIRGE_CORE_IMPORT_H

#include "base/csv.h"
#include "core/action.h"

#define IMPORT_FIELDS 48
#define IMPORT_JOB 500       /* rows of a job at most */
#define IMPORT_WHOLE 100000  /* rows of a file that must be held whole, at most */
#define IMPORT_FORM_MAX (16 * ARENA_MIB) /* bytes of a file in a form of its own, unless the kind says otherwise */

/* How the text of a field is read. An empty field is absent, whatever its type. */
enum import_type {
    IMPORT_LINE,    /* one line: no control characters, blanks at both ends dropped */
    IMPORT_TEXT,    /* several lines; CRLF becomes LF */
    IMPORT_DATE,    /* 2026-03-30, 30.03.2026, 30/03/2026, 20260330; a time behind it is refused; `i` is a day number */
    IMPORT_TIME,    /* a date, or a date and time, with or without offset (else the realm's zone); `i` is ms UTC */
    IMPORT_FLAG,    /* 1 0 yes no true false да нет иә жоқ; `i` is 1 or 0 */
    IMPORT_INT,     /* whole number; `i` */
    IMPORT_DECIMAL, /* 51.128422 or 51,128422; `i` counts millionths */
    IMPORT_WORD,    /* one of `words`, folded; `text` is the word, `i` its place */
};

struct import_field {
    const char *name;   /* "received": small letters and '_'; a column of this name is found without --map */
    const char *about;  /* for --help, English, one line */
    enum import_type type;
    bool is_required;   /* a column must be mapped to it, and no row may leave it empty */
    size_t max;         /* characters of IMPORT_LINE and IMPORT_TEXT; 0: 200 and 20,000 */
    /* Of IMPORT_WORD: "open", "answered=closed=resolved", first word and its synonyms; NULL ends. */
    const char *const *words;
};

struct import_value {
    struct str text; /* absent: the field is empty or has no column */
    int64_t i;       /* by type, when text is there */
};

struct import_row {
    int64_t line;                 /* where it begins in the file */
    const struct import_value *v; /* by field */
    const char *rejected;         /* set by import_reject */
    size_t rejected_field;
    void *prepared;               /* the kind's own, in the job's arena */
    const struct csv_row *csv;    /* as it lies in the file; for rejects.csv */
};

struct import;

/* Rows on their way. Everything in `a`, which lives until the job is done. */
struct import_job {
    struct arena *a;
    struct import *import;
    struct import_row *rows;
    size_t n;
    size_t changed;       /* set by `prepare`: rows that change something that exists */
    size_t same;          /* set by `prepare`: rows that say what is stored already; nothing to do */
    struct str part_noun; /* set by `take` when it makes new things without events of their own: their noun and ids, */
    int64_t part_first;   /* as in struct event. The import's own event commits to them */
    int64_t part_n;
};

/* Row `row` cannot be taken: `field` (place in the kind's fields, SIZE_MAX: the row as a whole) and why, English,
 * "expected ..."; printf-like. The first reason counts. Only in `prepare`. */
void import_reject(struct import_job *job, struct import_row *row, size_t field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

struct import_kind {
    const char *noun;  /* "appeals" */
    const char *about; /* for --help, English */
    const char *example; /* a whole command line */
    const struct import_field *fields;
    size_t n_fields;
    /* All rows come in one prepare and one take: parents may stand behind their children. At most IMPORT_WHOLE rows,
     * and either all are taken or none. */
    bool is_whole;
    /* Files in a form of their own, told by the end of their name (".ics"): make a table of all of it, with the kind's
     * fields as columns. Called with the whole file, at most form_max; what cannot be used becomes a row that
     * `prepare` rejects. What does not fit into a table may be kept in import_state. NULL: tables alone. */
    const char *form;
    size_t form_max; /* bytes; 0: IMPORT_FORM_MAX */
    struct err *(*convert)(struct import *i, struct str bytes, struct str *ret_csv);
    /* Once, before the first row: set import_state if the kind needs one. May be NULL. */
    struct err *(*begin)(struct import *i);
    /* Look the rows up and reject what cannot be taken, on the import's own thread, with import_reader(). Called for
     * dry runs too. Rows are in order of the file; rows that were rejected before are not among them. */
    struct err *(*prepare)(struct import_job *job);
    /* Take the rows: a verb, on the writer. Writes facts; what is made has events of its own, or is named as the job's
     * part. Anything but NULL undoes the job and ends the import: a row that cannot be taken must have been rejected in
     * `prepare`. */
    struct err *(*take)(struct action *x, struct import_job *job);
};

/* == running one == */

struct import_progress {
    int64_t rows;        /* of the file, settled so far */
    int64_t rejected;
    int64_t bytes, size; /* read, and of the file */
    int64_t ms;          /* since the first row */
};

/* What an operator asks for. Texts that are absent are not given. */
struct import_order {
    const struct import_kind *kind;
    int fd;              /* the file, a regular one, at its beginning; its place is moved */
    int rejects_fd;      /* for rejects.csv, to read and write; -1: rejects are only counted */
    struct str file;     /* its name, without folder */
    struct str source;   /* what the origin is called; absent: `file` */
    struct str map;      /* "column=field,#3=field": columns by name or place */
    struct str set;      /* "field=value,...": the same for every row */
    struct str encoding; /* absent: UTF-8 */
    struct str separator; /* ",", ";" or "tab"; absent: found from the header */
    struct str empty;    /* a word that means "no value": "None" */
    struct str html;     /* "field,...": fields that hold HTML; its text is taken */
    bool is_month_first; /* 03/28/2026 is in March */
    bool is_dry_run;
    bool is_again;       /* take the file although it was taken before */
    bool (*progress)(void *user, const struct import_progress *p); /* a few times a second; false stops the import */
    void *user;
};

#define IMPORT_TOLD 10 /* rejects that a report shows */
struct import_told {
    int64_t line;
    struct str field;    /* "" for the row as a whole */
    struct str why;
};

struct import_report {
    int64_t id;          /* of core_import; 0 for a dry run */
    int64_t rows;        /* of the file, settled */
    int64_t taken, changed, same, rejected; /* in all, this run and those before it */
    int64_t resumed_at;  /* rows that were settled when this run began */
    bool is_known;       /* the file was taken before, at known_at: nothing was done */
    bool is_stopped;     /* the caller stopped it; it can go on */
    int64_t known_at;
    int64_t ms;          /* from the first row to the last */
    struct str columns;  /* JSON: {"column":"field", "unused column":null} */
    struct str preview;  /* JSON: the fields of the first rows that could be read, as they were understood */
    struct import_told told[IMPORT_TOLD];
    size_t n_told;
};

/* Take the file in, or say what would happen. Any thread but the writer's; one import at a time in a process.
 * Memory: the report's texts live in `a`, which grows by a few KiB; the rows do not.
 * Errors: ERR_INPUT (the file, a mapping: line and field are named), ERR_CONFIG (encoding), ERR_CONFLICT (the file was
 * begun with another mapping), ERR_BUSY (another import runs), and those of the writer; what was settled stays. */
struct err *import_run(struct arena *a, struct site *site, const struct import_order *order,
                       struct import_report *ret_report) WARN_UNUSED;

/* The kind of `noun` among all institutions; NULL when there is none. */
struct institution;
const struct import_kind *import_find(const struct institution *const *institutions, size_t n, struct str noun);

/* == what a kind may ask == */

struct import_source {
    int64_t id;         /* of core_import; 0 in a dry run */
    struct str name;    /* "portal of the town": --source, or the file's name */
    struct str file;    /* the file's name, without its folder */
};
struct site *import_site(const struct import *i);
/* A connection of the import's own thread; reads what is committed, one snapshot per prepare. */
struct db_read *import_reader(const struct import *i);
const struct import_source *import_source(const struct import *i);
/* The kind's own, for the life of the import. */
void *import_state(const struct import *i);
void import_set_state(struct import *i, void *state);
/* Edit distance in bytes of two folded names, for "did you mean"; of long ones only the first 48 bytes count. */
size_t import_distance(struct str a, struct str b);
/* Memory that lives as long as the import. */
struct arena *import_arena(const struct import *i);

#endif
