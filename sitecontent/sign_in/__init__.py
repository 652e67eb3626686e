"""Who comes to the desk: password, second step, lock-out, sessions, and proving once more who one is."""
