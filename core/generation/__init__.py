"""The llama.cpp engine, sampling, and guards on the text."""
