"""The whole product in one process, with a simulated storm, sixty times as fast."""
