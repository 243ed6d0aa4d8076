"""What runs inside the sandbox, as plain scripts that import nothing of Atelier; none is trusted with a score."""
