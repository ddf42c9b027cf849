"""Carrying a board from one rboard to another, in a file of JSON lines.

docs/export-format.md describes the file. Here, because moderation is the lowest floor that knows
all that belongs to a board:

values      a value of a line, checked by the model's own field
shapes      what a kind of lines is
kinds       the kinds of lines in their order: what is read for each, and how it is written
outgoing    the rows of a board, one kind after the other
acts        what an act of the log keeps of columns, checked
ids         the new ids by the old ones, on disk
arriving    rows judged and written; `people` for members, `trees` for comments
writing     lines to a file: header, counts, checksum; `reading` back, each judged by itself
sending     a whole export
receiving   a whole import
"""
