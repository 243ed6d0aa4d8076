"""What runs inside the sandbox and imports nothing of the rest of Atelier; none of it is trusted with a score."""
