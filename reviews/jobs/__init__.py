"""What workers do: one runner, the jobs it runs, and the sweep that queues them again."""
