"""A week of news in a believable world: invented outlets and texts, real places."""
