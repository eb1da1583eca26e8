"""Ground for vendor simulators: small web, kept state, journal, faults, and a runner.

A simulator is part of the product: it answers on a real socket, keeps its state over restarts, meters its
callers and fails on demand. It binds loopback only and refuses anything else.
"""
