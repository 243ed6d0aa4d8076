"""What runs inside the sandbox, as plain scripts: nothing here imports Atelier, and nothing here is trusted with a score."""
