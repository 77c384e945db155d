"""What each check finds, leaves alone and mends."""
