"""Pages of posts, threads and members, and the addresses that change them."""
