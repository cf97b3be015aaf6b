"""The law as data: one YAML pack per policy; `monitor.packs` reads them."""
