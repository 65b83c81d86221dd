-- One id from an event to all that it causes, and when an owner first wrote.

ALTER TABLE person ADD opted_in_at timestamptz;
UPDATE person SET opted_in_at = heard_at
 WHERE heard_at IS NOT NULL AND phone IN (SELECT owner_phone FROM property);

ALTER TABLE message ADD trace text;
ALTER TABLE booking_event ADD trace text;
