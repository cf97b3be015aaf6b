"""From policy packs (YAML) to the law that the core applies.

Read in this order: `model.py` (what a pack holds), `checks.py` (what a form cannot say),
`loading.py` (files to law), `validity.py` (what ends soon), `examples.py` (examples as tests).
"""
