"""The parts of ``bench/fhir_load.py``: the invented world, the driver, the floors, the servers and the tables."""
