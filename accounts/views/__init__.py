"""Pages of the member's account."""
