"""The product live on Apache Kafka, measured: `python -m bench.live`."""
