-- A number may move to another person: its rights wait until somebody has looked.

ALTER TABLE person ADD COLUMN doubted_at timestamptz;
