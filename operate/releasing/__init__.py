"""One release from its checks to all of the traffic, and back."""
