"""Everything the portal knows about reviewing service packages."""
