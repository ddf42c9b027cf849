"""Attacks that the board must withstand, through its real addresses and with CSRF checks on."""
