"""What moderators do on the site, and what members see of it."""
