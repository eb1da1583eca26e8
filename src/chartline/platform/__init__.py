"""The machinery: database, exchange log, records, jobs, limits, access, audit, vault. Knows no vendor and no rule."""
