"""The FHIR R4 server over HTTP, under ``/fhir/R4``: interactions, bundles, errors, and what it says of itself.

A request comes in as ``FhirRequest`` (``request``), its address is read (``address``), its caller's rights are known
(``rights``), and one function of one interaction answers it with bytes (``dispatch``). Stored bodies go out as they
are, also inside Bundles: nothing is made into objects on the way. Every failure leaves as an OperationOutcome
(``outcomes``). Refuses to answer anybody it does not know, but for ``metadata``.
"""
