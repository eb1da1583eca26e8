"""The simulated world: one invented practice, its patients, its vendors' simulators, and one clock for all.

Everything in it is invented, and says so. Refuses to touch anything that is not on loopback.
"""
