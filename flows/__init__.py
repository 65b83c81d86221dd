"""The pure heart: states, dialogue, messages. Imports the standard library only."""
