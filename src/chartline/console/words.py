"""The console's words for codes, and the tone of each: chips show text and colour, never colour alone."""

from __future__ import annotations

_TONES = {
    "good": "synced paid active seen posted created resolved receipt done ok enabled",
    "info": "accepted submitted asked arrived matched changed linked released queued running received charged billed",
    "quiet": "draft validated booked cancelled closed not_asked none absent unchanged settled moved disabled"
    " unsynced stopped paused manual confirmed",
    "warn": "partially_paid appealed unclear later unknown unmatched unapplied waiting reopened no_show open"
    " quarantined overruled peak unverified"
    " conflict warning reversed",
    "bad": "rejected denied inactive failed refused held error",
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
    "in": "came in",
    "out": "went out",
}

SAID = {
    "corrected": "The claim was corrected. A new version is checked and goes out with the next file.",
    "posted": "The remittance is posted to the ledger.",
    "matched": "The part belongs to its claim now.",
    "reopened": "The decision is taken back; the conflict is open again.",
    "released": "The remittance was released and posted.",
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
