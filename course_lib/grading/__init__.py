"""Grading a class: submissions run in a confined child process, and are judged outside of it.

The grader (the parent) holds the solutions, the expected values, the hidden inputs, the clock and
the result files. For each submission it starts a child that has none of these: `worker` runs the
learner's cells there and answers calls, `confine` and `sandbox` keep it in. Between the two go
only frames of JSON (`frames`). From the command line: `course grade FOLDER`.
"""

GRADER_VERSION = "2"
"""Changes whenever the same submission could get another result; old results are then redone."""
