"""What a connector must offer and may use, and the suite that every connector has to pass."""
