/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * commands.c - the one table of commands: parsing, --help, man page, completion and docs/reference come from it.
 *
 * A new command is its options, one line in the table, and a function declared in commands.h. The example is the
 * first thing people read, and a test runs it as it stands (with /var/lib/birge and /backup moved to a scratch
 * folder), so it must work.
 *
 * Source: contract.md (Command line).
 */
#include "app/commands.h"

/* Words that examples use for files are files of tests/ops/examples. */
#define DATA                                                                                                         \
    {                                                                                                                \
        "data", "DIR", "the data folder", true, NULL                                                                 \
    }
#define END                                                                                                          \
    {                                                                                                                \
        NULL, NULL, NULL, false, NULL                                                                                \
    }

static const struct cli_option init_options[] = {
    DATA,
    {"db", "URL", "postgresql://user@host/name, or a file that holds it; DIR/birge.db when not given", false, NULL},
    {"profile", "NAME", "the law that cases are registered under", false, "kz-2026"},
    {"origin", "NAME", "name of the public log and its key; cannot be changed later", false, NULL},
    {"zone", "NAME", "time zone of the realm; that of the profile when not given", false, NULL},
    {"name", "TEXT", "name of the institution, shown on every page", false, NULL},
    {"demo", NULL, "fill with a made-up region and about 300 appeals", false, NULL},
    END,
};
static const struct cli_option serve_options[] = {
    DATA,
    {"listen", "ADDRESS", "address and port", false, "127.0.0.1:8480"},
    {"workers", "N", "loop threads; 0: one per core, at most 4", false, NULL},
    END,
};
static const struct cli_option data_only[] = {DATA, END};
static const struct cli_option verify_options[] = {
    {"key", "VKEY", "the log's public key, or a file that holds it", true, NULL, true},
    END,
};
static const struct cli_option restore_options[] = {
    {"data", "DIR", "the folder to make; must not exist", true, NULL},
    {"db", "URL", "an empty database to put the rows into, or a file that holds its address", false, NULL},
    END,
};
static const struct cli_option user_add_options[] = {
    DATA,
    {"login", "NAME", "what is typed at sign-in", true, NULL},
    {"name", "TEXT", "name of the person", true, NULL},
    {"office", "ID", "office to appoint the person to", false, NULL},
    {"language", "kk|ru|en", "language of letters", false, "kk"},
    END,
};
static const struct cli_option user_reset_options[] = {
    DATA,
    {"login", "NAME", "whose password", true, NULL},
    END,
};
static const struct cli_option profile_options[] = {
    {"profile", "NAME", "one profile only", false, NULL},
    {"data", "DIR", "look for profiles here first", false, NULL},
    END,
};
static const struct cli_option profile_check_options[] = {
    {"profile", "NAME", "one profile only", false, NULL},
    {"data", "DIR", "look for profiles here first", false, NULL},
    {"file", "FILE", "this file alone, wherever it lies", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

static const struct cli_option import_options[] = {
    DATA,
    {"map", "COLUMN=FIELD,...", "columns that are not called like the field; #3 is the third", false, NULL},
    {"set", "FIELD=VALUE,...", "fields that are the same in every row", false, NULL},
    {"dry-run", NULL, "say what would happen and take nothing", false, NULL},
    {"source", "TEXT", "where it comes from, shown with each case; the file's name when not given", false, NULL},
    {"rejects", "FILE", "where rejected rows go", false, "rejects.csv"},
    {"encoding", "NAME", "of the file: windows-1251 ...; UTF-8 when not given", false, NULL},
    {"separator", "CHAR", "\",\", \";\" or tab; found from the first line when not given", false, NULL},
    {"empty", "WORD", "a word that stands for no value: None", false, NULL},
    {"html", "FIELD,...", "fields that hold HTML; its text is taken", false, NULL},
    {"dates", "dmy|mdy", "how 03/04/2026 is meant", false, "dmy"},
    {"again", NULL, "take the file although it was taken before", false, NULL},
    END,
};
#define IMPORT_OF(noun, about, example, file)                                                                  \
    {"import", noun, about, example, import_options, "FILE", 1, cmd_import, 0,                                 \
     "rows were rejected (rejects.csv says why), or it stopped", file, cmd_import_fields}
#define IMPORT(noun, about, example)                                                                           \
    IMPORT_OF(noun, about, example, "FILE: CSV, a line with the names of the columns first")

static const struct cli_option doctor_options[] = {
    {"data", "DIR", "the data folder; without it only the machine is examined", false, NULL},
    {"deep", NULL, "let the database check its whole file too; slow", false, NULL},
    END,
};
static const struct cli_option db_copy_options[] = {
    DATA,
    {"db", "URL", "where to: postgresql://user@host/name, a file that holds it, or the word sqlite", true, NULL},
    END,
};

static const struct cli_option settings_options[] = {
    {"data", "DIR", "show the values of this data folder", false, NULL},
    END,
};
static const struct cli_option no_options[] = {END};
static const struct cli_option seal_options[] = {
    {"to", "FILE", "the public key of whom it is for", true, NULL},
    {"answer-secret", "FILE", "write the secret that opens the answer there, instead of to stderr", false, NULL},
    END,
};
static const struct cli_option seal_keygen_options[] = {
    {"out", "FILE", "where the secret key goes; must not exist", true, NULL},
    {"name", "TEXT", "whose key it is, one line", true, NULL},
    {"passphrase", "FILE", "a file whose first line encrypts the key; asked for when not given", false, NULL},
    END,
};
static const struct cli_option seal_open_options[] = {
    {"key", "FILE", "the secret key of a recipient", false, NULL},
    {"passphrase", "FILE", "a file whose first line opens the key; asked for when not given", false, NULL},
    {"answer-secret", "FILE", "the secret of an author, for an answer", false, NULL},
    {"files", "DIR", "where the files inside go; without it they are only named", false, NULL},
    {"reply-key", "FILE", "write the key that the answer is to be sealed for", false, NULL},
    END,
};
static const struct cli_option text_stem_options[] = {
    {"lang", "kk|ru|en", "the language of the words", true, NULL},
    END,
};
static const struct cli_option text_duplicates_options[] = {
    {"text", "COLUMN", "name of the column with the text", true, NULL},
    {"id", "COLUMN", "name of the column that names each text", true, NULL},
    {"threshold", "N", "shared shingles of all, from 0.1 to 1, that make two texts near", false, "0.5"},
    END,
};
static const struct cli_option help_options[] = {
    {"man", NULL, "the man page, mdoc(7)", false, NULL},
    {"completion", "bash|zsh", "a completion script for this shell", false, NULL},
    END,
};

const struct cli_command commands[] = {
    {"init", NULL, "Make a data folder.", "birge init --data /var/lib/birge --origin birge.example.org", init_options,
     NULL, 0, cmd_init, 0, NULL,
     "DIR/birge.db, DIR/objects, DIR/keys, DIR/log/vkey, DIR/birge.ini; docs/operate/install.md tells what each is"},
    {"serve", NULL, "Serve a data folder over HTTP until SIGTERM.", "birge serve --data /var/lib/birge",
     serve_options, NULL, 0, cmd_serve, 0, NULL,
     "DIR/birge.ini: settings, docs/reference/settings.md\nDIR/control.sock: for commands beside the server"},
    {"verify", NULL, "Check a receipt, offline.", "birge verify --key \"$(cat vkey)\" receipt.txt", verify_options,
     "RECEIPT", 1, cmd_verify, 0, "the receipt does not hold",
     "RECEIPT: as the author keeps it, from the page or the API"},
    {"audit", NULL, "Check journal, tree, checkpoints and state of a data folder.",
     "birge audit --data /var/lib/birge", data_only, NULL, 0, cmd_audit, 0,
     "something does not agree; the first such thing is named"},
    {"backup", NULL, "Write everything into one file, while serving too.",
     "birge backup --data /var/lib/birge /backup/birge-2026-11-24.tar", data_only, "FILE", 1, cmd_backup, 0, NULL,
     "FILE: a tar archive of everything, keys included; keep it safe"},
    {"restore", NULL, "Make a data folder from a backup.",
     "birge restore birge-2026-11-24.tar --data /var/lib/birge2", restore_options, "FILE", 1, cmd_restore},
    {"rebuild", NULL, "Recreate counters and other projections from the facts.",
     "birge rebuild --data /var/lib/birge", data_only, NULL, 0, cmd_rebuild},
    {"doctor", NULL, "Examine machine and data folder: what would break a promise, and what to do.",
     "birge doctor --data /var/lib/birge", doctor_options, NULL, 0, cmd_doctor, 0, "a finding is a failure"},
    {"db", "copy", "Move the state to another database, whole or not at all.",
     "birge db copy --data /var/lib/birge --db postgresql://birge@db.example.org/birge", db_copy_options, NULL, 0,
     cmd_db_copy, 0, "the copy is not sound; the folder goes on with its old database",
     "DIR/birge.ini: names the new database when all is well\nDIR/birge.db.copied: the file that was left"},
    {"db", "distribute", "Spread the tables over a Citus cluster by realm.",
     "birge db distribute --data /var/lib/birge", data_only, NULL, 0, cmd_db_distribute},
    IMPORT("bodies", "Take in bodies with their names in three languages; known codes are changed.",
           "birge import bodies --data /var/lib/birge bodies.csv"),
    IMPORT("appeals", "Take in cases of another system, with number and due date, without code and receipt.",
           "birge import appeals --data /var/lib/birge --map id=number,theme=subject appeals.csv"),
    IMPORT("territory", "Take in an edition of the classifier of places; places that it does not name end.",
           "birge import territory --data /var/lib/birge kato.csv --map kato=code,level=kind"),
    IMPORT_OF("borders", "Take in borders of places from GeoJSON, for the map of figures.",
              "birge import borders borders.geojson --data /var/lib/birge",
              "FILE: GeoJSON, its name ends in .geojson: Polygons and MultiPolygons in WGS 84, no --map"),
    IMPORT("calendar", "Take in holidays and moved working days.",
           "birge import calendar --data /var/lib/birge holidays.csv"),
    IMPORT("diary", "Take in entries of a diary, also from a calendar file (.ics); nothing of it is published.",
           "birge import diary --data /var/lib/birge meetings.ics --set office=3"),
    {"user", "add", "Add an account and print its password once.",
     "birge user add --data /var/lib/birge --login a.office --name \"Duty officer\"", user_add_options, NULL, 0,
     cmd_user_add},
    {"user", "list", "List accounts.", "birge user list --data /var/lib/birge", data_only, NULL, 0, cmd_user_list},
    {"user", "reset", "Give an account a new password and print it once.",
     "birge user reset --data /var/lib/birge --login a.office", user_reset_options, NULL, 0, cmd_user_reset},
    {"mail", "test", "Send one letter and show what the relay says.",
     "birge mail test --data /var/lib/birge you@example.org", data_only, "ADDRESS", 1, cmd_mail_test, 0,
     "the relay did not take the letter", "DIR/birge.ini: [mail], docs/operate/mail.md"},
    {"profile", "show", "Show the rules of a profile with their citations.", "birge profile show --profile kz-2026",
     profile_options, NULL, 0, cmd_profile_show},
    {"profile", "check", "Check the profiles against their schema.", "birge profile check --file my-town.json",
     profile_check_options, NULL, 0, cmd_profile_check, 0, "a profile breaks a rule of its schema; each is named"},
    {"policy", "show", "Show who may do what.", "birge policy show --json", no_options, NULL, 0, cmd_policy_show},
    {"policy", "routes", "Show every address and what it asks for.", "birge policy routes --json", no_options, NULL,
     0, cmd_policy_routes},
    {"policy", "api", "Describe the JSON API: OpenAPI 3.1, with the limits of a fresh folder.", "birge policy api",
     no_options, NULL, 0, cmd_policy_api},
    {"seal", "keygen", "Make the pair of keys of a recipient: the secret key stays with them, off the server.",
     "birge seal keygen --out sealed-secret.key --name \"Ombudsman\" --passphrase passphrase.txt > sealed-public.key",
     seal_keygen_options, NULL, 0, cmd_seal_keygen, 0, NULL,
     "stdout: the public key, for everybody\nstderr: its fingerprint, to be published elsewhere"},
    {"seal", "open", "Open a sealed file, offline.",
     "birge seal open --key ombudsman-secret.key --passphrase passphrase.txt sealed.birge", seal_open_options, "FILE", 1,
     cmd_seal_open, 0, "it was changed, is for another key, or is no sealed file",
     "FILE: as the server hands it out\nstdout: subject, text, contact"},
    {"seal", NULL, "Seal a letter and its files for a recipient; the server that carries it cannot read it.",
     "birge seal --to ombudsman-public.key letter.txt > letter.birge", seal_options, "FILE [ATTACHMENT...]", 1, cmd_seal, 5,
     NULL,
     "FILE: UTF-8, the first line is the subject\nstdout: the sealed file\n"
     "stderr: the answer secret, unless a file for it is named"},
    {"settings", "show", "Show every setting with its default, bounds and meaning.",
     "birge settings show --data /var/lib/birge", settings_options, NULL, 0, cmd_settings_show},
    {"text", "detect", "Tell the language of each line of stdin: kk, ru, en or other.",
     "birge text detect < words.txt", no_options, NULL, 0, cmd_text_detect, 0, NULL,
     "stdin: UTF-8, one text a line\nstdout: language, tab, confidence from 0 to 1, for each line"},
    {"text", "stem", "Print the stem of each word of stdin.", "birge text stem --lang kk < words.txt", text_stem_options,
     NULL, 0, cmd_text_stem, 0, NULL, "stdin: UTF-8, words or whole lines\nstdout: word, tab, stem, for each word"},
    {"text", "duplicates", "Group the texts of a CSV file that say nearly the same.",
     "birge text duplicates requests.csv --text text --id id", text_duplicates_options, "FILE", 1, cmd_text_duplicates,
     0, NULL, "FILE: CSV with a header (RFC 4180, UTF-8)\nstdout: a JSON object a line for each group of two and more"},
    {"help", NULL, "Tell about all commands, or about one; man page and completion.", "birge help user add",
     help_options, "[NOUN [VERB]]", 0, cmd_help, 2},
    {NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL},
};
