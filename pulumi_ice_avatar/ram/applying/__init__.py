"""Bringing an account to what a policy says, over the RAM API."""
