"""X12 5010: a faithful codec between bytes and typed values. It stands alone: it sees only ``kernel``.

    source, delimiters, tokenizer     bytes, a file or a stream -> raw segments, in constant memory
    dictionary, guide, code_lists     the tables under ``data`` (their grammar: ``tables``, ``guide_text``)
    walker, tree                      where a segment stands in its guide; a transaction as loops
    check                             everything that is wrong with a file (``problem``, ``check_result``)
      accept, segment_check           one segment: surely right, or explained in full
      situations, sums, companion     between segments; arithmetic; a payer's own rules
    envelope, envelope_writer, writer the envelope both ways, and values into segments

    professional_claim, institutional_claim, dental_claim     837P, 837I, 837D    remittance        835
    eligibility   270, 271        claim_status   276, 277      authorization       278
    acknowledgement   999, 997, TA1, 277CA                     explain             for people
    columns       Arrow tables    codes, adjustment_reasons    closed lists with our own labels

Refuses floats, guesses and half files; keeps unknown codes. Contains no text of the implementation guides.
"""
