-- The admin's lists of what waits ask for bookings by their status.

CREATE INDEX booking_status ON booking (status);
