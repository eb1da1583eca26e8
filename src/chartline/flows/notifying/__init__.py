"""What a notification is made of, and how it reaches its receiver; the story is ``flows/notifications``."""
