"""The index that serves `?category=` with a Query; without it a filtered list scans the table."""
