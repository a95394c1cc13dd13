"""What the project promises about speed, measured: `python -m benchmarks.NAME` compares in one run and prints a table.

The last line of each is `name=value` pairs, for machines.
"""
