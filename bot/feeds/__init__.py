"""Collect: visit feeds politely and safely, and make drafts of what they hold."""
