"""The stories, one file each: what happens from a booked visit to posted money.

A story is a set of jobs whose bodies are a few durable steps. Steps hand ids on, never patient values. Rules live in
``domains``, vendors behind ``connect``; a story only says what comes after what, and what an outcome means for it.
"""
