"""Exact questions about small policies, answered by going through every transfer there is.

Written from the policy language alone (section 6), on the slow evaluator beside it: what the
engine finds by reasoning is held against what stands in these tables.
"""
