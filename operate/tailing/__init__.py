"""What services and jobs write: once, or as it comes."""
