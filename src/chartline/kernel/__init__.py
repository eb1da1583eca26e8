"""The ground everything stands on: money, time, ids, errors, patient values, outcomes, settings.

Imports nothing of ours, so that every room can lean on it.
"""
