"""Outside formats as values: pure functions between bytes and typed models.

Refuses I/O, clocks, databases and business decisions; sees only the kernel.
"""
