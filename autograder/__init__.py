"""How submissions are judged: one module per stage. Nothing here is imported by notebooks or by `util`."""
