"""Faults that the board must survive, each tried again by one command: drills/NN_name.

all, __main__  runs all of them and writes RESULTS.md
run            what each command calls: .venv, a throw-away PostgreSQL, and python -m drills.NAME
site           a site as in production, and its commands
scene          who writes where; made in the site itself, as are reported and purging
reported       comments that were reported, and two moderators
purging        a board that goes with everything on it
writers        members who reply and visitors who read until they are told to stop
lost           what must hold afterwards
same           whether two backups hold the same
postgres       stops and starts PostgreSQL
result         what a drill prints: a line for people and a line of JSON
"""
