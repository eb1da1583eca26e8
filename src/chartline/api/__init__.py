"""The HTTP API: JSON under ``/api`` for other systems and for the console's own buttons.

Says what it did and, when it did not, why and what to do. Refuses tokens in URLs, patient values in errors, and
bodies with fields it does not know.
"""
