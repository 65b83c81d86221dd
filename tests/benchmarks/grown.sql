-- name: indexes
-- Those that a fill is quicker without; constraints keep theirs.
SELECT indexname, indexdef FROM pg_indexes
 WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint);

-- name: never_twice
-- A million nights that are checked one by one take minutes; all at once, seconds.
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'occupancy_never_twice';

-- name: planned
-- Bookings from number $1 to $2: the first 500 are to come, the others are over. A past night has
-- many more units than a place has now, so that both sizes look at the same year ahead.
CREATE TEMP TABLE planned AS
WITH place AS (
    SELECT property_id, owner_phone, row_number() OVER (ORDER BY property_id) - 1 AS number,
           count(*) OVER () AS places FROM property),
slot AS (
    SELECT n, n <= 500 AS ahead, CASE WHEN n <= 500 THEN n ELSE n / 500 END AS turn
      FROM generate_series({first}, {last}) AS n)
SELECT 'LC' || lpad(upper(to_hex(n)), 6, '0') AS booking_id, n, p.property_id, p.owner_phone,
       (n + 1) / 2 AS guest, ahead,
       CASE WHEN ahead THEN 1 ELSE n % 500 + 1 END AS unit,
       CASE WHEN ahead THEN current_date + 3 * (turn / places + 1)::integer
            ELSE current_date - 3 * (turn / places + 1)::integer END AS first
  FROM slot JOIN place p ON p.number = turn % places;

-- name: people
INSERT INTO person (phone, name, heard_at, created_at)
SELECT '+91' || 7000000000 + guest, 'Rahul ' || guest, min(first), min(first)
  FROM planned GROUP BY guest
ON CONFLICT DO NOTHING;

-- name: chats
INSERT INTO chat (person_id, state, updated_at)
SELECT person_id, jsonb_build_object('tongue', jsonb_build_object('heard', 'en')), created_at
  FROM person WHERE phone LIKE '+917%'
ON CONFLICT DO NOTHING;

-- name: checkouts
INSERT INTO checkout (booking_id, property_id, person_id, guest_name, guest_phone, checkin,
    checkout, stay, guests, units, total, advance, status, hold_until, callback_secret, link_id,
    link_url, created_at)
SELECT booking_id, property_id, g.person_id, g.name, g.phone, first + time '14:00',
       first + 2 + time '11:00', daterange(first, first + 2), 2, 1, 600000, 180000,
       'PAYMENT_SUCCESS', first, md5('secret' || n), 'L' || n, 'https://paytm.me/' || n, first
  FROM planned JOIN person g ON g.phone = '+91' || 7000000000 + guest;

-- name: stays
INSERT INTO occupancy (property_id, unit, stay, booking_id)
SELECT property_id, unit, daterange(first, first + 2), booking_id FROM planned;

-- name: bookings
INSERT INTO booking (booking_id, property_id, person_id, guest_name, guest_phone, owner_phone,
    admin_phone, checkin, checkout, guests, units, advance_paid, total, due, txn_id, order_id,
    status, created_at)
SELECT booking_id, c.property_id, c.person_id, c.guest_name, c.guest_phone, owner_phone,
       '+919800000009', c.checkin, c.checkout, c.guests, c.units, c.advance, c.total,
       c.total - c.advance, 'T' || n, 'O' || n,
       CASE WHEN ahead THEN 'TICKET_GENERATED' ELSE 'CLOSED' END, c.created_at
  FROM planned JOIN checkout c USING (booking_id);

-- name: tickets
INSERT INTO ticket (booking_id, token, issued_at)
SELECT booking_id, md5('token' || n), first FROM planned;

-- name: payments
INSERT INTO payment (txn_id, booking_id, order_id, link_id, amount, status, settled_as, created_at)
SELECT 'T' || n, booking_id, 'O' || n, 'L' || n, 180000, 'SUCCESS', 'booking', first FROM planned;

-- name: events
INSERT INTO booking_event (booking_id, seq, from_status, event, to_status, actor, at)
SELECT booking_id, seq, was, event, becomes, actor, first
  FROM planned CROSS JOIN (VALUES
      (1, '-', 'link_created', 'PAYMENT_PENDING', 'guest'),
      (2, 'PAYMENT_PENDING', 'payment_succeeded', 'PAYMENT_SUCCESS', 'paytm'),
      (3, 'PAYMENT_SUCCESS', 'request_queued', 'BOOKING_REQUEST_SENT_TO_OWNER', 'clock'),
      (4, 'BOOKING_REQUEST_SENT_TO_OWNER', 'confirmed', 'OWNER_CONFIRMED', 'owner'),
      (5, 'OWNER_CONFIRMED', 'ticket_issued', 'TICKET_GENERATED', 'clock'),
      (6, 'TICKET_GENERATED', 'stay_over', 'CLOSED', 'clock'))
      AS move (seq, was, event, becomes, actor)
 WHERE seq < 6 OR NOT ahead;

-- name: messages
INSERT INTO message (dedupe_key, lane, kind, intent, booking_id, person_id, payload, state,
    attempts, run_at, wamid, wa_status, form, created_at, done_at)
SELECT booking_id || ':' || intent, 'p:' || c.person_id, 'whatsapp', intent, booking_id,
       c.person_id, '{"to": "guest"}', 'sent', 1, first, 'wamid.' || booking_id || intent, 'read',
       'free', first, first
  FROM planned JOIN checkout c USING (booking_id)
 CROSS JOIN unnest(ARRAY['guest.paid', 'guest.ticket', 'owner.request']) AS intent;

-- name: heard
INSERT INTO inbox (id, seq, kind, lane, body, state, run_at, received_at, done_at)
SELECT 'wamid.in.' || n || '.' || turn, nextval('inbox_seq'), 'message', '+91' || 7000000000 + guest,
       '{"object": "whatsapp_business_account"}', 'done', first, first, first
  FROM planned CROSS JOIN generate_series(1, 2) AS turn;
