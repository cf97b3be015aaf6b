"""From policy packs (YAML) to the law that the core applies.

Read in this order: `model.py` and `steps.py` (what a pack holds), `checks.py` and `step_checks.py`
(what a form cannot say), `loading.py` (files to law), `validity.py` (what ends soon), `examples.py`
and `step_examples.py` (examples as tests).
"""
