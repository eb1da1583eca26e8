"""X12 for people: what a file says, in numbers, as a tree and in sentences; and copies to share, compare or take apart.

stats     counts and sums               show      the tree, with meanings and problems    meaning   values of a segment
form      JSON and back                 redact    a copy without people                   changes   two files compared
parts     one file into several         report    a problem as an object for scripts

statement               what every explanation is made of, and its text, Markdown and JSON
explained               a file of any kind in sentences
  remittance_statement  835: every claim and cent       claim_summary      837: what is billed, for whom, to whom
  story                 270 to 278: levels in words     answers            999, 997, TA1: accepted, or why not
"""
