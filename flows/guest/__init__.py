"""The guest's conversation: what was said, what is still open, what to answer."""
