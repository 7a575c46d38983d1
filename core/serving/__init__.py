"""The active style behind an OpenAI-compatible endpoint."""
