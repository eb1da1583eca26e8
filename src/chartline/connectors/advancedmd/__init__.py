"""AdvancedMD, a practice-management system, spoken to in its own XML-RPC and REST dialects (vendor sheet 1 to 14)."""
