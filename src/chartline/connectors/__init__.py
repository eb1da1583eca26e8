"""One folder per vendor; what a folder holds is said in ``connect``. Connectors never import each other or a domain."""
