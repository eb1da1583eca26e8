"""X12 5010: a faithful codec between bytes and typed values.

    tokenizer            bytes -> segments                    writer            values -> segments
    envelope             segments -> ISA/GS/ST tree           envelope_writer   transactions -> interchange
    envelope_check       counts and control numbers           finding           what a check reports
    professional_claim   837P, both ways                      remittance        835, both ways, and its balance
    codes                closed lists with our own labels     adjustment_reasons   CARC labels and categories

Refuses floats, guesses and half files; keeps unknown codes. Contains no text of the implementation guides.
"""
