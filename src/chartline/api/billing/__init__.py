"""``/api/billing``: the revenue cycle for other programs, in the names and shapes that billing modules expect.

Bodies are camelCase, amounts are decimal numbers of dollars, results stand under ``data``. Refuses an ``x-org-id`` that
is not the caller's own organisation.
"""
