"""What is asked: the request, its version and operation, and what speaks against it."""
