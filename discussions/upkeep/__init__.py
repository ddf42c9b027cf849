"""What proves and mends the data, for the operator's commands.

faults, mending   comment trees (`check_tree`)
counts            counters and points (`recount`)
ranks             orders (`recompute_ranks`)
"""
