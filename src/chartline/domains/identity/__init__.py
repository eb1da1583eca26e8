"""Whether two descriptions mean one person. Scores with reasons; refuses to merge anybody on a "maybe"."""

from chartline.domains.identity.candidates import Candidate, find_local
from chartline.domains.identity.match import Match, Reason, Verdict, compare

__all__ = ["Candidate", "Match", "Reason", "Verdict", "compare", "find_local"]
