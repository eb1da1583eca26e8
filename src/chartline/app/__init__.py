"""Assembly: the only place that names concrete vendors and puts rooms together into a running whole."""
