"""What each check reports, and what its edits fix."""
