"""`atelier serve`: students hand in over the web and read at once what they earn; instructors see the class at work."""
