"""Names: how text becomes an identifier, and the table that keeps what was called how."""
