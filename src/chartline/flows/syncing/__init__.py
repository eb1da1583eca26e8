"""The parts of ``practice_sync``: what comes in, what goes out, and what people ask for, each as a run."""
