"""WhatsApp's edge: its client, its JSON both ways, its templates and what stops all sending."""
