"""What a person meets: a real browser against a real server. See conftest.py for the fixtures."""
