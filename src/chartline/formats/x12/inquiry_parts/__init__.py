"""What the questions to a payer and their answers share: eligibility, claim status and authorization.

    values    traces, numbers, dates, procedures, refusals      parties    payer, provider, member and patient
    *_reader  loops of a tree -> values                          *_writer   values -> segments
    levels    hierarchy levels and transactions                  fitting    lengths, before anything is sent

Codes are kept as sent. Dates and amounts must be right; everything else that only describes may be missing.
"""
