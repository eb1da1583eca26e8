"""Keeping two systems in agreement: links, cursors, the shadow both sides agreed on, conflicts, and a log.

Refuses to decide a true conflict, to merge two people on a "maybe", and to delete on the word of a feed alone.
"""
