"""Bytes in, alarm out: one file per alarm format, each pure.

Every reader takes the bytes of one record and returns what `native.read_alarm` returns: an alarm,
a reject, or both (`partly_used`). Native JSON is read today; ONAP VES, 3GPP in VES `stndDefined`
and TMF642 get a file each beside it.
"""
