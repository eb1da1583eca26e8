"""The web console: pages made on the server that work without scripts, quicker with them.

Shows people what needs them and lets them act. Refuses inline scripts and styles, pages in foreign frames, changes
that did not come from its own forms, and keeps pages with patient values out of every cache.
"""
