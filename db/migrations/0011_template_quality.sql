-- How well people receive a template: a red one is about to be paused.

ALTER TABLE template ADD quality text NOT NULL DEFAULT 'UNKNOWN';
