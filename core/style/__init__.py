"""From likes to context: retrieval of the likes that matter for a topic."""
