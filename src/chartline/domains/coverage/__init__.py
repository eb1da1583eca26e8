"""What payers say about a patient's coverage: questions asked once, answers read, kept and published.

Refuses to call a coverage active or inactive on an answer that does not say so.
"""
