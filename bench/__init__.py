"""How fast rboard is: `bin/bench` (see __main__)."""
