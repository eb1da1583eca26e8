"""What professional, institutional and dental claims share: parties, other coverage, values, and how they are read
and written.

    values     single facts: dates, notes, attachments        parties    submitter to patient, providers
    coverage   other payers and what they decided             hierarchy_*, *_reader, *_writer   both directions

Reading works on raw texts for speed; places are worked out only when something is wrong. Refuses nothing that only
describes; amounts, dates and the hierarchy must be right.
"""
