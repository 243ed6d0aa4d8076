"""From a lesson's source to its notebooks, and the examination of its tests."""
