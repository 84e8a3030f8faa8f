"""Machine reading of comments: full-text search and themes. Knows no portal tables and no HTTP server."""
