"""What a policy does: requests, decisions, and what one policy allows beyond another."""
