"""Services on machines: EC2 instances, and those outside AWS."""
