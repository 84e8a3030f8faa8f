"""Speed and memory, proven as ratios against a named reference in the same run."""
