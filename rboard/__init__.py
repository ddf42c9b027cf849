"""The roof: how the site is set up, served, and looked after by its operators.

settings             all settings, as read by environment, addresses, databases and uploads
gunicorn, wsgi       how it is served, and what; workers: how a process stops
proxies, requests    who asks, and by which scheme; the request's id and the access log
middleware           headers of every answer; entity_tags: what a browser has already
guest_pages          pages of guests, kept for some seconds
readonly             a site that takes no changes
replica, replica_lag reads from a replica, and whether it is near enough
patience, asking     how long PostgreSQL is waited for
errors, templating   error pages; templates that let go of what they showed
health, metrics      /healthz, /readyz and /metrics; logs: what their lines look like
doctor/, backups/    what an operator gets wrong; copies of the site and their way back
migration_lint       what new migrations must not do, by the rules of migration_rules
"""

__version__ = "0.1.0"
