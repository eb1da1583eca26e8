"""A practice-management vendor to practise against: stateful, metered, and as unforgiving as the vendor sheet says.

Independent, from public facts; not made, endorsed or checked by the vendor; invented data only. It shares no code
with the client beside it, so that the two cannot share a wrong belief about the wire.
"""
