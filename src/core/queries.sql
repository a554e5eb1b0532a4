-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- queries.sql - the statements of core. tools/sqlgen makes a typed function of each.

-- == realm ==

-- name: realm :one
SELECT name_kk, name_ru, name_en, profile, zone, is_demo, created_at
  FROM core_realm WHERE realm = $realm AND id = $realm;

-- name: realm_add :exec
INSERT INTO core_realm (realm, id, name_kk, name_ru, name_en, profile, zone, is_demo, created_at)
VALUES ($realm, $realm, $name_kk, $name_ru, $name_en, $profile, $zone, $is_demo, $created_at);

-- name: realm_set_name :exec
UPDATE core_realm SET name_kk = $name_kk, name_ru = $name_ru, name_en = $name_en
 WHERE realm = $realm AND id = $realm;

-- == series ==

-- name: series_last :one
SELECT last FROM core_series WHERE realm = $realm AND name = $name;

-- What changed in the directory, the calendar and the figures, counted: for servers beside each other on one database.
-- name: versions :many
SELECT name, last FROM core_series
 WHERE realm = $realm AND name IN ('core_calendar.version', 'core_directory.version', 'core_figures.version')
 ORDER BY name LIMIT 3;

-- name: series_raise :exec
INSERT INTO core_series (realm, name, last) VALUES ($realm, $name, 1)
ON CONFLICT (realm, name) DO UPDATE SET last = core_series.last + 1;

-- name: series_set :exec
INSERT INTO core_series (realm, name, last) VALUES ($realm, $name, $last)
ON CONFLICT (realm, name) DO UPDATE SET last = excluded.last;

-- == body ==

-- name: bodies :many
SELECT id, parent_id, code, name_kk, name_ru, name_en, about_kk, about_ru, about_en,
       address, phone, hours, is_intake, closed_at
  FROM core_body WHERE realm = $realm ORDER BY id;

-- name: body_by_id :one
SELECT id, parent_id, code, name_kk, name_ru, name_en, about_kk, about_ru, about_en,
       address, phone, hours, is_intake, closed_at
  FROM core_body WHERE realm = $realm AND id = $id;

-- name: body_by_code :one
SELECT id, parent_id, code, name_kk, name_ru, name_en, about_kk, about_ru, about_en,
       address, phone, hours, is_intake, closed_at
  FROM core_body WHERE realm = $realm AND code = $code;

-- name: body_add :exec
INSERT INTO core_body (realm, id, parent_id, code, name_kk, name_ru, name_en, about_kk, about_ru,
                       about_en, address, phone, hours, is_intake, created_at)
VALUES ($realm, $id, $parent_id, $code, $name_kk, $name_ru, $name_en, $about_kk, $about_ru,
        $about_en, $address, $phone, $hours, $is_intake, $created_at);

-- name: body_change :exec
UPDATE core_body SET parent_id = $parent_id, name_kk = $name_kk, name_ru = $name_ru,
       name_en = $name_en, about_kk = $about_kk, about_ru = $about_ru, about_en = $about_en,
       address = $address, phone = $phone, hours = $hours, is_intake = $is_intake
 WHERE realm = $realm AND id = $id;

-- name: body_close :exec
UPDATE core_body SET closed_at = $closed_at, is_intake = 0 WHERE realm = $realm AND id = $id;

-- == office ==

-- name: offices :many
SELECT id, body_id, role, title_kk, title_ru, title_en, from_on, to_on
  FROM core_office WHERE realm = $realm ORDER BY id;

-- name: offices_of_body :many
SELECT id, body_id, role, title_kk, title_ru, title_en, from_on, to_on
  FROM core_office WHERE realm = $realm AND body_id = $body_id ORDER BY id;

-- name: office_by_id :one
SELECT id, body_id, role, title_kk, title_ru, title_en, from_on, to_on
  FROM core_office WHERE realm = $realm AND id = $id;

-- name: office_add :exec
INSERT INTO core_office (realm, id, body_id, role, title_kk, title_ru, title_en, from_on)
VALUES ($realm, $id, $body_id, $role, $title_kk, $title_ru, $title_en, $from_on);

-- name: office_change :exec
UPDATE core_office SET title_kk = $title_kk, title_ru = $title_ru, title_en = $title_en, to_on = $to_on
 WHERE realm = $realm AND id = $id;

-- name: appointments_of_office :many
SELECT a.id, a.office_id, a.person_id, a.from_on, a.to_on, p.name
  FROM core_appointment a JOIN core_person p ON p.realm = a.realm AND p.id = a.person_id
 WHERE a.realm = $realm AND a.office_id = $office_id ORDER BY a.id;

-- name: appointments_of_person :many
SELECT a.id, a.office_id, a.person_id, a.from_on, a.to_on,
       o.body_id, o.role, o.title_kk, o.title_ru, o.title_en, o.to_on AS office_to_on
  FROM core_appointment a JOIN core_office o ON o.realm = a.realm AND o.id = a.office_id
 WHERE a.realm = $realm AND a.person_id = $person_id ORDER BY a.id;

-- name: appointment_stands :one
SELECT a.id FROM core_appointment a
  JOIN core_person p ON p.realm = a.realm AND p.id = a.person_id
  JOIN core_office o ON o.realm = a.realm AND o.id = a.office_id
 WHERE a.realm = $realm AND a.person_id = $person_id AND a.office_id = $office_id
   AND a.from_on <= $today AND (a.to_on IS NULL OR a.to_on >= $today)
   AND (o.to_on IS NULL OR o.to_on >= $today) AND p.disabled_at IS NULL
 ORDER BY a.id LIMIT 1;

-- name: holders :many
SELECT a.office_id, a.id, a.person_id, p.name, a.from_on
  FROM core_appointment a JOIN core_person p ON p.realm = a.realm AND p.id = a.person_id
 WHERE a.realm = $realm AND a.from_on <= $today AND (a.to_on IS NULL OR a.to_on >= $today)
 ORDER BY a.office_id, a.id;

-- name: role_standing :one
SELECT a.id FROM core_office o
  JOIN core_appointment a ON a.realm = o.realm AND a.office_id = o.id
  JOIN core_person p ON p.realm = a.realm AND p.id = a.person_id
 WHERE o.realm = $realm AND o.role = $role AND (o.to_on IS NULL OR o.to_on >= $on)
   AND a.from_on <= $on AND (a.to_on IS NULL OR a.to_on >= $on) AND p.disabled_at IS NULL
 ORDER BY o.id, a.id LIMIT 1;

-- name: appointment_add :exec
INSERT INTO core_appointment (realm, id, office_id, person_id, from_on)
VALUES ($realm, $id, $office_id, $person_id, $from_on);

-- name: appointment_end :exec
UPDATE core_appointment SET to_on = $to_on WHERE realm = $realm AND id = $id;

-- name: appointment_by_id :one
SELECT id, office_id, person_id, from_on, to_on FROM core_appointment WHERE realm = $realm AND id = $id;

-- == person ==

-- name: person_by_login :one
SELECT id, login, name, language, password, must_change, disabled_at
  FROM core_person WHERE realm = $realm AND login = $login;

-- name: person_by_id :one
SELECT id, login, name, language, password, must_change, disabled_at
  FROM core_person WHERE realm = $realm AND id = $id;

-- name: people_after :many
SELECT id, login, name, language, must_change, disabled_at
  FROM core_person WHERE realm = $realm AND id > $after ORDER BY id LIMIT $n;

-- name: people_before :many
SELECT id, login, name, language, must_change, disabled_at
  FROM core_person WHERE realm = $realm AND id < $before ORDER BY id DESC LIMIT $n;

-- name: people_by_word :many
SELECT p.id, p.login, p.name, p.language, p.must_change, p.disabled_at
  FROM core_person_word w JOIN core_person p ON p.realm = w.realm AND p.id = w.person_id
 WHERE w.realm = $realm AND w.word >= $word AND w.word < $behind ORDER BY w.word, w.person_id LIMIT $n;

-- name: person_word_first :one
SELECT word FROM core_person_word WHERE realm = $realm AND person_id = $person_id ORDER BY word LIMIT 1;

-- name: person_word_add :exec
INSERT INTO core_person_word (realm, word, person_id) VALUES ($realm, $word, $person_id)
ON CONFLICT (realm, word, person_id) DO NOTHING;

-- name: person_words_remove :exec
DELETE FROM core_person_word WHERE realm = $realm AND person_id = $person_id;

-- name: people_count :one
SELECT CAST(count(*) AS INTEGER) AS n,
       CAST(count(CASE WHEN disabled_at IS NULL THEN 1 END) AS INTEGER) AS n_active
  FROM core_person WHERE realm = $realm;

-- name: person_add :exec
INSERT INTO core_person (realm, id, login, name, language, password, must_change, created_at)
VALUES ($realm, $id, $login, $name, $language, $password, $must_change, $created_at);

-- name: person_set_password :exec
UPDATE core_person SET password = $password, must_change = $must_change WHERE realm = $realm AND id = $id;

-- name: person_set_name :exec
UPDATE core_person SET name = $name, language = $language WHERE realm = $realm AND id = $id;

-- name: person_set_disabled :exec
UPDATE core_person SET disabled_at = $disabled_at WHERE realm = $realm AND id = $id;

-- == session ==

-- name: session_who :one
-- null: name
-- null: language
-- null: disabled_at
-- null: body_id
-- null: role
-- null: office_to_on
-- null: code_at
-- null: recovery_id
SELECT s.person_id, s.office_id, s.noun, s.noun_id, s.created_at, s.seen_at, s.expires_at,
       p.name, p.language, p.disabled_at, o.body_id, o.role, o.to_on AS office_to_on,
       f.code_at, f.recovery_id,
       CAST(CASE WHEN EXISTS (SELECT 1 FROM core_appointment a
                               WHERE a.realm = s.realm AND a.office_id = s.office_id AND a.person_id = s.person_id
                                 AND a.from_on <= $today AND (a.to_on IS NULL OR a.to_on >= $today))
                 THEN 1 ELSE 0 END AS INTEGER) AS is_appointed
  FROM core_session s
  LEFT JOIN core_person p ON p.realm = s.realm AND p.id = s.person_id
  LEFT JOIN core_office o ON o.realm = s.realm AND o.id = s.office_id
  LEFT JOIN core_session_factor f ON f.realm = s.realm AND f.hash = s.hash
 WHERE s.realm = $realm AND s.hash = $hash;

-- name: sessions_of_person :many
SELECT hash, office_id, created_at, seen_at, expires_at
  FROM core_session WHERE realm = $realm AND person_id = $person_id ORDER BY created_at DESC, hash;

-- name: session_add :exec
INSERT INTO core_session (realm, hash, person_id, office_id, noun, noun_id, created_at, seen_at, expires_at)
VALUES ($realm, $hash, $person_id, $office_id, $noun, $noun_id, $created_at, $created_at, $expires_at);

-- name: session_seen :exec
UPDATE core_session SET seen_at = $seen_at, expires_at = $expires_at WHERE realm = $realm AND hash = $hash;

-- name: session_remove_of_person :exec
DELETE FROM core_session WHERE realm = $realm AND hash = $hash AND person_id = $person_id;

-- name: sessions_remove_of_office :exec
DELETE FROM core_session WHERE realm = $realm AND person_id = $person_id AND office_id = $office_id;

-- name: session_remove :exec
DELETE FROM core_session WHERE realm = $realm AND hash = $hash;

-- name: sessions_remove_of_person :exec
DELETE FROM core_session WHERE realm = $realm AND person_id = $person_id;

-- name: sessions_remove_of_noun :exec
DELETE FROM core_session WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id;

-- name: sessions_remove_expired :exec
DELETE FROM core_session WHERE realm = $realm AND expires_at < $now;

-- name: session_factor_add :exec
INSERT INTO core_session_factor (realm, hash, person_id, code_at, recovery_id, expires_at)
VALUES ($realm, $hash, $person_id, $code_at, $recovery_id, $expires_at);

-- name: session_factor_remove :exec
DELETE FROM core_session_factor WHERE realm = $realm AND hash = $hash;

-- name: session_factors_remove_of_person :exec
DELETE FROM core_session_factor WHERE realm = $realm AND person_id = $person_id;

-- name: session_factors_remove_expired :exec
DELETE FROM core_session_factor WHERE realm = $realm AND expires_at < $now;

-- == second factor ==

-- name: second_factor :one
SELECT secret, last_step, enrolled_at FROM core_second_factor WHERE realm = $realm AND person_id = $person_id;

-- name: second_factor_set :exec
INSERT INTO core_second_factor (realm, person_id, secret, last_step, enrolled_at)
VALUES ($realm, $person_id, $secret, $last_step, $enrolled_at)
ON CONFLICT (realm, person_id) DO UPDATE SET
       secret = excluded.secret, last_step = excluded.last_step, enrolled_at = excluded.enrolled_at;

-- name: second_factor_used :exec
UPDATE core_second_factor SET last_step = $last_step WHERE realm = $realm AND person_id = $person_id;

-- name: second_factor_remove :exec
DELETE FROM core_second_factor WHERE realm = $realm AND person_id = $person_id;

-- name: recovery_codes :many
SELECT no, hash, used_at FROM core_recovery_code WHERE realm = $realm AND person_id = $person_id ORDER BY no;

-- name: recovery_code_set :exec
INSERT INTO core_recovery_code (realm, person_id, no, hash) VALUES ($realm, $person_id, $no, $hash)
ON CONFLICT (realm, person_id, no) DO UPDATE SET hash = excluded.hash, used_at = NULL;

-- name: recovery_code_used :exec
UPDATE core_recovery_code SET used_at = $used_at WHERE realm = $realm AND person_id = $person_id AND no = $no;

-- name: recovery_codes_remove :exec
DELETE FROM core_recovery_code WHERE realm = $realm AND person_id = $person_id;

-- name: sign_in_rule :one
SELECT second_factor FROM core_sign_in_rule WHERE realm = $realm AND id = $realm;

-- name: sign_in_rule_set :exec
INSERT INTO core_sign_in_rule (realm, id, second_factor) VALUES ($realm, $realm, $second_factor)
ON CONFLICT (realm, id) DO UPDATE SET second_factor = excluded.second_factor;

-- == recovery ==

-- name: recovery_by_id :one
SELECT id, person_id, reason, checked, opened_at, opened_by, opened_office, expires_at, confirmed_at, confirmed_by,
       confirmed_office, handed_at, code, ended_at, ended_how
  FROM core_recovery WHERE realm = $realm AND id = $id;

-- name: recovery_open_of :one
SELECT id, person_id, opened_by, expires_at, confirmed_at, code
  FROM core_recovery WHERE realm = $realm AND person_id = $person_id AND ended_at IS NULL ORDER BY id DESC LIMIT 1;

-- name: recoveries_of :many
SELECT id, opened_at, opened_by, expires_at, confirmed_at, confirmed_by, handed_at, ended_at, ended_how
  FROM core_recovery WHERE realm = $realm AND person_id = $person_id ORDER BY id DESC LIMIT $n;

-- name: recoveries_before :many
SELECT id, person_id, opened_at, opened_by, expires_at, confirmed_at, confirmed_by, handed_at, ended_at, ended_how
  FROM core_recovery WHERE realm = $realm AND id < $before ORDER BY id DESC LIMIT $n;

-- name: recoveries_late :many
SELECT id, person_id FROM core_recovery
 WHERE realm = $realm AND ended_at IS NULL AND expires_at <= $now ORDER BY id LIMIT $n;

-- name: recovery_add :exec
INSERT INTO core_recovery (realm, id, person_id, reason, checked, opened_at, opened_by, opened_office, expires_at)
VALUES ($realm, $id, $person_id, $reason, $checked, $opened_at, $opened_by, $opened_office, $expires_at);

-- name: recovery_confirm :exec
UPDATE core_recovery SET confirmed_at = $confirmed_at, confirmed_by = $confirmed_by,
       confirmed_office = $confirmed_office
 WHERE realm = $realm AND id = $id;

-- name: recovery_hand_over :exec
UPDATE core_recovery SET handed_at = $handed_at, code = $code WHERE realm = $realm AND id = $id;

-- name: recovery_end :exec
UPDATE core_recovery SET ended_at = $ended_at, ended_how = $ended_how, code = NULL WHERE realm = $realm AND id = $id;

-- Who might confirm: administrators and heads in office.
-- name: recovery_confirmers :many
SELECT a.person_id, o.role, o.body_id FROM core_office o
  JOIN core_appointment a ON a.realm = o.realm AND a.office_id = o.id
  JOIN core_person p ON p.realm = a.realm AND p.id = a.person_id
 WHERE o.realm = $realm AND o.role IN ('administrator', 'head') AND (o.to_on IS NULL OR o.to_on >= $today)
   AND a.from_on <= $today AND (a.to_on IS NULL OR a.to_on >= $today) AND p.disabled_at IS NULL
 ORDER BY o.id, a.id;

-- == calendar ==

-- name: calendar :one
SELECT week FROM core_calendar WHERE realm = $realm AND id = $id;

-- name: calendar_add :exec
INSERT INTO core_calendar (realm, id, week) VALUES ($realm, $id, $week);

-- name: calendar_set_week :exec
UPDATE core_calendar SET week = $week WHERE realm = $realm AND id = $id;

-- name: calendar_days :many
SELECT day_on, is_work, name_kk, name_ru, name_en, source, is_verified
  FROM core_calendar_day
 WHERE realm = $realm AND calendar_id = $calendar_id AND day_on >= $from_on AND day_on <= $to_on
 ORDER BY day_on;

-- name: calendar_day_set :exec
INSERT INTO core_calendar_day (realm, calendar_id, day_on, is_work, name_kk, name_ru, name_en, source, is_verified)
VALUES ($realm, $calendar_id, $day_on, $is_work, $name_kk, $name_ru, $name_en, $source, $is_verified)
ON CONFLICT (realm, calendar_id, day_on) DO UPDATE SET
       is_work = excluded.is_work, name_kk = excluded.name_kk, name_ru = excluded.name_ru,
       name_en = excluded.name_en, source = excluded.source, is_verified = excluded.is_verified;

-- name: calendar_day_remove :exec
DELETE FROM core_calendar_day WHERE realm = $realm AND calendar_id = $calendar_id AND day_on = $day_on;

-- == trace ==

-- name: trace_add :exec
INSERT INTO core_trace (realm, from_noun, from_id, edge, to_noun, to_id, at)
VALUES ($realm, $from_noun, $from_id, $edge, $to_noun, $to_id, $at)
ON CONFLICT (realm, from_noun, from_id, edge, to_noun, to_id) DO NOTHING;

-- name: trace_from :many
SELECT edge, to_noun, to_id, at FROM core_trace
 WHERE realm = $realm AND from_noun = $from_noun AND from_id = $from_id ORDER BY edge, to_noun, to_id;

-- name: trace_to :many
SELECT edge, from_noun, from_id, at FROM core_trace
 WHERE realm = $realm AND to_noun = $to_noun AND to_id = $to_id ORDER BY from_noun, from_id, edge;

-- == notice ==

-- name: notice_add :exec
INSERT INTO core_notice (realm, id, at, noun, noun_id, kind, transport, recipient, language, subject, text, tries)
VALUES ($realm, $id, $at, $noun, $noun_id, $kind, $transport, $recipient, $language, $subject, $text, 0);

-- name: notice_sent :exec
UPDATE core_notice SET sent_at = $sent_at WHERE realm = $realm AND id = $id;

-- == delivery ==

-- name: delivery_add :exec
INSERT INTO core_delivery (realm, id, noun, noun_id, domain, state, is_open, next_at, expires_at, tries)
VALUES ($realm, $id, $noun, $noun_id, $domain, 'waiting', 1, $next_at, $expires_at, 0);

-- Letters of all kinds, for the file transport.
-- name: deliveries_open :many
SELECT d.id, n.at, n.noun, n.noun_id, n.kind, n.transport, n.recipient, n.language, n.subject, n.text, d.domain, d.tries
  FROM core_delivery d JOIN core_notice n ON n.realm = d.realm AND n.id = d.id
 WHERE d.realm = $realm AND d.id > $after AND d.is_open = 1 ORDER BY d.id LIMIT $n;

-- name: deliveries_due :many
SELECT d.id, n.at, n.noun, n.noun_id, n.kind, n.transport, n.recipient, n.language, n.subject, n.text, d.domain,
       d.tries, d.first_try_at, d.expires_at
  FROM core_delivery d JOIN core_notice n ON n.realm = d.realm AND n.id = d.id
 WHERE d.realm = $realm AND d.domain = $domain AND d.is_open = 1 AND d.next_at <= $now
 ORDER BY d.next_at, d.id LIMIT $n;

-- name: delivery_of :one
SELECT d.id, d.noun, d.noun_id, d.domain, d.state, d.is_open, d.next_at, d.expires_at, d.tries, d.first_try_at,
       d.tried_at, d.sent_at, d.problem, n.at, n.kind, n.transport, n.language, n.recipient
  FROM core_delivery d JOIN core_notice n ON n.realm = d.realm AND n.id = d.id
 WHERE d.realm = $realm AND d.id = $id;

-- name: delivery_take :exec
UPDATE core_delivery SET state = 'taken', taken_by = $taken_by, next_at = $lease_until
 WHERE realm = $realm AND id = $id AND is_open = 1 AND next_at <= $now;

-- name: delivery_set :exec
UPDATE core_delivery SET state = $state, is_open = $is_open, next_at = $next_at, tries = $tries,
       first_try_at = $first_try_at, tried_at = $tried_at, sent_at = $sent_at, taken_by = NULL, problem = $problem
 WHERE realm = $realm AND id = $id;

-- name: deliveries_taken_by :many
SELECT id FROM core_delivery WHERE realm = $realm AND taken_by = $taken_by;

-- name: deliveries_hurry :exec
UPDATE core_delivery SET next_at = $now WHERE realm = $realm AND domain = $domain AND is_open = 1
   AND state = 'waiting' AND next_at > $now;

-- What an office should know of: could not be delivered, or waits after a try that failed.
-- name: deliveries_in_trouble :many
SELECT d.id, d.noun, d.noun_id, d.domain, d.state, d.next_at, d.tries, d.tried_at, d.problem, n.at, n.kind
  FROM core_delivery d JOIN core_notice n ON n.realm = d.realm AND n.id = d.id
 WHERE d.realm = $realm AND d.id < $before AND d.problem IS NOT NULL ORDER BY d.id DESC LIMIT $n;

-- name: deliveries_in_trouble_of :many
SELECT d.id, d.state, d.tried_at, d.problem, n.at, n.kind, n.recipient
  FROM core_delivery d JOIN core_notice n ON n.realm = d.realm AND n.id = d.id
 WHERE d.realm = $realm AND d.noun = $noun AND d.noun_id = $noun_id AND d.problem IS NOT NULL
 ORDER BY d.id DESC LIMIT $n;

-- == mail domains ==

-- name: mail_domain_waits :exec
INSERT INTO core_mail_domain (realm, domain, waiting, sent, failed, failures, pause_until, window_at, window_n,
                              tried_at, answer)
VALUES ($realm, $domain, 1, 0, 0, 0, 0, 0, 0, 0, '')
ON CONFLICT (realm, domain) DO UPDATE SET waiting = core_mail_domain.waiting + 1;

-- name: mail_domain_set :exec
INSERT INTO core_mail_domain (realm, domain, waiting, sent, failed, failures, pause_until, window_at, window_n,
                              tried_at, answer)
VALUES ($realm, $domain, $waiting, $sent, $failed, $failures, $pause_until, $window_at, $window_n, $tried_at, $answer)
ON CONFLICT (realm, domain) DO UPDATE SET waiting = excluded.waiting, sent = excluded.sent, failed = excluded.failed,
       failures = excluded.failures, pause_until = excluded.pause_until, window_at = excluded.window_at,
       window_n = excluded.window_n, tried_at = excluded.tried_at, answer = excluded.answer;

-- name: mail_domain_of :one
SELECT domain, waiting, sent, failed, failures, pause_until, window_at, window_n, tried_at, answer
  FROM core_mail_domain WHERE realm = $realm AND domain = $domain;

-- Those whose turn it is, the longest untried first.
-- name: mail_domains_due :many
SELECT domain, waiting, sent, failed, failures, pause_until, window_at, window_n, tried_at, answer
  FROM core_mail_domain WHERE realm = $realm AND waiting > 0 AND pause_until <= $now ORDER BY tried_at LIMIT $n;

-- name: mail_domains_after :many
SELECT domain, waiting, sent, failed, failures, pause_until, tried_at, answer
  FROM core_mail_domain WHERE realm = $realm AND domain > $after ORDER BY domain LIMIT $n;

-- name: mail_totals :one
SELECT CAST(COALESCE(sum(waiting), 0) AS INTEGER) AS waiting, CAST(COALESCE(sum(sent), 0) AS INTEGER) AS sent,
       CAST(COALESCE(sum(failed), 0) AS INTEGER) AS failed
  FROM core_mail_domain WHERE realm = $realm;

-- name: delivery_oldest_open :one
SELECT n.at FROM core_delivery d JOIN core_notice n ON n.realm = d.realm AND n.id = d.id
 WHERE d.realm = $realm AND d.is_open = 1 ORDER BY d.id LIMIT 1;

-- name: mail_domains_clear :exec
UPDATE core_mail_domain SET waiting = 0, sent = 0, failed = 0 WHERE realm = $realm;

-- scan: a rebuild counts every letter again
-- name: deliveries_counted :many
SELECT domain, CAST(count(CASE WHEN is_open = 1 THEN 1 END) AS INTEGER) AS waiting,
       CAST(count(CASE WHEN state = 'sent' THEN 1 END) AS INTEGER) AS sent,
       CAST(count(CASE WHEN state = 'failed' THEN 1 END) AS INTEGER) AS failed
  FROM core_delivery WHERE realm = $realm GROUP BY domain;

-- == journal ==

-- name: head_last :one
SELECT batch, at, size, events, readings, salt, digest, root FROM journal_head
 WHERE realm = $realm ORDER BY batch DESC LIMIT 1;

-- name: head_by_batch :one
SELECT batch, at, size, events, readings, salt, digest, root FROM journal_head
 WHERE realm = $realm AND batch = $batch;

-- name: head_covering :one
SELECT batch, at, size, events, readings, salt, digest, root FROM journal_head
 WHERE realm = $realm AND size > $leaf ORDER BY size LIMIT 1;

-- name: heads_after :many
SELECT batch, at, size, events, readings, salt, digest, root FROM journal_head
 WHERE realm = $realm AND batch > $after ORDER BY batch LIMIT $n;

-- name: head_add :exec
INSERT INTO journal_head (realm, batch, at, size, events, readings, salt, digest, root)
VALUES ($realm, $batch, $at, $size, $events, $readings, $salt, $digest, $root);

-- name: note_add :exec
INSERT INTO journal_note (realm, size, note) VALUES ($realm, $size, $note)
ON CONFLICT (realm, size) DO NOTHING;

-- name: note_last :one
SELECT size, note FROM journal_note WHERE realm = $realm ORDER BY size DESC LIMIT 1;

-- name: notes_after :many
SELECT size, note FROM journal_note WHERE realm = $realm AND size > $after ORDER BY size LIMIT $n;

-- name: entry_add :exec
INSERT INTO journal_entry (realm, leaf, commitment) VALUES ($realm, $leaf, $commitment);

-- name: entries :many
SELECT leaf, commitment FROM journal_entry
 WHERE realm = $realm AND leaf >= $from AND leaf < $to ORDER BY leaf;

-- name: tile_add :exec
INSERT INTO journal_tile (realm, level, idx, hash) VALUES ($realm, $level, $idx, $hash);

-- name: tile_hashes :many
SELECT idx, hash FROM journal_tile
 WHERE realm = $realm AND level = $level AND idx >= $from AND idx < $to ORDER BY idx;

-- name: event_add :exec
INSERT INTO journal_event (realm, seq, leaf, batch, at, noun, noun_id, verb, actor, person_id, office_id,
                           profile, lines, detail, salt, state)
VALUES ($realm, $seq, $leaf, $batch, $at, $noun, $noun_id, $verb, $actor, $person_id, $office_id,
        $profile, $lines, $detail, $salt, $state);

-- name: part_add :exec
INSERT INTO journal_part (realm, seq, noun, first_id, n, states)
VALUES ($realm, $seq, $noun, $first_id, $n, $states);

-- name: parts_after :many
SELECT seq, noun, first_id, n, states FROM journal_part WHERE realm = $realm AND seq > $after ORDER BY seq LIMIT $n;

-- The part that begins last at or before a thing, with its event: parts do not overlap, so no other can hold it.
-- name: part_before :one
SELECT p.seq, p.first_id, p.n, e.leaf, e.at, e.actor, e.person_id, e.office_id, e.detail
  FROM journal_part p JOIN journal_event e ON e.realm = p.realm AND e.seq = p.seq
 WHERE p.realm = $realm AND p.noun = $noun AND p.first_id <= $id
 ORDER BY p.first_id DESC LIMIT 1;

-- name: part_noun_after :one
SELECT noun FROM journal_part WHERE realm = $realm AND noun > $after ORDER BY noun LIMIT 1;

-- name: parts_of_noun_after :many
SELECT p.seq, p.first_id, p.n, p.states, e.salt
  FROM journal_part p JOIN journal_event e ON e.realm = p.realm AND e.seq = p.seq
 WHERE p.realm = $realm AND p.noun = $noun AND p.first_id > $after
 ORDER BY p.first_id LIMIT $n;

-- name: events_of :many
SELECT seq, leaf, batch, at, verb, actor, person_id, office_id, profile, lines, detail, salt, state
  FROM journal_event WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id ORDER BY seq;

-- name: event_first_of :one
SELECT seq, leaf, batch, at, verb, salt, lines FROM journal_event
 WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id ORDER BY seq LIMIT 1;

-- name: event_last_of :one
SELECT seq, leaf, batch, at, verb, state FROM journal_event
 WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id ORDER BY seq DESC LIMIT 1;

-- name: events_after :many
SELECT seq, leaf, batch, at, noun, noun_id, verb, actor, person_id, office_id, profile, lines, detail, salt, state
  FROM journal_event WHERE realm = $realm AND seq > $after ORDER BY seq LIMIT $n;

-- name: event_by_seq :one
SELECT noun, noun_id, verb, detail FROM journal_event WHERE realm = $realm AND seq = $seq;

-- name: events_before :many
SELECT seq, leaf, at, noun, verb, actor, office_id
  FROM journal_event WHERE realm = $realm AND seq < $before ORDER BY seq DESC LIMIT $n;

-- name: reading_add :exec
INSERT INTO journal_reading (realm, seq, batch, at, noun, noun_id, way, purpose, person_id, office_id)
VALUES ($realm, $seq, $batch, $at, $noun, $noun_id, $way, $purpose, $person_id, $office_id);

-- name: readings_of :many
SELECT seq, at, way, purpose, person_id, office_id FROM journal_reading
 WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id AND seq < $before
 ORDER BY seq DESC LIMIT $n;

-- name: readings_after :many
SELECT seq, batch, at, noun, noun_id, way, purpose, person_id, office_id
  FROM journal_reading WHERE realm = $realm AND seq > $after ORDER BY seq LIMIT $n;

-- == proof ==

-- name: note_of_size :one
SELECT note FROM journal_note WHERE realm = $realm AND size = $size;

-- name: head_of_size :one
SELECT batch FROM journal_head WHERE realm = $realm AND size = $size;

-- Where a check of the tail begins: the last head that leaves enough behind it.
-- name: head_before :one
SELECT batch, at, size, events, readings FROM journal_head
 WHERE realm = $realm AND size <= $size ORDER BY size DESC LIMIT 1;

-- name: entries_after :many
SELECT leaf, commitment FROM journal_entry WHERE realm = $realm AND leaf > $after ORDER BY leaf LIMIT $n;

-- name: tile_hash :one
SELECT hash FROM journal_tile WHERE realm = $realm AND level = $level AND idx = $idx;

-- name: tiles_count :one
SELECT CAST(count(*) AS INTEGER) AS n FROM journal_tile WHERE realm = $realm;

-- name: event_state_of :one
SELECT seq, salt, state FROM journal_event
 WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id ORDER BY seq DESC LIMIT 1;

-- name: event_noun_after :one
SELECT noun FROM journal_event WHERE realm = $realm AND noun > $after ORDER BY noun LIMIT 1;

-- name: event_nouns_after :many
SELECT DISTINCT noun_id FROM journal_event
 WHERE realm = $realm AND noun = $noun AND noun_id > $after ORDER BY noun_id LIMIT $n;

-- name: heads_before :many
SELECT batch, at, size, root FROM journal_head
 WHERE realm = $realm AND batch < $before ORDER BY batch DESC LIMIT $n;

-- == imports ==

-- name: import_add :exec
INSERT INTO core_import (realm, id, noun, source, file, size, hash, reading, rows_done, taken, same, rejected,
                         rejects_size, begun_at)
VALUES ($realm, $id, $noun, $source, $file, $size, $hash, $reading, 0, 0, 0, 0, 0, $begun_at);

-- name: import_move :exec
UPDATE core_import SET rows_done = $rows_done, taken = $taken, same = $same, rejected = $rejected,
       rejects_size = $rejects_size, ended_at = $ended_at
 WHERE realm = $realm AND id = $id;

-- name: import_of_file :one
SELECT id, source, reading, rows_done, taken, same, rejected, rejects_size, begun_at, ended_at FROM core_import
 WHERE realm = $realm AND noun = $noun AND hash = $hash ORDER BY id DESC LIMIT 1;

-- name: import_by_id :one
SELECT noun, source, file, rows_done, taken, rejected, begun_at, ended_at FROM core_import
 WHERE realm = $realm AND id = $id;
-- Territory.

-- name: place_add :exec
INSERT INTO core_place (realm, region_id, id, parent_id, code, kind, name_kk, name_ru, name_en, from_on)
VALUES ($realm, $region_id, $id, $parent_id, $code, $kind, $name_kk, $name_ru, $name_en, $from_on);

-- name: place_change :exec
UPDATE core_place SET region_id = $region_id, parent_id = $parent_id, kind = $kind, name_kk = $name_kk,
       name_ru = $name_ru, name_en = $name_en, to_on = $to_on
 WHERE realm = $realm AND id = $id;

-- name: places :many
SELECT id, region_id, parent_id, code, kind, name_kk, name_ru, name_en, to_on
  FROM core_place WHERE realm = $realm ORDER BY region_id, id;

-- name: place_by_id :one
SELECT id, region_id, parent_id, code, kind, name_kk, name_ru, name_en, to_on
  FROM core_place WHERE realm = $realm AND id = $id;

-- name: place_by_code :one
SELECT id, region_id, parent_id, code, kind, name_kk, name_ru, name_en, to_on
  FROM core_place WHERE realm = $realm AND code = $code;

-- name: places_below :many
SELECT id, region_id, parent_id, code, kind, name_kk, name_ru, name_en, to_on
  FROM core_place WHERE realm = $realm AND parent_id = $parent_id AND to_on IS NULL ORDER BY id LIMIT $n;

-- name: places_named :many
SELECT p.id, p.region_id, p.parent_id, p.code, p.kind, p.name_kk, p.name_ru, p.name_en, p.to_on
  FROM core_place_name AS n JOIN core_place AS p ON p.realm = n.realm AND p.id = n.place_id
 WHERE n.realm = $realm AND n.fold >= $from AND n.fold < $upto AND p.to_on IS NULL
 ORDER BY n.fold, n.place_id LIMIT $n;

-- name: place_name_add :exec
INSERT INTO core_place_name (realm, fold, place_id) VALUES ($realm, $fold, $place_id)
ON CONFLICT (realm, fold, place_id) DO NOTHING;

-- name: place_names_remove :exec
DELETE FROM core_place_name WHERE realm = $realm AND place_id = $place_id;

-- name: border_set :exec
INSERT INTO core_border (realm, place_id, rings, display, source)
VALUES ($realm, $place_id, $rings, $display, $source)
ON CONFLICT (realm, place_id) DO UPDATE SET rings = excluded.rings, display = excluded.display,
       source = excluded.source;

-- name: border_of :one
SELECT rings, source FROM core_border WHERE realm = $realm AND place_id = $place_id;

-- name: borders_below :many
SELECT b.place_id, b.display, b.source
  FROM core_place AS p JOIN core_border AS b ON b.realm = p.realm AND b.place_id = p.id
 WHERE p.realm = $realm AND p.parent_id = $parent_id AND p.to_on IS NULL ORDER BY p.id LIMIT $n;

-- == two persons ==

-- name: two_persons_add :exec
INSERT INTO core_two_persons (realm, id, kind, noun, noun_id, ground, note, asked_at, asked_by, asked_office, expires_at)
VALUES ($realm, $id, $kind, $noun, $noun_id, $ground, $note, $asked_at, $asked_by, $asked_office, $expires_at);

-- name: two_persons_confirm :exec
UPDATE core_two_persons SET confirmed_at = $confirmed_at, confirmed_by = $confirmed_by,
       confirmed_office = $confirmed_office, expires_at = $expires_at
 WHERE realm = $realm AND id = $id;

-- name: two_persons_end :exec
UPDATE core_two_persons SET ended_at = $ended_at, ended_how = $ended_how WHERE realm = $realm AND id = $id;

-- name: two_persons_by_id :one
SELECT id, kind, noun, noun_id, ground, note, asked_at, asked_by, asked_office, expires_at, confirmed_at, confirmed_by,
       confirmed_office, ended_at, ended_how
  FROM core_two_persons WHERE realm = $realm AND id = $id;

-- name: two_persons_of :many
SELECT id, kind, noun, noun_id, ground, note, asked_at, asked_by, asked_office, expires_at, confirmed_at, confirmed_by,
       confirmed_office, ended_at, ended_how
  FROM core_two_persons WHERE realm = $realm AND noun = $noun AND noun_id = $noun_id ORDER BY id DESC LIMIT $n;

-- name: two_persons_open :many
SELECT id, kind, noun, noun_id, ground, note, asked_at, asked_by, asked_office, expires_at, confirmed_at, confirmed_by,
       confirmed_office, ended_at, ended_how
  FROM core_two_persons WHERE realm = $realm AND kind = $kind AND ended_at IS NULL AND id > $after ORDER BY id LIMIT $n;

-- What is open and too old; open requests are few.
-- name: two_persons_late :many
SELECT id, kind, noun, noun_id, ground, note, asked_at, asked_by, asked_office, expires_at, confirmed_at, confirmed_by,
       confirmed_office, ended_at, ended_how
  FROM core_two_persons WHERE realm = $realm AND ended_at IS NULL AND expires_at <= $now ORDER BY id LIMIT $n;

-- name: two_persons_count :one
SELECT CAST(count(*) AS INTEGER) AS n FROM core_two_persons
 WHERE realm = $realm AND kind = $kind AND confirmed_at IS NOT NULL;
