# SPDX-License-Identifier: AGPL-3.0-or-later
"""The yardstick of PostgreSQL: the rows of one appeal, written by plain transactions, one a request and connection.

What Birge stores for an appeal is read from a database that took one in; pgbench, PostgreSQL's own, then writes the same
rows again and again with prepared statements on as many connections, a transaction each. The comparison favours the plain
way: it gives no numbers without gaps, keeps no counters, asks nothing, hashes and signs nothing, speaks no HTTP.
"""
import os
import re
import subprocess
import urllib.parse

ID, NEXT = "CAST(:id AS bigint)", "CAST(:id AS bigint) + 1"
# table -> what differs from row to row; everything else is as in the row that is there
TABLES = [
    ("reception_appeal", {"id": ID, "number": "CAST(:id AS text)"}),
    ("reception_move", {"appeal_id": ID}),
    ("reception_deadline", {"appeal_id": ID}),
    ("core_trace", {"from_id": ID, "to_id": ID}),
    ("reception_request", {"appeal_id": ID, "key_hash": "decode(lpad(to_hex(CAST(:id AS bigint)), 64, '0'), 'hex')"}),
    ("journal_event", {"seq": ID, "leaf": ID, "noun_id": ID}),
    ("journal_entry", {"leaf": ID}),
    ("journal_entry", {"leaf": NEXT}),
    ("journal_head", {"batch": ID, "size": ID}),
]


def statement(cluster, database, table, changes):
    """INSERT of the row that is there, with what must differ."""
    names = [r[0] for r in cluster.sql(
        f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum", database)]
    # pgbench reads a line at a time and takes what stands behind a colon for a variable, in quotes too
    values = ", ".join(f"replace(replace(quote_nullable({n}), chr(10), ' '), ':', ';')" for n in names)
    rows = cluster.sql(f"SELECT {values} FROM {table} ORDER BY 1, 2 DESC LIMIT 1", database)
    if not rows:
        return ""
    said = [changes.get(n, v.replace("E'\\\\\\\\x", "'\\\\x")) for n, v in zip(names, rows[0])]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(said)});\n"


def database_of(url):
    return urllib.parse.urlsplit(url).path[1:]


def copy_of(cluster, url):
    """A second database with the same rows, so that the two ways do not meet in one; nobody may be connected."""
    name = database_of(url) + "_plain"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {database_of(url)} OWNER birge")
    return cluster.url(name)


def script(cluster, url, path):
    database = database_of(url)
    with open(path, "w", encoding="utf-8") as f:
        f.write("\\set id random(1000000000, 4000000000000000000)\nBEGIN;\n")
        f.writelines(statement(cluster, database, table, changes) for table, changes in TABLES)
        f.write("COMMIT;\n")


def run(cluster, url, path, connections, seconds):
    """Transactions a second."""
    done = subprocess.run([os.path.join(cluster.bin, "pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", "2",
                           "-T", str(seconds), "-f", path, "-h", cluster.folder, "-U", "birge", database_of(url)],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-500:] + done.stderr[-1000:])
    if re.search(r"failed transactions: [1-9]", done.stdout):
        raise RuntimeError(done.stdout + done.stderr)
    return float(re.search(r"tps = ([\d.]+)", done.stdout).group(1))
