"""How much a speaker may say of a track beside its title."""

LONGEST_DESCRIPTION = 500
MOST_TOPICS = 10
LONGEST_TOPIC = 30
LONGEST_LANGUAGE = 35
"""Characters; of a tag RFC 5646 section 4.4.1 asks for room for 35."""
