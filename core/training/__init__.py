"""The one prompt template, tokenising and masking, LoRA, resumable runs."""
