-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0007_person_name_fold.sql - people are found by any word of their name, and by login, from its first letters on.
--
-- A table of its own and not a column of core_person: that one holds facts, and a derived column would change the
-- digests of rows that nobody changed. People that are there already get their words from the clock's work.

-- The folded words of each person's name, and the login.
-- projection
CREATE TABLE core_person_word (
    realm       INTEGER NOT NULL,
    word        TEXT NOT NULL,              -- folded: "сәуле", "a.office"
    person_id   INTEGER NOT NULL,
    PRIMARY KEY (realm, word, person_id)
) STRICT;
CREATE INDEX core_person_word_by_person ON core_person_word (realm, person_id, word);
