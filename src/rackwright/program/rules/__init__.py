"""Rules a schema cannot say, one family a file; each takes the program and gives the places where it is broken."""
