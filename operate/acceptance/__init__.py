"""One run on a real account that shows, claim by claim, what no emulator can."""
