"""What Lambda gets: index.py and the package beside it, which import nothing else of this library."""
