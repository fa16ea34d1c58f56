"""The gate: decides, records and enforces, where data leave."""
