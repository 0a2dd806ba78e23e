"""What each command takes; what it does is in the other rooms, loaded when it is asked for."""
