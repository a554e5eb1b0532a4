-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0004_contact.sql - a new address that waits until its code comes back.

-- The code of reception_contact_code went to this address, not to the one that letters go to now.
-- projection
CREATE TABLE reception_contact_change (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    email           TEXT NOT NULL,          -- replaces the applicant's once its code was entered
    asked_at        INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id)
) STRICT;
CREATE INDEX reception_contact_change_by_time ON reception_contact_change (realm, asked_at);
