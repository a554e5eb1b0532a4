#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the other tests take for granted of the throw-away PostgreSQL: settings, kill, what is durable stays."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster as pg  # noqa: E402


class ClusterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = pg.Cluster.temporary()
        cls.cluster.start()

    @classmethod
    def tearDownClass(cls):
        cls.cluster.__exit__()
        assert not os.path.exists(cls.cluster.folder)

    def show(self, name):
        return self.cluster.sql(f"SHOW {name}")[0][0]

    def test_settings_are_those_that_birge_asks_for(self):
        for name, value in (("data_checksums", "on"), ("fsync", "on"), ("full_page_writes", "on"),
                            ("synchronous_commit", "on"), ("server_encoding", "UTF8"), ("lc_collate", "C.UTF-8"),
                            ("listen_addresses", "")):
            self.assertEqual(self.show(name), value, name)

    def test_role_is_no_superuser(self):
        self.assertEqual(self.cluster.sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'birge'"), [["f"]])

    def test_what_was_committed_outlives_kill_and_nothing_else_does(self):
        database = self.cluster.new_database().split("/")[3].split("?")[0]
        self.cluster.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", database, "birge")
        before = self.cluster.pid()
        self.cluster.kill()
        self.assertIsNone(self.cluster.pid())
        self.assertFalse(os.path.exists(f"/proc/{before}/exe"))
        self.cluster.start()
        self.assertNotEqual(self.cluster.pid(), before)
        self.assertEqual(self.cluster.sql("SELECT n FROM kept", database, "birge"), [["7"]])

    def test_words_that_the_build_refuses_are_those_that_the_server_keeps(self):
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        with open(root + "/tools/sqlgen/postgres_words.c", encoding="utf-8") as f:
            refused = set(re.findall(r'"(\w+)"', f.read().split("words[] = {")[1]))
        kept = {r[0] for r in self.cluster.sql("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")}
        self.assertEqual(kept - refused, set())
        if self.cluster.bin.endswith("/15/bin"):
            self.assertEqual(refused, kept)

    def test_password_is_asked_for(self):
        with self.assertRaises(pg.ClusterError):
            self.cluster.sql("SELECT 1", role=pg.SECRET_ROLE)

    def test_folder_too_long_for_a_socket_is_refused(self):
        with self.assertRaises(pg.ClusterError):
            pg.Cluster("/tmp/" + "x" * 100)


if __name__ == "__main__":
    reason = pg.why_not()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    result = unittest.main(exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
