"""The WhatsApp edge and the composition root."""
