"""A corpus of submissions: hostile ones, broken ones, and odd ones that are right.

`table.md` says what each does and what it must get. The modules of the themes
write them: an answer is the source of one cell, a file or an entry of a zip is a
function that makes it. Nothing of this is ever run but by `lectopt grade`, in
the sandbox.
"""
