"""What ships with it: the embedded base model, its tokenizer, the starter likes."""
