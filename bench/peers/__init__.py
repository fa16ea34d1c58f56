"""Engines that install from Python packages, each behind the same two calls."""
