"""`python -m cbi`."""

from cbi.cli import main

if __name__ == "__main__":
    main()
