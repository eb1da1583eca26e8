"""The demonstration: sets up the invented practice, starts the processes, plays the day, and checks what came of it."""
