"""From text to a policy laid out in statements, with a place for every part."""
