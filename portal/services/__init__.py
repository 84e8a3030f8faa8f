"""What the portal does: plain functions over a Session. No HTTP, no environment, time as a parameter."""
