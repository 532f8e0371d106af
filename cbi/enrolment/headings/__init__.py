"""What a heading can mean: in many languages, in a group, under hints, as a question. Pure."""
