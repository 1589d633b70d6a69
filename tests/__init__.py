"""Here, so that a library that brings a package called tests does not stand in its place."""
