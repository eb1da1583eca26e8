"""One connection through the API: under its id for any vendor, and under a practice system's own name.

``/api/connections/{id}/…`` and ``/api/advancedmd/…`` are the same handlers; the second finds the practice's first
enabled connection of that vendor.
"""
