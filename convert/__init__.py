"""The workshop: weights in, GGUF out. Knows nothing of the rest."""
