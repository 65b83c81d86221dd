-- Who had which right when: an event keeps the number that made it, enrolment keeps who owned what.

ALTER TABLE booking_event
    ADD COLUMN by_phone text,
    ADD COLUMN made_at timestamptz;
ALTER TABLE booking_event ALTER COLUMN made_at SET DEFAULT clock_timestamp();

CREATE TABLE enrolment (
    property_id text REFERENCES property,
    phone       text NOT NULL,
    since       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX enrolment_phone ON enrolment (phone);

CREATE FUNCTION enrol_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enrolment (property_id, phone) VALUES (NEW.property_id, NEW.owner_phone);
    RETURN NULL;
END $$;
CREATE TRIGGER property_enrols_owner AFTER INSERT ON property
    FOR EACH ROW EXECUTE FUNCTION enrol_owner();
CREATE TRIGGER property_changes_owner AFTER UPDATE OF owner_phone ON property
    FOR EACH ROW WHEN (OLD.owner_phone <> NEW.owner_phone) EXECUTE FUNCTION enrol_owner();

INSERT INTO enrolment (property_id, phone, since)
SELECT property_id, owner_phone, '-infinity' FROM property;
