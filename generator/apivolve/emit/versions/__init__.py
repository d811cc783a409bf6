"""Several versions: what they share, what changed when, and the surface of each."""
