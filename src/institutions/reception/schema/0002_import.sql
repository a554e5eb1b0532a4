-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0002_import.sql - where a case came from that another system kept before.

-- What the other system said of the case, beside what became columns of its own. Only imported cases have a row.
-- fact of appeal by appeal_id
CREATE TABLE reception_origin (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    import_id       INTEGER NOT NULL,       -- core_import
    line            INTEGER NOT NULL,       -- of its file
    source          TEXT NOT NULL,          -- what the operator calls the origin
    number          TEXT,                   -- its number there
    theme           TEXT,
    category        TEXT,
    place           TEXT,
    answer          TEXT,                   -- as it was given there: not in the blocks of an answer of ours
    answered_by     TEXT,
    PRIMARY KEY (realm, appeal_id)
) STRICT;
-- A case of the same source comes in once, however often its file is exported anew.
CREATE UNIQUE INDEX reception_origin_by_number ON reception_origin (realm, source, number) WHERE number IS NOT NULL;
