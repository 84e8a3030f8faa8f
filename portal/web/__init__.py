"""HTTP in, pages out. Home of Starlette; everything below knows no status codes."""
