"""The emitted tests: what is called, and what must then be on the wire."""
