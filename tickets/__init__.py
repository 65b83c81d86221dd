"""The e-ticket: its page, QR code and calendar entry, and when each of them ends."""
