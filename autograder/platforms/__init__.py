"""To and from learning platforms: rosters and submissions come in, grades go out in the platform's own file."""
