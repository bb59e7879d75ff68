"""Makers of test data: plain functions that walk the real services, one file per noun."""
