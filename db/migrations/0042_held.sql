-- Bookings that wait for a human's word after a backup was restored.

CREATE TABLE held (
    booking_id text PRIMARY KEY REFERENCES checkout,
    held_at    timestamptz NOT NULL
);

CREATE FUNCTION let_go(which text, silent boolean) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE since timestamptz;
BEGIN
    DELETE FROM held WHERE booking_id = which RETURNING held_at INTO since;
    IF since IS NULL THEN
        RETURN false;
    END IF;
    UPDATE message SET state = 'cancelled', done_at = since, last_error = 'restored'
     WHERE booking_id = which AND state = 'ready'
       AND (silent AND kind = 'whatsapp'
            OR kind = 'timer' AND run_at <= since
               AND intent IN ('hold_ends_soon', 'owner.reminder', 'owner_silent',
                              'guest.reminder', 'guest.thanks'));
    RETURN true;
END $$;

CREATE FUNCTION decided_by_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM let_go(NEW.booking_id, true);
    RETURN NULL;
END $$;
CREATE TRIGGER event_lets_go AFTER INSERT ON booking_event
    FOR EACH ROW WHEN (NEW.actor IN ('guest', 'owner', 'admin'))
    EXECUTE FUNCTION decided_by_people();
