"""The command `course`."""


def main() -> None:
    """Run the command."""
