"""The pure core: every rule of counting, merging, crossing and correcting, and nothing else.

It imports the standard library and a model library. It never sees Kafka, Faust, a file, a
logger, a metric or a clock: time arrives as an argument. Start reading at `step.py`.
"""
