"""What Lambda gets: two entries and a package, which import nothing else of this library."""
