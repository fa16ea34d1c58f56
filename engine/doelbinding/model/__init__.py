"""The nouns of the policy language, a file each: frozen values without input or output."""
