"""Tests, by room; journeys, house rules and browser tests beside them."""
