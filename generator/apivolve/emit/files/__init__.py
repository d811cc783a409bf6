"""Files: the templates printed and laid out, the tree on disk, and the lock that the next run goes by."""
