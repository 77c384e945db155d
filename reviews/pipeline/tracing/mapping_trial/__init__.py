"""Whether ``images/mapping.yaml`` leads every image to its address, by rendering with it."""
