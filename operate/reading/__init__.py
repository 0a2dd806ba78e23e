"""What runs and what is there: reads of AWS, none of which changes anything."""
