"""The rules of the house: what a claim, a payment, a coverage or a schedule may be. No network in here."""
