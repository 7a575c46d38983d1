"""What the user likes: the SQLite store, import and export, history of runs."""
