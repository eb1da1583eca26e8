"""Played stories that end with a proof: each starts real processes, plays its script and compares both sides."""
