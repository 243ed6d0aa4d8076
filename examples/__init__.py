"""Material to try Atelier on."""
