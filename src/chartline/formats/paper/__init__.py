"""Forms and letters on paper, as PDF: values in, the same bytes for the same values out.

Refuses clock, database and network, as every format does. Texts that the built-in fonts cannot show are written with
question marks.
"""
