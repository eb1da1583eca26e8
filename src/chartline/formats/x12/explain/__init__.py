"""X12 for people: what a file says, in numbers and as a tree; and copies that can be shared, compared or taken apart.

stats     counts and sums               show      the tree, with meanings and problems     meaning   one segment's values
form      JSON and back                 redact    a copy without people                    changes   two files compared
parts     one file into several
"""
