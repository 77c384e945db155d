"""What every room uses: findings, words, policy and refusals. It imports no other room."""
