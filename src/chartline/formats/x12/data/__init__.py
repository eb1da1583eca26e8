"""Tables of the X12 standard as data: see the modules ``dictionary``, ``guide_text``, ``code_lists``, ``problem``."""
