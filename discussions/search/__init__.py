"""The search over posts and comments. The database keeps the index: see migration 0003."""
