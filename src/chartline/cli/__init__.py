"""The command line. Each command is imported when it is called, so that ``--help`` is quick."""
