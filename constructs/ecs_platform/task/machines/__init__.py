"""Task definitions for machines: EC2 instances, and those outside AWS."""
