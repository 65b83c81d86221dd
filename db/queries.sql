-- Every statement of LoonCamp, by name. `$now` parameters carry business time.

-- ---------------------------------------------------------------- properties

-- name: upsert_property
-- Import is idempotent by id; pausing is not undone by an import.
INSERT INTO property (property_id, name, area, kind, owner_name, owner_phone, units,
    guests_per_unit, price, price_per_unit, advance_percent, checkin, checkout, map_url, about, place,
    refund_steps)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (property_id) DO UPDATE SET
    name = excluded.name, area = excluded.area, kind = excluded.kind,
    owner_name = excluded.owner_name, owner_phone = excluded.owner_phone, units = excluded.units,
    guests_per_unit = excluded.guests_per_unit, price = excluded.price,
    price_per_unit = excluded.price_per_unit, advance_percent = excluded.advance_percent,
    checkin = excluded.checkin, checkout = excluded.checkout, map_url = excluded.map_url,
    about = excluded.about, place = excluded.place, refund_steps = excluded.refund_steps;

-- name: describe_property
-- Where a place is, and what its owner says about it.
UPDATE property SET latitude = $2, longitude = $3, answers = $4 WHERE property_id = $1;

-- name: drop_festivals
DELETE FROM festival;

-- name: insert_festival
INSERT INTO festival (word, first, last) VALUES ($1, $2, $3);

-- name: festivals_ahead
-- Each name with the next days that it means.
SELECT DISTINCT ON (word) word, first, last FROM festival
 WHERE last >= $1 ORDER BY word, first;

-- name: owns_something
SELECT EXISTS (SELECT 1 FROM property WHERE owner_phone = $1);

-- name: last_place
SELECT coalesce(max(place), 0) FROM property;

-- name: property
SELECT * FROM property WHERE property_id = $1;

-- name: properties_and_owners
-- With when each owner first wrote.
SELECT p.*, w.opted_in_at FROM property p LEFT JOIN person w ON w.phone = p.owner_phone
 ORDER BY p.place, p.property_id;

-- name: all_properties
SELECT * FROM property ORDER BY place, property_id;

-- ---------------------------------------------------------------- people and chats

-- name: person_by_identity
-- The people whom a user id or a phone names: none, one, or two that are to become one.
SELECT * FROM person
 WHERE user_id = $1 OR phone = $2
 ORDER BY user_id IS NOT DISTINCT FROM $1 DESC, person_id
 FOR NO KEY UPDATE;

-- name: people_by_identity
-- Everybody whom these user ids and phones name, locked in one order.
SELECT * FROM person
 WHERE user_id = ANY ($1::text[]) OR phone = ANY ($2::text[])
 ORDER BY person_id
 FOR NO KEY UPDATE;

-- name: insert_people
-- Those who write for the first time; who is there already is left out.
INSERT INTO person (user_id, phone, name, created_at)
SELECT user_id, phone, name, $4 FROM unnest($1::text[], $2::text[], $3::text[])
    AS t (user_id, phone, name)
 ORDER BY user_id, phone
ON CONFLICT DO NOTHING
RETURNING *;

-- name: insert_person
INSERT INTO person (user_id, phone, name, language, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: ensure_person
-- Somebody known by phone before ever writing: an owner, an admin.
INSERT INTO person (phone, name, created_at) VALUES ($1, $2, $3)
ON CONFLICT (phone) DO NOTHING;

-- name: enrol_admin
-- An admin's number is remembered from the first start of a service that has it in its settings.
INSERT INTO enrolment (phone) SELECT $1
 WHERE NOT EXISTS (SELECT 1 FROM enrolment WHERE property_id IS NULL AND phone = $1);

-- name: person_heard
-- What an inbound message tells of its sender; an older message never shortens the window.
UPDATE person SET
    user_id = coalesce($2, user_id), phone = coalesce($3, phone),
    name = CASE WHEN $4 = '' THEN name ELSE $4 END,
    heard_at = greatest(heard_at, $5),
    opted_in_at = CASE WHEN EXISTS (SELECT 1 FROM property WHERE owner_phone = coalesce($3, phone))
                       THEN coalesce(opted_in_at, $5) ELSE opted_in_at END,
    doubted_at = CASE WHEN $6::timestamptz IS NOT NULL THEN coalesce(doubted_at, $6)
                      WHEN $3 IS NULL OR phone IS NOT DISTINCT FROM $3 THEN doubted_at END
 WHERE person_id = $1
RETURNING *;

-- name: give_up_number
-- A number that nobody holds any more: who turns up with it next is not who had it.
INSERT INTO person (phone, created_at, doubted_at) VALUES ($1, $2, $2)
ON CONFLICT (phone) DO NOTHING;

-- name: trust_person
UPDATE person SET doubted_at = NULL WHERE person_id = $1;

-- name: release_phone
-- A number has moved to somebody else: the old row keeps its history without it.
UPDATE person SET phone = NULL WHERE person_id = $1;

-- name: merge_messages
-- Somebody known by phone alone turns out to be a known user: all that was theirs moves over.
UPDATE message SET person_id = $2, lane = 'p:' || $2::bigint WHERE person_id = $1;

-- name: merge_checkouts
UPDATE checkout SET person_id = $2 WHERE person_id = $1;

-- name: merge_bookings
UPDATE booking SET person_id = $2 WHERE person_id = $1;

-- name: drop_person
DELETE FROM person WHERE person_id = $1;

-- name: change_number
-- WhatsApp says that a person has a new number or a new user id; rights go with the number.
UPDATE person SET phone = coalesce($2, phone), user_id = coalesce($3, user_id),
    doubted_at = CASE WHEN $2 IS NULL THEN doubted_at ELSE $4 END
 WHERE person_id = $1;

-- name: person_by_phone
SELECT * FROM person WHERE phone = $1;

-- name: person
SELECT * FROM person WHERE person_id = $1;

-- name: set_language
UPDATE person SET language = $2 WHERE person_id = $1;

-- name: set_quiet
UPDATE person SET quiet = $2 WHERE person_id = $1;

-- name: lock_chat
-- The lock under which one person's messages are answered, and where the conversation stands.
INSERT INTO chat (person_id, updated_at) VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET updated_at = excluded.updated_at
RETURNING state;

-- name: lock_chats
-- The same lock for many at once, of those who have a conversation already.
SELECT person_id, state FROM chat WHERE person_id = ANY ($1::bigint[])
 ORDER BY person_id FOR UPDATE;

-- name: save_chat
UPDATE chat SET state = $2, updated_at = $3 WHERE person_id = $1;

-- ---------------------------------------------------------------- inbox

-- name: insert_events
-- Numbered in the order of arrival, inserted in the order of their ids: two batches with the
-- same ids in different order would otherwise deadlock.
WITH arrived AS MATERIALIZED (
    SELECT nextval('inbox_seq') AS seq, id, kind, lane, body
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) AS t (id, kind, lane, body)),
stored AS (
    INSERT INTO inbox (id, seq, kind, lane, body, run_at, received_at)
    SELECT id, seq, kind, lane, body, $5, $5 FROM arrived ORDER BY id
    ON CONFLICT (id) DO NOTHING)
SELECT pg_notify('looncamp', 'inbox') WHERE $6;

-- name: in_the_way
-- Which of these events are here already, and in which of these lanes an older one waits.
SELECT id, NULL AS lane FROM inbox WHERE id = ANY ($1::text[])
 UNION ALL
SELECT NULL, lane FROM inbox
 WHERE lane = ANY ($2::text[]) AND state = 'ready' AND kind <> 'status';

-- name: insert_answered
-- Events that are answered in the transaction that stores them; how many are new.
WITH stored AS (
    INSERT INTO inbox (id, seq, kind, lane, body, state, run_at, received_at, done_at)
    SELECT id, nextval('inbox_seq'), kind, lane, body, 'done', $5, $5, $5
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) AS t (id, kind, lane, body)
     ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING id)
SELECT count(*) FROM stored;

-- name: claim_events
-- The oldest events that are due, of lanes in which nothing older waits.
SELECT id, kind, body, attempts FROM inbox i
 WHERE state = 'ready' AND kind <> 'status' AND run_at <= $1
   AND NOT EXISTS (SELECT 1 FROM inbox o
                    WHERE o.lane = i.lane AND o.state = 'ready' AND o.seq < i.seq
                      AND o.kind <> 'status')
 ORDER BY seq LIMIT $2
 FOR UPDATE SKIP LOCKED;

-- name: claim_event
-- One of them, to be handled alone.
SELECT id, kind, body, attempts FROM inbox
 WHERE id = $2 AND state = 'ready' AND run_at <= $1
 FOR UPDATE SKIP LOCKED;

-- name: claim_statuses
SELECT id, body FROM inbox
 WHERE state = 'ready' AND kind = 'status' AND run_at <= $1
 ORDER BY seq LIMIT $2
 FOR UPDATE SKIP LOCKED;

-- name: finish_events
UPDATE inbox SET state = 'done', done_at = $2 WHERE id = ANY ($1::text[]);

-- name: fail_event
-- Try again later, or park after the last try.
UPDATE inbox SET attempts = attempts + 1, run_at = $2, last_error = $3,
    state = CASE WHEN attempts + 1 >= $4 THEN 'parked' ELSE 'ready' END
 WHERE id = $1
RETURNING state;

-- ---------------------------------------------------------------- availability

-- name: busy
-- Which units of some properties are taken between two days, and by which booking.
SELECT o.property_id, o.unit, lower(o.stay) AS first, upper(o.stay) AS last, o.booking_id
  FROM unnest($1::text[]) AS w (property_id) JOIN occupancy o USING (property_id)
 WHERE o.stay && daterange($2, $3) ORDER BY lower(o.stay), o.unit;

-- name: busy_units
-- How many units of each property are taken on any night of some ranges.
SELECT w.first, w.last, o.property_id, count(DISTINCT o.unit) AS units
  FROM unnest($1::date[], $2::date[]) AS w (first, last)
  JOIN occupancy o ON o.stay && daterange(w.first, w.last)
 GROUP BY w.first, w.last, o.property_id;

-- name: occupy
-- Take the lowest free units for a range; the exclusion constraint settles every race.
INSERT INTO occupancy (property_id, unit, stay, booking_id)
SELECT $1, free.unit, daterange($3, $4), $6
  FROM generate_series(1, $2::integer) AS free (unit)
 WHERE NOT EXISTS (SELECT 1 FROM occupancy o
                    WHERE o.property_id = $1 AND o.unit = free.unit AND o.stay && daterange($3, $4))
 ORDER BY free.unit LIMIT $5
ON CONFLICT DO NOTHING
RETURNING unit;

-- name: vacate
DELETE FROM occupancy WHERE booking_id = $1;

-- ---------------------------------------------------------------- calendars of other sites

-- name: list_calendar
INSERT INTO calendar (property_id, url, unit) VALUES ($1, $2, $3)
ON CONFLICT (property_id, url) DO UPDATE SET unit = excluded.unit;

-- name: unlist_calendars
-- A calendar that is not listed any more blocks nothing any more.
DELETE FROM calendar WHERE property_id = $1 AND url <> ALL ($2::text[]);

-- name: calendars
SELECT c.calendar_id, c.property_id, c.url, c.unit, c.tried_at, c.synced_at, c.fault, p.units
  FROM calendar c JOIN property p USING (property_id)
 WHERE $1::text IS NULL OR property_id = $1
 ORDER BY property_id, calendar_id;

-- name: lock_calendar
SELECT calendar_id FROM calendar WHERE calendar_id = $1 FOR UPDATE;

-- name: calendar_read
UPDATE calendar SET tried_at = $2, synced_at = $2, fault = NULL WHERE calendar_id = $1;

-- name: calendar_not_read
UPDATE calendar SET tried_at = $2, fault = $3 WHERE calendar_id = $1 RETURNING synced_at;

-- name: drop_calendar_events
-- Events that a calendar does not show any more free what they blocked; one that has moved is
-- another one.
DELETE FROM calendar_event e
 WHERE calendar_id = $1
   AND NOT EXISTS (SELECT 1 FROM unnest($2::text[], $3::date[], $4::date[]) AS t (uid, first, last)
                    WHERE t.uid = e.uid AND daterange(t.first, t.last) = e.stay);

-- name: add_calendar_events
INSERT INTO calendar_event (calendar_id, uid, stay)
SELECT $1, uid, daterange(first, last)
  FROM unnest($2::text[], $3::date[], $4::date[]) AS t (uid, first, last)
 ORDER BY uid
ON CONFLICT DO NOTHING;

-- name: taken_at
-- Everything that occupies a property from a day on, and what caused it.
SELECT unit, lower(stay) AS first, upper(stay) AS last, booking_id, calendar_id, event_uid
  FROM occupancy WHERE property_id = $1 AND stay && daterange($2, NULL)
 ORDER BY lower(stay), unit;

-- name: clear_event
DELETE FROM occupancy WHERE calendar_id = $1 AND event_uid = $2;

-- name: block_for_event
INSERT INTO occupancy (property_id, unit, stay, calendar_id, event_uid)
VALUES ($1, $2, daterange($3, $4), $5, $6)
ON CONFLICT DO NOTHING;

-- name: feed_property
SELECT property_id, name, units, feed_token FROM property WHERE property_id = $1;

-- ---------------------------------------------------------------- the owner's places

-- name: properties_of
SELECT * FROM property WHERE owner_phone = $1 ORDER BY place, property_id;

-- name: guests_between
-- Bookings and unpaid holds that have a unit of a place on any night of a range.
SELECT DISTINCT booking_id FROM occupancy
 WHERE property_id = $1 AND stay && daterange($2, $3) AND booking_id IS NOT NULL;

-- name: arrivals
-- Confirmed stays at an owner's places that begin in a range of days, and what the check-in noted.
SELECT b.booking_id, coalesce(e.note, '') AS note
  FROM booking b
  JOIN checkout c USING (booking_id)
  JOIN property p ON p.property_id = b.property_id
  LEFT JOIN LATERAL (SELECT note FROM booking_event
                      WHERE booking_id = b.booking_id AND event = 'checked_in'
                      ORDER BY seq DESC LIMIT 1) e ON true
 WHERE p.owner_phone = $1 AND b.status IN ('TICKET_GENERATED', 'CHECKED_IN')
   AND lower(c.stay) >= $2 AND lower(c.stay) < $3
 ORDER BY lower(c.stay), p.place, b.checkin, b.booking_id;

-- name: owners
-- Everybody who owns a place, as the person who is written to.
SELECT DISTINCT w.* FROM person w JOIN property p ON p.owner_phone = w.phone ORDER BY w.person_id;

-- name: decided_since
-- Bookings at an owner's places that were confirmed, and that were cancelled and stayed so.
SELECT count(DISTINCT b.booking_id) FILTER (WHERE e.event = 'confirmed') AS confirmed,
       count(DISTINCT b.booking_id) FILTER (WHERE e.event IN ('cancelled', 'deadline_passed')
           AND b.status NOT IN ('BOOKING_REQUEST_SENT_TO_OWNER', 'TICKET_GENERATED', 'CHECKED_IN'))
           AS cancelled
  FROM booking_event e
  JOIN booking b USING (booking_id)
  JOIN property p ON p.property_id = b.property_id
 WHERE p.owner_phone = $1 AND e.at >= $2;

-- name: set_paused
UPDATE property SET paused = $2, paused_until = $3 WHERE property_id = $1;

-- name: resume_place
-- A pause that was made until now ends; a newer one goes on.
UPDATE property SET paused = false, paused_until = NULL
 WHERE property_id = $1 AND paused AND paused_until <= $2;

-- name: bookings_ahead
-- Confirmed bookings of a place that are still to come or running.
SELECT count(*) FROM booking
 WHERE property_id = $1 AND status IN ('TICKET_GENERATED', 'CHECKED_IN') AND checkout > $2;

-- name: add_block
INSERT INTO block (property_id, stay, made_by, booking_id, created_at)
VALUES ($1, daterange($2, $3), $4, $5, $6)
RETURNING block_id;

-- name: block_units
-- In the order of units, so that two blocks of the same nights cannot deadlock.
INSERT INTO occupancy (property_id, unit, stay, block_id)
SELECT $1, unit, daterange(first, last), $5
  FROM unnest($2::integer[], $3::date[], $4::date[]) AS t (unit, first, last)
 ORDER BY unit, first;

-- name: blocks_of
-- What is blocked at an owner's places from a day on, the nights of each block put together.
SELECT p.property_id, p.name, lower(piece) AS first, upper(piece) AS last
  FROM property p
  JOIN (SELECT property_id, block_id, unnest(range_agg(stay)) AS piece FROM occupancy
         WHERE block_id IS NOT NULL GROUP BY property_id, block_id) b USING (property_id)
 WHERE ($1::text IS NULL OR p.owner_phone = $1) AND upper(piece) > $2
 ORDER BY first, p.place, last;

-- name: drop_block_of
-- The block that took over a cancelled booking's nights, because the reason or the mind changed.
DELETE FROM block WHERE booking_id = $1;

-- name: join_block
-- A cancelled booking gives its units to the owner's block of the same nights, in one move.
UPDATE occupancy o SET booking_id = NULL, block_id = b.block_id
  FROM block b WHERE b.booking_id = $1 AND o.booking_id = $1;

-- name: lift_block
DELETE FROM block b USING property p
 WHERE b.block_id = $1 AND p.property_id = b.property_id
   AND ($2::text IS NULL OR p.owner_phone = $2)
RETURNING p.property_id, p.name, lower(b.stay) AS first, upper(b.stay) AS last;

-- name: open_nights
-- Blocked units whose nights are opened; what of them lies outside is blocked again.
DELETE FROM occupancy
 WHERE property_id = $1 AND block_id IS NOT NULL AND stay && daterange($2, $3)
RETURNING unit, lower(stay) AS first, upper(stay) AS last, block_id;

-- name: drop_empty_blocks
-- Blocks of which nothing is left, and those that waited for the units of a cancelled booking.
DELETE FROM block b
 WHERE property_id = $1 AND stay && daterange($2, $3)
   AND (booking_id IS NULL OR stay <@ daterange($2, $3))
   AND NOT EXISTS (SELECT 1 FROM occupancy o WHERE o.block_id = b.block_id);

-- ---------------------------------------------------------------- bookings

-- name: insert_checkout
INSERT INTO checkout (booking_id, property_id, person_id, guest_name, guest_phone, checkin,
    checkout, stay, guests, units, total, advance, hold_until, callback_secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, daterange($8, $9), $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (booking_id) DO NOTHING
RETURNING booking_id;

-- name: nth_last_checkout
-- When a guest's last-but-so-many checkout began.
SELECT created_at FROM checkout WHERE person_id = $1 ORDER BY created_at DESC LIMIT 1 OFFSET $2;

-- name: lock_booking
-- The one lock of a booking's life, taken before anything is decided about it.
SELECT booking_id FROM checkout WHERE booking_id = $1 FOR NO KEY UPDATE;

-- name: known_booking
SELECT booking_id FROM checkout WHERE booking_id = $1;

-- name: booking_facts
-- Checkouts and bookings with everybody concerned, for the pure code.
SELECT c.booking_id, coalesce(b.status, c.status) AS status, p.*,
       p.checkin AS house_checkin, p.checkout AS house_checkout,
       c.guest_name, c.guest_phone, c.checkin, c.checkout, lower(c.stay) AS first,
       upper(c.stay) AS last, c.guests, c.units AS units_taken, c.total, c.advance, c.hold_until,
       c.link_id, c.link_url, b.txn_id, b.order_id, b.asked_at, b.answer_by, b.deadline, b.reason, b.refund_due,
       t.token, r.ref_id AS refund_id, r.bank_reference,
       g.person_id AS guest_id, g.name AS guest_profile, g.language AS guest_language,
       g.phone AS guest_contact, g.quiet AS guest_quiet,
       o.person_id AS owner_id, o.language AS owner_language,
       a.person_id AS admin_id, a.name AS admin_name, a.phone AS admin_phone,
       a.language AS admin_language,
       d.at AS decided_at, d.actor AS decided_by
  FROM checkout c
  JOIN property p USING (property_id)
  JOIN person g ON g.person_id = c.person_id
  JOIN person o ON o.phone = p.owner_phone
  JOIN person a ON a.phone = $2
  LEFT JOIN booking b USING (booking_id)
  LEFT JOIN ticket t USING (booking_id)
  LEFT JOIN LATERAL (SELECT ref_id, bank_reference FROM refund
                      WHERE booking_id = c.booking_id AND txn_id = b.txn_id
                      ORDER BY created_at DESC, ref_id DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (SELECT at, actor FROM booking_event
                      WHERE booking_id = c.booking_id
                        AND event IN ('confirmed', 'cancelled', 'deadline_passed')
                      ORDER BY seq DESC LIMIT 1) d ON true
 WHERE c.booking_id = ANY ($1::text[]);

-- name: insert_event
-- The next event of a booking; the trigger moves the status with it.
INSERT INTO booking_event (booking_id, seq, from_status, event, to_status, actor, at, note,
    by_phone, trace)
SELECT $1, 1 + count(*), $2, $3, $4, $5, $6, $7, $8, $9 FROM booking_event WHERE booking_id = $1
RETURNING seq;

-- name: last_event
-- The latest event of a kind, unless a later one has turned it round.
SELECT seq, actor, at, by_phone FROM booking_event e
 WHERE booking_id = $1 AND event = $2
   AND NOT EXISTS (SELECT 1 FROM booking_event u
                    WHERE u.booking_id = $1 AND u.seq > e.seq
                      AND (e.event, u.event) IN (
                          ('confirmed', 'cancelled'), ('cancelled', 'undone'),
                          ('deadline_passed', 'undone'), ('undone', 'cancelled'),
                          ('undone', 'deadline_passed')))
 ORDER BY seq DESC LIMIT 1;

-- name: events
SELECT seq, from_status, event, to_status, actor, at, note FROM booking_event
 WHERE booking_id = $1 ORDER BY seq;

-- name: insert_booking
-- The booking row, with the amounts of its checkout, when its payment has succeeded.
INSERT INTO booking (booking_id, property_id, person_id, guest_name, guest_phone, owner_phone,
    admin_phone, checkin, checkout, guests, units, advance_paid, total, due, txn_id, order_id,
    refund_due, status, created_at)
SELECT c.booking_id, c.property_id, c.person_id, c.guest_name, c.guest_phone, p.owner_phone, $2,
       c.checkin, c.checkout, c.guests, c.units, c.advance, c.total, c.total - c.advance, $3, $4,
       CASE WHEN c.status = 'REFUND_REQUIRED' THEN c.advance END, c.status, $5
  FROM checkout c JOIN property p USING (property_id)
 WHERE c.booking_id = $1;

-- name: set_request_times
UPDATE booking SET asked_at = $2, answer_by = $3, deadline = $4 WHERE booking_id = $1;

-- name: set_reason
UPDATE booking SET reason = $2 WHERE booking_id = $1;

-- name: set_refund_due
UPDATE booking SET refund_due = $2 WHERE booking_id = $1;

-- name: insert_ticket
INSERT INTO ticket (booking_id, token, issued_at) VALUES ($1, $2, $3);

-- name: note_scan
UPDATE ticket SET scanned_at = coalesce(scanned_at, $2) WHERE booking_id = $1;

-- name: checkin_marks
SELECT t.scanned_at, e.at, e.actor, e.note
  FROM ticket t
  LEFT JOIN LATERAL (SELECT at, actor, note FROM booking_event
                      WHERE booking_id = t.booking_id AND event = 'checked_in'
                      ORDER BY seq DESC LIMIT 1) e ON true
 WHERE t.booking_id = $1;

-- name: tickets
SELECT b.booking_id, t.token, b.status, p.name AS property_name, b.guest_name, b.guests,
       b.checkin, b.checkout, b.advance_paid, b.due, p.map_url, b.txn_id, g.language
  FROM booking b
  JOIN ticket t USING (booking_id)
  JOIN property p USING (property_id)
  JOIN person g USING (person_id)
 WHERE b.booking_id = ANY ($1::text[]);

-- name: guest_bookings
-- The newest checkouts and bookings of some guests, each guest's newest first.
SELECT w.person_id, k.booking_id
  FROM unnest($1::bigint[]) AS w (person_id)
 CROSS JOIN LATERAL (SELECT booking_id, created_at FROM checkout c
                      WHERE c.person_id = w.person_id ORDER BY created_at DESC LIMIT 5) k
 ORDER BY k.created_at DESC;

-- name: waiting_for_owner
SELECT booking_id FROM booking
 WHERE owner_phone = $1 AND status = 'BOOKING_REQUEST_SENT_TO_OWNER' ORDER BY answer_by LIMIT 10;

-- name: message_about
-- What a message that somebody swipes to answer was about.
SELECT booking_id FROM message WHERE wamid = $1 AND person_id = $2;

-- name: last_said
-- The newest message of ours to a person, and the booking that it was about.
SELECT intent, booking_id FROM message
 WHERE person_id = $1 AND kind = 'whatsapp' AND state IN ('sent', 'sending')
 ORDER BY id DESC LIMIT 1;

-- name: set_language
UPDATE person SET language = $2 WHERE person_id = $1 RETURNING *;

-- name: extend_hold
UPDATE checkout SET hold_until = greatest(hold_until, $2) WHERE booking_id = $1
RETURNING hold_until;

-- ---------------------------------------------------------------- the admin's desk

-- name: search_bookings
-- What an admin's words may mean, each arm by an index: ids, a number, its last four digits, a
-- reference of Paytm or of a bank, a name ($5, a pattern) or places ($6), both with nights ($7, $8);
-- nights alone count if $10 says so.
-- Expired checkouts are found by what names them exactly.
WITH hit AS (
    SELECT booking_id FROM checkout WHERE booking_id = ANY ($1::text[])
    UNION SELECT booking_id FROM checkout WHERE guest_phone = $2
    UNION SELECT booking_id FROM checkout WHERE right(guest_phone, 4) = $3
    UNION SELECT booking_id FROM payment WHERE txn_id = $4
    UNION SELECT booking_id FROM refund WHERE ref_id = upper($4) OR bank_reference = $4
    UNION SELECT booking_id FROM checkout
           WHERE guest_name ILIKE $5 AND status <> 'PAYMENT_EXPIRED'
             AND stay && daterange($7, $8)
    UNION SELECT booking_id FROM checkout
           WHERE stay && daterange($7, $8) AND status <> 'PAYMENT_EXPIRED'
             AND CASE WHEN $6::text[] IS NOT NULL THEN property_id = ANY ($6)
                      ELSE $5::text IS NULL AND $10 END)
SELECT c.booking_id FROM checkout c JOIN hit USING (booking_id)
 ORDER BY c.created_at DESC, c.booking_id LIMIT $9;

-- name: bookings_in
-- Bookings in some states, those whose answer is due first.
SELECT booking_id, coalesce(refund_due, 0) AS back FROM booking WHERE status = ANY ($1::text[])
 ORDER BY answer_by NULLS LAST, created_at LIMIT $2;

-- name: arrivals_everywhere
-- Confirmed stays that begin in a range of days.
SELECT b.booking_id, CASE b.status WHEN 'TICKET_GENERATED' THEN b.due ELSE 0 END AS due
  FROM booking b JOIN checkout c USING (booking_id)
 WHERE b.status IN ('TICKET_GENERATED', 'CHECKED_IN')
   AND c.stay && daterange($1, $2) AND lower(c.stay) >= $1 AND lower(c.stay) < $2
 ORDER BY lower(c.stay), b.property_id, b.checkin, b.booking_id LIMIT $3;

-- name: card_facts
-- How the owner was asked about a booking, and how many other stays its guest has had.
SELECT (SELECT array_agg(done_at ORDER BY id) FROM message
         WHERE booking_id = c.booking_id AND state = 'sent'
           AND intent IN ('owner.request', 'owner.reminder', 'owner.last_reminder')) AS asked,
       (SELECT wa_status FROM message
         WHERE booking_id = c.booking_id AND intent LIKE 'owner.%' AND wa_status IS NOT NULL
         ORDER BY id DESC LIMIT 1) AS seen,
       (SELECT count(*) FROM booking o
         WHERE o.person_id = c.person_id AND o.booking_id <> c.booking_id) AS others
  FROM checkout c WHERE c.booking_id = $1;

-- name: history
-- What happened to a booking and what admins noted, with the name of who decided.
SELECT at, event AS what, actor, note, coalesce(p.name, '') AS name
  FROM booking_event e LEFT JOIN person p ON p.phone = e.by_phone WHERE e.booking_id = $1
UNION ALL
SELECT n.created_at, 'note', 'admin', n.words, coalesce(p.name, '')
  FROM booking_note n LEFT JOIN person p ON p.phone = n.by_phone WHERE n.booking_id = $1
 ORDER BY 1;

-- name: add_note
INSERT INTO booking_note (booking_id, by_phone, words, created_at) VALUES ($1, $2, $3, $4);

-- name: message_counts
-- Delivered messages of a time by what Meta said of their price and by who got them; $3 the admins.
SELECT price_category AS category, coalesce(price_type, '') AS kind,
       CASE WHEN split_part(m.intent, '.', 1) IN ('guest', 'owner', 'admin')
            THEN split_part(m.intent, '.', 1)
            WHEN p.phone = ANY ($3::text[]) THEN 'admin'
            WHEN EXISTS (SELECT 1 FROM property o WHERE o.owner_phone = p.phone) THEN 'owner'
            ELSE 'guest' END AS role,
       count(*) AS messages
  FROM message m JOIN person p USING (person_id)
 WHERE m.kind = 'whatsapp' AND m.wa_status IN ('delivered', 'read', 'played')
   AND m.price_category IS NOT NULL AND m.done_at >= $1 AND m.done_at < $2
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- name: bookings_and_messages
-- Bookings paid in a time, and what guest, owner and admin were told of them until the decision.
SELECT count(DISTINCT b.booking_id) AS bookings, count(m.id) AS after_pay_link
  FROM booking b
  LEFT JOIN message m ON m.booking_id = b.booking_id AND m.kind = 'whatsapp'
        AND m.wa_status IN ('delivered', 'read', 'played') AND m.created_at >= b.created_at
        AND m.intent IN ('guest.paid', 'guest.confirmed', 'guest.cancelled', 'guest.still_waiting',
                         'guest.owner_silent', 'owner.request', 'owner.reminder',
                         'owner.last_reminder', 'owner.confirmed', 'owner.confirmed_by_admin',
                         'owner.cancelled', 'owner.cancelled_by_admin', 'owner.cancelled_by_clock',
                         'admin.waiting', 'admin.confirmed', 'admin.cancelled',
                         'admin.owner_silent')
 WHERE b.created_at >= $1 AND b.created_at < $2;

-- name: digest
-- What happened from $1 to $2, who arrives from day $3 to $4, and what is open now; $5 the states
-- of money on its way back.
SELECT (SELECT count(*) FROM booking WHERE created_at >= $1 AND created_at < $2) AS booked,
       (SELECT coalesce(sum(advance_paid), 0)::bigint FROM booking
         WHERE created_at >= $1 AND created_at < $2) AS advances,
       e.confirmed, e.cancelled, e.unanswered,
       coalesce(s.minutes, 0) AS slowest, coalesce(s.name, '') AS slowest_place,
       (SELECT count(*) FROM refund WHERE done_at >= $1 AND done_at < $2) AS refunded,
       (SELECT count(*) FROM message WHERE kind = 'whatsapp' AND done_at >= $1 AND done_at < $2
           AND (wa_status = 'failed' OR state = 'dead')) AS undelivered,
       (SELECT count(*) FROM booking WHERE status = 'BOOKING_REQUEST_SENT_TO_OWNER') AS waiting,
       (SELECT count(*) FROM booking WHERE status = ANY ($5::text[])) AS refunds_open,
       a.asking, a.alerts, c.arrivals, c.due,
       (SELECT array_agg(booking_id ORDER BY answer_by NULLS LAST) FROM booking
         WHERE status = 'BOOKING_REQUEST_SENT_TO_OWNER' OR status = ANY ($5::text[])) AS urgent
  FROM (SELECT count(*) FILTER (WHERE event = 'confirmed') AS confirmed,
               count(*) FILTER (WHERE event IN ('cancelled', 'deadline_passed')) AS cancelled,
               count(*) FILTER (WHERE event = 'deadline_passed') AS unanswered
          FROM booking_event WHERE at >= $1 AND at < $2) e
 CROSS JOIN (SELECT count(*) FILTER (WHERE subject LIKE 'human:%') AS asking,
                    count(*) FILTER (WHERE subject NOT LIKE 'human:%') AS alerts
               FROM alert WHERE closed_at IS NULL) a
 CROSS JOIN (SELECT count(*) AS arrivals, coalesce(sum(b.due), 0)::bigint AS due
               FROM booking b JOIN checkout c USING (booking_id)
              WHERE b.status = 'TICKET_GENERATED' AND c.stay && daterange($3, $4)
                AND lower(c.stay) >= $3 AND lower(c.stay) < $4) c
  LEFT JOIN LATERAL (
       SELECT (extract(epoch FROM e.at - b.asked_at) / 60)::integer AS minutes, p.name
         FROM booking_event e JOIN booking b USING (booking_id) JOIN property p USING (property_id)
        WHERE e.at >= $1 AND e.at < $2 AND e.actor = 'owner'
          AND e.event IN ('confirmed', 'cancelled')
        ORDER BY 1 DESC LIMIT 1) s ON true;

-- name: last_callback
-- When Paytm last called: each callback asks for a look of its own.
SELECT created_at FROM message WHERE intent = 'look' AND dedupe_key LIKE '%:callback:%'
 ORDER BY id DESC LIMIT 1;

-- name: templates_lost
SELECT name FROM template WHERE status <> 'APPROVED' ORDER BY name, language;

-- name: guest_of_message
-- The guest whom a message of the admin's desk was about, to be answered by a swipe.
SELECT (payload ->> 'guest')::bigint FROM message WHERE wamid = $1 AND person_id = $2;

-- name: guests_asking
-- Guests who wait for a person, the longest first.
SELECT p.* FROM alert a
  JOIN person p ON p.person_id = CASE WHEN a.subject ~ '^human:[0-9]{1,18}$'
                                      THEN substr(a.subject, 7)::bigint END
 WHERE a.closed_at IS NULL ORDER BY a.alert_id;

-- name: close_alert_by_id
UPDATE alert SET closed_at = $2 WHERE alert_id = $1 AND closed_at IS NULL RETURNING subject;

-- ---------------------------------------------------------------- payment links and payments

-- name: checkout_link
SELECT booking_id, person_id, guest_name, guest_phone, advance, hold_until, callback_secret,
       link_id, link_url, status, created_at, property_id, guests,
       lower(stay) AS first, upper(stay) AS last
  FROM checkout WHERE booking_id = $1;

-- name: other_stays
-- The guest's other bookings on any night of a checkout, the earliest first.
SELECT o.booking_id FROM checkout c JOIN checkout o USING (person_id)
 WHERE c.booking_id = $1 AND o.booking_id <> $1 AND o.stay && c.stay AND o.status = ANY ($2::text[])
 ORDER BY o.stay, o.booking_id LIMIT 5;

-- name: checkout_created
SELECT created_at FROM checkout WHERE booking_id = $1;

-- name: set_link
UPDATE checkout SET link_id = $2, link_url = $3 WHERE booking_id = $1 AND link_id IS NULL
RETURNING booking_id;

-- name: checkout_by_secret
SELECT booking_id, link_id, advance FROM checkout WHERE callback_secret = $1;

-- name: insert_payment
-- The one row of a transaction; a repeat inserts nothing.
INSERT INTO payment (txn_id, booking_id, order_id, link_id, amount, status, settled_as, paid_at,
    created_at)
VALUES ($1, $2, $3, $4, $5, 'SUCCESS', $6, $7, $8)
ON CONFLICT (txn_id) DO NOTHING
RETURNING txn_id;

-- name: lock_payer
-- Two payments of one guest are settled one after the other, whatever they pay for.
SELECT pg_advisory_xact_lock(7206022, person_id::integer) FROM checkout WHERE booking_id = $1;

-- name: paid_twin
-- Another paid stay of the same guest at the same place on common nights, paid after this order
-- was made: a guest has one unpaid hold at a time, so one of the two took the other's place, and
-- who pays both has paid twice. An order made after the other was paid is a second booking.
SELECT o.booking_id FROM checkout c
  JOIN checkout o ON o.person_id = c.person_id AND o.property_id = c.property_id
                 AND o.stay && c.stay AND o.booking_id <> c.booking_id
  JOIN booking b ON b.booking_id = o.booking_id
 WHERE c.booking_id = $1 AND b.status = ANY ($2::text[]) AND c.created_at < b.created_at
 ORDER BY o.created_at LIMIT 1;

-- name: unwanted_links
-- Of the links that Paytm still offers, those of our checkouts that wait for no payment by them.
SELECT t.link_id FROM unnest($1::text[], $2::text[]) AS t (link_id, booking_id)
  JOIN checkout c ON c.booking_id = t.booking_id
 WHERE NOT (c.status = 'PAYMENT_PENDING' AND coalesce(c.link_id, t.link_id) = t.link_id);

-- name: payments_of
SELECT txn_id, order_id, amount, settled_as FROM payment WHERE booking_id = $1 ORDER BY created_at;

-- name: insert_refund
INSERT INTO refund (ref_id, txn_id, booking_id, amount, status, created_at)
VALUES ($1, $2, $3, $4, 'due', $5)
ON CONFLICT DO NOTHING
RETURNING ref_id;

-- name: refunds_open
-- The refunds of a booking that still have to be brought to an end.
SELECT r.ref_id, r.txn_id, r.booking_id, r.amount, r.status, r.looks, r.look_at, r.last_code,
       r.stuck_since, r.created_at, p.order_id, p.settled_as
  FROM refund r JOIN payment p USING (txn_id)
 WHERE r.booking_id = $1 AND r.status IN ('due', 'initiated')
 ORDER BY p.settled_as = 'booking' DESC, r.created_at, r.ref_id;

-- name: refunds_of
-- The refunds of a booking that count: a failed one has another in its place.
SELECT ref_id, amount, status, last_code, bank_reference FROM refund
 WHERE booking_id = $1 AND status <> 'failed' ORDER BY created_at, ref_id;

-- name: next_refund_look
SELECT min(coalesce(look_at, created_at)) FROM refund
 WHERE booking_id = $1 AND status IN ('due', 'initiated');

-- name: intend_refund
-- Before the call: unless somebody has ended the refund meanwhile.
UPDATE refund SET status = 'initiated' WHERE ref_id = $1 AND status IN ('due', 'initiated')
RETURNING ref_id;

-- name: note_refund
-- What Paytm said of an open refund, and when to ask again.
UPDATE refund SET last_code = $2, look_at = $3, looks = looks + 1
 WHERE ref_id = $1 AND status IN ('due', 'initiated');

-- name: stick_refund
UPDATE refund SET stuck_since = coalesce(stuck_since, $2) WHERE ref_id = $1;

-- name: end_refund
-- Refunded or failed, once.
UPDATE refund SET status = $2, last_code = coalesce($3, last_code), by_hand = $6,
    bank_reference = coalesce($4, bank_reference),
    done_at = CASE WHEN $2 = 'refunded' THEN $5::timestamptz END
 WHERE ref_id = $1 AND status IN ('due', 'initiated')
RETURNING ref_id;

-- name: postpone_refund
-- The refund that follows a failed one waits for the next settlement day.
UPDATE refund SET look_at = $2 WHERE txn_id = $1 AND status = 'due';

-- name: refund_reference
SELECT coalesce(bank_reference, ref_id) FROM refund WHERE ref_id = $1;

-- ---------------------------------------------------------------- reconciliation

-- name: payments_since
SELECT txn_id, booking_id, amount FROM payment WHERE created_at >= $1 ORDER BY created_at, txn_id;

-- name: payments_by_id
SELECT txn_id, booking_id, amount FROM payment WHERE txn_id = ANY ($1::text[]);

-- name: links_of_time
-- The checkouts whose link may have brought a payment of a time, those of these amounts first.
SELECT booking_id FROM checkout
 WHERE link_id IS NOT NULL AND created_at BETWEEN $1 AND $2
 ORDER BY advance = ANY ($3::bigint[]) DESC, created_at DESC LIMIT $4;

-- name: refunds_under_way
-- What Paytm was asked to give back and has not been heard to have done.
SELECT r.ref_id, r.txn_id, r.booking_id, r.amount, r.status, r.looks, r.look_at, r.last_code,
       r.stuck_since, r.created_at, p.order_id, p.settled_as
  FROM refund r JOIN payment p USING (txn_id)
 WHERE r.status = 'initiated' ORDER BY r.created_at, r.ref_id;

-- name: given_back_since
-- What went back through Paytm of each payment since a time, or of which something went back
-- since; payments with a refund under way are left out, for they change while they are compared.
WITH touched AS (
    SELECT txn_id FROM payment WHERE created_at >= $1
    UNION SELECT txn_id FROM refund WHERE greatest(created_at, done_at) >= $1)
SELECT p.txn_id, p.booking_id, p.order_id,
       (coalesce(sum(r.amount) FILTER (WHERE r.status = 'refunded' AND NOT r.by_hand), 0))::bigint
       AS refunded
  FROM touched JOIN payment p USING (txn_id) LEFT JOIN refund r USING (txn_id)
 GROUP BY p.txn_id
HAVING coalesce(bool_and(r.status <> 'initiated'), true)
 ORDER BY p.created_at, p.txn_id;

-- name: alerts_seen
SELECT DISTINCT subject FROM alert WHERE subject = ANY ($1::text[]);

-- name: close_book_alerts
-- What was compared and is equal again.
UPDATE alert SET closed_at = $3
 WHERE closed_at IS NULL AND subject LIKE 'books:%' AND subject <> ALL ($2::text[])
   AND split_part(subject, ':', -1) = ANY ($1::text[]);

-- ---------------------------------------------------------------- outbox

-- name: insert_messages
-- Rows of one move, in the order given; a key that is there already inserts nothing.
INSERT INTO message (dedupe_key, lane, kind, intent, booking_id, person_id, payload, run_at,
    trace, created_at)
SELECT key, lane, kind, intent, booking_id, person_id, payload, run_at, trace, $10
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
              $7::jsonb[], $8::timestamptz[], $9::text[])
       WITH ORDINALITY
       AS t (key, lane, kind, intent, booking_id, person_id, payload, run_at, trace, place)
 ORDER BY place
ON CONFLICT (dedupe_key) DO NOTHING;

-- name: store_answers
-- What the messages of some people tell of them ($1-$6; an older one never shortens the window),
-- where their conversations stand now, and the answers ($7-$13) in the order given.
-- An answer that is wished and free to go is born in flight under a lease, as `claim_messages`
-- would take it: nothing of the lane waits, the pace allows it, and the circuit is closed. Its
-- person's next message is due a gap later at once. The rest is ready. A key that is there already
-- inserts nothing.
WITH heard AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[],
                         $6::jsonb[])
        AS t (person_id, user_id, phone, name, at, state)),
said AS MATERIALIZED (
    SELECT t.*, t.wished AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'circuit')
           AND (SELECT count(*) FROM message o
                 WHERE o.lane = t.lane AND o.state IN ('ready', 'sending')) = 0
           AND coalesce((SELECT p.next_send_at FROM person p
                          WHERE p.person_id = t.person_id) <= $18, true) AS goes
      FROM unnest($7::text[], $8::text[], $9::text[], $10::bigint[], $11::jsonb[], $12::text[],
                  $13::boolean[])
           WITH ORDINALITY AS t (key, lane, intent, person_id, payload, trace, wished, place)),
known AS (
    UPDATE person p SET
        user_id = coalesce(heard.user_id, p.user_id), phone = coalesce(heard.phone, p.phone),
        name = CASE WHEN heard.name = '' THEN p.name ELSE heard.name END,
        heard_at = greatest(p.heard_at, heard.at),
        next_send_at = CASE WHEN p.person_id IN (SELECT person_id FROM said
                                               WHERE goes AND $15 > interval '0')
                            THEN greatest(p.next_send_at, $14) + $15::interval
                            ELSE p.next_send_at END
      FROM heard WHERE p.person_id = heard.person_id),
chats AS (
    INSERT INTO chat (person_id, state, updated_at)
    SELECT person_id, state, $14 FROM heard ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at)
INSERT INTO message (dedupe_key, lane, kind, intent, person_id, payload, trace, run_at, created_at,
    state, attempts, lease, lease_until)
SELECT key, lane, 'whatsapp', intent, person_id, payload, trace, $14, $14,
       CASE WHEN goes THEN 'sending' ELSE 'ready' END, goes::integer,
       CASE WHEN goes THEN $16::uuid END,
       CASE WHEN goes THEN clock_timestamp() + $17::interval END
  FROM said ORDER BY place
ON CONFLICT (dedupe_key) DO NOTHING
RETURNING id, dedupe_key, state = 'sending' AS goes;

-- name: hasten_job
-- A waiting job of a booking is to run at this time already.
UPDATE message SET run_at = least(run_at, $3)
 WHERE booking_id = $1 AND intent = $2 AND state = 'ready'
RETURNING id;

-- name: told_before
-- Whether anything was said about a booking under a key that begins like this.
SELECT EXISTS (SELECT 1 FROM message
                WHERE booking_id = $1 AND starts_with(dedupe_key, $2));

-- name: cancel_jobs
-- Waiting rows of a booking that its new state makes pointless.
UPDATE message SET state = 'cancelled', done_at = $3
 WHERE booking_id = $1 AND state = 'ready' AND intent = ANY ($2::text[]);

-- name: supersede_messages
-- Unsent reminders that a newer one replaces: after an outage only the newest goes out.
UPDATE message SET state = 'cancelled', done_at = $3
 WHERE booking_id = $1 AND intent = ANY ($2::text[]) AND kind = 'whatsapp' AND state = 'ready';

-- name: claim_messages
-- Rows that are due, the oldest of each lane, one in flight per lane; the attempt counts now.
-- A row that waits for a later time blocks its lane only if it is a message that has been tried, or
-- that was due when it was queued, by a clock that is ahead of this one; a call that waits for
-- Paytm must not hold up the booking's timers. What is about a held booking is not taken and
-- blocks nobody.
WITH due AS (
    SELECT o.id, w.phone, w.user_id, w.heard_at FROM message o
      LEFT JOIN person w ON w.person_id = o.person_id AND o.kind = 'whatsapp'
     WHERE o.state = 'ready' AND o.run_at <= $1 AND o.kind = ANY ($5::text[])
       AND (w.next_send_at IS NULL OR w.next_send_at <= $6)
       AND NOT EXISTS (SELECT 1 FROM held h WHERE h.booking_id = o.booking_id)
       AND NOT EXISTS (
           SELECT 1 FROM message p
            WHERE p.lane = o.lane AND p.state IN ('ready', 'sending')
              AND (p.state = 'sending'
                   OR (p.id < o.id AND (p.run_at <= $1 OR (p.kind = 'whatsapp' AND (
                           p.attempts > 0 OR p.last_error IS NOT NULL
                           OR p.run_at <= p.created_at)))
                       AND NOT EXISTS (SELECT 1 FROM held h WHERE h.booking_id = p.booking_id))))
     ORDER BY o.run_at, o.id LIMIT $2
     FOR UPDATE OF o SKIP LOCKED)
UPDATE message m
   SET state = 'sending', attempts = attempts + 1, lease = $3,
       lease_until = clock_timestamp() + $4::interval
  FROM due WHERE m.id = due.id
RETURNING m.id, m.lane, m.kind, m.intent, m.booking_id, m.person_id, m.payload, m.attempts,
          m.run_at, m.lease, m.trace, due.phone, due.user_id, due.heard_at;

-- name: newer_due
-- Whether a later timer of the same intent about the same booking is due as well.
SELECT EXISTS (SELECT 1 FROM message WHERE booking_id = $1 AND intent = $2 AND id > $3
                  AND kind = 'timer' AND state = 'ready' AND run_at <= $4);

-- name: forget_pacing
UPDATE person SET next_send_at = NULL WHERE next_send_at IS NOT NULL;

-- name: finish_message
-- Fenced: only the holder of the lease may finish. Where a status came first and has proven the
-- send already, only what the status could not know is added.
UPDATE message SET state = 'sent', lease = NULL, lease_until = NULL, done_at = $3,
    wamid = coalesce($4, wamid), form = coalesce($5, form), last_error = NULL
 WHERE id = $1 AND (lease = $2 AND state = 'sending' OR state = 'sent' AND form IS NULL)
RETURNING id;

-- name: renew_lease
-- A job that goes on stays in the same hands.
UPDATE message SET lease_until = clock_timestamp() + $3::interval
 WHERE id = $1 AND lease = $2 AND state = 'sending';

-- name: release_message
-- Certainly not done: back to ready for another try at a later time.
UPDATE message SET state = 'ready', lease = NULL, lease_until = NULL, run_at = $3, last_error = $4,
    attempts = attempts - CASE WHEN $5 THEN 0 ELSE 1 END
 WHERE id = $1 AND lease = $2 AND state = 'sending';

-- name: rearm_message
-- A job that is to run again later, as a fresh one.
UPDATE message SET state = 'ready', lease = NULL, lease_until = NULL, run_at = $3, attempts = 0,
    payload = $4
 WHERE id = $1 AND lease = $2 AND state = 'sending';

-- name: drop_message
-- Nothing can carry it any more, and nobody needs it: not an alarm.
UPDATE message SET state = 'cancelled', lease = NULL, lease_until = NULL, done_at = $3,
    last_error = $4
 WHERE id = $1 AND lease = $2 AND state = 'sending';

-- name: kill_message
UPDATE message SET state = 'dead', lease = NULL, lease_until = NULL, done_at = $3, last_error = $4
 WHERE id = $1 AND lease = $2 AND state = 'sending'
RETURNING id;

-- name: sweep_messages
-- Rows whose holder died. Jobs are safe to repeat and come back at once; a WhatsApp message
-- waits for its proof, a status webhook, until the grace ($2) is over and no status waits unread.
-- What WhatsApp reported while nobody listened is told again: there must have been somebody for a
-- whole grace, one process or one after the other with no pause longer than $3. $4: it is known
-- that all was heard.
WITH listening AS (
    INSERT INTO setting AS s (key, value)
    VALUES ('listening', jsonb_build_object('since', clock_timestamp(), 'last', clock_timestamp()))
    ON CONFLICT (key) DO UPDATE SET value = CASE
        WHEN (s.value ->> 'last')::timestamptz > clock_timestamp() - $3::interval
        THEN s.value || jsonb_build_object('last', clock_timestamp()) ELSE excluded.value END
    RETURNING (value ->> 'since')::timestamptz AS since)
UPDATE message SET state = 'ready', lease = NULL, lease_until = NULL, run_at = $1,
    last_error = 'lease over'
 WHERE state = 'sending'
   AND CASE WHEN kind <> 'whatsapp' THEN lease_until < clock_timestamp()
       ELSE lease_until + $2::interval < clock_timestamp()
            AND ($4 OR (SELECT since FROM listening) + $2 <= clock_timestamp())
            AND NOT EXISTS (SELECT 1 FROM inbox i
                             WHERE i.kind = 'status' AND i.state = 'ready' AND i.run_at <= $1) END
RETURNING id;

-- name: take_slots
-- The recurring jobs whose newest slot nobody has taken yet. A job that is seen for the first time
-- only begins to count: its row is not visible to the update beside it.
WITH asked AS (SELECT name, slot FROM unnest($1::text[], $2::timestamptz[]) AS t (name, slot)),
     begun AS (INSERT INTO recurring (name, slot) SELECT name, slot FROM asked
               ON CONFLICT (name) DO NOTHING)
UPDATE recurring r SET slot = asked.slot FROM asked
 WHERE r.name = asked.name AND r.slot < asked.slot
RETURNING r.name, r.slot;

-- name: quoted_wamid
-- The last message of an intent about a booking to a person, to be quoted.
SELECT wamid FROM message
 WHERE booking_id = $1 AND person_id = $2 AND intent = $3 AND wamid <> 'erased'
 ORDER BY id DESC LIMIT 1;

-- name: note_outcomes
-- What became of messages, in one statement for both: $1-$5 those that WhatsApp has accepted, each
-- with the gap until its person's next message (facts/whatsapp.md 7; 0 where that is kept already);
-- $6-$11 what WhatsApp reports, one status of a message; $12-$13 the reports that have just arrived,
-- kept as done: the evidence of what it told.
-- A status moves its message forward only, in whatever order they come: failed is final unless
-- WhatsApp says, before or after, that the message was delivered. A row still in flight is proven
-- sent, and one that was left out after a restore. A failure proves nothing of a row that waits for
-- another try, and a closed window nothing of the template that replaces the free form.
WITH accepted AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::interval[])
        AS t (id, lease, wamid, form, gap)),
told AS MATERIALIZED (
    SELECT * FROM unnest($6::bigint[], $7::text[], $8::text[], $9::integer[], $10::text[],
                         $11::text[])
        AS t (tracker, wamid, status, error, category, type)),
found AS MATERIALIZED (
    SELECT tracker AS id, told.* FROM told WHERE tracker IS NOT NULL
     UNION ALL
    SELECT m.id, told.* FROM told JOIN message m ON m.wamid = told.wamid WHERE tracker IS NULL),
locked AS MATERIALIZED (
    SELECT id, person_id, kind, state, lease, form, payload ? 'as_template' AS by_template
      FROM message WHERE id = ANY (ARRAY(SELECT id FROM accepted UNION SELECT id FROM found))
     ORDER BY id FOR UPDATE),
gaps AS MATERIALIZED (
    SELECT person_id, sum(gap) AS gap FROM accepted JOIN locked USING (id)
     WHERE gap > interval '0' GROUP BY person_id),
written AS MATERIALIZED (
    SELECT person_id FROM person WHERE person_id IN (SELECT person_id FROM gaps)
     ORDER BY person_id FOR NO KEY UPDATE),
paced AS (
    UPDATE person p SET next_send_at = greatest(p.next_send_at, $14) + gaps.gap
      FROM written JOIN gaps USING (person_id) WHERE p.person_id = written.person_id),
kept AS (
    INSERT INTO inbox (id, seq, kind, lane, body, state, run_at, received_at, done_at)
    SELECT id, nextval('inbox_seq'), 'status', id, body, 'done', $14, $14, $14
      FROM unnest($12::text[], $13::bytea[]) AS t (id, body) ORDER BY id
    ON CONFLICT (id) DO NOTHING),
news AS MATERIALIZED (
    SELECT l.id, a.id IS NOT NULL AS is_taken, a.wamid AS taken_as, a.form, f.wamid AS told_as,
           f.status, f.error, f.category, f.type
      FROM locked l
      LEFT JOIN accepted a ON a.id = l.id
       AND (a.lease = l.lease AND l.state = 'sending' OR l.state = 'sent' AND l.form IS NULL)
      LEFT JOIN found f ON f.id = l.id AND l.kind = 'whatsapp'
       AND NOT (f.status = 'failed' AND (l.state = 'ready' OR f.error = 131047 AND l.by_template)))
UPDATE message m SET
    state = CASE WHEN is_taken OR state IN ('ready', 'sending') OR last_error = 'restored'
                 THEN 'sent' ELSE state END,
    wamid = CASE WHEN is_taken THEN taken_as ELSE coalesce(m.wamid, told_as) END,
    form = CASE WHEN is_taken THEN news.form ELSE m.form END,
    last_error = CASE WHEN is_taken THEN NULL ELSE last_error END,
    wa_status = CASE
        WHEN wa_status IS NULL
          OR array_position(ARRAY['sent', 'failed', 'delivered', 'read', 'played'], news.status)
           > array_position(ARRAY['sent', 'failed', 'delivered', 'read', 'played'], wa_status)
        THEN news.status ELSE wa_status END,
    wa_error = coalesce(news.error, wa_error),
    price_category = coalesce(news.category, price_category),
    price_type = coalesce(news.type, price_type),
    done_at = coalesce(done_at, $14),
    lease = NULL, lease_until = NULL
  FROM news WHERE m.id = news.id AND (is_taken OR status IS NOT NULL)
   AND m.id = ANY (ARRAY(SELECT id FROM locked))  -- by index, whatever the statistics say
RETURNING m.id, m.booking_id, m.person_id, m.intent, m.wa_status, m.trace, news.is_taken,
          news.status, news.error, CASE WHEN news.error IS NOT NULL THEN m.payload END AS payload,
          (SELECT is_taken FROM message n WHERE n.lane = m.lane AND n.state = 'ready' LIMIT 1)
              AS is_followed;

-- ---------------------------------------------------------------- erasure

-- name: stays_of
-- Everything that somebody booked, or that names this number, and what still binds it.
SELECT c.booking_id, coalesce(b.status, c.status) AS status, c.checkout,
       EXISTS (SELECT 1 FROM refund r WHERE r.booking_id = c.booking_id
                  AND r.status IN ('due', 'initiated')) AS refund_open,
       EXISTS (SELECT 1 FROM message m WHERE m.booking_id = c.booking_id AND m.kind = 'paytm'
                  AND m.state IN ('ready', 'sending')) AS paytm_asked
  FROM checkout c LEFT JOIN booking b USING (booking_id)
 WHERE c.person_id = $1 OR c.guest_phone = $2
 ORDER BY c.booking_id
 FOR UPDATE OF c;

-- name: stays_long_over
-- Checkouts and bookings that ended before $1, with nothing owed; $2 the states that owe.
SELECT c.booking_id FROM checkout c LEFT JOIN booking b USING (booking_id)
 WHERE c.checkout < $1 AND c.guest_phone <> '+0000000'
   AND coalesce(b.status, c.status) <> ALL ($2::text[])
   AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.booking_id = c.booking_id
                      AND r.status IN ('due', 'initiated'))
 ORDER BY c.booking_id LIMIT $3
 FOR UPDATE OF c SKIP LOCKED;

-- name: people_long_silent
-- Whoever has no stay left and has not written since $1; owners and admins ($2) stay.
SELECT person_id FROM person p
 WHERE created_at < $1 AND coalesce(heard_at, created_at) < $1
   AND user_id IS DISTINCT FROM 'erased:' || person_id
   AND (phone IS NULL OR phone <> ALL ($2::text[]))
   AND NOT EXISTS (SELECT 1 FROM property WHERE owner_phone = p.phone)
   AND NOT EXISTS (SELECT 1 FROM checkout c
                    WHERE c.person_id = p.person_id AND c.guest_phone <> '+0000000')
 ORDER BY person_id LIMIT $3
 FOR UPDATE SKIP LOCKED;

-- name: erase_checkouts
-- +0000000 is the erased number: it has the form of one, and no country's begins with 0.
UPDATE checkout SET guest_name = '', guest_phone = '+0000000', link_url = NULL
 WHERE booking_id = ANY ($1::text[]) RETURNING booking_id;

-- name: erase_bookings
UPDATE booking SET guest_name = '', guest_phone = '+0000000', reason = NULL
 WHERE booking_id = ANY ($1::text[]) RETURNING booking_id;

-- name: erase_notes
UPDATE booking_event SET note = '' WHERE booking_id = ANY ($1::text[]) AND note <> ''
RETURNING booking_id;

-- name: erase_booking_notes
DELETE FROM booking_note WHERE booking_id = ANY ($1::text[]) RETURNING note_id;

-- name: erase_alerts
UPDATE alert SET detail = ''
 WHERE detail <> '' AND (booking_id = ANY ($1::text[]) OR detail LIKE ANY ($2::text[]))
RETURNING alert_id;

-- name: erase_messages
-- What bookings ($1) or people ($2) were told, whatever says a number ($3), and all that belongs to
-- no booking and is older than $4: the row stays for the accounts, its content and the wamid, which
-- has the number in it, go.
UPDATE message SET payload = '{}', last_error = NULL,
    wamid = CASE WHEN wamid IS NOT NULL THEN 'erased' END,
    dedupe_key = CASE WHEN dedupe_key LIKE '%wamid.%' THEN 'erased:' || id ELSE dedupe_key END,
    state = CASE WHEN state = 'ready' AND kind = 'whatsapp' THEN 'cancelled' ELSE state END,
    done_at = CASE WHEN state = 'ready' AND kind = 'whatsapp' THEN $5 ELSE done_at END
 WHERE (booking_id = ANY ($1::text[]) OR person_id = ANY ($2::bigint[])
        OR payload::text LIKE ANY ($3::text[])
        OR (booking_id IS NULL AND created_at < $4 AND state NOT IN ('ready', 'sending')))
   AND (payload <> '{}' OR wamid <> 'erased' OR last_error IS NOT NULL
        OR dedupe_key LIKE '%wamid.%')
RETURNING id;

-- name: erase_people
-- The row stays, since bookings point to it; whoever writes again is a new person.
UPDATE person SET user_id = 'erased:' || person_id, phone = NULL, name = '', heard_at = NULL
 WHERE person_id = ANY ($1::bigint[]) RETURNING person_id;

-- name: erase_chats
DELETE FROM chat WHERE person_id = ANY ($1::bigint[]) RETURNING person_id;

-- name: erase_events
-- Raw webhooks that name one of these numbers or user ids.
DELETE FROM inbox i USING unnest($1::text[]) AS named (needle)
 WHERE i.lane = named.needle OR position(convert_to(named.needle, 'UTF8') IN i.body) > 0
RETURNING i.id;

-- name: erase_old_events
-- Handled webhooks after $1, whatever became of them after $2: by then WhatsApp repeats none.
DELETE FROM inbox WHERE state = 'done' AND received_at < $1 OR received_at < $2 RETURNING id;

-- name: erase_rights
-- The number of a former owner or admin, wherever it decided something.
WITH events AS (UPDATE booking_event SET by_phone = '+0000000' WHERE by_phone = $1 RETURNING 1),
     enrolled AS (UPDATE enrolment SET phone = '+0000000' WHERE phone = $1 RETURNING 1),
     owned AS (UPDATE booking SET
                   owner_phone = CASE owner_phone WHEN $1 THEN '+0000000' ELSE owner_phone END,
                   admin_phone = CASE admin_phone WHEN $1 THEN '+0000000' ELSE admin_phone END
                WHERE $1 IN (owner_phone, admin_phone) RETURNING 1)
SELECT 1 FROM events UNION ALL SELECT 1 FROM enrolled UNION ALL SELECT 1 FROM owned;

-- ---------------------------------------------------------------- templates, alerts, settings

-- name: templates_named
SELECT name, language, status, category FROM template
  JOIN unnest($1::text[], $2::text[]) AS t (name, language) USING (name, language);

-- name: set_template_status
INSERT INTO template (name, language, status, category, updated_at)
VALUES ($1, $2, $3, coalesce($4, 'UTILITY'), $5)
ON CONFLICT (name, language) DO UPDATE SET status = excluded.status,
    category = coalesce($4, template.category), updated_at = excluded.updated_at;

-- name: set_template_category
INSERT INTO template (name, language, status, category, updated_at)
VALUES ($1, $2, 'APPROVED', $3, $4)
ON CONFLICT (name, language) DO UPDATE SET category = excluded.category,
    updated_at = excluded.updated_at;

-- name: set_template_quality
INSERT INTO template (name, language, status, quality, updated_at)
VALUES ($1, $2, 'APPROVED', $3, $4)
ON CONFLICT (name, language) DO UPDATE SET quality = excluded.quality,
    updated_at = excluded.updated_at;

-- name: raise_alert
INSERT INTO alert (subject, booking_id, detail, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (subject) WHERE closed_at IS NULL DO NOTHING
RETURNING alert_id;

-- name: close_alert
UPDATE alert SET closed_at = $2 WHERE subject = $1 AND closed_at IS NULL;

-- name: database_size
SELECT pg_database_size(current_database());

-- name: database_time
SELECT clock_timestamp();

-- name: open_alerts
SELECT alert_id, subject, booking_id, detail, created_at FROM alert
 WHERE closed_at IS NULL ORDER BY alert_id;

-- name: setting
SELECT value FROM setting WHERE key = $1;

-- name: put_setting
INSERT INTO setting (key, value) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: drop_setting
DELETE FROM setting WHERE key = $1 RETURNING value;

-- name: wake
SELECT pg_notify('looncamp', $1);

-- name: empty_everything
-- Only the sandbox is ever emptied: a new day for its phones. Templates stay, as at WhatsApp.
TRUNCATE person, chat, inbox, checkout, occupancy, booking, booking_event, payment, refund, ticket,
    message, alert, recurring, calendar_event, block, booking_note, held;

-- name: empty_settings
-- The published forms stay, as at WhatsApp.
DELETE FROM setting WHERE key <> 'forms';

-- ---------------------------------------------------------------- figures

-- name: queues
-- What waits of each kind at $1 and since when, what is in flight, and what was given up since $2
-- or parked; rows that are due later, or about a held booking, are not counted.
SELECT kind AS queue, count(*) FILTER (WHERE state = 'ready') AS due,
       min(run_at) FILTER (WHERE state = 'ready') AS oldest,
       count(*) FILTER (WHERE state = 'sending') AS sending,
       count(*) FILTER (WHERE state = 'dead') AS dead
  FROM (SELECT kind, state, run_at FROM message m WHERE state = 'ready' AND run_at <= $1
           AND NOT EXISTS (SELECT 1 FROM held h WHERE h.booking_id = m.booking_id)
         UNION ALL SELECT kind, state, NULL FROM message WHERE state = 'sending'
         UNION ALL SELECT kind, state, NULL FROM message WHERE state = 'dead' AND done_at >= $2) m
 GROUP BY kind
 UNION ALL
SELECT CASE WHEN kind = 'status' THEN 'statuses' ELSE 'inbox' END,
       count(*) FILTER (WHERE state = 'ready'), min(run_at) FILTER (WHERE state = 'ready'), 0,
       count(*) FILTER (WHERE state = 'parked')
  FROM (SELECT kind, state, run_at FROM inbox WHERE state = 'ready'
         UNION ALL SELECT kind, state, NULL FROM inbox WHERE state = 'parked') i
 GROUP BY 1;

-- name: note_backup
INSERT INTO setting (key, value) VALUES ('backed_up_at', to_jsonb($1::timestamptz))
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: last_backup
SELECT (value #>> '{}')::timestamptz FROM setting WHERE key = 'backed_up_at';

-- name: last_webhook
SELECT max(received_at) FROM inbox;

-- name: booking_counts
-- How many bookings stand in each of these states; checkouts that wait for their payment too.
SELECT status, count(*) AS rows FROM booking WHERE status = ANY ($1::text[]) GROUP BY status
 UNION ALL
SELECT status, count(*) FROM checkout WHERE status = 'PAYMENT_PENDING' GROUP BY status;

-- name: payment_counts
SELECT settled_as, count(*) AS rows, sum(amount)::bigint AS amount FROM payment
 WHERE created_at >= $1 GROUP BY settled_as;

-- name: first_payment
SELECT min(created_at) FROM payment;

-- name: refund_counts
-- Money on its way back; stuck is what a human was asked to look at.
SELECT CASE WHEN stuck_since IS NULL THEN status ELSE 'stuck' END AS state, count(*) AS rows
  FROM refund WHERE status IN ('due', 'initiated') GROUP BY 1;

-- name: owner_answers
-- How owners' requests ended since a time, and how long the owners themselves took.
SELECT count(*) FILTER (WHERE e.event = 'confirmed') AS confirmed,
       count(*) FILTER (WHERE e.event = 'cancelled' AND e.actor <> 'guest') AS cancelled,
       count(*) FILTER (WHERE e.event = 'deadline_passed') AS unanswered,
       percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (
           ORDER BY extract(epoch FROM e.at - b.asked_at)::double precision)
           FILTER (WHERE e.actor = 'owner') AS seconds
  FROM booking_event e JOIN booking b USING (booking_id)
 WHERE e.from_status = 'BOOKING_REQUEST_SENT_TO_OWNER' AND e.at >= $1;

-- name: messages_of_bookings
-- Delivered messages about the bookings paid since $1, and the talk with their guests from $2 before
-- the payment on, by what Meta said of the price; the first row counts the bookings.
WITH recent AS MATERIALIZED (
    SELECT booking_id, person_id, created_at FROM booking WHERE created_at >= $1),
told AS (
    SELECT m.id, m.price_category, m.price_type, m.wa_status
      FROM recent r JOIN message m USING (booking_id) WHERE m.kind = 'whatsapp'
     UNION
    SELECT m.id, m.price_category, m.price_type, m.wa_status
      FROM recent r JOIN message m USING (person_id)
     WHERE m.kind = 'whatsapp' AND m.booking_id IS NULL
       AND m.created_at BETWEEN r.created_at - $2::interval AND r.created_at)
SELECT NULL AS category, NULL AS kind, count(*) AS rows FROM recent
 UNION ALL
SELECT price_category, coalesce(price_type, ''), count(*) FROM told
 WHERE wa_status IN ('delivered', 'read', 'played') AND price_category IS NOT NULL
 GROUP BY 1, 2;

-- name: add_counts
-- What a process has counted since it last said so.
INSERT INTO counter (name, labels, value)
SELECT name, labels, value FROM unnest($1::text[], $2::text[], $3::double precision[])
    AS t (name, labels, value)
 ORDER BY name, labels
ON CONFLICT (name, labels) DO UPDATE SET value = counter.value + excluded.value;

-- name: counts
SELECT name, labels, value FROM counter;

-- ---------------------------------------------------------------- backup and restore

-- name: others_connected
-- Other processes of ours on this database.
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = 'looncamp' AND pid <> pg_backend_pid();

-- name: has_checkouts
SELECT to_regclass('public.checkout') IS NOT NULL;

-- name: count_checkouts
SELECT count(*) FROM checkout;

-- name: drop_schema
DROP SCHEMA IF EXISTS public CASCADE;

-- name: create_schema
CREATE SCHEMA public AUTHORIZATION pg_database_owner;

-- name: mark_restored
-- The last words of a restore: whoever comes next holds first what is not certain.
INSERT INTO public.setting (key, value) VALUES ('restored', '{"held": false}')
ON CONFLICT (key) DO UPDATE SET value = setting.value || excluded.value;

-- name: lock_restored
SELECT value FROM setting WHERE key = 'restored' FOR UPDATE;

-- name: newest_moment
-- Up to when this database knows what happened, and from when on books are to be compared: money
-- may have gone back since then for every stay that was not over.
SELECT greatest((SELECT max(received_at) FROM inbox), (SELECT max(created_at) FROM checkout),
                (SELECT max(at) FROM booking_event), (SELECT max(done_at) FROM message)) AS known,
       (SELECT min(created_at) FROM booking
         WHERE status NOT IN ('CLOSED', 'REFUNDED', 'CHECKED_IN')) AS unsettled;

-- name: jump_sequences
-- Numbers that were given after the backup are on people's phones and in WhatsApp's statuses:
-- none of them may mean something else now.
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,
              coalesce(last_value, 0) + 1000000)
  FROM pg_sequences WHERE schemaname = 'public';

-- name: hold_bookings
-- Every booking that is neither confirmed nor over, and every one for which something was due:
-- $2 the states that wait for nothing, $3 before then an unpaid link is over for Paytm as well.
INSERT INTO held (booking_id, held_at)
SELECT c.booking_id, $1 FROM checkout c LEFT JOIN booking b USING (booking_id)
 WHERE (coalesce(b.status, c.status) <> ALL ($2::text[])
        AND (coalesce(b.status, c.status) <> 'PAYMENT_EXPIRED' OR c.created_at >= $3))
    OR EXISTS (SELECT 1 FROM message m WHERE m.booking_id = c.booking_id
                  AND (m.state = 'sending' OR m.state = 'ready' AND m.run_at <= $1))
ON CONFLICT (booking_id) DO UPDATE SET held_at = excluded.held_at
RETURNING booking_id;

-- name: drop_answers
-- Answers and recurring work of then; nobody waits for them any more.
UPDATE message SET state = 'cancelled', lease = NULL, lease_until = NULL, done_at = $1,
    last_error = 'restored'
 WHERE state IN ('ready', 'sending') AND booking_id IS NULL
   AND (kind = 'whatsapp' OR lane LIKE 'r:%' AND intent <> 'place_resumed')
RETURNING id;

-- name: free_rows
UPDATE message SET state = 'ready', lease = NULL, lease_until = NULL, last_error = 'restored'
 WHERE state = 'sending';

-- name: pass_over_events
-- What people wrote just before the backup was answered after it.
UPDATE inbox SET state = 'done', done_at = $1, last_error = 'restored'
 WHERE state = 'ready' AND kind = 'message'
RETURNING id;

-- name: forget_slots
DELETE FROM recurring;

-- name: pause_all
UPDATE property SET paused = true, paused_until = NULL WHERE NOT paused RETURNING property_id;

-- name: resume_places
UPDATE property SET paused = false, paused_until = NULL
 WHERE property_id = ANY ($1::text[]) AND paused AND paused_until IS NULL
RETURNING property_id;

-- name: held_bookings
-- Held bookings with what waits to be said and done about them.
SELECT h.booking_id, coalesce(b.status, c.status) AS status, p.name AS place,
       lower(c.stay) AS first, upper(c.stay) AS last,
       CASE WHEN b.status = 'BOOKING_REQUEST_SENT_TO_OWNER' THEN b.deadline END AS decide_by,
       array_remove(array_agg(m.intent ORDER BY m.id) FILTER (WHERE m.kind = 'whatsapp'), NULL)
           AS says,
       array_remove(array_agg(m.intent ORDER BY m.id) FILTER (WHERE m.kind <> 'whatsapp'), NULL)
           AS does
  FROM held h JOIN checkout c USING (booking_id) JOIN property p USING (property_id)
  LEFT JOIN booking b USING (booking_id)
  LEFT JOIN message m ON m.booking_id = h.booking_id AND m.state = 'ready'
 GROUP BY h.booking_id, b.status, b.deadline, c.status, p.name, c.stay ORDER BY c.stay, h.booking_id;

-- name: moves_missed
-- Timers of a held booking that were to move it before the restore.
SELECT m.id, m.lane, m.kind, m.intent, m.booking_id, m.person_id, m.payload, m.attempts, m.run_at
  FROM message m JOIN held h USING (booking_id)
 WHERE m.booking_id = $1 AND m.intent = ANY ($2::text[]) AND m.kind = 'timer'
   AND m.state = 'ready' AND m.run_at <= h.held_at ORDER BY m.run_at, m.id;

-- name: move_made
UPDATE message SET state = 'sent', done_at = $2 WHERE id = $1 AND state = 'ready';

-- name: let_go
SELECT let_go($1, $2);

-- name: given_back
-- What our books know to have gone back through Paytm of a payment; null where this database was
-- never restored, and so has forgotten nothing.
SELECT coalesce(sum(amount), 0)::bigint FROM refund
 WHERE txn_id = $1 AND status = 'refunded' AND NOT by_hand
HAVING EXISTS (SELECT 1 FROM setting WHERE key = 'restored');

-- ---------------------------------------------------------------- schema versions

-- name: patience
-- How long one statement of this transaction may take, and how long it may wait for a lock.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true);

-- name: migration_lock
SELECT pg_advisory_xact_lock(7206021);

-- name: migration_table
CREATE TABLE IF NOT EXISTS schema_migration (
    version text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());

-- name: applied_migrations
SELECT version FROM schema_migration;

-- name: record_migration
INSERT INTO schema_migration (version) VALUES ($1);
