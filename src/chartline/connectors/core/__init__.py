"""Payers and clearinghouses that speak X12 over CAQH CORE connectivity (vC2.2.0, the HTTP and MIME envelope)."""
