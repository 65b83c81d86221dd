-- Room in each page for the next versions of its rows: a conversation, a person and a message change
-- several times soon after they are written, and a version in the same page needs no index entry.
-- Of the messages only those of a booking are looked for by it.

ALTER TABLE chat SET (fillfactor = 70);
ALTER TABLE person SET (fillfactor = 80);
ALTER TABLE message SET (fillfactor = 70);
DROP INDEX message_booking;
CREATE INDEX message_booking ON message (booking_id) WHERE booking_id IS NOT NULL;
