"""Base models: which there are, loading and verifying them."""
