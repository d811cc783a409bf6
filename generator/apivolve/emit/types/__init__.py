"""Types in Python: annotations, model classes, and values as source."""
