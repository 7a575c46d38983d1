"""What the screens are made of; each draws itself and knows nothing of the library."""
