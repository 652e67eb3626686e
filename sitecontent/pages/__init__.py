"""The public site. It reads the current Edition and nothing else."""
