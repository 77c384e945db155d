"""What workers do: one runner, the three jobs it runs, and the sweep that queues them again."""
