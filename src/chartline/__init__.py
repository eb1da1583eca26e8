"""Chartline keeps a practice's systems, payers and money in agreement, and can prove it."""

__version__ = "0.1.0"
