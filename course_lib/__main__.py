"""`python -m course_lib`: the command `course`, where that is not on the path."""

from course_lib.cli import main

if __name__ == "__main__":
    main()
