#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What sqlgen must not let through: names that SQLite takes and PostgreSQL keeps for itself.

    refuse_test.py SQLGEN
"""
import os
import subprocess
import sys
import tempfile

SCHEMA = "-- projection\nCREATE TABLE {table} (\n realm INTEGER NOT NULL,\n {column} TEXT NOT NULL,\n PRIMARY KEY (realm)\n) STRICT;\n"
QUERY = "-- name: it :one\n{sql};\n"
SOUND = "SELECT t.word FROM thing AS t WHERE t.realm = $realm"
# what differs from a sound slice, and the word that must be named; None: it passes
CASES = [
    ({}, None),
    ({"sql": "SELECT t.word FROM thing AS some WHERE realm = $realm".replace("t.word", "some.word")}, "some"),
    ({"sql": "SELECT some.word FROM thing some WHERE some.realm = $realm"}, "some"),
    ({"sql": "SELECT t.word FROM thing AS t JOIN thing AS both ON both.realm = t.realm WHERE t.realm = $realm"}, "both"),
    ({"sql": "SELECT t.word AS end FROM thing AS t WHERE t.realm = $realm"}, "end"),
    ({"sql": "SELECT t.word AS USER FROM thing AS t WHERE t.realm = $realm"}, "USER"),
    ({"sql": "SELECT word FROM thing offset WHERE realm = $realm"}, "offset"),
    ({"sql": "WITH user AS (SELECT word FROM thing WHERE realm = $realm) SELECT word FROM user"}, "user"),
    ({"sql": "SELECT word FROM thing WHERE realm = $realm AND word = 'user'"}, None),
    ({"sql": "SELECT word FROM thing WHERE realm = $user", "more": "-- param: user int"}, None),
    ({"column": "user", "sql": "SELECT realm FROM thing WHERE realm = $realm"}, "user"),
    ({"column": "end", "sql": "SELECT realm FROM thing WHERE realm = $realm"}, "end"),
    ({"column": "analyse", "sql": "SELECT realm FROM thing WHERE realm = $realm"}, "analyse"),
    ({"table": "placing", "sql": "SELECT word FROM placing WHERE realm = $realm"}, "placing"),
    ({"table": "end", "sql": "SELECT word FROM end WHERE realm = $realm"}, "end"),
    ({"column": "user_name", "sql": "SELECT user_name FROM thing AS someone WHERE realm = $realm"}, None),
]


def run(sqlgen, folder, case):
    with open(os.path.join(folder, "0001_slice.sql"), "w", encoding="utf-8") as f:
        f.write(SCHEMA.format(table=case.get("table", "thing"), column=case.get("column", "word")))
    sql = QUERY.format(sql=case.get("sql", SOUND)).replace("\n", "\n" + case.get("more", "") + "\n" * ("more" in case), 1)
    with open(os.path.join(folder, "queries.sql"), "w", encoding="utf-8") as f:
        f.write(sql)
    return subprocess.run([sqlgen, folder, "slice", folder + "/0001_slice.sql", folder + "/queries.sql"],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="birge-sqlgen-") as folder:
        for case, word in CASES:
            done = run(sys.argv[1], folder, case)
            says = f"{word}: PostgreSQL keeps this word for itself"
            ok = done.returncode == 0 if word is None else done.returncode != 0 and says in done.stderr
            if not ok:
                print(f"FAILED {case}: exit {done.returncode}: {done.stderr}")
                failed += 1
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
