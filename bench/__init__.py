"""Benchmarks: figures as ratios within one run, medians with the least and the most."""
