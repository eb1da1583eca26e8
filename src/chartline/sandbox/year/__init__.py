"""A year of one invented practice's insurance business: about a hundred claims a day, four payers with different minds.

The year is made from a seed, played over HTTP on one clock, and judged by the payers' own books. Refuses to change
anything behind the product's back.
"""
