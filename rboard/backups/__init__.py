"""Backups of a site while it runs, and their way back.

archive             the one file: a tar, compressed with zstandard
contents            what a database holds, in counts and checksums
sqlite, postgresql  copies of a database and how they are loaded
tools               PostgreSQL's own programs
uploads             files beside the database
making, restoring   `manage.py backup` and `manage.py restore`
"""
