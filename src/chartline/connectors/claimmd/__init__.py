"""The Claim.MD clearinghouse: claims out, their status and remittances back, eligibility asked."""
