"""What is wrong with a policy: the rules, and which files, settings and fixes a run of them has."""
