"""The product under fire: real processes killed, frozen and cut off under load, then a count of what was promised."""
