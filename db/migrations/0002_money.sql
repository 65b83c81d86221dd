-- Partial refunds by policy.

ALTER TABLE property ADD COLUMN refund_steps jsonb NOT NULL DEFAULT '[{"days": 2, "percent": 100}]'
    CHECK (jsonb_typeof(refund_steps) = 'array');

-- The nightly comparison reads the newest payments.
CREATE INDEX payment_age ON payment (created_at);
