"""The scripted week: both sides are edited for six days while everything breaks that can, and must agree at the end.

The week is made from a seed, played against real processes on one clock, and compared field by field. Refuses to
change anything behind the product's back: our side is edited over HTTP, the vendor's side in the vendor's own books.
"""
