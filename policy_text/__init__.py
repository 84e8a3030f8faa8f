"""The draft: Markdown sections, their numbers and their safe HTML. Knows no SQL and no HTTP."""
