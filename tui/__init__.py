"""What a person touches: the terminal app and the command line."""
