"""The console's words for codes, and the tone of each: chips show text and colour, never colour alone."""

from __future__ import annotations

_TONES = {
    "good": "approved enrolled here synced won paid active seen posted created resolved receipt done ok enabled",
    "info": "accepted submitted asked arrived matched changed linked released queued running received charged billed",
    "quiet": "draft validated booked cancelled closed not_asked none absent unchanged settled moved disabled"
    " unsynced stopped paused manual confirmed",
    "warn": "pended expired needs_documents missing needed"
    " partially_paid appealed working corrected unclear later unknown unmatched unapplied waiting reopened no_show open"
    " quarantined overruled peak unverified"
    " conflict warning reversed",
    "bad": "down rejected denied inactive failed refused held error",
}
TONES = {word: tone for tone, words in _TONES.items() for word in words.split()}
"""Tone of each word; words that are not here are quiet."""

_LABELS = {
    "no_show": "did not come",
    "not_asked": "not asked",
    "partially_paid": "partly paid",
    "practice_system": "practice system",
    "none": "none yet",
    "pull_patients": "changed patients",
    "pull_visits": "changed visits",
    "push": "send changes",
    "patient": "patient",
    "bulk": "visits of some days",
    "full": "everything again",
    "repair": "repair after a census",
    "fetch": "told by the vendor",
    "unsynced": "not there yet",
    "real_time": "as it happens",
    "birth_date": "birth date",
    "postal_code": "postal code",
    "member_id": "member id",
    "group_number": "group number",
    "to_patient": "to the patient",
    "to_insurance": "to insurance",
    "to_collections": "to collections",
    "payer_refund": "refund to the payer",
    "charity": "charity care",
    "other": "other",
    "in": "came in",
    "out": "went out",
}

SAID = {
    "corrected": "The claim was corrected. A new version is checked and goes out with the next file.",
    "repaired": "Repaired. All rules looked at the claim again.",
    "rule_written": "Kept. Test it on past claims, then activate it.",
    "rule_activated": "It counts from the next validation on.",
    "rule_retired": "It counts no more; its history stays.",
    "posted": "The remittance is posted to the ledger.",
    "matched": "The part belongs to its claim now.",
    "reopened": "The decision is taken back; the conflict is open again.",
    "released": "The remittance was released and posted.",
    "in_line": "It is large and was put in line; this page shows how far it has got.",
    "undone": "The posting was taken back. Post it again when it is right.",
    "unmatched": "The match was taken back; its money waits as unapplied.",
    "aside": "It left the desk; its money stays unapplied until the payer takes it back.",
    "credited": "The money is the patient's credit now.",
    "trusted": "Kept. It counts for remittances that come from now on.",
    "file_taken": "The file was taken in.",
    "retried": "The job runs again from the step that failed.",
    "decided": "Decided. It is one new version of the record; you can take it back under Decided.",
    "settled": "That conflict is settled already.",
    "saved": "Saved. Connected systems hear of it.",
    "booked": "The visit is booked.",
    "status": "The visit was moved on.",
    "charged": "The charges are captured.",
    "started": "Started. It waits for budget like everything else; the run shows how far it is.",
    "asked": "The payer is asked. The answer appears beside the insurance.",
    "still_holds": "The payer's last answer still holds, so nobody was asked again.",
    "pilot_added": "The patient is in the pilot group now.",
    "pilot_removed": "The patient is out of the pilot group; nothing of theirs is exchanged.",
    "billing": "The visit is billed now, the one way that its payer is billed.",
    "charges_decided": "Decided. The visit is billed again with that.",
    "settings_saved": "The settings are saved and count at once.",
    "owners_saved": "Saved. It counts from the next exchange of each record; open conflicts stay until then.",
    "credentials_saved": "Saved. Test the connection to see whether the vendor takes it.",
    "signs_in_anew": "The session is dropped; the next call signs in.",
    "hook_ended": "The address does not work any more.",
    "sync_pause": "Paused: nothing runs by itself. What you start still runs.",
    "sync_resume": "Resumed: what was missed counts as one run.",
    "sync_stop": "Switched off: nothing goes out or comes in through this connection.",
    "sync_start": "Switched on again.",
    "letters_retried": "They go out with the next push, with all their tries.",
    "nothing_chosen": "Nothing was chosen, or it was sent in the meantime.",
    "seen_to": "It has left the list.",
    "letter_discarded": "Discarded: this change is never sent. The record here stays as it is.",
    "appeal_written": "The letter is kept. Print or fax it, then say that it was sent.",
    "appeal_sent": "Noted. The denial comes back to the top on the day the payer has to have answered.",
    "appeal_decided": "Noted. What a payer grants is paid by a remittance; until then it stays in dispute.",
    "denial_assigned": "Noted who has it in hand.",
    "denial_noted": "Noted.",
    "denial_ended": "Done; the ledger has it. It can be taken back below.",
    "lesson_kept": "The rule is kept under Rules; it counts for nothing before somebody tests and activates it.",
    "denial_reopened": "Taken back: the amount is in dispute again.",
    "payment_taken": "The payment is taken.",
    "payment_changed": "Done; the ledger has it.",
    "balance_decided": "Decided; the ledger has it. It can be taken back in the list of write-offs.",
    "balance_undone": "Taken back by a counter-entry; the amount is open again.",
    "small_given_up": "The small balances that were waiting are given up.",
    "statements_started": "The run has begun; its line shows how far it is.",
    "statement_made": "The statement is made. Open it to print it.",
    "statements_sent": "Noted as sent.",
    "statement_withdrawn": "Withdrawn: it counts as never made.",
    "hold_changed": "Saved. It counts from the next run on.",
    "underpayment_decided": "Noted.",
    "file_loaded": "Every line of the file is loaded.",
    "day_closed": "Closed. What is posted for it later is booked on the next open day.",
    "day_reopened": "The day is open again.",
    "claim_validate": "The rules looked at the claim; what they found stands below.",
    "claim_submit": "The claim is in a file of its own, which is on its way.",
    "claim_hold": "Held. It goes out only after somebody releases it.",
    "claim_release": "Released.",
    "claim_resubmit": "A new version of the claim begins; it goes out with the next file when the rules let it.",
    "claim_void": "The void goes out with the next file. The charge is taken back in the ledger.",
    "claim_undo_void": "The void is called off; the claim goes out as a replacement.",
    "claim_cancel": "Cancelled. Its charge is taken back in the ledger; reopening brings it again.",
    "claim_appeal": "Marked as appealed.",
    "claim_undo_appeal": "The decision stands as it was.",
    "claim_close": "Closed. It can be opened again.",
    "claim_reopen": "Open again.",
    "claim_noted": "The note is kept.",
    "claim_tagged": "The tags are kept.",
    "claim_passed_on": "This is the claim to the next payer. What the patient was to pay is asked of it now.",
    "claims_hold": "Held: those of the chosen claims that were not sent yet.",
    "claims_release": "Released: those of the chosen claims that somebody held.",
    "claims_submit": "Checked. Those that pass are in files on their way; a rule holds the others.",
    "payer_decided": "Decided. Add the insurance on the patient's page if it is one to bill.",
    "authorization_made": "Kept. Where no connection authorizes, call the payer and note the outcome here.",
    "authorization_sent": "It is on its way: by the connection, or by whoever calls the payer.",
    "authorization_kept": "Kept. It stands in the history.",
    "enrollment_kept": "Kept. It stands in the history of the enrolment.",
    "signed_out": "You are signed out.",
}
"""What a page says after something was done, by the code in its address."""


def label(word: object) -> str:
    """A code for people: underscores become blanks."""
    text = str(getattr(word, "value", word))
    return _LABELS.get(text, text.replace("_", " "))


def tone(word: object) -> str:
    """The tone of a code: good, info, quiet, warn or bad."""
    return TONES.get(str(getattr(word, "value", word)), "quiet")
