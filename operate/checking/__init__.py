"""What has to be so before something is deployed or released, and what mends it."""
