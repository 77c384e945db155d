"""New values for what decides the images, so that each is pulled from its target."""
