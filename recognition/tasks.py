"""Background tasks of the right room: fetch by id, call a service, nothing else."""
