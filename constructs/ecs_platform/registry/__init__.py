"""The private registry, and the images that go into it."""
