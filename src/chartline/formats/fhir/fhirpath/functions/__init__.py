"""The functions of FHIRPath by name, in rooms by what they do. Each builds a compiled call from its compiled parts."""
