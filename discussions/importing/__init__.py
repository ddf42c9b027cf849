"""Bringing a Reddit archive in: the files' lines, one by one, become posts and comments.

lines       a file's objects, with their line numbers
records     an object's fields, checked
spool       comments on disk, to be had thread by thread
rendering   texts to HTML, on several cores
members     who an archive's names are here
boards, posts, comments   what is written to the database, in short transactions
report      what was done, and what was wrong
run         all of it in order
"""
