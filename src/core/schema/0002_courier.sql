-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0002_courier.sql - how each letter of the outbox fares on its way, and each domain that letters go to.
--
-- core_notice keeps what a letter says; here stands where it is. No address, no content: an administrator may
-- read all of it.

-- One row per letter: waits, was handed to a courier, was sent, or could not be delivered.
-- projection
CREATE TABLE core_delivery (
    realm        INTEGER NOT NULL,
    id           INTEGER NOT NULL,          -- of core_notice
    noun         TEXT NOT NULL,
    noun_id      INTEGER NOT NULL,
    domain       TEXT NOT NULL,             -- of the address; '+phone': a message to a phone; '': not known
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'sent', 'failed')),
    is_open      INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- waiting or taken
    next_at      INTEGER NOT NULL,          -- no try before; of a taken one: then its courier counts as lost
    expires_at   INTEGER,                   -- of no use afterwards: a code that has run out
    tries        INTEGER NOT NULL,
    first_try_at INTEGER,
    tried_at     INTEGER,                   -- the last
    sent_at      INTEGER,
    taken_by     TEXT,                      -- which server's courier has it
    problem      TEXT,                      -- what was answered last, without addresses; NULL once it is sent
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_delivery_due ON core_delivery (realm, domain, next_at, id) WHERE is_open = 1;
CREATE INDEX core_delivery_open ON core_delivery (realm, id) WHERE is_open = 1;
CREATE INDEX core_delivery_taken ON core_delivery (realm, taken_by) WHERE taken_by IS NOT NULL;
CREATE INDEX core_delivery_trouble ON core_delivery (realm, id) WHERE problem IS NOT NULL;
CREATE INDEX core_delivery_by_noun ON core_delivery (realm, noun, noun_id, id) WHERE problem IS NOT NULL;

-- What is known of each domain, for the courier's pace and for the office's page. '+relay': the relay itself.
-- projection
CREATE TABLE core_mail_domain (
    realm        INTEGER NOT NULL,
    domain       TEXT NOT NULL,
    waiting      INTEGER NOT NULL,          -- letters that are open
    sent         INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    failures     INTEGER NOT NULL,          -- tries in a row that ended with "later"
    pause_until  INTEGER NOT NULL,          -- no try before
    window_at    INTEGER NOT NULL,          -- the minute that is counted
    window_n     INTEGER NOT NULL,          -- letters handed out in it
    tried_at     INTEGER NOT NULL,          -- last try; 0: never
    answer       TEXT NOT NULL,             -- of the last try, without addresses
    PRIMARY KEY (realm, domain)
) STRICT;
CREATE INDEX core_mail_domain_turn ON core_mail_domain (realm, tried_at) WHERE waiting > 0;

-- Letters written before there was a courier.
INSERT INTO core_delivery (realm, id, noun, noun_id, domain, state, is_open, next_at, tries, problem)
SELECT realm, id, noun, noun_id, '', 'waiting', 1, at, tries, problem FROM core_notice WHERE sent_at IS NULL;
INSERT INTO core_mail_domain (realm, domain, waiting, sent, failed, failures, pause_until, window_at, window_n,
                              tried_at, answer)
SELECT realm, '', count(*), 0, 0, 0, 0, 0, 0, 0, '' FROM core_delivery GROUP BY realm;
