"""How the embedded base in assets/ was made, so that anyone can make it again."""
