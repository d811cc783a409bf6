"""What is answered: which status and media type, what the body holds, how it goes on."""
