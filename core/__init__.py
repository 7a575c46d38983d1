"""The learning and the writing. No widget, no print."""
