"""May X do Y, and why not? One function per verb; the same reason refuses, disables, explains."""
