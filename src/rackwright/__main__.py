"""How is the product started as a module? `python -m rackwright` is the command `rackwright`."""

from rackwright.cli import main

if __name__ == "__main__":
    main()
