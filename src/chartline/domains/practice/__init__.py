"""The practice itself: who it is, its providers, fees, patients, visits and charges, and how each visit is billed.

Refuses to bill one visit two ways, and to change charges that are already billed.
"""
