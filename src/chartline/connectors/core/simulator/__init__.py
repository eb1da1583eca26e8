"""A payer's gateway that speaks CORE, on loopback: independent, from public facts, with invented data only.

Shares no code with the client but the X12 formats: both are written from the rule, so that one wrong belief shows.
"""
